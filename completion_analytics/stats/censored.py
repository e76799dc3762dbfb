"""Kaplan-Meier: how long calls would have taken, had the client waited for those it gave up."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from .groups import Groups, groups_of
from .inputs import By, Counts, Data, Flags, Floats, require_share
from .intervals import normal_quantile
from .usable import DURATION_COLUMNS, QUALITY_COLUMNS, usable_durations
from .waiting import Now, ages_of_unresolved

_BAND_FROM_EVENTS = 5


@dataclass(frozen=True)
class Survival:
    """The product-limit curve of one group, a step per distinct time."""

    time: Floats
    value: Floats
    lo: Floats
    hi: Floats
    at_risk: Counts
    events: Counts
    censored: Counts

    def first_below(self, curve: Floats, share: float) -> float:
        """The first time at which a curve is at or below a share; NaN where it never is."""
        # A product of fractions may miss the share it equals by a rounding error.
        reached = np.flatnonzero(curve <= share * (1 + 1e-9))
        return float(self.time[reached[0]]) if len(reached) else np.nan


def kaplan_meier(time: Floats, is_event: Flags, level: float = 0.95) -> Survival:
    """The product-limit estimate with Greenwood's variance and log-log limits.

    At equal times events come before those given up. There is no band where the curve is 0 or 1,
    nor with fewer than 5 events.

    Source: Kaplan & Meier 1958.

    >>> kaplan_meier(np.array([1.0, 2.0, 3.0]), np.array([True, True, False])).value.round(3)
    array([0.667, 0.333, 0.333])
    """
    times, place = np.unique(time, return_inverse=True)
    events = np.bincount(place[is_event], minlength=len(times))
    left = np.bincount(place, minlength=len(times))
    at_risk = len(time) - np.cumsum(left) + left
    value = np.cumprod(1 - events / at_risk)
    with np.errstate(divide="ignore", invalid="ignore"):
        variance = np.cumsum(events / (at_risk * (at_risk - events)))
        power = np.exp(normal_quantile(level) * np.sqrt(variance) / np.log(value))
        lo, hi = value ** (1 / power), value**power
    banded = (value > 0) & (value < 1) & (events.sum() >= _BAND_FROM_EVENTS)
    lo, hi = np.where(banded, lo, np.nan), np.where(banded, hi, np.nan)
    return Survival(times, value, lo, hi, at_risk, events, left - events)


def survival(
    data: Data,
    *,
    by: By = None,
    timeout: float | None = None,
    now: Now = None,
    level: float = 0.95,
) -> pd.DataFrame:
    """The share of calls that last longer than t, had the client waited for calls not refused.

    One row per group and distinct time, ascending. Columns: those of `by`, ``duration_s, value,
    lo, hi, n_at_risk, n_events, n_censored, n, n_excluded, n_refused, n_mock``. Finished rows are
    events. Timeouts are given up at `timeout` seconds, or after their own duration; unresolved
    rows at their age at `now`, which is the log's `exported_at` unless given. Other failures are
    refusals, left out and counted in `n_refused`, a part of `n_excluded`. There is no band where
    the curve is 0 or 1, nor with fewer than 5 events.

    Raises:
        KeyError: a column is not there.
        TypeError: a column of `by` is continuous.
        ValueError: `level` is not between 0 and 1, or `timeout` not above 0.

    Source: Kaplan & Meier 1958; limits by Greenwood's variance of log(-log S).

    >>> calls = pd.DataFrame({
    ...     "outcome": ["finished", "failed", "finished"],
    ...     "duration_s": [1.0, 2.0, 4.0],
    ...     "failure_class": [None, "timeout", None],
    ... })
    >>> survival(calls)[["duration_s", "value", "n_at_risk"]].round(3)
       duration_s  value  n_at_risk
    0         1.0  0.667          3
    1         2.0  0.667          2
    2         4.0  0.000          1
    """
    groups, curves, counts = _curves(data, "survival", by, timeout, now, level)
    group = np.repeat(np.arange(groups.size), [len(curve.time) for curve in curves])
    return groups.table(
        {
            "duration_s": _joined([curve.time for curve in curves]),
            "value": _joined([curve.value for curve in curves]),
            "lo": _joined([curve.lo for curve in curves]),
            "hi": _joined([curve.hi for curve in curves]),
            "n_at_risk": _joined([curve.at_risk for curve in curves]).astype(np.int64),
            "n_events": _joined([curve.events for curve in curves]).astype(np.int64),
            "n_censored": _joined([curve.censored for curve in curves]).astype(np.int64),
            **{name: count[group] for name, count in counts.items()},
        },
        group,
    )


def survival_percentiles(
    data: Data,
    *,
    by: By = None,
    q: Sequence[float] = (0.5, 0.9, 0.95, 0.99),
    timeout: float | None = None,
    now: Now = None,
    level: float = 0.95,
) -> pd.DataFrame:
    """Percentiles of the `survival` curve: what the waits would have been without giving up.

    One row per group and `q`. Columns: those of `by`, ``q, value, lo, hi, n, n_excluded,
    n_refused, n_mock, reliable``. A percentile or limit that the curve never reaches is NaN, and
    `reliable` says that none is.

    Raises:
        KeyError: a column is not there.
        TypeError: a column of `by` is continuous.
        ValueError: a share is not between 0 and 1, or `timeout` not above 0.

    Source: Brookmeyer & Crowley 1982.

    >>> calls = pd.DataFrame({
    ...     "outcome": "finished", "duration_s": [1.0, 2.0, 4.0], "failure_class": None
    ... })
    >>> survival_percentiles(calls, q=[0.5])[["q", "value", "n", "reliable"]]
         q  value  n  reliable
    0  0.5    2.0  3     False
    """
    require_share("survival_percentiles", "q", *q)
    groups, curves, counts = _curves(data, "survival_percentiles", by, timeout, now, level)
    group = np.repeat(np.arange(groups.size), len(q))
    limits = {
        name: np.array(
            [curve.first_below(getattr(curve, name), 1 - share) for curve in curves for share in q]
        )
        for name in ("value", "lo", "hi")
    }
    return groups.table(
        {
            "q": np.tile(np.asarray(q, dtype=np.float64), groups.size),
            **limits,
            **{name: count[group] for name, count in counts.items()},
            "reliable": ~np.isnan(limits["lo"] + limits["value"] + limits["hi"]),
        },
        group,
    )


def _curves(
    data: Data, function: str, by: By, timeout: float | None, now: Now, level: float
) -> tuple[Groups, list[Survival], dict[str, Counts]]:
    require_share(function, "level", level)
    if timeout is not None and not timeout > 0:
        raise ValueError(f"{function} needs a timeout above 0 seconds, not {timeout!r}")
    groups = groups_of(
        data,
        function,
        (*DURATION_COLUMNS, "failure_class"),
        by=by,
        optional=(*QUALITY_COLUMNS, "created_at"),
    )
    event = usable_durations(groups)
    gave_up = _given_up(groups, timeout, ages_of_unresolved(groups, data, now))
    time, is_event = np.where(np.isnan(event), gave_up, event), ~np.isnan(event)
    known = ~np.isnan(time)
    curves = [kaplan_meier(time[rows], is_event[rows], level) for rows in groups.positions(known)]
    n, failed = groups.count(known), groups.matches("outcome", "failed")
    counts = {
        "n": n,
        "n_excluded": groups.count() - n + groups.n_mock,
        "n_refused": groups.count(failed & ~groups.matches("failure_class", "timeout")),
        "n_mock": groups.n_mock,
    }
    return groups, curves, counts


def _given_up(groups: Groups, timeout: float | None, age: Floats) -> Floats:
    """When the wait for an unanswered call ended; NaN where it did not, or nobody knows when."""
    timed_out = groups.matches("outcome", "failed") & groups.matches("failure_class", "timeout")
    lasted = groups.floats("duration_s") if timeout is None else np.full(len(age), timeout)
    known = timed_out & np.isfinite(lasted) & (lasted > 0)
    return np.where(known, lasted, age)


def _joined(parts: Sequence[Any]) -> Any:
    return np.concatenate([*parts, np.empty(0)])
