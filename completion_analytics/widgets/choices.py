"""Columns of few words, and tags, as lists to tick: which values there are, and what they keep."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Literal

import numpy as np
import pandas as pd

from ..filters import HasTags, OneOf
from ..filters.condition import Condition
from ..filters.values import Value, plain
from ..plot import words
from .crossfilter import Counts, Several, Single

Mode = Literal["any", "all", "none"]
MODES: tuple[Mode, ...] = ("any", "all", "none")
TAG = "tag"
_SHOWN = 12
"""Values that a list shows at once; one with more of them can be searched."""
_FOUND = 60
"""Values that a search shows at most."""
_LONGEST = 60


@dataclass(frozen=True)
class Choice:
    """A column, or the tags, whose values are ticked in a list."""

    column: str
    values: Sequence[Value]
    """The value of each code but the last, which stands for missing or for no tag."""
    dimension: Single | Several
    is_tags: bool = False

    @cached_property
    def codes(self) -> Mapping[Value, int]:
        """The code of each value; None is that of missing."""
        known = {value: code for code, value in enumerate(self.values)}
        return known if self.is_tags else {**known, None: len(self.values)}

    @cached_property
    def order(self) -> list[int]:
        """The codes that occur, most frequent first, missing last."""
        whole = self.dimension.whole
        known = whole[:-1]
        order = np.lexsort((np.arange(len(known)), -known))
        codes = [int(code) for code in order if known[code]]
        return codes + ([len(known)] if whole[-1] and not self.is_tags else [])

    def condition(self, codes: Sequence[int], mode: Mode = "any") -> Condition | None:
        """What ticked values keep; nothing ticked keeps everything."""
        if not codes:
            return None
        if self.is_tags:
            return HasTags(**{mode: [self.values[code] for code in codes]})  # type: ignore[arg-type]  # because tags are texts
        return OneOf(self.column, [self._value(code) for code in codes])

    def takes(self, condition: Condition) -> bool:
        """Whether the list can show a condition: all its values are there, and in one mode."""
        if self.is_tags:
            return isinstance(condition, HasTags) and self._mode(condition) is not None
        return (
            isinstance(condition, OneOf)
            and condition.column == self.column
            and bool(_values(condition))
            and all(value in self.codes for value in _values(condition))
        )

    def ticked(self, condition: Condition | None) -> tuple[list[int], Mode]:
        """The codes that a condition ticks, and how they count together."""
        if isinstance(condition, OneOf):
            return [self.codes[value] for value in _values(condition)], "any"
        mode = self._mode(condition) if isinstance(condition, HasTags) else None
        if mode is None:
            return [], "any"
        return [self.codes[tag] for tag in getattr(condition, mode)], mode

    def listed(self, search: str, ticked: Sequence[int]) -> tuple[list[int], int]:
        """The codes to show for a search, those ticked first of all, and how many match it."""
        wanted = search.strip().casefold()
        found = self.order
        if wanted:
            found = [code for code in found if wanted in self._folded[code]]
        most = _FOUND if wanted else _SHOWN
        shown = found[:most]
        return [*(code for code in ticked if code not in shown), *shown], len(found)

    def is_known(self, code: int) -> bool:
        """Whether a code stands for a value, not for missing."""
        return code < len(self.values)

    def label(self, code: int) -> str:
        """A value as one short line of text."""
        value = self._value(code)
        if value is None:
            return words.MISSING
        return words.plain(value, _LONGEST) if str(value).strip() else f"({str(value)!r})"

    @cached_property
    def _folded(self) -> list[str]:
        return [self.label(code).casefold() for code in range(len(self.values) + 1)]

    def _value(self, code: int) -> Value:
        return None if code == len(self.values) else self.values[code]

    def _mode(self, condition: HasTags) -> Mode | None:
        """How the tags of a condition count together; None where they do so in several ways."""
        given = [mode for mode in MODES if getattr(condition, mode)]
        known = all(tag in self.codes for mode in given for tag in getattr(condition, mode))
        return given[0] if len(given) == 1 and known else None


def choice_of(column: str, values: pd.Series) -> Choice:
    """The values of a column of words or booleans; a column without any has but the missing."""
    if isinstance(values.dtype, pd.CategoricalDtype):
        codes, uniques = values.cat.codes.to_numpy(), values.cat.categories
    else:
        codes, uniques = pd.factorize(values)
    known = uniques.tolist()
    if not isinstance(values.dtype, pd.StringDtype):
        known = [plain(value, f"explore, in {column!r},") for value in known]
    narrow = np.asarray(codes).astype(_narrowest(len(known) + 1))
    narrow[codes < 0] = len(known)
    return Choice(column, known, Single(narrow, len(known) + 1))


def tags_of(row_ids: pd.Series, tags: pd.DataFrame) -> Choice:
    """The tags of completions, any number each."""
    places = pd.Index(row_ids).get_indexer(tags["row_id"])
    codes, names = pd.factorize(tags["tag"])
    borne = (places >= 0) & (codes >= 0)
    shape = (len(row_ids), len(names))
    return Choice(
        TAG,
        [str(name) for name in names],
        Several.of(places[borne], codes[borne], shape),
        is_tags=True,
    )


def counts_of(counts: Counts, codes: Sequence[int]) -> list[int]:
    """The counts of some codes, as plain numbers."""
    return [int(counts[code]) for code in codes]


def _values(condition: OneOf) -> tuple[Value, ...]:
    return tuple(condition.values)  # because it is no Series


def _narrowest(size: int) -> type[np.unsignedinteger[Any]]:
    kinds: tuple[type[np.unsignedinteger[Any]], ...] = (np.uint8, np.uint16, np.uint32)
    return next(kind for kind in kinds if size <= np.iinfo(kind).max)
