"""How many calls run at the same time."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from .groups import Groups, groups_of
from .inputs import By, Counts, Data, Flags, Floats
from .windows import Windows, instants_of, windows_of

_NEEDS = ("created_at", "duration_s")
_BURSTINESS_FROM_N = 20


class _Calls(NamedTuple):
    """Starts and durations in seconds; starts count from the first one of the frame."""

    start: Floats
    seconds: Floats
    counted: Flags
    zero_us: int
    """The instant that starts count from."""


class _Sweep(NamedTuple):
    """The times at which the number of running calls changes, and the number from then on."""

    moment: Floats
    level: Counts


def concurrency(
    data: Data, *, by: By = None, every: str | None = None, tz: str = "UTC"
) -> pd.DataFrame:
    """Calls in flight in each window of time: their mean over the time, and the most at once.

    One row per group and window, from the first start to the last end. Columns: those of `by`,
    ``start_at, elapsed_s, value, peak, n, arrivals_per_s, mean_duration_s, arrivals_times_duration,
    gap, n_excluded``. `value` is the mean number in flight and `n` calls begin in the window.
    Arrivals per second times mean duration equals it in the long run (Little's law); `gap`, by
    which `value` exceeds that, is what calls carry over the window's edges.

    A call is in flight from `created_at` for `duration_s`, its end not included. Calls that lack
    either (`n_excluded` of the group, mock ones included) are missing here, so the numbers are
    floors. Some files date calls by the server's whole second: then each may be off by half a
    second. Logs of clients that wait for an answer before they ask again hide what was waiting.

    Raises:
        KeyError: a column is not there.
        TypeError: a column of `by` is continuous, or `created_at` holds no instants.
        ValueError: a width or zone is unknown.

    Source: Little 1961.

    >>> calls = pd.DataFrame({
    ...     "created_at": pd.to_datetime([0, 1, 3], unit="s", utc=True), "duration_s": [4.0, 1, 2]
    ... })
    >>> concurrency(calls, every="1min")[["peak", "n", "mean_duration_s"]].round(2)
       peak  n  mean_duration_s
    0     2  3             2.33
    """
    groups = groups_of(data, "concurrency", _NEEDS, by=by)
    calls = _calls(groups)
    windows = _windows(groups, calls, every, tz)
    edges = (windows.starts.as_unit("us").asi8 - calls.zero_us) / 1e6
    edges = np.append(edges, edges[-1:] + windows.elapsed_s[-1:])
    parts = groups.positions(calls.counted)
    found = [_in_windows(calls.start[rows], calls.seconds[rows], edges) for rows in parts]
    columns = {
        name: np.concatenate([*(part[name] for part in found), np.empty(0)])
        for name in ("value", "peak", "n", "mean_duration_s")
    }
    elapsed = np.tile(windows.elapsed_s, groups.size)
    rate = columns["n"] / elapsed
    product = rate * np.where(columns["n"] > 0, columns["mean_duration_s"], 0.0)
    excluded = groups.count(~calls.counted) + groups.n_mock
    places = np.tile(np.arange(windows.size), groups.size)
    return groups.table(
        {
            "start_at": windows.starts.take(places),
            "elapsed_s": elapsed,
            "value": columns["value"],
            "peak": columns["peak"].astype(np.int64),
            "n": columns["n"].astype(np.int64),
            "arrivals_per_s": rate,
            "mean_duration_s": columns["mean_duration_s"],
            "arrivals_times_duration": product,
            "gap": columns["value"] - product,
            "n_excluded": np.repeat(excluded, windows.size),
        },
        np.repeat(np.arange(groups.size), windows.size),
    )


def concurrency_totals(data: Data, *, by: By = None) -> pd.DataFrame:
    """Over the whole time: the most calls in flight at once, and when; their mean; how bursty.

    One row per group. Columns: those of `by`, ``peak, peak_at, value, arrivals_per_s,
    mean_duration_s, span_s, burstiness, n, n_excluded, n_mock``. `value` is the mean number in
    flight from the first start to the last end, `span_s` apart; it equals `arrivals_per_s` times
    `mean_duration_s`. `burstiness` is the standard deviation of the gaps between starts over their
    mean: 0 for a clock, 1 for independent arrivals, more for bursts; it needs 20 calls, the
    others 2. What counts is as in `concurrency`.

    Raises:
        KeyError: a column is not there.
        TypeError: a column of `by` is continuous, or `created_at` holds no instants.

    Source: Little 1961.

    >>> calls = pd.DataFrame({
    ...     "created_at": pd.to_datetime([0, 1, 3], unit="s", utc=True), "duration_s": [4.0, 1, 2]
    ... })
    >>> concurrency_totals(calls)[["peak", "value", "arrivals_per_s", "mean_duration_s"]].round(2)
       peak  value  arrivals_per_s  mean_duration_s
    0     2    1.4             0.6             2.33
    """
    groups = groups_of(data, "concurrency_totals", _NEEDS, by=by)
    calls = _calls(groups)
    rows = [_totals(calls.start[at], calls.seconds[at]) for at in groups.positions(calls.counted)]
    names = ("peak", "peak_at", "value", "arrivals_per_s", "mean_duration_s", "span_s")
    columns: dict[str, Any] = {
        name: np.array([row[name] for row in rows], dtype=np.float64)
        for name in (*names, "burstiness")
    }
    n = groups.count(calls.counted)
    at = np.full(groups.size, np.iinfo(np.int64).min)
    known = ~np.isnan(columns["peak_at"])
    at[known] = np.round(columns["peak_at"][known] * 1e6).astype(np.int64) + calls.zero_us
    columns["peak"] = pd.array(columns["peak"], dtype="Float64").astype("Int64")
    columns["peak_at"] = pd.DatetimeIndex(at.view("datetime64[us]")).tz_localize("UTC")
    excluded = groups.count() - n + groups.n_mock
    return groups.table(columns | {"n": n, "n_excluded": excluded, "n_mock": groups.n_mock})


def _calls(groups: Groups) -> _Calls:
    instants = instants_of(groups.frame["created_at"], groups.function)
    seconds = groups.floats("duration_s")
    counted = instants.known & np.isfinite(seconds) & (seconds > 0)
    zero = int(instants.us[counted].min()) if counted.any() else 0
    return _Calls((instants.us - zero) / 1e6, seconds, counted, zero)


def _windows(groups: Groups, calls: _Calls, every: str | None, tz: str) -> Windows:
    """Windows from the first start to the last moment at which a call runs."""
    moments = np.empty(0, dtype=np.int64)
    if calls.counted.any():
        ends = (calls.start + calls.seconds)[calls.counted]
        # An end is not part of its call, so an end on an edge begins no window.
        last = max(int(np.ceil(ends.max() * 1e6)) - 1, 0)
        moments = np.array([calls.zero_us, calls.zero_us + last], dtype=np.int64)
    stamps = pd.Series(pd.DatetimeIndex(moments.view("datetime64[us]")).tz_localize("UTC"))
    return windows_of(stamps, groups.function, every, tz)


def _sweep(start: Floats, seconds: Floats) -> _Sweep:
    """Where calls begin and end; of equal times the ends come first."""
    # To the microsecond, lest an end and a start that are equal differ by rounding.
    moment = np.round(np.concatenate([start + seconds, start]), 6)
    change = np.repeat([-1, 1], len(start))
    order = np.lexsort((change, moment))
    return _Sweep(moment[order], np.cumsum(change[order]))


def _in_windows(start: Floats, seconds: Floats, edges: Floats) -> dict[str, Floats]:
    """The numbers of one group's calls in each window."""
    begin = np.sort(start)
    n = np.diff(np.searchsorted(begin, edges, side="left"))
    place = np.searchsorted(edges, start, side="right") - 1
    total = np.bincount(place, weights=seconds, minlength=max(len(edges) - 1, 0))
    return {
        "value": np.diff(_busy_until(edges, begin, np.sort(start + seconds))) / np.diff(edges),
        "peak": _peaks(_sweep(start, seconds), edges),
        "n": n.astype(np.float64),
        "mean_duration_s": total / np.where(n > 0, n, np.nan),
    }


def _busy_until(moments: Floats, begin: Floats, end: Floats) -> Floats:
    """Seconds that all calls together have run before each moment."""
    return _elapsed(moments, begin) - _elapsed(moments, end)


def _elapsed(moments: Floats, events: Floats) -> Floats:
    """The sum over sorted events of the time since each, as far as it lies before the moment."""
    passed = np.searchsorted(events, moments, side="left")
    sums = np.append(0.0, np.cumsum(events))
    return np.asarray(passed * moments - sums[passed], dtype=np.float64)


def _peaks(sweep: _Sweep, edges: Floats) -> Floats:
    """The most calls at once within each half-open window."""
    if len(edges) < 2:
        return np.empty(0)
    first = np.searchsorted(sweep.moment, edges[:-1], side="right")
    stop = np.searchsorted(sweep.moment, edges[1:], side="left")
    levels = np.append(sweep.level, 0)
    within = np.maximum.reduceat(levels, np.stack([first, stop], axis=1).ravel())[::2]
    at_edge = np.append(0, sweep.level)[first]
    return np.where(stop > first, np.maximum(within, at_edge), at_edge).astype(np.float64)


def _totals(start: Floats, seconds: Floats) -> dict[str, float]:
    n = len(start)
    if n < 2:
        names = ("peak", "peak_at", "value", "arrivals_per_s", "mean_duration_s", "span_s")
        return dict.fromkeys((*names, "burstiness"), np.nan)
    sweep = _sweep(start, seconds)
    most = int(np.argmax(sweep.level))
    span = float((start + seconds).max() - start.min())
    return {
        "peak": float(sweep.level[most]),
        "peak_at": float(sweep.moment[most]),
        "value": float(seconds.sum()) / span,
        "arrivals_per_s": n / span,
        "mean_duration_s": float(seconds.mean()),
        "span_s": span,
        "burstiness": _burstiness(np.diff(np.sort(start))),
    }


def _burstiness(gaps: Floats) -> float:
    if len(gaps) + 1 < _BURSTINESS_FROM_N or not gaps.any():
        return float("nan")
    return float(gaps.std() / gaps.mean())
