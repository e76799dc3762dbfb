"""Bins that are equally wide on a logarithmic axis, the same for every group."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from .inputs import Counts, Floats
from .sketch import Sketch
from .tallies import HERE, Tally

_HALF_OF_ONE_VALUE = 0.05


@dataclass(frozen=True)
class LogBins:
    """Edges in the unit of the data; the last bin holds its upper edge, the others do not."""

    edges: Floats

    @property
    def size(self) -> int:
        """How many bins there are; none where there was no value."""
        return max(len(self.edges) - 1, 0)

    def place(self, values: Floats) -> Counts:
        """The bin of each value, counted from 0; -1 where it is NaN."""
        found = np.searchsorted(self.edges, values, side="right") - 1
        return np.where(np.isnan(values), -1, np.minimum(found, self.size - 1))


class _Spread(NamedTuple):
    """What the bins of some values depend on."""

    n: int
    low: float
    high: float
    quarter: float
    three_quarters: float
    """The two as logarithms."""


def log_bins(values: Floats, most: int, tally: Tally = HERE) -> LogBins:
    """Freedman-Diaconis bins of the logarithms of positive values; NaN is left out.

    Where half of the values are equal that width is 0, and Sturges' is taken. Where the values are
    those of a part, `tally` tells how all of them are spread.

    Source: Freedman & Diaconis 1981; Sturges 1926.

    >>> log_bins(np.array([1.0, 10.0, 100.0, 1000.0]), most=2).edges.round(1).tolist()
    [1.0, 31.6, 1000.0]
    """
    spread = _spread(values[~np.isnan(values)], tally)
    if not spread:
        return LogBins(np.empty(0))
    low, high = np.log10(spread.low), np.log10(spread.high)
    if low == high:
        return LogBins(10.0 ** np.array([low - _HALF_OF_ONE_VALUE, low + _HALF_OF_ONE_VALUE]))
    width = 2 * (spread.three_quarters - spread.quarter) / spread.n ** (1 / 3)
    if width == 0:
        width = (high - low) / (np.log2(spread.n) + 1)
    number = int(np.clip(np.ceil((high - low) / width), 1, most))
    edges = np.logspace(low, high, number + 1)
    edges[0], edges[-1] = spread.low, spread.high
    return LogBins(edges)


def _spread(known: Floats, tally: Tally) -> _Spread | None:
    if tally.is_whole:
        if not len(known):
            return None
        quarter, three_quarters = np.quantile(np.log10(known), [0.25, 0.75])
        return _Spread(len(known), known.min(), known.max(), quarter, three_quarters)
    sketch = tally.agreed(Sketch.of(np.zeros(len(known), np.int64), known, 1), Sketch.merge)
    if not sketch.n[0]:
        return None
    quarter, three_quarters = (np.log10(sketch.linear(q)[0]) for q in (0.25, 0.75))
    low, high = sketch.at(np.ones(1, np.int64))[0], sketch.at(sketch.n)[0]
    return _Spread(int(sketch.n[0]), low, high, quarter, three_quarters)
