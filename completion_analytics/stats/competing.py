"""Aalen-Johansen: answers by a time t, where failures compete and some calls are still open."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from .inputs import Floats

_RESAMPLES = 399
_MOST_AGES = 200


@dataclass(frozen=True)
class Calls:
    """When the calls of one group ended, or were last known to be open."""

    answered: Floats
    failed: Floats
    """Times of failures; -inf places one before all, inf after all."""
    open: Floats
    """Ages of calls that may yet be answered."""
    n_never: int
    """Calls that are known to stay without an answer, or of which nothing is known."""


def incidence(calls: Calls, at: Floats) -> Floats:
    """The chance of an answer by each time, ascending; without open calls it is k/n.

    Source: Aalen & Johansen 1978.

    >>> calls = Calls(np.array([0.5, 2.0]), np.array([1.0]), np.array([1.5]), 0)
    >>> incidence(calls, np.array([1.0, 2.0]))
    array([0.25, 0.75])
    """
    cells = _Cells.of(calls, at)
    return np.asarray(cells.incidence(cells.counts[None, :])[0])


def resampled(calls: Calls, at: Floats, seed: int) -> Floats:
    """`incidence` of 399 samples drawn with replacement, a row each.

    Beyond 200 different ages they are moved to the next of 200 quantiles: the estimate is exact,
    its limits need no more.
    """
    if len(np.unique(calls.open)) > _MOST_AGES:
        points = np.quantile(
            calls.open, np.arange(1, _MOST_AGES + 1) / _MOST_AGES, method="inverted_cdf"
        )
        calls = replace(calls, open=points[np.searchsorted(points, calls.open)])
    cells = _Cells.of(calls, at)
    total, drawn = int(cells.counts.sum()), np.flatnonzero(cells.counts)
    samples = np.zeros((_RESAMPLES, len(cells.counts)), dtype=np.int64)
    chances = cells.counts[drawn] / total
    samples[:, drawn] = np.random.default_rng(seed).multinomial(total, chances, _RESAMPLES)
    return cells.incidence(samples)


@dataclass(frozen=True)
class _Cells:
    """Calls counted between the moments that matter: those asked for, and those of open calls.

    Nothing is given up within a cell, so its counts say all that the estimate needs.
    """

    counts: np.ndarray[tuple[int], np.dtype[np.int64]]
    """Answers, failures and open calls of each cell, one kind after another."""
    width: int
    at: np.ndarray[tuple[int], np.dtype[np.intp]]
    """The cell that ends at each time asked for."""

    @classmethod
    def of(cls, calls: Calls, at: Floats) -> _Cells:
        edges = np.union1d(at, calls.open)
        width = len(edges) + 1
        counts = [
            np.bincount(np.searchsorted(edges, times), minlength=width)
            for times in (calls.answered, calls.failed, calls.open)
        ]
        # Calls without an end are at risk throughout: like open ones after the last moment.
        counts[2][-1] += calls.n_never
        return cls(np.concatenate(counts), width, np.searchsorted(edges, at))

    def incidence(self, samples: np.ndarray[tuple[int, int], np.dtype[np.int64]]) -> Floats:
        answered, failed, gone = np.split(samples, [self.width, 2 * self.width], axis=1)
        leaving = answered + failed + gone
        at_risk = samples.sum(axis=1, keepdims=True) - np.cumsum(leaving, axis=1) + leaving
        of = np.maximum(at_risk, 1)
        after = np.cumprod(1 - (answered + failed) / of, axis=1)
        before = np.hstack([np.ones((len(samples), 1)), after[:, :-1]])
        found: Floats = np.cumsum(before * answered / of, axis=1)[:, self.at]
        return found
