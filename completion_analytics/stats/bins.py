"""Bins that are equally wide on a logarithmic axis, the same for every group."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from .inputs import Counts, Floats

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


def log_bins(values: Floats, most: int) -> LogBins:
    """Freedman-Diaconis bins of the logarithms of positive values; NaN is left out.

    Where half of the values are equal that width is 0, and Sturges' is taken.

    Source: Freedman & Diaconis 1981; Sturges 1926.

    >>> log_bins(np.array([1.0, 10.0, 100.0, 1000.0]), most=2).edges.round(1).tolist()
    [1.0, 31.6, 1000.0]
    """
    known = values[~np.isnan(values)]
    if not len(known):
        return LogBins(np.empty(0))
    logs = np.log10(known)
    low, high = float(logs.min()), float(logs.max())
    if low == high:
        return LogBins(10.0 ** np.array([low - _HALF_OF_ONE_VALUE, low + _HALF_OF_ONE_VALUE]))
    quarter, three_quarters = np.quantile(logs, [0.25, 0.75])
    width = 2 * (three_quarters - quarter) / len(logs) ** (1 / 3)
    if width == 0:
        width = (high - low) / (np.log2(len(logs)) + 1)
    number = int(np.clip(np.ceil((high - low) / width), 1, most))
    edges = np.logspace(low, high, number + 1)
    edges[0], edges[-1] = known.min(), known.max()
    return LogBins(edges)
