"""When calls are made: the hours of the week, and how many run at once."""

from __future__ import annotations

from typing import Any, Literal

import numpy as np
import pandas as pd
from matplotlib import cbook, rcParams
from matplotlib.axes import Axes
from matplotlib.lines import Line2D
from matplotlib.ticker import FuncFormatter

from .. import stats
from ..stats.inputs import By, Data
from ..stats.windows import local_times
from .cells import cells, scale_beside
from .curves import thinned
from .figures import new_axes
from .parts import Part, Parts, name_parts, parts_of
from .spans import in_days, width_in_words
from .spans import level as level_within
from .ticks import counts_axis, human_seconds, shares_axis, time_axis
from .words import Tally, count, note, nothing

Shown = Literal["n", "failure_rate", "p50_s"]
_SHOWN: dict[str, tuple[str, str, str]] = {
    "n": ("n", "calls", ""),
    "failure_rate": ("n_resolved", "failure rate", "unresolved"),
    "p50_s": ("n_durations", "median duration", "without a usable duration"),
}
"""For each quantity the column that counts the calls behind it, its name, and what others lack."""


def hour_weekday(
    data: Data,
    *,
    show: Shown = "n",
    tz: str = "UTC",
    ax: Axes | None = None,
    **mesh: Any,
) -> Axes:
    """Each hour of the week as a cell: how many calls, which share failed, or the median wait.

    Monday on top, hours of the zone's clock from left to right, as `stats.hour_weekday` has them;
    hours without a call show the background. `mesh` goes to `Axes.pcolormesh`.

    Raises:
        KeyError: a column is not there.
        TypeError: `created_at` holds no instants.
        ValueError: an unknown zone, or `show` is unknown.

    >>> calls = pd.DataFrame({
    ...     "outcome": "finished", "duration_s": [2.0],
    ...     "created_at": pd.to_datetime(["2026-11-05T23:30Z"]),
    ... })
    >>> hour_weekday(calls).collections[0].get_array()[3, 23]
    np.float64(1.0)
    """
    if show not in _SHOWN:
        raise ValueError(f"hour_weekday shows no {show!r}; it shows {', '.join(map(repr, _SHOWN))}")
    table = stats.hour_weekday(data, tz=tz)
    behind, words, lacking = _SHOWN[show]
    ax = new_axes(ax)
    n = int(table[behind].sum())
    if n:
        values = np.where(table[behind] > 0, table[show].astype("float64"), np.nan)
        drawn = cells(ax, values.reshape(7, 24), mesh, vmin=0)
        bar = scale_beside(ax, drawn, words)
        _format(bar.ax.yaxis, show)
        ax.set_yticks(range(7), list(table["weekday"].cat.categories))
        ax.set_xticks(range(0, 24, 3), [f"{hour:02}:00" for hour in range(0, 24, 3)])
        ax.set_xlabel(f"hour ({tz})")
    else:
        nothing(ax, "No call with a time and an outcome (n = 0)")
    undated, calls = int(table["n_undated"].iloc[0]), int(table["n"].sum())
    note(ax, Tally(n, {lacking: calls - n, "without a time": undated}))
    return ax


def concurrency(
    data: Data,
    *,
    by: By = None,
    every: str | None = None,
    tz: str = "UTC",
    ax: Axes | None = None,
    **line: Any,
) -> Axes:
    """The most calls in flight at once in each window of time, and the moment of the peak.

    A line per group, level within each window, as `stats.concurrency` has it; without `by` the area
    below is the mean number in flight. Of more than 8 groups the 7 largest are drawn. `line` goes
    to `Axes.plot`.

    Raises:
        KeyError: a column is not there.
        TypeError: a column of `by` is continuous, or `created_at` holds no instants.
        ValueError: a width or zone is unknown.

    >>> calls = pd.DataFrame({
    ...     "created_at": pd.to_datetime([0, 1, 3], unit="s", utc=True), "duration_s": [4.0, 1, 2]
    ... })
    >>> concurrency(calls, every="1min").lines[0].get_ydata().tolist()
    [2, 2]
    """
    table = stats.concurrency(data, by=by, every=every, tz=tz)
    totals = stats.concurrency_totals(data)
    ax = new_axes(ax)
    counts_axis(ax.yaxis)
    time_axis(ax.xaxis, tz)
    ax.set_ylabel("calls in flight, at most")
    whole = totals.iloc[0]
    parts = parts_of(ax, table, data, by) if len(table) else Parts((), 0)
    lines = [_steps(ax, part, line) for part in parts.shown]
    peak = ""
    if len(lines):
        ax.set_ylim(0, 1.12 * float(table["peak"].max()))
        peak = _mark_peak(ax if by is None else None, whole, tz)
        names = [part.name for part in parts.shown if part.name]
        ends = [float(part.rows["peak"].iloc[-1]) for part in parts.shown]
        name_parts(ax, lines if names else [], names, ends if names else [], loc="upper left")
    else:
        nothing(ax, "No call with a time and a duration (n = 0)")
    words = width_in_words(parts.shown[0].rows) if lines else ""
    mock = int(whole["n_mock"])
    left_out = {"without time or duration": int(whole["n_excluded"]) - mock, "mock": mock}
    mean = "" if np.isnan(whole["value"]) else f"mean {whole['value']:.2g} in flight"
    note(ax, Tally(int(whole["n"]), left_out), peak, mean, words, parts.more)
    return ax


def _format(axis: Any, show: str) -> None:
    if show == "n":
        counts_axis(axis)
    elif show == "failure_rate":
        shares_axis(axis)
    else:
        axis.set_major_formatter(FuncFormatter(lambda seconds, _: human_seconds(seconds)))


def _steps(ax: Axes, part: Part, line: dict[str, Any]) -> Line2D:
    rows = thinned(level_within(part.rows))
    style = part.look.line | {"linewidth": 1.5}
    (drawn,) = ax.plot(rows["at"], rows["peak"], **(style | cbook.normalize_kwargs(line, Line2D)))
    if not part.name:
        ax.fill_between(rows["at"], rows["value"], color=drawn.get_color(), alpha=0.25, linewidth=0)
    return drawn


def _mark_peak(ax: Axes | None, whole: pd.Series, tz: str) -> str:
    """When most calls ran at once, of all groups together, in words and as a mark."""
    if pd.isna(whole["peak_at"]):
        return ""
    moment = pd.Series([whole["peak_at"]])
    if ax is not None:
        style = {"color": rcParams["text.color"], "marker": "v", "linestyle": "none", "zorder": 3}
        ax.plot(in_days(moment), [whole["peak"]], **style)
    when = local_times(moment, "concurrency", tz)[0]
    which = "all together" if ax is None else "▼"
    return f"{which} {count(whole['peak'])} at once, {when.day} {when:%b %H:%M:%S}"
