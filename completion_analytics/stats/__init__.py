"""Statistics: a frame or a log in, a tidy frame out, each number with its n and its interval."""

from __future__ import annotations

from .generic import describe, ecdf, rate
from .intervals import newcombe, wilson
from .quantiles import percentile_ranges, percentiles

__all__ = [
    "describe",
    "ecdf",
    "newcombe",
    "percentile_ranges",
    "percentiles",
    "rate",
    "wilson",
]
