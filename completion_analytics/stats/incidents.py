"""Stretches of time in which calls fail far more often than elsewhere."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy.stats import binom

from .groups import Groups, groups_of
from .inputs import By, Counts, Data, Flags, Floats, require_share
from .intervals import wilson
from .windows import instants_of


class _Burst(NamedTuple):
    group: int
    first: int
    """Place of the first call among the group's, in order of time."""
    last: int
    k: int
    k_rest: int
    n_rest: int
    chance: float


def bursts(
    data: Data, *, by: By = None, min_failures: int = 5, chance: float = 0.05
) -> pd.DataFrame:
    """Stretches of calls that fail so often that mere chance hardly makes one anywhere in a group.

    One row per burst, by group and time. Columns: those of `by`, ``start_at, end_at`` (of its first
    and last failure), ``span_s, failure_class`` (the most frequent), ``class_share`` (of the
    failures), ``value, lo, hi, k, n`` (failure rate within), ``rest, rest_k, rest_n`` (failure
    rate of the group outside it), ``chance``.

    In order of time, a burst begins and ends with a failure, and more than the square root of the
    group's failure rate of its calls failed, as of each beginning and each end of it: with 1 % in
    all, 10 %. Then `chance` bounds the probability that calls which fail independently at the rate
    of the rest have such a stretch between any two failures; burst are those where it is below
    the limit given. Unresolved calls, and those without a time, play no part; a group of failures
    alone has no burst.

    Raises:
        KeyError: a column is not there.
        TypeError: a column of `by` is continuous, or `created_at` holds no instants.
        ValueError: `chance` is not between 0 and 1.

    Source: Ruzzo & Tompa 1999 for stretches of maximal score.

    >>> calls = pd.DataFrame({
    ...     "outcome": ["finished"] * 50 + ["failed"] * 6 + ["finished"] * 50,
    ...     "created_at": pd.date_range("2026-11-05", periods=106, freq="min", tz="UTC"),
    ... })
    >>> bursts(calls)[["span_s", "value", "k", "n", "rest"]]
       span_s  value  k  n  rest
    0   300.0    1.0  6  6   0.0
    """
    require_share("bursts", "chance", chance)
    needs = ["outcome", "created_at"]
    groups = groups_of(data, "bursts", needs, by=by, optional=["failure_class"])
    instants = instants_of(groups.frame["created_at"], "bursts")
    failed = groups.matches("outcome", "failed")
    resolved = instants.known & (failed | groups.matches("outcome", "finished"))
    found, rows = [], []
    for group, places in enumerate(groups.positions(resolved)):
        # Among calls of the same instant the failed come first: the order of rows plays no part.
        ordered = places[np.lexsort((~failed[places], instants.us[places]))]
        for burst in _bursts(group, failed[ordered], min_failures):
            if burst.chance < chance:
                found.append(burst)
                rows.append(ordered[burst.first : burst.last + 1])
    return _table(groups, found, rows, instants.us, failed)


def _bursts(group: int, failed: Flags, least: int) -> Iterator[_Burst]:
    """The stretches of a group's calls, in order, whose every beginning and end scores above 0."""
    places = np.flatnonzero(failed)
    n, total = len(failed), len(places)
    if not 0 < total < n:
        return
    needed = np.sqrt(total / n)
    before = np.arange(total)
    # Failing scores 1, finishing so much below 0 that the needed share of failures balances it.
    score = before - (places - before) * (needed / (1 - needed))
    spans = [span for span in _maximal(score) if span[1] - span[0] + 1 >= least]
    first, last = np.array(spans, dtype=np.int64).reshape(-1, 2).T
    begin, end, k = places[first], places[last], last - first + 1
    size = end - begin + 1
    k_rest, n_rest = total - k, n - size
    share = k_rest / np.where(n_rest > 0, n_rest, np.nan)
    tail = binom.sf(k - 3, np.maximum(size - 2, 0), share)
    chance = np.minimum(1.0, tail * total * (total - 1) / 2)
    for columns in zip(begin, end, k, k_rest, n_rest, chance.tolist(), strict=True):
        yield _Burst(group, *columns)


def _maximal(score: Floats) -> Iterator[tuple[int, int]]:
    """First and last failure of each stretch of maximal score, given the sum before each failure.

    A stretch is extended back to an earlier one that began lower, if that pays.
    """
    stack: list[tuple[int, float, float]] = []  # first failure, sum before it, sum after the last
    lasts: list[int] = []
    for place, low in enumerate(score.tolist()):
        first, high, back = place, low + 1.0, len(stack) - 1
        while back >= 0:
            if stack[back][1] >= low:
                back -= 1
            elif stack[back][2] >= high:
                break
            else:
                first, low, _ = stack[back]
                del stack[back:], lasts[back:]
                back -= 1
        if back < 0:  # none began lower, so that none can be extended any more
            yield from _spans(stack, lasts)
            stack, lasts = [], []
        stack.append((first, low, high))
        lasts.append(place)
    yield from _spans(stack, lasts)


def _spans(stack: list[tuple[int, float, float]], lasts: list[int]) -> Iterator[tuple[int, int]]:
    return ((first, last) for (first, _, _), last in zip(stack, lasts, strict=True))


def _table(
    groups: Groups,
    found: list[_Burst],
    rows: list[npt.NDArray[np.int64]],
    us: Counts,
    failed: Flags,
) -> pd.DataFrame:
    group = np.array([burst.group for burst in found], dtype=np.int64)
    k, rest_k, rest_n = (
        np.array([getattr(burst, name) for burst in found], dtype=np.int64)
        for name in ("k", "k_rest", "n_rest")
    )
    n = np.array([len(places) for places in rows], dtype=np.int64)
    start, end = (_instants([us[places[at]] for places in rows]) for at in (0, -1))
    classes = [_commonest(groups, places[failed[places]]) for places in rows]
    lo, hi = wilson(k, n)
    table = groups.table(
        {
            "start_at": start,
            "end_at": end,
            "span_s": np.asarray((end - start).total_seconds(), dtype=np.float64),
            "failure_class": pd.array([name for name, _ in classes], dtype="str"),
            "class_share": np.array([share for _, share in classes], dtype=np.float64),
            "value": k / n,
            "lo": lo,
            "hi": hi,
            "k": k,
            "n": n,
            "rest": rest_k / rest_n,
            "rest_k": rest_k,
            "rest_n": rest_n,
            "chance": np.array([burst.chance for burst in found], dtype=np.float64),
        },
        group,
    )
    order = np.lexsort((start.asi8, group))
    return table.take(order).reset_index(drop=True)


def _instants(us: list[Any]) -> pd.DatetimeIndex:
    return pd.DatetimeIndex(np.array(us, dtype="datetime64[us]")).tz_localize("UTC")


def _commonest(groups: Groups, places: npt.NDArray[np.int64]) -> tuple[str | None, float]:
    """The most frequent failure class, in alphabetical order among equals, and its share."""
    if "failure_class" not in groups.frame:
        return None, np.nan
    counts = groups.frame["failure_class"].iloc[places].astype("str").value_counts()
    if not len(counts):
        return None, np.nan
    most = counts[counts == counts.max()].index.min()
    return str(most), float(counts[most] / len(places))
