"""Every plot by name: what the explorer offers, what the gallery shows, what the tests try."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Literal, NamedTuple

from matplotlib.axes import Axes

from . import answering


class Plot(NamedTuple):
    """A plot and what its axes show."""

    draw: Callable[..., Axes]
    """Takes a frame or a log, and makes do without anything else."""
    x: Literal["seconds", "nines", "tokens", "share", "time", "group"]
    """What the horizontal axis shows."""
    y: Literal["seconds", "share", "count", "tokens", "time", "group"]
    """What the vertical axis shows."""
    needs_log: bool = False
    """A frame is not enough."""


PLOTS: Mapping[str, Plot] = {
    "answered_within": Plot(answering.answered_within, "seconds", "share"),
}
