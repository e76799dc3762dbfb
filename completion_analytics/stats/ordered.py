"""Values sorted within their groups, to be taken by rank."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from .groups import Groups
from .inputs import Counts, Floats


@dataclass(frozen=True)
class Ordered:
    """The known values of all groups, one group after another, each ascending."""

    ascending: Floats
    start: Counts
    """Where each group begins."""
    n: Counts
    """How many values each group has."""

    def at(self, rank: npt.NDArray[np.int64]) -> Floats:
        """The value of each group at a rank counted from 1; NaN where there is no such rank."""
        there = (rank >= 1) & (rank <= self.n)
        found = np.full(len(self.n), np.nan)
        found[there] = self.ascending[(self.start + rank - 1)[there]]
        return found

    def linear(self, q: float) -> Floats:
        """The quantile interpolated between neighbours; NaN where a group holds an infinity."""
        place = q * (self.n - 1)
        below = np.floor(place).astype(np.int64)
        left, right = self.at(below + 1), self.at(np.minimum(below + 2, self.n))
        with np.errstate(invalid="ignore"):
            value = left + (right - left) * (place - below)
        return np.where(np.isinf(self.at(self.n)), np.nan, value)

    def group(self) -> Counts:
        """The group of each value."""
        return np.repeat(np.arange(len(self.n)), self.n)

    def part(self, group: int) -> Floats:
        """The values of one group."""
        return self.ascending[self.start[group] : self.start[group] + self.n[group]]


def ordered(groups: Groups, values: Floats) -> Ordered:
    """The values that are not NaN, sorted within the groups of their rows."""
    known = ~np.isnan(values)
    n = groups.count(known)
    parts = [np.sort(values[rows]) for rows in groups.positions(known)]
    return Ordered(np.concatenate([*parts, np.empty(0)]), np.cumsum(n) - n, n)
