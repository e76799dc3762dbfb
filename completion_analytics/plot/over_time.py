"""Durations over time: percentiles per window, and how many calls took how long when."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd
from matplotlib import rcParams
from matplotlib.axes import Axes
from matplotlib.colors import PowerNorm
from matplotlib.lines import Line2D

from .. import stats
from ..stats.inputs import By, Counts, Data, Floats
from .colours import DASHES, look, ramp
from .curves import sure_curve
from .figures import new_axes
from .parts import Part, Parts, name_parts, parts_of
from .ticks import counts_axis, days, human_quantile, human_seconds, seconds_axis, time_axis
from .words import Tally, note, nothing, tally

NOTHING_DATED = "No call with a usable duration and a time (n = 0)"
_RUG = 0.09
"""The part of the height that shows how many calls there were."""


def latency_over_time(
    data: Data,
    *,
    by: By = None,
    q: Sequence[float] | None = None,
    every: str | None = None,
    tz: str = "UTC",
    level: float = 0.95,
    ax: Axes | None = None,
    **line: Any,
) -> Axes:
    """Percentiles of the durations in each window of time, with gaps where there was no call.

    A line for each of p50, p90 and p99, or with `by` one for each group's p90, unless `q` names
    others; over the start of each window, seconds on a logarithmic axis, as
    `stats.latency_over_time` has it. Where so few calls cannot bound a percentile its line is thin
    and pale. A grey strip at the bottom shows how many calls each window has. Of more than 8
    groups the 7 largest are drawn. `line` goes to `Axes.plot`.

    Raises:
        KeyError: a column is not there.
        TypeError: a column of `by` is continuous.
        ValueError: a share is not between 0 and 1, or a width or zone is unknown.

    >>> calls = pd.DataFrame({
    ...     "outcome": "finished",
    ...     "duration_s": [1.0, 3.0],
    ...     "created_at": pd.to_datetime(["2026-03-29T00:10Z", "2026-03-29T02:10Z"]),
    ... })
    >>> latency_over_time(calls, q=[0.5], every="1h").lines[0].get_ydata().tolist()
    [1.0, nan, 3.0]
    """
    if q is None:
        q = (0.5, 0.9, 0.99) if by is None else (0.9,)
    table = stats.latency_over_time(data, by=by, q=q, every=every, tz=tz, level=level)
    ax = new_axes(ax)
    seconds_axis(ax.yaxis)
    time_axis(ax.xaxis, tz)
    ax.set_ylabel("duration")
    table = table.assign(at=days(table["start_at"]))
    dated = table[table["n"] > 0]
    parts = parts_of(ax, table, data, by) if len(dated) else Parts((), 0)
    if parts.shown:
        lines = [_percentile(ax, part, share, q, line) for part in parts.shown for share in q]
        _strip(ax, table[table["q"] == q[0]])
        _name(ax, parts, q, lines)
    else:
        nothing(ax, NOTHING_DATED)
    order = ", ".join(map(human_quantile, q)) if by is not None else ""
    order += " from below" if len(q) > 1 and order else ""
    pale = "" if dated["reliable"].all() else "pale: too few calls to bound it"
    said = (_windows(table), order, pale, parts.more)
    note(ax, _dated(data, "latency_over_time"), *said)
    return ax


def latency_heatmap(
    data: Data,
    *,
    every: str | None = None,
    tz: str = "UTC",
    ax: Axes | None = None,
    **mesh: Any,
) -> Axes:
    """How many calls of each window of time took how long; darker, or on dark brighter, is more.

    Windows of time along the horizontal axis, seconds on a logarithmic one upwards, as
    `stats.latency_heatmap` has them; a cell without a call shows the background. `mesh` goes to
    `Axes.pcolormesh`.

    Raises:
        KeyError: a column is not there.
        ValueError: a width or zone is unknown.

    >>> calls = pd.DataFrame({
    ...     "outcome": "finished",
    ...     "duration_s": [1.0, 1.0],
    ...     "created_at": pd.to_datetime(["2026-03-29T00:10Z", "2026-03-29T02:10Z"]),
    ... })
    >>> latency_heatmap(calls, every="1h").collections[0].get_array().filled(0).tolist()
    [[1, 0, 1]]
    """
    table = stats.latency_heatmap(data, every=every, tz=tz)
    ax = new_axes(ax)
    ax.grid(False)
    seconds_axis(ax.yaxis)
    time_axis(ax.xaxis, tz)
    ax.set_ylabel("duration")
    if table.empty:
        nothing(ax, NOTHING_DATED)
    else:
        _cells(ax, table, mesh)
    note(ax, _dated(data, "latency_heatmap"), _windows(table))
    return ax


def _percentile(
    ax: Axes, part: Part, share: float, q: Sequence[float], line: dict[str, Any]
) -> Line2D:
    """One percentile of one group: its own hue where there is one group, else its own dash."""
    place = list(q).index(share)
    style = look(ax, place) if not part.name else part.look
    dash = DASHES[place % len(DASHES)] if len(q) > 1 else style.dash
    dashed = replace(style, dash=dash)
    rows = part.rows[part.rows["q"] == share]
    dots = {"marker": ".", "markersize": 3.5}
    return sure_curve(ax, Part(part.name, rows, dashed, part.n), "at", dots | line)


def _name(ax: Axes, parts: Parts, q: Sequence[float], lines: Sequence[Line2D]) -> None:
    """Names at the ends of the lines: of the percentiles, or of the groups at their first."""
    nameless = not parts.shown[0].name
    named = lines if nameless else lines[:: len(q)]
    names = map(human_quantile, q) if nameless else (part.name for part in parts.shown)
    ends = [
        _last_known(part.rows[part.rows["q"] == share])
        for part in parts.shown
        for share in (q if nameless else q[:1])
    ]
    name_parts(ax, named, list(names), ends, loc="upper left")


def _last_known(rows: pd.DataFrame) -> float:
    known = rows["value"].dropna()
    return float(known.iloc[-1]) if len(known) else np.nan


def _strip(ax: Axes, rows: pd.DataFrame) -> None:
    """How many calls each window has, as grey bars on the axis."""
    per_window = rows.groupby("at")["n"].sum()
    low, high = ax.get_ylim()
    ax.set_ylim(low / (high / low) ** (_RUG * 1.3), high)
    ax.bar(
        per_window.index,
        _RUG * per_window / per_window.max(),
        width=_width(per_window.index.to_numpy()),
        align="edge",
        color=rcParams["text.color"],
        alpha=0.25,
        linewidth=0,
        transform=ax.get_xaxis_transform(),
    )


def _width(starts: Floats) -> float:
    """How long a window is, in days, as matplotlib counts time."""
    return float(np.median(np.diff(starts))) if len(starts) > 1 else 1 / 24


def _windows(table: pd.DataFrame) -> str:
    starts = days(table["start_at"].drop_duplicates())
    return f"windows of {human_seconds(86_400 * _width(starts))}" if len(starts) > 1 else ""


def _dated(data: Data, function: str) -> Tally:
    """Calls with a usable duration and a time."""
    whole = tally(data, function)
    frame = data if isinstance(data, pd.DataFrame) else data.completions
    undated = tally(frame[frame["created_at"].isna()], function).n
    return Tally(whole.n - undated, {**whole.left_out, "without a time": undated})


def _cells(ax: Axes, table: pd.DataFrame, mesh: dict[str, Any]) -> None:
    starts = days(table["start_at"].drop_duplicates())
    seconds = np.append(table["from_s"].unique(), table["to_s"].iloc[-1])
    counts: Counts = table["value"].to_numpy().reshape(len(starts), len(seconds) - 1).T
    style: dict[str, Any] = {
        "cmap": ramp(ax),
        "norm": PowerNorm(0.6, vmin=0, vmax=counts.max()),
        "rasterized": True,
    }
    drawn = ax.pcolormesh(
        np.append(starts, starts[-1] + _width(starts)),
        seconds,
        np.ma.masked_equal(counts, 0),
        **(style | mesh),
    )
    bar = ax.figure.colorbar(drawn, ax=ax, label="calls", pad=0.02)
    counts_axis(bar.ax.yaxis)
    bar.outline.set_visible(False)
