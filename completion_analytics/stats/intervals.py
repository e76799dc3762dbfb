"""Intervals in closed form: Wilson, Newcombe, order statistics, Dvoretzky-Kiefer-Wolfowitz."""

from __future__ import annotations

from fractions import Fraction
from math import ceil
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
from scipy.stats import binom, norm

from .inputs import Counts, Floats


class Interval(NamedTuple):
    """A lower and an upper limit; NaN is a limit that the data cannot give."""

    lo: Floats
    hi: Floats


class Ranks(NamedTuple):
    """Ranks into sorted values, counted from 1, one each per sample size.

    Rank 0 as `lo` and rank n + 1 as `hi` mean that there is no such limit.
    """

    value: Counts
    lo: Counts
    hi: Counts


def wilson(k: npt.ArrayLike, n: npt.ArrayLike, level: float = 0.95) -> Interval:
    """Limits of a rate k/n: [0, 1] holds them, k = 0 forces 0, k = n forces 1, n = 0 gives NaN.

    Source: Wilson 1927; Brown, Cai & DasGupta 2001.

    >>> lo, hi = wilson(0, 20)
    >>> round(float(lo), 3), round(float(hi), 3)
    (0.0, 0.161)
    """
    hits, of = np.asarray(k, dtype=np.float64), np.asarray(n, dtype=np.float64)
    z = normal_quantile(level)
    with np.errstate(invalid="ignore", divide="ignore"):
        share = hits / of
        centre = share + z**2 / (2 * of)
        half = z * np.sqrt(share * (1 - share) / of + (z / (2 * of)) ** 2)
        lo, hi = (centre - half) / (1 + z**2 / of), (centre + half) / (1 + z**2 / of)
    unknown = of == 0
    lo = np.where(unknown, np.nan, np.where(hits == 0, 0.0, lo))
    hi = np.where(unknown, np.nan, np.where(hits == of, 1.0, hi))
    return Interval(lo, hi)


def newcombe(
    k1: npt.ArrayLike, n1: npt.ArrayLike, k2: npt.ArrayLike, n2: npt.ArrayLike, level: float = 0.95
) -> Interval:
    """Limits of the difference of rates k1/n1 - k2/n2; NaN where either n is 0.

    Source: Newcombe 1998, method 10.

    >>> lo, hi = newcombe(56, 70, 48, 80)
    >>> round(float(lo), 4), round(float(hi), 4)
    (0.0524, 0.3339)
    """
    first, second = wilson(k1, n1, level), wilson(k2, n2, level)
    with np.errstate(invalid="ignore", divide="ignore"):
        p1 = np.asarray(k1, dtype=np.float64) / np.asarray(n1, dtype=np.float64)
        p2 = np.asarray(k2, dtype=np.float64) / np.asarray(n2, dtype=np.float64)
    lo = p1 - p2 - np.hypot(p1 - first.lo, second.hi - p2)
    hi = p1 - p2 + np.hypot(first.hi - p1, p2 - second.lo)
    return Interval(lo, hi)


def nearest_rank(n: npt.ArrayLike, q: float) -> Counts:
    """The rank ceil(n * q), with q taken as the decimal it is written as; 0 where n is 0.

    In floating point 100 * 0.07 is a little above 7, and its ceiling would be 8.

    >>> int(nearest_rank(100, 0.07))
    7
    """
    share = Fraction(repr(float(q)))
    sizes = np.asarray(n, dtype=np.int64)
    ranks = [ceil(int(size) * share) for size in sizes.ravel()]
    return np.asarray(ranks, dtype=np.int64).reshape(sizes.shape)


def quantile_ranks(n: npt.ArrayLike, q: float, level: float = 0.95) -> Ranks:
    """Ranks of a quantile and of its interval, good for any distribution.

    Source: Hahn & Meeker, Statistical Intervals; Le Boudec, Performance Evaluation.

    >>> [int(rank) for rank in quantile_ranks(1000, 0.99)]
    [990, 983, 997]
    """
    given = np.asarray(n, dtype=np.int64)
    sizes, place = np.unique(given, return_inverse=True)
    tail = (1 - level) / 2
    below = binom.ppf(tail, sizes, q)
    lo = below + (binom.cdf(below, sizes, q) <= tail)
    hi = binom.ppf(1 - tail, sizes, q) + 1
    ranks = nearest_rank(sizes, q), np.where(sizes > 0, lo, 0), np.where(sizes > 0, hi, 1)
    return Ranks(*(rank.astype(np.int64)[place].reshape(given.shape) for rank in ranks))


def quantile_coverage(n: int, q: float, level: float = 0.95) -> float:
    """The exact chance that the interval of `quantile_ranks` holds the quantile, without ties.

    >>> round(quantile_coverage(10, 0.5), 4)
    0.9785
    """
    ranks = quantile_ranks(n, q, level)
    return float(binom.cdf(ranks.hi - 1, n, q) - binom.cdf(ranks.lo - 1, n, q))


def dkw(n: npt.ArrayLike, level: float = 0.95) -> Floats:
    """Half-width of the band that holds a whole distribution function; NaN where n is 0.

    Source: Dvoretzky, Kiefer & Wolfowitz 1956, with the constant of Massart 1990.

    >>> round(float(dkw(1000)), 4)
    0.0429
    """
    sizes = np.asarray(n, dtype=np.float64)
    with np.errstate(divide="ignore"):
        width = np.sqrt(np.log(2 / (1 - level)) / (2 * sizes))
    return np.where(sizes > 0, width, np.nan)


def normal_quantile(level: float = 0.95) -> float:
    """The z of a two-sided normal interval; 1.96 at 95 %."""
    return float(norm.ppf((1 + level) / 2))
