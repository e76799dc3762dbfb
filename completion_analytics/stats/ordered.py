"""Values sorted within their groups, to be taken by rank."""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass
from typing import Any

import numpy as np

from .groups import Groups
from .inputs import Counts, Floats


class Ranked(ABC):
    """The known values of all groups, each group's ascending."""

    n: Any
    """How many values each group has."""

    @abstractmethod
    def at(self, rank: Counts) -> Floats:
        """The value of each group at a rank counted from 1; NaN where there is no such rank."""

    def linear(self, q: float) -> Floats:
        """The quantile interpolated between neighbours; NaN where a group holds an infinity."""
        place = q * (self.n - 1)
        below = np.floor(place).astype(np.int64)
        left, right = self.at(below + 1), self.at(np.minimum(below + 2, self.n))
        with np.errstate(invalid="ignore"):
            value = left + (right - left) * (place - below)
        return np.where(np.isinf(self.at(self.n)), np.nan, value)


@dataclass(frozen=True)
class Ordered(Ranked):
    """All the values, one group after another."""

    ascending: Floats
    start: Counts
    """Where each group begins."""
    n: Counts

    def at(self, rank: Counts) -> Floats:
        """The value itself."""
        there = (rank >= 1) & (rank <= self.n)
        found = np.full(len(self.n), np.nan)
        found[there] = self.ascending[(self.start + rank - 1)[there]]
        return found

    def group(self) -> Counts:
        """The group of each value."""
        return np.repeat(np.arange(len(self.n)), self.n)

    def part(self, group: int) -> Floats:
        """The values of one group."""
        return self.ascending[self.start[group] : self.start[group] + self.n[group]]


def ordered(groups: Groups, values: Floats) -> Ordered:
    """The values that are not NaN, sorted within the groups of their rows."""
    known = ~np.isnan(values)
    n = np.bincount(groups.codes[known], minlength=groups.size).astype(np.int64)
    parts = [np.sort(values[rows]) for rows in groups.positions(known)]
    return Ordered(np.concatenate([*parts, np.empty(0)]), np.cumsum(n) - n, n)
