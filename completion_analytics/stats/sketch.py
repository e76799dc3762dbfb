"""Values in bins of constant ratio: what is ordered in parts, and merged without the values.

A bin reaches from one power of 1.0025² to the next, on either side of zero, and keeps how many
values it holds and the least and greatest of them. So every value taken by rank is within 0.25 % of
the true one, and exact where it is its bin's least or greatest: the minimum, the maximum, tails
that are thin, durations in whole seconds. Zeros have a bin, and each infinity. In which order parts
are merged does not matter.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from .groups import Groups
from .inputs import Counts, Floats
from .ordered import Ranked, ordered

RELATIVE_ERROR = 0.0025
"""How far a value taken by rank may be from the true one, as a share of it."""
_LOG_RATIO = 2 * np.log1p(RELATIVE_ERROR)
_BEYOND = 300_000  # infinity's place: a float's logarithm is at most 745, 149,200 bins from 1
_PLACES = 2 * _BEYOND + 1


@dataclass(frozen=True)
class Sketch(Ranked):
    """The bins that hold values, group by group and ascending.

    >>> first = Sketch.of(np.array([0, 0]), np.array([1.0, 2.0]), 1)
    >>> both = Sketch.merge(first, Sketch.of(np.array([0]), np.array([2.004]), 1))
    >>> [float(both.at(np.array([rank]))[0]) for rank in (1, 2, 3)]
    [1.0, 2.0, 2.004]
    """

    key: Counts
    """The group and the place of a bin."""
    count: Counts
    least: Floats
    greatest: Floats
    size: int
    """How many groups there are."""

    @classmethod
    def of(cls, codes: Counts, values: Floats, size: int) -> Sketch:
        """Some values, none of them NaN, and the group of each."""
        one = np.ones(len(values), dtype=np.int64)
        return cls._binned(codes * _PLACES + _place(values), one, values, values, size)

    @classmethod
    def _binned(
        cls, key: Counts, count: Counts, least: Floats, greatest: Floats, size: int
    ) -> Sketch:
        order = np.argsort(key, kind="stable")
        key = key[order]
        starts = np.flatnonzero(np.diff(key, prepend=-1))
        if not len(starts):
            return cls(key, count, least, greatest, size)
        return cls(
            key[starts],
            np.add.reduceat(count[order], starts),
            np.minimum.reduceat(least[order], starts),
            np.maximum.reduceat(greatest[order], starts),
            size,
        )

    def merge(self, other: Sketch) -> Sketch:
        """The values of both."""
        return Sketch._binned(
            np.concatenate([self.key, other.key]),
            np.concatenate([self.count, other.count]),
            np.concatenate([self.least, other.least]),
            np.concatenate([self.greatest, other.greatest]),
            self.size,
        )

    def none(self) -> Sketch:
        """As many groups without a value."""
        return Sketch.of(np.empty(0, np.int64), np.empty(0), self.size)

    @property
    def n(self) -> Counts:
        """How many values each group has."""
        sums = np.zeros(self.size, dtype=np.int64)
        np.add.at(sums, self.key // _PLACES, self.count)
        return sums

    def at(self, rank: Counts) -> Floats:
        """A value within `RELATIVE_ERROR` of the true one."""
        n, reached = self.n, np.cumsum(self.count)
        there = (rank >= 1) & (rank <= n)
        wanted = (np.cumsum(n) - n + rank)[there]
        bin = np.searchsorted(reached, wanted)
        low, high = self.least[bin], self.greatest[bin]
        middle = np.sign(low) * np.sqrt(np.abs(low)) * np.sqrt(np.abs(high))
        is_first, is_last = wanted == (reached - self.count)[bin] + 1, wanted == reached[bin]
        exact = np.where(is_first, low, high)
        found = np.full(len(n), np.nan)
        found[there] = np.where(is_first | is_last | (low == high), exact, middle)
        return found


def ranked(groups: Groups, values: Floats) -> Ranked:
    """The values that are not NaN, to be taken by rank: exactly, or of rows in parts nearly."""
    if groups.tally.is_whole:
        return ordered(groups, values)
    known = ~np.isnan(values)
    sketch = Sketch.of(groups.codes[known], values[known], groups.size)
    return groups.tally.whole(sketch, Sketch.merge)


def _place(values: Floats) -> Counts:
    """The bin of each value; a greater value is never in a lower bin."""
    far = np.full(len(values), float(_BEYOND))
    usual = np.isfinite(values) & (values != 0)
    far[usual] = np.floor(np.log(np.abs(values[usual])) / _LOG_RATIO) + _BEYOND // 2
    places: Counts = (np.sign(values) * far).astype(np.int64) + _BEYOND
    return places
