"""The selection as pages of text, sorted by a column."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from ..plot.ticks import human_seconds
from ..plot.words import plain
from .filtering import Filtering
from .views import LABELS

PAGE = 25
COLUMNS = (
    "row_id",
    "created_at",
    "model",
    "outcome",
    "failure_class",
    "finish_class",
    "duration_s",
    "prompt_tokens",
    "completion_tokens",
)
# What one looks for comes first when a column of words is sorted upwards.
_FIRST = {"outcome": ("failed", "unresolved", "finished")}
_NONE = "–"
_LONGEST = 80


class Listing:
    """The selected rows in an order, page by page."""

    def __init__(self, filtering: Filtering) -> None:
        self._filtering = filtering
        frame = filtering.frame
        known = [name for name in COLUMNS if name in frame]
        others = [name for name in frame if isinstance(name, str) and name not in known]
        self.columns = [*known, *others][: len(COLUMNS)]
        self.column = "duration_s" if "duration_s" in known else None
        self.is_descending = True
        self.start = 0
        self._orders: dict[str, npt.NDArray[np.intp]] = {}

    def sort(self, column: str) -> None:
        """Sort by a column, words upwards and numbers downwards; the other way on the next call."""
        if column not in self.columns:
            raise KeyError(f"the table has no column {column!r}; it has {self.columns}")
        is_number = _is_number(self._filtering.frame[column])
        self.is_descending = not self.is_descending if column == self.column else is_number
        self.column, self.start = column, 0

    def turn_to(self, start: int) -> None:
        """Begin the page at a row of the selection, as far as there is one."""
        last = max(self._filtering.crossfilter.count - 1, 0)
        self.start = min(max(int(start), 0), last) // PAGE * PAGE

    def page(self, opened: int | None) -> dict[str, Any]:
        """The page as `table.js` takes it: `place` is a row's position in the frame."""
        places = self._sorted()[self.start : self.start + PAGE]
        cells = self._filtering.frame[self.columns].iloc[places]
        texts = [[_text(value, name) for value in cells[name]] for name in self.columns]
        return {
            "columns": [self._head(name) for name in self.columns],
            "rows": [
                [int(place), list(row)]
                for place, row in zip(places, zip(*texts, strict=True), strict=True)
            ],
            "start": self.start,
            "size": PAGE,
            "n": self._filtering.crossfilter.count,
            "opened": opened,
        }

    def _head(self, name: str) -> Mapping[str, Any]:
        orders = {True: "descending", False: "ascending"}
        return {
            "name": name,
            "label": LABELS.get(name, name),
            "isNumber": _is_number(self._filtering.frame[name]),
            "order": orders[self.is_descending] if name == self.column else "none",
        }

    def _sorted(self) -> npt.NDArray[np.intp]:
        """The positions of the selected rows in order; rows without a value come last."""
        crossfilter = self._filtering.crossfilter
        if self.column is None:
            return crossfilter.positions
        order = self._order(self.column)
        return order if crossfilter.count == len(order) else order[crossfilter.kept[order]]

    def _order(self, column: str) -> npt.NDArray[np.intp]:
        """All rows by a column, sorted once and kept."""
        key = f"{column} {self.is_descending}"
        if key not in self._orders:
            values = _sortable(self._filtering.frame[column], column)
            order = values.argsort(kind="stable").to_numpy(copy=True)
            n_missing = int(values.isna().sum())
            known, missing = order[: len(order) - n_missing], order[len(order) - n_missing :]
            self._orders[key] = np.concatenate(
                [known[::-1] if self.is_descending else known, missing]
            )
        return self._orders[key]


def _sortable(values: pd.Series, column: str) -> pd.Series:
    """A column whose order is that of its numbers, words or times; NaN where missing."""
    plainly = values.reset_index(drop=True)
    if isinstance(plainly.dtype, pd.CategoricalDtype):
        first = _FIRST.get(column, tuple(sorted(plainly.cat.categories, key=str)))
        rank = {word: place for place, word in enumerate(first)}
        ranks = np.array([*(rank.get(word, len(rank)) for word in plainly.cat.categories), np.nan])
        return pd.Series(ranks[plainly.cat.codes])
    return plainly.astype("float64") if _is_number(plainly) else plainly


def _is_number(values: pd.Series) -> bool:
    return pd.api.types.is_numeric_dtype(values.dtype)


def _text(value: Any, column: str) -> str:
    if not pd.api.types.is_scalar(value):
        return plain(str(value), _LONGEST)
    if pd.isna(value):
        return _NONE
    if column.endswith("_s"):
        return human_seconds(float(value))
    if column == "row_id":
        return str(value)
    return next(
        (says(value) for kind, says in _SAYS if isinstance(value, kind)), plain(value, _LONGEST)
    )


_SAYS: tuple[tuple[Any, Callable[[Any], str]], ...] = (
    (bool, str),
    (pd.Timestamp, lambda moment: f"{moment:%Y-%m-%d %H:%M:%S}"),
    ((int, np.integer), "{:,}".format),
    ((float, np.floating), "{:,.6g}".format),
)
