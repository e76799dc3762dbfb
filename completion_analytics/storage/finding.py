"""Which rows of a stored log some conditions keep, found part by part."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Self

import numpy as np
import numpy.typing as npt
import pandas as pd

from ..filters import Between, Condition, Contains, HasTags, Missing, Not, OneOf, select
from ..filters.on_children import TEXTS
from ..frames.columns import Column
from ..frames.wanted import not_built
from .arrow import columns_named, empty_frame
from .folder import STORED, Stored
from .pushing import all_of, among, pushed


def rows_kept(stored: Stored, conditions: Sequence[Condition]) -> npt.NDArray[np.int64]:
    """The `row_id`s of what `ca.select` keeps. Raises as it does."""
    columns = columns_named(STORED["completions"], stored.columns("completions"))
    select(_Searched(stored.none(), empty_frame(columns)), *conditions)  # raises for wrong names
    tried, expressions = _shared_out(conditions, {column.name: column for column in columns})
    needed = _needed(tried, [column.name for column in columns])
    found = [_found(part, needed, all_of(expressions), tried) for part in stored.each()]
    return np.concatenate([np.empty(0, np.int64), *found])


def _found(
    part: Stored, needed: Sequence[str], known: Any, tried: Sequence[Condition]
) -> npt.NDArray[np.int64]:
    candidates = part.frame("completions", needed, known)
    if not tried:
        return candidates["row_id"].to_numpy()
    searched = _Searched(part, candidates, is_narrowed=known is not None)
    return select(searched, *tried).completions["row_id"].to_numpy()


@dataclass(frozen=True)
class _Searched:
    """As much of a log as conditions look at."""

    stored: Stored
    completions: pd.DataFrame
    is_narrowed: bool = False

    @cached_property
    def tags(self) -> pd.DataFrame:
        return self._child("tags", ["row_id", "tag"])

    @cached_property
    def messages(self) -> pd.DataFrame:
        return self._child("messages", ["row_id", "text"])

    @cached_property
    def choices(self) -> pd.DataFrame:
        return self._child("choices", ["row_id", "text"])

    def keep(self, row_ids: pd.Series) -> Self:
        kept = self.completions["row_id"].isin(row_ids)
        return type(self)(self.stored, self.completions[kept])

    @property
    def left_out(self) -> Sequence[str]:
        return self.stored.manifest.left_out

    def _child(self, name: str, columns: Sequence[str]) -> pd.DataFrame:
        if name in self.left_out:
            raise not_built(name)
        row_ids = self.completions["row_id"].to_numpy()
        return self.stored.frame(name, columns, among(row_ids) if self.is_narrowed else None)


def _shared_out(
    conditions: Sequence[Condition], columns: dict[str, Column]
) -> tuple[Sequence[Condition], list[Any]]:
    """Conditions to try on frames, and expressions that narrow these before."""
    expressions = {condition: pushed(condition, columns) for condition in conditions}
    tried = [condition for condition, expression in expressions.items() if expression is None]
    if all(_never_raises(condition, columns) for condition in tried):
        return tried, [found for found in expressions.values() if found is not None]
    return conditions, []  # one of them may raise for a row that another would leave out


def _never_raises(condition: Condition, columns: dict[str, Column]) -> bool:
    if isinstance(condition, Not):
        return _never_raises(condition.condition, columns)
    if isinstance(condition, Contains) and condition.where not in TEXTS:
        return columns[condition.where].dtype in ("str", "category")
    return isinstance(condition, Contains | HasTags)


def _needed(conditions: Sequence[Condition], names: Sequence[str]) -> list[str]:
    """The columns that conditions look at, and `row_id`; all of them for an unknown condition."""
    looked_at = {"row_id"}.union(*(_looked_at(condition, names) for condition in conditions))
    return [name for name in names if name in looked_at]


def _looked_at(condition: Condition, names: Sequence[str]) -> set[str]:
    if isinstance(condition, Not):
        return _looked_at(condition.condition, names)
    if isinstance(condition, OneOf | Between | Missing):
        return {condition.column}
    if isinstance(condition, Contains):
        return {condition.where} - TEXTS.keys()
    return set() if isinstance(condition, HasTags) else set(names)
