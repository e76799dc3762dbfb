"""Which tags go together, and what is known of whom."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes

from .. import stats
from ..stats.inputs import Data
from .cells import cells, write
from .figures import new_axes
from .rows import name_rows
from .words import Tally, count, literal, note, nothing, plain

_MOST_TAGS = 12
_FULL = 1.6
"""Where the scale of shares would end: 1 is to be a colour, not black."""


def tag_pairs(data: Data, *, ax: Axes | None = None, **mesh: Any) -> Axes:
    """How many calls bear two tags, for each pair; the darker, the more of either bear both.

    A triangle of cells with numbers as in `stats.tag_pairs`, coloured by the share of both among
    either; a tag's name stands where its row and its column meet. Of more than 12 tags those
    borne most are drawn. Takes the log, or its frame `tags`. `mesh` goes to `Axes.pcolormesh`.

    Raises:
        KeyError: the frame has no tags.
        TypeError: `data` is neither a frame nor a log.

    >>> tags = pd.DataFrame({"row_id": [0, 0, 1, 1, 2, 3], "tag": list("abaabc")})
    >>> [text.get_text() for text in tag_pairs(tags).texts]
    ['1', 'a (2)', 'b (2)']
    """
    table = stats.tag_pairs(data)
    ax = new_axes(ax)
    sizes = _sizes(table)
    kept = list(sizes.index[:_MOST_TAGS])
    if kept:
        shares, numbers = _triangle(table, kept)
        drawn = cells(ax, shares, mesh, vmin=0, vmax=_FULL * np.nanmax(shares, initial=0))
        write(ax, drawn, numbers)
        for place, tag in enumerate(kept):
            text = ax.text(place - 0.4, place, "", va="center", fontsize="small")
            literal(text, f"{plain(tag, 18)} ({count(sizes[tag])})")
        ax.set_xlim(-0.5, len(kept) * 1.3)
        ax.set(xticks=[], yticks=[])
    else:
        nothing(ax, "No call bears two tags (n = 0)")
    n = int(table["n"].iloc[0]) if len(table) else 0
    more = f"{count(len(sizes) - len(kept))} rarer tags not drawn" if len(sizes) > len(kept) else ""
    words = "in brackets calls with the tag, in cells with both" if kept else ""
    note(ax, Tally(n, {}), words, more)
    return ax


def missing_by_outcome(
    data: Data, *, columns: Sequence[str] | None = None, ax: Axes | None = None, **mesh: Any
) -> Axes:
    """How many calls of each outcome tell each field, as a table whose colour is the share.

    As `stats.missing_by_outcome` has it. A mark stands beside numbers that differ from those of
    the finished calls by more than chance: what such a field says of finished calls need not hold
    for the others. `mesh` goes to `Axes.pcolormesh`.

    Raises:
        KeyError: a column is not there.
        ValueError: there is no field to look at.

    >>> calls = pd.DataFrame({
    ...     "outcome": ["finished"] * 9 + ["failed"] * 3, "duration_s": [1.0] * 9 + [None] * 3
    ... })
    >>> [text.get_text() for text in missing_by_outcome(calls).texts]
    ['9/9', '0/3 ≠']
    """
    table = stats.missing_by_outcome(data, columns=columns)
    ax = new_axes(ax)
    table = table[(table["n"] > 0) & table.groupby("field")["k_all"].transform("any")]
    whole = stats.failure_rates(data).iloc[0]
    if len(table):
        _fields(ax, table, mesh)
    else:
        nothing(ax, "No call of known outcome (n = 0)")
    marked = table["is_selective"].fillna(False).any()
    mark = "≠: other than the finished, beyond chance" if marked else ""
    n = int(whole["n"] + whole["n_unresolved"])
    note(ax, Tally(n, {"mock": int(whole["n_mock"])}), _whom(table), mark)
    return ax


def _sizes(table: pd.DataFrame) -> pd.Series:
    """How many calls bear each tag that meets another, the most first."""
    first = table.set_index("tag")["n_tag"]
    second = table.set_index("with_tag")["n_with_tag"]
    both = pd.concat([first, second])
    sizes: pd.Series = both[~both.index.duplicated()].sort_index()
    return sizes.sort_values(ascending=False, kind="stable")


def _triangle(table: pd.DataFrame, kept: Sequence[str]) -> tuple[Any, Any]:
    """Shares and numbers below the diagonal, a pair in the row of the rarer tag."""
    places = {tag: place for place, tag in enumerate(kept)}
    shares = np.full((len(kept), len(kept)), np.nan)
    numbers = np.full(shares.shape, "", dtype="U16")
    drawn = table[table["tag"].isin(kept) & table["with_tag"].isin(kept)]
    for row in drawn.to_dict("records"):
        column, line = sorted((places[row["tag"]], places[row["with_tag"]]))
        shares[line, column], numbers[line, column] = row["jaccard"], count(row["k"])
    return shares, numbers


def _fields(ax: Axes, table: pd.DataFrame, mesh: dict[str, Any]) -> None:
    fields = list(dict.fromkeys(table["field"]))
    words = [word for word in table["outcome"].cat.categories if (table["outcome"] == word).any()]
    grid = table.set_index(["field", "outcome"])
    rows = [[grid.loc[(field, word)] for word in words] for field in fields]
    drawn = cells(ax, [[cell["value"] for cell in row] for row in rows], mesh, vmin=0, vmax=_FULL)
    write(ax, drawn, [[_of(cell) for cell in row] for row in rows])
    name_rows(ax, fields, [], below=0)
    ax.set_ylim(len(fields) - 0.5, -0.5)
    ax.set_xticks(range(len(words)), words)


def _of(cell: pd.Series) -> str:
    selective = cell["is_selective"] is not pd.NA and bool(cell["is_selective"])
    return f"{count(cell['k'])}/{count(cell['n'])}" + (" ≠" if selective else "")


def _whom(table: pd.DataFrame) -> str:
    """Of how many calls the first field speaks."""
    if table.empty:
        return ""
    first = table.iloc[0]
    k, n = count(first["k_all"]), count(first["n_all"])
    return f"{first['field']} describes {k} of {n} calls"
