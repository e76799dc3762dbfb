"""What fails, and when."""

from __future__ import annotations

import re
from typing import Any, Literal

import numpy as np
import pandas as pd
from matplotlib import cbook, rcParams
from matplotlib.axes import Axes
from matplotlib.lines import Line2D
from matplotlib.patches import Patch
from matplotlib.patheffects import withStroke

from .. import stats
from ..stats.inputs import By, Data
from .colours import SLOTS, look, neutral
from .curves import curve
from .figures import new_axes
from .parts import Part, Parts, name_parts, parts_of
from .spans import edges_of, in_days, width_in_words
from .spans import level as level_within
from .ticks import human_share, shares_axis, time_axis
from .words import Tally, count, literal, note, nothing, plain

_KEYS = ("failure_class", "failure_kind")
_MOST_KINDS = 12
_MOST_BANDS = 2
_MOST_NUMBERED = 12
_WRAPPING = re.compile(r"^Error code: \{n\} - \{'error': \{'message': [\"']")
"""What a client's exception puts before the message that its provider sent."""


def failure_kinds(
    data: Data,
    *,
    detail: Literal["class", "kind", "reason"] = "class",
    ax: Axes | None = None,
    **bars: Any,
) -> Axes:
    """What failed calls failed of, the most frequent first, and the share of all failures so far.

    A horizontal bar per class of failure, or with `detail` per kind or reason, as
    `stats.failure_kinds` has them, with its number and its most frequent reason; a line shows the
    cumulative share. Of more than 12 the 11 most frequent are drawn. `bars` goes to `Axes.barh`.

    Raises:
        KeyError: a column is not there.
        ValueError: `detail` is unknown.

    >>> calls = pd.DataFrame({
    ...     "outcome": "failed", "failure_class": ["timeout", "rate_limit", "rate_limit"]
    ... })
    >>> [round(float(bar.get_width()), 2) for bar in failure_kinds(calls).patches]
    [0.67, 0.33]
    """
    table = stats.failure_kinds(data, detail=detail)
    reasons = table if detail == "reason" else stats.failure_kinds(data, detail="reason")
    ax = new_axes(ax)
    n_more = max(0, len(table) - _MOST_KINDS + 1) if len(table) > _MOST_KINDS else 0
    shown = table.iloc[: len(table) - n_more]
    shares_axis(ax.xaxis)
    ax.set_xlabel("share of failed calls, and cumulative")
    if len(shown):
        _bars(ax, shown, bars)
        _cumulative(ax, shown)
        _name_kinds(ax, shown, reasons, detail)
        ax.set(xlim=(0, 1.02), ylim=(len(shown) - 0.5, -0.7), yticks=[])
    else:
        nothing(ax, "No failed call (n = 0)")
    rates = stats.failure_rates(data).iloc[0]
    left_out = {
        "not failed": int(rates["n"] - rates["k"]),
        "unresolved": int(rates["n_unresolved"]),
    }
    more = f"{count(n_more)} rarer ones not drawn" if n_more else ""
    note(ax, Tally(int(rates["k"]), left_out), more)
    return ax


def failures_over_time(
    data: Data,
    *,
    by: By = None,
    every: str | None = None,
    tz: str = "UTC",
    level: float = 0.95,
    ax: Axes | None = None,
    **line: Any,
) -> Axes:
    """The failure rate in each window of time with its interval; windows without calls are gaps.

    A line per group, level within each window, as `stats.failures_over_time` has it, with bands if
    there are one or two. For one group failed of resolved calls stand above each of a few windows,
    and without `by` the bursts that `stats.bursts` finds are shaded. Of more than 8 groups the 7
    largest are drawn. `line` goes to `Axes.plot`.

    Raises:
        KeyError: a column is not there.
        TypeError: a column of `by` is continuous, or `created_at` holds no instants.
        ValueError: an unknown width or zone, or `level` is not between 0 and 1.

    >>> calls = pd.DataFrame({
    ...     "outcome": ["failed", "finished"],
    ...     "created_at": pd.to_datetime(["2026-11-05T09:10Z", "2026-11-05T11:20Z"]),
    ... })
    >>> failures_over_time(calls, every="1h").lines[0].get_ydata().tolist()
    [1.0, 1.0, nan, nan, 0.0, 0.0]
    """
    table = stats.failures_over_time(data, by=by, every=every, tz=tz, level=level)
    ax = new_axes(ax)
    shares_axis(ax.yaxis)
    time_axis(ax.xaxis, tz)
    ax.set_ylabel("share of resolved calls that failed")
    known = bool((table["n"] > 0).any())
    parts = parts_of(ax, table, data, by) if known else Parts((), 0)
    lines = [_rate_line(ax, part, parts, line) for part in parts.shown]
    if len(lines) == 1:
        _number(ax, parts.shown[0].rows)
    found = _shade_bursts(ax, data) if by is None and known else ""
    if known:
        top = ax.get_ylim()[1]
        ax.set_ylim(-0.02 * top, min(top, 1.03))
        names = [part.name for part in parts.shown if part.name]
        ends = [_last_known(part.rows["value"]) for part in parts.shown]
        name_parts(ax, lines if names else [], names, ends if names else [], loc="upper left")
    else:
        nothing(ax, "No call that finished or failed and has a time (n = 0)")
    whole = table if by is None else stats.failures_over_time(data, every=every, tz=tz)
    words = width_in_words(parts.shown[0].rows) if parts.shown else ""
    narrow = "intervals where groups are one or two" if len(lines) > _MOST_BANDS else ""
    note(ax, _resolved(data, whole), words, found, narrow, parts.more)
    return ax


def _rate_line(ax: Axes, part: Part, parts: Parts, line: dict[str, Any]) -> Line2D:
    """The rate of a group, level within each window; many bands would hide each other."""
    rows = level_within(part.rows).drop(columns="reliable")
    if len(parts.shown) > _MOST_BANDS:
        rows = rows.drop(columns=["lo", "hi"])
    return curve(ax, Part(part.name, rows, part.look, part.n), "at", line, steps=False)


def _number(ax: Axes, rows: pd.DataFrame) -> None:
    """Failed of resolved calls at the top of each of a few windows."""
    edges = edges_of(rows)
    middles = (edges[1:] + edges[:-1]) / 2
    if len(rows) <= _MOST_NUMBERED:
        for at, k, n in zip(middles, rows["k"], rows["n"], strict=True):
            text = ax.text(at, 0.985, f"{count(k)}/{count(n)}" if n else "", fontsize="x-small")
            text.set(transform=ax.get_xaxis_transform(), ha="center", va="top")


def _bars(ax: Axes, shown: pd.DataFrame, bars: dict[str, Any]) -> None:
    looks = [_class_look(ax, word) for word in shown["failure_class"]]
    style: dict[str, Any] = {"height": 0.36, "linewidth": 0}
    style["color"] = [each.colour for each in looks]
    places = np.arange(len(shown)) + 0.2
    ax.barh(places, shown["share"], **(style | cbook.normalize_kwargs(bars, Patch)))


def _class_look(ax: Axes, word: Any) -> Any:
    known = not pd.isna(word) and word in SLOTS["failure_class"]
    return look(ax, SLOTS["failure_class"][str(word)]) if known else neutral(ax)


def _cumulative(ax: Axes, shown: pd.DataFrame) -> None:
    ax.plot(
        shown["cumulative_share"],
        np.arange(len(shown)) + 0.2,
        color=rcParams["text.color"],
        linewidth=1,
        marker="o",
        markersize=3.5,
        alpha=0.75,
        zorder=2.5,
    )


def _name_kinds(ax: Axes, shown: pd.DataFrame, reasons: pd.DataFrame, detail: str) -> None:
    """Above each bar its name, its number and its commonest reason, legible on the line."""
    room = _characters(ax)
    for place, row in enumerate(shown.to_dict("records")):
        name = " · ".join(plain(row[key]) for key in _KEYS if key in row)
        reason = row.get("reason") if detail == "reason" else _commonest(row, reasons)
        said = f"{name}  {count(row['k'])} ({human_share(row['share'])})"
        if not pd.isna(reason):
            said = f"{said}  {_WRAPPING.sub('', reason)}"
        text = ax.annotate("", (0, place - 0.02), (3, 0), textcoords="offset points", va="bottom")
        text.set(fontsize="small", zorder=3)
        text.set_path_effects([withStroke(linewidth=2.5, foreground=ax.get_facecolor())])
        literal(text, plain(said[:room] + "…" if len(said) > room else said, room + 1))


def _commonest(row: dict[Any, Any], reasons: pd.DataFrame) -> Any:
    """The most frequent reason of the same class, and kind where the row tells one."""
    alike = pd.Series(True, index=reasons.index)
    for name in _KEYS:
        if name in row:
            column = reasons[name]
            alike &= column.isna() if pd.isna(row[name]) else (column == row[name]).fillna(False)
    found = reasons.loc[alike, "reason"]
    return found.iloc[0] if len(found) else None


def _characters(ax: Axes) -> int:
    size = 0.83 * float(rcParams["font.size"])
    return max(20, int(ax.get_window_extent().width / ax.figure.dpi * 72 / (size * 0.55)))


def _shade_bursts(ax: Axes, data: Data) -> str:
    """Shade each burst of failures, and say how many there are and of what."""
    found = stats.bursts(data)
    least = np.diff(ax.get_xlim())[0] / 200
    for start, end in zip(in_days(found["start_at"]), in_days(found["end_at"]), strict=True):
        grey = rcParams["text.color"]
        ax.axvspan(start, max(end, start + least), color=grey, alpha=0.13, linewidth=0, zorder=0)
    if found.empty:
        return ""
    first = found.sort_values("k", ascending=False).iloc[0]
    of = "" if pd.isna(first["failure_class"]) else f", mostly {plain(first['failure_class'])}"
    largest = f"{count(first['k'])} of {count(first['n'])} calls failed{of}"
    return f"shaded: {count(len(found), 'burst')} ({largest})"


def _resolved(data: Data, table: pd.DataFrame) -> Tally:
    """The resolved calls that have a time, and why others are not there."""
    whole = stats.failure_rates(data).iloc[0]
    dated = int(table["n"].sum())
    open_calls, mock = int(whole["n_unresolved"]), int(whole["n_mock"])
    return Tally(
        dated,
        {
            "unresolved": open_calls,
            "without a time": int(whole["n"]) - dated,
            "of unknown outcome": int(whole["n_excluded"]) - open_calls - mock,
            "mock": mock,
        },
    )


def _last_known(values: pd.Series) -> float:
    known = values.dropna()
    return float(known.iloc[-1]) if len(known) else np.nan
