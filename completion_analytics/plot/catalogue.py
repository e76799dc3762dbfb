"""Every plot by name: what the explorer offers, what the gallery shows, what the tests try."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Literal, NamedTuple

from matplotlib.axes import Axes

from . import (
    answering,
    failures,
    finishes,
    over_time,
    quantile_rows,
    rates,
    sessions,
    speeds,
    spread,
    structure,
    token_lines,
    tokens,
    week,
)


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
    "concurrency": Plot(week.concurrency, "time", "count"),
    "failure_kinds": Plot(failures.failure_kinds, "share", "group"),
    "failure_rates": Plot(rates.failure_rates, "share", "group"),
    "failures_over_time": Plot(failures.failures_over_time, "time", "share"),
    "finish_reasons": Plot(finishes.finish_reasons, "share", "group"),
    "hour_weekday": Plot(week.hour_weekday, "time", "group"),
    "latency_by_tokens": Plot(token_lines.latency_by_tokens, "tokens", "seconds"),
    "latency_ecdf": Plot(spread.latency_ecdf, "seconds", "share"),
    "latency_heatmap": Plot(over_time.latency_heatmap, "time", "seconds"),
    "latency_histogram": Plot(spread.latency_histogram, "seconds", "count"),
    "latency_nines": Plot(spread.latency_nines, "nines", "seconds"),
    "latency_over_time": Plot(over_time.latency_over_time, "time", "seconds"),
    "max_tokens_use": Plot(rates.max_tokens_use, "share", "group"),
    "missing_by_outcome": Plot(structure.missing_by_outcome, "group", "group"),
    "percentiles": Plot(quantile_rows.percentiles, "seconds", "group"),
    "session_timeline": Plot(sessions.session_timeline, "time", "group"),
    "sessions": Plot(sessions.sessions, "count", "count"),
    "survival": Plot(answering.survival, "seconds", "share"),
    "tag_pairs": Plot(structure.tag_pairs, "group", "group", needs_log=True),
    "throughput": Plot(speeds.throughput, "tokens", "group"),
    "token_histogram": Plot(tokens.token_histogram, "tokens", "count"),
    "token_shares": Plot(speeds.token_shares, "share", "group"),
    "tokens_over_time": Plot(tokens.tokens_over_time, "time", "tokens"),
    "truncation": Plot(rates.truncation, "share", "group"),
}
