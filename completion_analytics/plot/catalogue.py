"""Every plot by name: what the explorer offers, what the gallery shows, what the tests try."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Literal, NamedTuple

from matplotlib.axes import Axes

from . import answering, over_time, spread, token_lines


class Plot(NamedTuple):
    """A plot and what its axes show."""

    draw: Callable[..., Axes]
    """Takes a frame or a log, and makes do without anything else."""
    x: Literal["seconds", "nines", "tokens", "share", "count", "time", "group"]
    """What the horizontal axis shows."""
    y: Literal["seconds", "share", "count", "tokens", "time", "group"]
    """What the vertical axis shows."""
    needs_log: bool = False
    """A frame is not enough."""


PLOTS: Mapping[str, Plot] = {
    "answered_within": Plot(answering.answered_within, "seconds", "share"),
    "latency_by_tokens": Plot(token_lines.latency_by_tokens, "tokens", "seconds"),
    "latency_ecdf": Plot(spread.latency_ecdf, "seconds", "share"),
    "latency_heatmap": Plot(over_time.latency_heatmap, "time", "seconds"),
    "latency_histogram": Plot(spread.latency_histogram, "seconds", "count"),
    "latency_nines": Plot(spread.latency_nines, "nines", "seconds"),
    "latency_over_time": Plot(over_time.latency_over_time, "time", "seconds"),
    "survival": Plot(answering.survival, "seconds", "share"),
}
