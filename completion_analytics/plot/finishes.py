"""How answers end."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd
from matplotlib import cbook
from matplotlib.axes import Axes
from matplotlib.patches import Patch

from .. import stats
from ..frames.completions import FINISH_CLASSES
from ..stats.inputs import By, Data
from .colours import SLOTS, look, neutral
from .figures import new_axes
from .parts import MOST_ROWS, Part, Parts, parts_of
from .rows import ALL, legend_below, legend_room, name_rows
from .ticks import human_share, shares_axis
from .words import Tally, count, note, nothing

_LEAST_TOLD = 0.06
"""The least share of a bar that has room for a number."""


def finish_reasons(
    data: Data, *, by: By = None, level: float = 0.95, ax: Axes | None = None, **bars: Any
) -> Axes:
    """Why answers ended: a bar of shares per group, of finished calls that tell.

    Shares as `stats.finish_reasons` has them, with the number of calls at the right edge. Of more
    than 20 groups the 19 largest are drawn. `bars` goes to `Axes.barh`.

    Raises:
        KeyError: a column is not there.
        TypeError: a column of `by` is continuous.
        ValueError: `level` is not between 0 and 1.

    >>> calls = pd.DataFrame({"outcome": "finished", "finish_class": ["stop", "length", None]})
    >>> [float(bar.get_width()) for bar in finish_reasons(calls).patches]
    [0.5, 0.5]
    """
    table = stats.finish_reasons(data, by=by, level=level)
    ax = new_axes(ax)
    shares_axis(ax.xaxis)
    known = table[table["n"] > 0]
    parts = parts_of(ax, known, data, by, most=MOST_ROWS)
    seen = set(known.loc[known["k"] > 0, "finish_class"].astype("str"))
    order = [word for word in FINISH_CLASSES if word in seen]
    words = [*order, *sorted(seen - set(order))]
    for word, left in zip(words, _lefts(parts, words), strict=True):
        _segments(ax, parts, word, left, bars)
    names = [part.name or ALL for part in parts.shown]
    told = [f"n = {count(part.n)}" for part in parts.shown]
    name_rows(ax, names, told, below=legend_room(len(names)))
    ax.set_xlim(0, 1)
    ax.set_xlabel("share of finished calls that say why they ended")
    if parts.shown:
        legend_below(ax, [_segment(ax, word) for word in words], words)
    else:
        nothing(ax, "No finished call says why it ended (n = 0)")
    whole = table if by is None else stats.finish_reasons(data, level=level)
    note(ax, _ended(data, whole), parts.more)
    return ax


def _shares(part: Part, word: str) -> float:
    rows = part.rows[part.rows["finish_class"].astype("str") == word]
    return float(rows["value"].iloc[0]) if len(rows) else 0.0


def _lefts(parts: Parts, words: Sequence[str]) -> list[Any]:
    """Where each word's segments begin: after those of the words before it."""
    shares = np.array([[_shares(part, word) for part in parts.shown] for word in words])
    shares = shares.reshape(len(words), len(parts.shown))
    return list(np.cumsum(shares, axis=0) - shares)


def _segments(ax: Axes, parts: Parts, word: str, left: Any, bars: dict[str, Any]) -> None:
    shares = [_shares(part, word) for part in parts.shown]
    made = _segment(ax, word)
    style: dict[str, Any] = {
        "color": made.get_facecolor(),
        "hatch": made.get_hatch(),
        "edgecolor": ax.get_facecolor(),
        "linewidth": 0.6,
        "height": 0.62,
    }
    ax.barh(range(len(shares)), shares, left=left, **(style | cbook.normalize_kwargs(bars, Patch)))
    for place, (share, start) in enumerate(zip(shares, left, strict=True)):
        if share >= _LEAST_TOLD and len(shares) <= MOST_ROWS // 2:
            middle = start + share / 2
            text = ax.text(middle, place, human_share(share), ha="center", va="center")
            box = {"facecolor": ax.get_facecolor(), "linewidth": 0, "pad": 1.5}
            text.set(fontsize="small", bbox=box)


def _segment(ax: Axes, word: str) -> Patch:
    slots = SLOTS["finish_class"]
    shown = look(ax, slots[word], list(slots).index(word)) if word in slots else neutral(ax)
    return Patch(
        facecolor=shown.colour, hatch=shown.hatch, edgecolor=ax.get_facecolor(), linewidth=0
    )


def _ended(data: Data, whole: pd.DataFrame) -> Tally:
    if whole.empty:
        return Tally(0, {"that do not tell": int(stats.truncation(data)["n_excluded"].iloc[0])})
    row = whole.iloc[0]
    unknown, mock = int(row["n_unknown"]), int(row["n_mock"])
    left_out = {
        "that do not say why they ended": unknown,
        "not finished": int(row["n_excluded"]) - unknown - mock,
        "mock": mock,
    }
    return Tally(int(row["n"]), left_out)
