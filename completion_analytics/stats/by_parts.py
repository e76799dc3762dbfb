"""Statistics of a log whose rows are in parts, by the same code as of a log in one place.

A statistic made of findings that merge is worked out in rounds. In a round each part notes what the
statistic finds in its rows, up to the first finding that all parts must agree on before it can go
on: which groups there are, from when to when, how wide the bins. The notes are merged, and the next
round is told them. When nothing is left to agree on, the statistic runs once more, without any row,
and is told what was found in all of them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import partial, wraps
from typing import Any, TypeVar, cast

import numpy as np
import pandas as pd

from .inputs import InParts
from .sketch import RELATIVE_ERROR, Sketch
from .tallies import Found, Tally

Statistic = TypeVar("Statistic", bound=Callable[..., pd.DataFrame])
Merge = Callable[[Any, Any], Any]


def of_parts(statistic: Statistic) -> Statistic:
    """Let a statistic take a log in parts.

    For statistics that look at rows only through the counts, sums and ranks of `Groups`, and agree
    on whatever they go on by. Counts and sums are those of all rows. Values taken by rank are
    within `RELATIVE_ERROR` of them, and then the table's ``attrs["relative_error"]`` says so.
    """

    @wraps(statistic)
    def computed(data: Any, *args: Any, **options: Any) -> pd.DataFrame:
        if isinstance(data, InParts):
            return _merged(partial(_called, computed, args, options), data)
        return statistic(data, *args, **options)

    return cast(Statistic, computed)


@dataclass(frozen=True)
class _Rows:
    """The log of a part, and what becomes of what is found in it."""

    log: Any
    tally: Tally

    @property
    def completions(self) -> pd.DataFrame:
        frame: pd.DataFrame = self.log.completions
        return frame

    @property
    def tags(self) -> pd.DataFrame:
        frame: pd.DataFrame = self.log.tags
        return frame


@dataclass(frozen=True)
class _Notes:
    """What one round found, and how it merges."""

    found: Sequence[Any]
    merges: Sequence[Merge]
    is_last: bool

    def merge(self, other: _Notes) -> _Notes:
        found = [
            merge(one, another)
            for merge, one, another in zip(self.merges, self.found, other.found, strict=True)
        ]
        return _Notes(found, self.merges, self.is_last)


class _Waiting(Exception):
    """The statistic goes on once all parts agree."""


class _Asked(Tally):
    """Takes note of the columns."""

    is_whole = False

    def __init__(self) -> None:
        self.columns: dict[str, None] = {}

    def asks(self, columns: Iterable[str]) -> None:
        self.columns |= dict.fromkeys(columns)


class _Noted(Tally):
    """Takes note of what is found in a part, beyond what the rounds before told."""

    is_whole = False

    def __init__(self, told: Sequence[Any]) -> None:
        self.told, self.place = told, 0
        self.found: list[Any] = []
        self.merges: list[Merge] = []

    def whole(self, found: Found, merge: Callable[[Found, Found], Found]) -> Found:
        self._note(found, merge)
        # What follows from it is worked out at the end: nothing costs least here.
        return cast(Found, found.none() if isinstance(found, Sketch) else np.zeros_like(found))

    def agreed(self, found: Found, merge: Callable[[Found, Found], Found]) -> Found:
        if self.place >= len(self.told):
            self._note(found, merge)
            raise _Waiting
        self.place += 1
        return cast(Found, self.told[self.place - 1])

    def _note(self, found: Any, merge: Merge) -> None:
        if self.place >= len(self.told):
            self.found.append(found)
            self.merges.append(merge)
        self.place += 1


class _Told(Tally):
    """Tells what was found in all parts."""

    is_whole = False

    def __init__(self, found: Sequence[Any]) -> None:
        self._found = iter(found)

    def whole(self, found: Found, merge: Callable[[Found, Found], Found]) -> Found:
        return cast(Found, next(self._found))

    def agreed(self, found: Found, merge: Callable[[Found, Found], Found]) -> Found:
        return self.whole(found, merge)


def _called(
    statistic: Callable[..., pd.DataFrame], args: Sequence[Any], options: Any, data: Any
) -> pd.DataFrame:
    return statistic(data, *args, **options)


def _merged(statistic: Callable[[Any], pd.DataFrame], data: InParts) -> pd.DataFrame:
    empty, asked = data.empty(), _Asked()
    statistic(_Rows(empty, asked))  # which also raises at once for what is asked wrongly
    told: list[Any] = []
    is_last = False
    while not is_last:
        notes = data.fold(partial(_notes, statistic, told), _Notes.merge, list(asked.columns))
        told, is_last = [*told, *notes.found], notes.is_last
    table = statistic(_Rows(empty, _Told(told)))
    if any(isinstance(found, Sketch) for found in told):
        table.attrs["relative_error"] = RELATIVE_ERROR
    return table


def _notes(statistic: Callable[[Any], pd.DataFrame], told: Sequence[Any], log: Any) -> _Notes:
    noted = _Noted(told)
    try:
        statistic(_Rows(log, noted))
    except _Waiting:
        return _Notes(noted.found, noted.merges, is_last=False)
    return _Notes(noted.found, noted.merges, is_last=True)
