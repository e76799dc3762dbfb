"""Fields of many objects as columns, and lists of many objects one behind the other."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from itertools import chain
from operator import attrgetter
from types import NoneType
from typing import Any

import numpy as np
import pyarrow as pa
from msgspec import Struct

Columns = dict[str, Any]
"""A sequence of values per name, all of one length."""


class Fields:
    """Takes the same fields from models and structs of any class; None where one has none.

    >>> from completion_analytics.models import ResponseFormat
    >>> Fields("type", "text").of([ResponseFormat(type="json_object"), None])
    {'type': ('json_object', None), 'text': (None, None)}
    """

    def __init__(self, *names: str) -> None:
        self._names = names
        self._takers = _Takers(names)

    def of(self, holders: Iterable[Any]) -> Columns:
        """A column per field."""
        holders = holders if isinstance(holders, Sequence) else list(holders)
        if len(kinds := set(map(type, holders))) == 1 and issubclass(kind := kinds.pop(), Struct):
            return {name: _column(kind, name, holders) for name in self._names}
        takers = self._takers
        rows = [takers[type(holder)](holder) for holder in holders]
        columns = zip(*rows, strict=True) if rows else ((),) * len(self._names)
        return dict(zip(self._names, columns, strict=True))


def _column(kind: type[Struct], name: str, holders: Sequence[Any]) -> Sequence[Any]:
    """A field of structs of one kind; of a field that it lacks nothing is looked for in them."""
    if name in kind.__struct_fields__:
        return list(map(attrgetter(name), holders))
    return [getattr(kind, name, None)] * len(holders)


class _Takers(dict[type, Callable[[Any], tuple[Any, ...]]]):
    """What takes the fields of an object, by its class."""

    def __init__(self, names: tuple[str, ...]) -> None:
        self._names = names
        absent = (None,) * len(names)
        self[NoneType] = lambda _: absent

    def __missing__(self, kind: Any) -> Callable[[Any], tuple[Any, ...]]:
        declared = getattr(kind, "__struct_fields__", None) or kind.model_fields
        has_all = set(self._names) <= set(declared)
        self[kind] = attrgetter(*self._names) if has_all else self._as_far_as_known
        return self[kind]

    def _as_far_as_known(self, holder: Any) -> tuple[Any, ...]:
        return tuple(getattr(holder, name, None) for name in self._names)


class Nested:
    """The members of many lists, one behind the other."""

    def __init__(self, lists: Iterable[Sequence[Any] | None]) -> None:
        known = [each or () for each in lists]
        self.items: list[Any] = list(chain.from_iterable(known))
        self.lengths = np.fromiter(map(len, known), np.int64, len(known))
        self._ends = self.lengths.cumsum()

    def spread(self, values: np.ndarray) -> np.ndarray:
        """For each member the value of its list."""
        return np.repeat(values, self.lengths)

    @property
    def positions(self) -> np.ndarray:
        """For each member its position in its list."""
        starts: np.ndarray = self.spread(self._ends - self.lengths)
        positions: np.ndarray = np.arange(len(self.items)) - starts
        return positions

    @property
    def firsts(self) -> list[int | None]:
        """For each list where its first member stands; None where it has none."""
        starts = (self._ends - self.lengths).tolist()
        return [at if n else None for at, n in zip(starts, self.lengths.tolist(), strict=True)]

    def sums(self, values: Any) -> np.ndarray:
        """For each list the sum of its members' values."""
        totals = np.concatenate(([0], np.cumsum(values, dtype=np.int64)))
        return np.asarray(totals[self._ends] - totals[self._ends - self.lengths])

    def chars(self, texts: Sequence[str | None]) -> pa.Array:
        """For each list the length of its members' texts; missing where there is no text."""
        sizes = np.fromiter((-1 if text is None else len(text) for text in texts), np.int64)
        is_known = sizes >= 0
        return pa.array(self.sums(np.where(is_known, sizes, 0)), mask=self.sums(is_known) == 0)
