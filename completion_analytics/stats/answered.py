"""How many of all requests were answered in time: failures and silence stay in the denominator."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields
from typing import Any

import numpy as np
import pandas as pd

from .competing import Calls, incidence, resampled
from .generic import RATE_FROM_N
from .groups import Groups
from .inputs import By, Counts, Data, Flags, Floats, require_share
from .intervals import wilson
from .usable import duration_groups, upper_ends, usable_durations
from .waiting import Now, ages_of_unresolved

_CURVE_STEPS = 500
_CURVE = {
    "value": np.float64,
    "lo": np.float64,
    "hi": np.float64,
    "k": np.int64,
    "n": np.int64,
    "bound_lo": np.float64,
    "bound_hi": np.float64,
    "method": np.str_,
}


def answered_within(
    data: Data,
    t_s: float | Sequence[float] | None = None,
    *,
    by: By = None,
    slo_s: float | None = None,
    now: Now = None,
    level: float = 0.95,
    seed: int = 0,
) -> pd.DataFrame:
    """The share of all requests that were answered within t, failures and silence included.

    One row per group and time, ascending. Columns: those of `by`, ``t_s, value, lo, hi, k, n,
    bound_lo, bound_hi, n_excluded, n_unknown_age, n_mock, method, reliable``. Without `t_s` the
    times are the durations that occurred, at most 500 of them, the same for all groups; `slo_s`
    is one more; infinity asks for "ever".

    Of `n` requests (finished with a usable duration, failed, unresolved) `k` were answered in
    time. Finished rows without a usable duration are left out; `bound_lo` and `bound_hi` say what
    the share would be had none, or all, of them been in time, and had every duration given in
    whole seconds been as long, or as short, as it may be. An unresolved row older than t at `now`
    (the log's `exported_at` unless given) is a miss, and so is one of unknown age.

    Where some are younger than t, `method` is ``"aalen-johansen"`` instead of ``"wilson"``: the
    young ones may yet be answered, the limits are resampled, and where the times of failures
    matter but are unknown `value` is missing and the bounds place them all first or all last.

    Raises:
        KeyError: a column is not there.
        TypeError: a column of `by` is continuous.
        ValueError: a time is not above 0, or `level` not between 0 and 1.

    Source: Wilson 1927; Aalen & Johansen 1978.

    >>> calls = pd.DataFrame({
    ...     "outcome": ["finished"] * 7 + ["failed"] * 3,
    ...     "duration_s": [0.5, 0.8, 1.0, 1.2, 2.0, 3.0, 6.0, None, None, None],
    ... })
    >>> answered_within(calls, [2, np.inf])[["t_s", "value", "lo", "hi", "k", "n"]].round(3)
       t_s  value     lo     hi  k   n
    0  2.0    0.5  0.237  0.763  5  10
    1  inf    0.7  0.397  0.892  7  10
    """
    require_share("answered_within", "level", level)
    groups = duration_groups(data, "answered_within", by, optional=("created_at",))
    requests = _requests(groups, ages_of_unresolved(groups, data, now))
    times = _times(t_s, slo_s, requests.duration)
    curves = [_curve(requests.rows(rows), times, level, seed) for rows in groups.positions()]
    group = np.repeat(np.arange(groups.size), len(times))
    columns = {
        name: np.concatenate([*(curve[name] for curve in curves), np.empty(0, dtype=dtype)])
        for name, dtype in _CURVE.items()
    }
    method = pd.Series(columns.pop("method"), dtype="str")
    unknown_age = groups.count(requests.unresolved & np.isnan(requests.age))
    return groups.table(
        {
            "t_s": np.tile(times, groups.size),
            **columns,
            "n_excluded": (groups.count(requests.lacking) + groups.n_mock)[group],
            "n_unknown_age": unknown_age[group],
            "n_mock": groups.n_mock[group],
            "method": method.array,
            "reliable": columns["n"] >= RATE_FROM_N,
        },
        group,
    )


@dataclass(frozen=True)
class _Requests:
    """One entry per row; a time is NaN where it does not apply or is unknown."""

    duration: Floats
    """Of finished rows, as short as it may be."""
    longest: Floats
    """Of finished rows, as long as it may be."""
    failed_at: Floats
    age: Floats
    failed: Flags
    unresolved: Flags
    lacking: Flags
    """Finished, but for how long nobody can say; or of no outcome at all."""

    def rows(self, rows: Counts) -> _Requests:
        return _Requests(*(getattr(self, field.name)[rows] for field in fields(self)))

    def calls(self, ended: Floats, unknown_failures_at: float) -> Calls:
        failed_at = np.where(np.isnan(self.failed_at), unknown_failures_at, self.failed_at)
        return Calls(
            ended[~np.isnan(ended)],
            failed_at[self.failed],
            self.age[~np.isnan(self.age)],
            int((self.unresolved & np.isnan(self.age)).sum()),
        )


def _requests(groups: Groups, age: Floats) -> _Requests:
    duration = usable_durations(groups)
    failed, unresolved = (
        groups.matches("outcome", "failed"),
        groups.matches("outcome", "unresolved"),
    )
    lasted = groups.floats("duration_s")
    return _Requests(
        duration=duration,
        longest=upper_ends(groups, duration),
        failed_at=np.where(failed & np.isfinite(lasted) & (lasted > 0), lasted, np.nan),
        age=age,
        failed=failed,
        unresolved=unresolved,
        lacking=np.isnan(duration) & ~failed & ~unresolved,
    )


def _times(t_s: float | Sequence[float] | None, slo_s: float | None, duration: Floats) -> Floats:
    """The times to judge, ascending: those asked for, else some that occurred."""
    if t_s is None:
        occurred = np.unique(duration[~np.isnan(duration)])
        steps = np.linspace(0, len(occurred) - 1, min(len(occurred), _CURVE_STEPS))
        asked = occurred[np.round(steps).astype(np.int64)]
    else:
        asked = np.atleast_1d(np.asarray(t_s, dtype=np.float64))
    times = np.unique(asked if slo_s is None else np.append(asked, slo_s))
    if not (times > 0).all():
        raise ValueError(f"answered_within needs times above 0 seconds, not {times.min()!r}")
    return times


def _curve(requests: _Requests, times: Floats, level: float, seed: int) -> dict[str, Any]:
    """The curve of one group: k of n, except where open calls may yet be answered."""
    lacking = int(requests.lacking.sum())
    n = len(requests.lacking) - lacking
    k = _up_to(requests.duration, times)
    lo, hi = wilson(k, np.full(len(times), n), level)
    value, asked = k / (n or np.nan), (n + lacking) or np.nan
    curve = {
        "value": value,
        "lo": lo,
        "hi": hi,
        "k": k,
        "n": np.full(len(times), n),
        "bound_lo": _up_to(requests.longest, times) / asked,
        "bound_hi": (k + lacking) / asked,
        "method": np.full(len(times), "wilson"),
    }
    ages = requests.age[~np.isnan(requests.age)]
    late = times > ages.min(initial=np.inf)
    if late.any():
        for name, found in _with_open_calls(requests, times[late], level, seed).items():
            curve[name] = np.concatenate([curve[name][~late], found])
    return curve


def _with_open_calls(requests: _Requests, times: Floats, level: float, seed: int) -> dict[str, Any]:
    """Aalen-Johansen: failures of unknown time stand last for the least, first for the most."""
    least, most = (
        requests.calls(requests.longest, np.inf),
        requests.calls(requests.duration, -np.inf),
    )
    low, high = incidence(least, times), incidence(most, times)
    last = incidence(requests.calls(requests.duration, np.inf), times)
    lacking = int(requests.lacking.sum())
    n = len(requests.lacking) - lacking
    tail = (1 - level) / 2
    return {
        "value": np.where(np.isclose(last, high), high, np.nan),
        "lo": np.quantile(resampled(least, times, seed), tail, axis=0),
        "hi": np.quantile(resampled(most, times, seed), 1 - tail, axis=0),
        "bound_lo": low * n / (n + lacking),
        "bound_hi": (high * n + lacking) / (n + lacking),
        "method": np.full(len(times), "aalen-johansen"),
    }


def _up_to(values: Floats, times: Floats) -> Counts:
    """How many values are at most each time."""
    known = np.sort(values[~np.isnan(values)])
    return np.searchsorted(known, times, side="right").astype(np.int64)
