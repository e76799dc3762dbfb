"""How fast tokens come, and which part of them is cached or reasoning, a row per group."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pandas as pd
from matplotlib.axes import Axes

from .. import stats
from ..stats.inputs import By, Data
from .colours import look
from .figures import new_axes
from .parts import MOST_ROWS, Part, Parts, by_columns, parts_of
from .rows import (
    ALL,
    forest,
    legend_below,
    legend_room,
    mark,
    name_rows,
    point,
    row_of,
    whisker,
)
from .ticks import counts_axis, shares_axis
from .words import Tally, count, note, nothing

_MOST_GROUPS = 10
_SPEEDS = (
    ("p50", "o", "median of the calls' rates"),
    ("mean_of_rates", "d", "their mean"),
    ("rate_of_totals", "x", "all tokens by all seconds"),
)


def throughput(
    data: Data, *, by: By = None, level: float = 0.95, ax: Axes | None = None, **marks: Any
) -> Axes:
    """Completion tokens per second, a row per group: the median call, the mean, and the totals'.

    As `stats.throughput` has them; the line is the interval of the median, and the number at the
    right edge that of the calls. Of more than 20 groups the 19 largest are drawn. `marks` goes to
    `Axes.plot`.

    Raises:
        KeyError: a column is not there.
        TypeError: a column of `by` is continuous.
        ValueError: `level` is not between 0 and 1.

    >>> calls = pd.DataFrame({
    ...     "outcome": "finished", "completion_tokens": [100, 100], "duration_s": [2.0, 10.0]
    ... })
    >>> [round(float(line.get_xdata()[0])) for line in throughput(calls).lines[1:]]
    [10, 30, 17]
    """
    table = stats.throughput(data, by=by, level=level)
    ax = new_axes(ax)
    parts = parts_of(ax, table[table["n"] > 0], data, by, most=MOST_ROWS)
    shown = sorted(parts.shown, key=lambda part: -float(part.rows["p50"].iloc[0]))
    counts_axis(ax.xaxis)
    for place, part in enumerate(shown):
        speeds = part.rows.drop(columns=by_columns(by)).astype("float64").iloc[0]
        whisker(ax, place, speeds["p50_lo"], speeds["p50_hi"], part.look.colour)
        for name, marker, _ in _SPEEDS:
            point(ax, place, speeds[name], part.look.colour, marker, marks)
    names, told = [part.name or ALL for part in shown], [f"n = {count(part.n)}" for part in shown]
    name_rows(ax, names, told, below=legend_room(len(shown)))
    ax.set_xlim(left=0)
    ax.set_xlabel("completion tokens per second")
    if shown:
        legend_below(ax, [mark(m) for _, m, _ in _SPEEDS], [words for *_, words in _SPEEDS])
    else:
        nothing(ax, "No call with known tokens and an exact duration (n = 0)")
    whole = (table if by is None else stats.throughput(data, level=level)).iloc[0]
    mock = int(whole["n_mock"])
    unknown = int(whole["n_excluded"]) - mock
    left_out = {"without answer, tokens or exact duration": unknown, "mock": mock}
    note(ax, Tally(int(whole["n"]), left_out), parts.more)
    return ax


def token_shares(
    data: Data,
    *,
    by: By = None,
    level: float = 0.95,
    seed: int = 0,
    ax: Axes | None = None,
    **marks: Any,
) -> Axes:
    """Cached tokens as a share of the prompt's, reasoning ones of the completion's, row by row.

    Rows as `stats.token_shares` has them, with intervals from 20 calls on; at the right edge the
    number of calls that tell both counts. A part that no call of a group tells has no row. Of more
    than 10 groups the 9 largest are drawn. `marks` goes to `Axes.plot`.

    Raises:
        KeyError: a column is not there.
        TypeError: a column of `by` is continuous.
        ValueError: `level` is not between 0 and 1.

    >>> usage = pd.DataFrame({"prompt_tokens": [100], "cached_tokens": [25],
    ...                       "completion_tokens": [10], "reasoning_tokens": [None]})
    >>> token_shares(usage).lines[-1].get_xdata().tolist()
    [0.25]
    """
    table = stats.token_shares(data, by=by, level=level, seed=seed)
    ax = new_axes(ax)
    parts = _rows(ax, parts_of(ax, table[table["n"] > 0], data, by, most=_MOST_GROUPS))
    shares_axis(ax.xaxis)
    told = [f"n = {count(part.n)}" for part in parts.shown]
    forest(ax, [row_of(part, n) for part, n in zip(parts.shown, told, strict=True)], marks)
    ax.set_xlim(-0.01, 1.01)
    ax.set_xlabel("share of the prompt's, or of the completion's tokens")
    whole = table if by is None else stats.token_shares(data, level=level, seed=seed)
    if not parts.shown:
        nothing(ax, "No call tells cached or reasoning tokens (n = 0)")
    note(ax, *_counted(whole), parts.more)
    return ax


def _rows(ax: Axes, parts: Parts) -> Parts:
    """A row for each part that a group tells, cached before reasoning."""
    shown = []
    for part in parts.shown:
        for place in range(len(part.rows)):
            rows = part.rows.iloc[[place]].reset_index(drop=True)
            word = str(rows["part"].iloc[0])
            name = f"{part.name} · {word}" if part.name else word
            marked = part.look if part.name else look(ax, place)
            marker = {"cached": "o", "reasoning": "s"}[word]
            n = int(rows["n"].iloc[0])
            shown.append(Part(name, rows, replace(marked, marker=marker), n))
    return Parts(tuple(shown), parts.n_more)


def _counted(whole: pd.DataFrame) -> tuple[Tally, str]:
    """Calls that tell the cached tokens, and those that tell the reasoning ones."""
    cached, reasoning = (whole[whole["part"] == part].iloc[0] for part in ("cached", "reasoning"))
    mock = int(cached["n_mock"])
    odd = int(cached["n_inconsistent"])
    unknown = int(cached["n_excluded"]) - mock - odd
    left_out = {"that do not tell cached tokens": unknown, "inconsistent": odd, "mock": mock}
    return Tally(int(cached["n"]), left_out), f"n = {count(reasoning['n'])} tell reasoning tokens"
