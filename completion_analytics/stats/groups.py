"""What every statistic does first: leave out mock rows and tell the groups apart.

A statistic asks `groups_of` for the columns it needs and gets `Groups`: those columns of the rows
that count, the number of each row's group, and a way to put results beside the group's key.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import prod
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd
from pandas.api.types import union_categoricals

from .inputs import (
    By,
    Counts,
    Data,
    Flags,
    Floats,
    flags,
    floats,
    frame_of,
    require_columns,
    require_group_column,
    tally_of,
)
from .tallies import HERE, Tally


@dataclass(frozen=True)
class Groups:
    """The rows that count, and the group of each.

    With ``by="tag"`` groups overlap: a completion is a row of every tag that it bears.
    """

    function: str
    frame: pd.DataFrame
    """The columns asked for, mock rows left out, on a plain index."""
    codes: Counts
    """The group of each row of `frame`, as a place in `keys`."""
    keys: pd.DataFrame
    """One row per group, in order; no column when there is no `by`."""
    n_mock: Counts
    """Mock rows left out, per group."""
    tally: Tally = HERE
    """What makes a finding in these rows one of all rows."""

    @property
    def size(self) -> int:
        """How many groups there are."""
        return len(self.keys)

    def floats(self, column: str) -> Floats:
        """The column as float64, NaN where missing."""
        return floats(self.frame[column])

    def matches(self, column: str, *words: str) -> Flags:
        """Where the column is one of the words; nowhere if the frame lacks the column."""
        if column not in self.frame:
            return np.zeros(len(self.frame), dtype=np.bool_)
        return np.asarray(self.frame[column].isin(words), dtype=np.bool_)

    def is_true(self, column: str) -> Flags:
        """Where a boolean column is True; missing is not, and an absent column is nowhere."""
        if column not in self.frame:
            return np.zeros(len(self.frame), dtype=np.bool_)
        return flags(self.frame[column])

    def count(self, where: Flags | None = None) -> Counts:
        """Rows per group, of those where the flag is set."""
        codes = self.codes if where is None else self.codes[where]
        return self._counted(codes, self.size)

    def count_at(self, place: Counts, width: int) -> Counts:
        """Rows per group and place, one group after another; place -1 belongs to none."""
        placed = place >= 0
        return self._counted(self.codes[placed] * width + place[placed], self.size * width)

    def total(self, values: Floats) -> Floats:
        """Sum per group; a missing value adds nothing, a group without values is NaN."""
        known = ~np.isnan(values)
        sums = np.bincount(self.codes[known], weights=values[known], minlength=self.size)
        return np.where(self.count(known) > 0, self.tally.whole(sums, np.add), np.nan)

    def least(self, values: Floats) -> Floats:
        """The least value per group, infinity where there is none."""
        found, known = np.full(self.size, np.inf), ~np.isnan(values)
        np.minimum.at(found, self.codes[known], values[known])
        return self.tally.whole(found, np.minimum)

    def positions(self, where: Flags | None = None) -> list[npt.NDArray[np.int64]]:
        """For each group the places in `frame` of its rows, in their order."""
        if not self.size:
            return []
        rows = np.arange(len(self.codes)) if where is None else np.flatnonzero(where)
        # NumPy sorts 16-bit integers by radix, several times faster.
        narrow = np.int16 if self.size < np.iinfo(np.int16).max else np.int64
        order = rows[np.argsort(self.codes[rows].astype(narrow), kind="stable")]
        return np.split(order, np.cumsum(self.count(where))[:-1])

    def crossed(self, place: Counts, name: str, labels: Any) -> Groups:
        """Every group split by a second key, empty parts included; place -1 belongs to none.

        Mock rows have no place, so that the parts count none of them.
        """
        width, placed = len(labels), place >= 0
        group = np.repeat(np.arange(self.size), width)
        keys = self.table({name: labels.take(np.tile(np.arange(width), self.size))}, group)
        codes = self.codes[placed] * width + place[placed]
        rows = self.frame[placed].reset_index(drop=True)
        n_mock = np.zeros(len(keys), dtype=np.int64)
        return Groups(self.function, rows, codes, keys, n_mock, self.tally)

    def _counted(self, codes: Counts, size: int) -> Counts:
        return self.tally.whole(np.bincount(codes, minlength=size).astype(np.int64), np.add)

    def table(self, columns: Mapping[str, Any], group: npt.ArrayLike | None = None) -> pd.DataFrame:
        """The results beside the keys of their groups.

        One row per group, or as many as `group` names: the group of each result row.

        Raises:
            ValueError: a group column bears the name of a result column.
        """
        for name in self.keys:
            if name in columns:
                raise ValueError(
                    f"{self.function} cannot group by {name!r}, because its result has a column "
                    "of that name: rename it first"
                )
        places = np.arange(self.size) if group is None else np.asarray(group, dtype=np.intp)
        keys = {str(name): self.keys[name].array.take(places) for name in self.keys}
        return pd.DataFrame(keys | dict(columns))


def groups_of(
    data: Data,
    function: str,
    needs: Sequence[str],
    *,
    by: By = None,
    optional: Sequence[str] = (),
    frame: str = "completions",
) -> Groups:
    """The rows of a frame or log that count for a statistic, told apart by `by`.

    Groups come sorted by key, the missing key last; the index of the frame plays no part.
    Mock rows are left out and counted; a group of nothing but mocks is still a group.

    Args:
        data: a frame, or a log.
        function: the statistic's name, for its messages.
        needs: columns without which the statistic has no meaning.
        by: one column, several, or `"tag"`, which needs the log.
        optional: columns that are used where they exist.
        frame: which frame of a log is meant.

    Raises:
        KeyError: a needed column, or one of `by`, is not there.
        TypeError: `data` is neither a frame nor a log, or a column of `by` is continuous.
    """
    whole, tally = frame_of(data, function, frame), tally_of(data)
    require_columns(whole, function, needs)
    names = _by_columns(by)
    is_tagged = "tag" in names and "tag" not in whole
    tags = data.tags if is_tagged and not isinstance(data, pd.DataFrame) else None
    for name in names:
        if tags is None or name != "tag":
            require_group_column(whole, function, name)
    wanted = dict.fromkeys([*needs, *names, *optional, "is_mock"])
    there = [name for name in wanted if name in whole]
    tally.asks(there)
    rows = whole[there].reset_index(drop=True)
    if tags is not None:
        require_columns(whole, function, ["row_id"])
        tally.asks(["row_id"])
        rows = _with_tags(rows, whole["row_id"], tags)
    codes, keys = _grouping(rows, names)
    if names and not tally.is_whole:
        keys = tally.agreed(keys, _merged)
        codes = _grouping(_stacked(keys, rows[names]), names)[0][len(keys) :]
    mock = flags(rows["is_mock"]) if "is_mock" in rows else np.zeros(len(rows), dtype=np.bool_)
    n_mock = np.bincount(codes[mock], minlength=len(keys)).astype(np.int64)
    n_mock = tally.whole(n_mock, np.add)
    if mock.any():
        rows, codes = rows[~mock].reset_index(drop=True), codes[~mock]
    return Groups(function, rows, codes, keys, n_mock, tally)


def _by_columns(by: By) -> list[str]:
    if by is None:
        return []
    return [by] if isinstance(by, str) else list(dict.fromkeys(by))


def _with_tags(rows: pd.DataFrame, row_id: pd.Series, tags: pd.DataFrame) -> pd.DataFrame:
    """Each row once per tag; a row without tags once, its tag missing."""
    places = pd.DataFrame({"row_id": row_id.array, "place": np.arange(len(rows))})
    joined = places.merge(tags[["row_id", "tag"]], on="row_id", how="left")
    tag, names = pd.factorize(joined["tag"])
    pair = joined["place"] * (len(names) + 1) + tag + 1
    # That no call bears a tag twice is the rule, and sorting shows it several times faster.
    if not np.diff(np.sort(pair)).all():
        joined = joined[~pair.duplicated()]
    fanned = rows.take(joined["place"].to_numpy()).reset_index(drop=True)
    return fanned.assign(tag=joined["tag"].array)


def _grouping(rows: pd.DataFrame, names: Sequence[str]) -> tuple[Counts, pd.DataFrame]:
    """The group of each row, and the table of keys: sorted, the missing key last."""
    combined = np.zeros(len(rows), dtype=np.int64)
    if not names:
        return combined, pd.DataFrame(index=pd.RangeIndex(1))
    places, levels = zip(*(_levels(rows[name]) for name in names), strict=True)
    for place, level in zip(places, levels, strict=True):
        combined = combined * (len(level) + 1) + place
    seen, codes = _distinct(combined, prod(len(level) + 1 for level in levels))
    first = np.zeros(len(seen), dtype=np.int64)
    first[codes] = np.arange(len(codes))
    keys = {
        name: level.take(np.where(place[first] < len(level), place[first], -1), allow_fill=True)
        for name, place, level in zip(names, places, levels, strict=True)
    }
    return codes, pd.DataFrame(keys, index=pd.RangeIndex(len(seen)))


def _merged(keys: pd.DataFrame, others: pd.DataFrame) -> pd.DataFrame:
    """The keys of two parts, as if the rows of both had been grouped."""
    return _grouping(_stacked(keys, others), [str(name) for name in keys])[1]


def _stacked(first: pd.DataFrame, second: pd.DataFrame) -> pd.DataFrame:
    """One frame upon another; categories have the words of both."""
    return pd.DataFrame(
        {
            name: union_categoricals([first[name], second[name]])
            if isinstance(first[name].dtype, pd.CategoricalDtype)
            else pd.concat([first[name], second[name]], ignore_index=True)
            for name in first
        }
    )


def _distinct(combined: Counts, below: int) -> tuple[Counts, Counts]:
    """The distinct numbers in order, and the place of each row's among them."""
    if below <= len(combined):  # counting is several times faster than hashing
        present = np.bincount(combined, minlength=below) > 0
        return np.flatnonzero(present), (np.cumsum(present) - 1)[combined]
    codes, seen = pd.factorize(combined, sort=True)
    return seen, codes.astype(np.int64)


def _levels(values: pd.Series) -> tuple[Counts, Any]:
    """Each value's place among the levels, and the levels; missing is one past the last."""
    plain = _plain(values)
    levels: Any
    if isinstance(plain.dtype, pd.CategoricalDtype):
        known = plain.cat.remove_unused_categories()
        if not known.cat.ordered:
            known = known.cat.reorder_categories(known.cat.categories.sort_values())
        codes = known.cat.codes.to_numpy()
        every = np.arange(len(known.cat.categories))
        levels = pd.Categorical.from_codes(every, known.cat.categories, known.cat.ordered)
    else:
        codes, uniques = pd.factorize(plain, sort=True)
        levels = pd.Series(uniques).array
    return np.where(codes < 0, len(levels), codes).astype(np.int64), levels


def _plain(values: pd.Series) -> pd.Series:
    """Arrow-backed keys as pandas' own dtypes, plain bool and int as ones that can be missing."""
    dtype = values.dtype
    if isinstance(dtype, pd.CategoricalDtype):
        return values
    if pd.api.types.is_bool_dtype(dtype):
        return values.astype("boolean")
    if pd.api.types.is_integer_dtype(dtype):
        return values.astype("Int64")
    return values.astype("str")
