"""Shares per group as forests: how many calls fail, are cut off, or use up their limit."""

from __future__ import annotations

from typing import Any

import pandas as pd
from matplotlib import rcParams
from matplotlib.axes import Axes
from matplotlib.ticker import MaxNLocator

from .. import stats
from ..stats.inputs import By, Data
from .figures import new_axes
from .parts import MOST_ROWS, Part, Parts, parts_of
from .rows import (
    ALL,
    Row,
    forest,
    legend_below,
    legend_room,
    mark,
    name_rows,
    point,
    row_of,
    whisker,
)
from .ticks import human_share, shares_axis
from .words import Tally, count, note, nothing

_SHARES = (("p50", "o"), ("p90", "s"), ("p99", "^"))


def failure_rates(
    data: Data, *, by: By = None, level: float = 0.95, ax: Axes | None = None, **marks: Any
) -> Axes:
    """The share of calls that failed, a row per group, with its interval and the numbers behind it.

    Rows as `stats.failure_rates` has them, the highest rate first; pale ones have fewer than 10
    resolved calls. At the right edge failed of resolved calls, and the unresolved beside them; a
    dotted line ends where the rate would be if all of those failed, where they outnumber the
    failed. Of more than 20 groups the 19 largest are drawn. `marks` goes to `Axes.plot`.

    Raises:
        KeyError: a column is not there.
        TypeError: a column of `by` is continuous.
        ValueError: `level` is not between 0 and 1.

    >>> calls = pd.DataFrame({"outcome": ["finished"] * 3 + ["failed"]})
    >>> failure_rates(calls).lines[-1].get_xdata().tolist()
    [0.25]
    """
    table = stats.failure_rates(data, by=by, level=level)
    ax = new_axes(ax)
    known = table[table["n"] + table["n_unresolved"] > 0]
    parts = _by_rate(parts_of(ax, known, data, by, most=MOST_ROWS))
    floors = [place for place, part in enumerate(parts.shown) if part.rows["is_floor"].iloc[0]]
    for place in floors:
        part = parts.shown[place]
        ends = float(part.rows["hi"].iloc[0]), float(part.rows["ceiling"].iloc[0])
        style: dict[str, Any] = {"linestyle": ":", "marker": "|", "markevery": [1]}
        whisker(ax, place, min(ends), ends[1], part.look.colour, linewidth=1, **style)
    _rates(ax, parts, [row_of(part, _failed_of(part)) for part in parts.shown], marks)
    ax.set_xlabel("share of resolved calls that failed")
    whole = (table if by is None else stats.failure_rates(data, level=level)).iloc[0]
    open_calls, mock = int(whole["n_unresolved"]), int(whole["n_mock"])
    unknown = int(whole["n_excluded"]) - open_calls - mock
    left_out = {"unresolved": open_calls, "of unknown outcome": unknown, "mock": mock}
    if not parts.shown:
        nothing(ax, "No call that finished or failed (n = 0)")
    dotted = "dotted: up to the rate if the unresolved failed" if floors else ""
    note(
        ax,
        Tally(int(whole["n"]), left_out),
        _told(whole, "failed", by),
        dotted,
        _pale(parts),
        parts.more,
    )
    return ax


def truncation(
    data: Data, *, by: By = None, level: float = 0.95, ax: Axes | None = None, **marks: Any
) -> Axes:
    """The share of answers cut off at a length limit, a row per group, with its interval.

    Rows as `stats.truncation` has them, the highest share first; pale ones have fewer than 10 calls
    that say why they ended. Of more than 20 groups the 19 largest are drawn. `marks` goes to
    `Axes.plot`.

    Raises:
        KeyError: a column is not there.
        TypeError: a column of `by` is continuous.
        ValueError: `level` is not between 0 and 1.

    >>> calls = pd.DataFrame({"outcome": "finished", "finish_class": ["length", "stop"]})
    >>> truncation(calls).lines[-1].get_xdata().tolist()
    [0.5]
    """
    table = stats.truncation(data, by=by, level=level)
    ax = new_axes(ax)
    parts = _by_rate(parts_of(ax, table[table["n"] > 0], data, by, most=MOST_ROWS))
    _rates(ax, parts, [row_of(part, _k_of_n(part)) for part in parts.shown], marks)
    ax.set_xlabel("share of finished calls that were cut off")
    whole = (table if by is None else stats.truncation(data, level=level)).iloc[0]
    unknown, mock = int(whole["n_unknown"]), int(whole["n_mock"])
    left_out = {
        "that do not say why they ended": unknown,
        "not finished": int(whole["n_excluded"]) - unknown - mock,
        "mock": mock,
    }
    if not parts.shown:
        nothing(ax, "No finished call says why it ended (n = 0)")
    note(
        ax, Tally(int(whole["n"]), left_out), _told(whole, "cut off", by), _pale(parts), parts.more
    )
    return ax


def max_tokens_use(
    data: Data, *, by: By = None, level: float = 0.95, ax: Axes | None = None, **marks: Any
) -> Axes:
    """How much of `max_tokens` answers use: the 50th, 90th and 99th percentile, a row per group.

    Rows as `stats.max_tokens_use` has them; at the right edge how many calls used the whole limit,
    which a line marks. Of more than 20 groups the 19 largest are drawn. `marks` goes to
    `Axes.plot`.

    Raises:
        KeyError: a column is not there.
        TypeError: a column of `by` is continuous.
        ValueError: `level` is not between 0 and 1.

    >>> calls = pd.DataFrame({"completion_tokens": [50, 100], "max_tokens": [100, 100]})
    >>> [float(line.get_xdata()[0]) for line in max_tokens_use(calls).lines][-3:]
    [0.5, 1.0, 1.0]
    """
    table = stats.max_tokens_use(data, by=by, level=level)
    ax = new_axes(ax)
    parts = parts_of(ax, table[table["n"] > 0], data, by, most=MOST_ROWS)
    shares_axis(ax.xaxis)
    if parts.shown:
        ax.axvline(1, color=rcParams["text.color"], linewidth=1, linestyle=(0, (1, 1.5)))
    for place, part in enumerate(parts.shown):
        used = part.rows.iloc[0]
        colour = part.look.colour
        whisker(ax, place, used["p50"], used["p99"], colour, linewidth=1)
        for name, marker in _SHARES:
            point(ax, place, used[name], colour, marker, marks)
    below = legend_room(len(parts.shown))
    told = [f"{_k_of_n(part)} at the limit" for part in parts.shown]
    name_rows(ax, [part.name or ALL for part in parts.shown], told, below=below)
    ax.set_xlim(left=0)
    ax.set_xlabel("completion tokens as a share of max_tokens")
    whole = (table if by is None else stats.max_tokens_use(data, level=level)).iloc[0]
    mock = int(whole["n_mock"])
    unknown = int(whole["n_excluded"]) - mock
    if parts.shown:
        legend_below(ax, [mark(marker) for _, marker in _SHARES], [name for name, _ in _SHARES])
    else:
        nothing(ax, "No finished call with known tokens and limit (n = 0)")
    left_out = {"without tokens, limit or answer": unknown, "mock": mock}
    note(ax, Tally(int(whole["n"]), left_out), _told(whole, "at the limit", by), parts.more)
    return ax


def _rates(ax: Axes, parts: Parts, rows: list[Row], marks: dict[str, Any]) -> None:
    shares_axis(ax.xaxis)
    ax.xaxis.set_major_locator(MaxNLocator(6, steps=[1, 2, 2.5, 5, 10]))
    forest(ax, rows, marks)
    ax.set_xlim(0 if not rows else -0.004, None)


def _by_rate(parts: Parts) -> Parts:
    ordered = sorted(parts.shown, key=lambda part: (_missing_last(part), -part.n))
    return Parts(tuple(ordered), parts.n_more)


def _missing_last(part: Part) -> float:
    rate = part.rows["value"].iloc[0]
    return 1.0 if pd.isna(rate) else -float(rate)


def _k_of_n(part: Part) -> str:
    row = part.rows.iloc[0]
    return f"{count(row['k'])}/{count(row['n'])}"


def _failed_of(part: Part) -> str:
    waiting = int(part.rows["n_unresolved"].iloc[0])
    return _k_of_n(part) + (f" + {count(waiting)} unresolved" if waiting else "")


def _told(whole: pd.Series, what: str, by: By) -> str:
    """The rate of all calls in words; the only row says the same where there is no `by`."""
    if not whole["n"]:
        return ""
    limits = f"[{_percent(whole['lo'])}, {_percent(whole['hi'])}]"
    rate = f"{human_share(whole['value'])} {limits}".replace(" ", "\N{NO-BREAK SPACE}")
    return f"{rate} {what}{' in all' if by is not None else ''}"


def _pale(parts: Parts) -> str:
    unsure = any(
        part.rows["n"].iloc[0] and not part.rows["reliable"].iloc[0] for part in parts.shown
    )
    return "pale: fewer than 10 calls" if unsure else ""


def _percent(share: float) -> str:
    return human_share(share).removesuffix(" %")
