"""Durations over time: percentiles per window, a heat map, and the slowest calls."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from .bins import log_bins
from .by_parts import of_parts
from .groups import groups_of
from .inputs import By, Data, frame_of, require_share, with_column
from .quantiles import percentile_table
from .usable import DURATION_COLUMNS, QUALITY_COLUMNS, duration_groups, usable_durations
from .windows import windows_of

_NEEDS = (*DURATION_COLUMNS, "created_at")
_MOST_BINS = 40


@of_parts
def latency_over_time(
    data: Data,
    *,
    by: By = None,
    q: Sequence[float] = (0.5, 0.95),
    every: str | None = None,
    tz: str = "UTC",
    level: float = 0.95,
) -> pd.DataFrame:
    """Percentiles of the durations of the calls made in each window of time.

    One row per group, window and `q`; an empty window is there, its percentiles missing and its
    `n` 0. Columns: those of `by`, ``start_at``, those of `percentiles` but `n_mock`, and
    ``n_undated``, the group's rows that have no time and so no window. Windows are half-open,
    begin on the clock of the zone `tz` and are `every` wide (``"15min"``, ``"1h"``, ``"1D"``,
    ``"1W"``, ``"1M"``), or as wide as gives at most 100.

    Raises:
        KeyError: a column is not there.
        TypeError: a column of `by` is continuous.
        ValueError: a share is not between 0 and 1, or a width or zone is unknown.

    >>> calls = pd.DataFrame({
    ...     "outcome": "finished",
    ...     "duration_s": [1.0, 3.0],
    ...     "created_at": pd.to_datetime(["2026-03-29T00:10Z", "2026-03-29T02:10Z"]),
    ... })
    >>> latency_over_time(calls, q=[0.5], every="1h")[["start_at", "value", "n"]]
                       start_at  value  n
    0 2026-03-29 00:00:00+00:00    1.0  1
    1 2026-03-29 01:00:00+00:00    NaN  0
    2 2026-03-29 02:00:00+00:00    3.0  1
    """
    require_share("latency_over_time", "q", *q)
    require_share("latency_over_time", "level", level)
    groups = groups_of(data, "latency_over_time", _NEEDS, by=by, optional=QUALITY_COLUMNS)
    times = groups.frame["created_at"]
    windows = windows_of(times, "latency_over_time", every, tz, groups.tally)
    parts = groups.crossed(windows.place, "start_at", windows.starts)
    table = percentile_table(parts, "duration_s", q, level).drop(columns="n_mock")
    undated = groups.count(windows.place < 0)
    return table.assign(n_undated=np.repeat(undated, windows.size * len(q)))


@of_parts
def latency_heatmap(
    data: Data, *, by: By = None, every: str | None = None, tz: str = "UTC"
) -> pd.DataFrame:
    """How many calls of each window of time took how long.

    One row per group, window and bin, empty ones included. Columns: those of `by`, ``start_at,
    from_s, to_s, value, n``; `value` counts durations from `from_s` up to but without `to_s`, the
    last bin with it, and `n` those of the window. Bins are equally wide on a logarithmic axis, at
    most 40, the same everywhere; windows are those of `latency_over_time`.

    Raises:
        KeyError: a column is not there.
        TypeError: a column of `by` is continuous.
        ValueError: a width or zone is unknown.

    >>> calls = pd.DataFrame({
    ...     "outcome": "finished",
    ...     "duration_s": [1.0, 1.0],
    ...     "created_at": pd.to_datetime(["2026-03-29T00:10Z", "2026-03-29T02:10Z"]),
    ... })
    >>> latency_heatmap(calls, every="1h")["value"].tolist()
    [1, 0, 1]
    """
    groups = groups_of(data, "latency_heatmap", _NEEDS, by=by, optional=QUALITY_COLUMNS)
    times = groups.frame["created_at"]
    windows = windows_of(times, "latency_heatmap", every, tz, groups.tally)
    parts = groups.crossed(windows.place, "start_at", windows.starts)
    seconds = usable_durations(parts)
    bins, known = log_bins(seconds, _MOST_BINS, groups.tally), ~np.isnan(seconds)
    group = np.repeat(np.arange(parts.size), bins.size)
    return parts.table(
        {
            "from_s": np.tile(bins.edges[:-1], parts.size),
            "to_s": np.tile(bins.edges[1:], parts.size),
            "value": parts.count_at(bins.place(seconds), bins.size),
            "n": parts.count(known)[group],
        },
        group,
    )


def slowest(data: Data, n: int = 10) -> pd.DataFrame:
    """The finished calls that took longest, the slowest first.

    At most `n` rows of the completions, in all their columns; of equal durations the earlier row
    comes first.

    Raises:
        KeyError: a column is not there.
        TypeError: `data` is neither a frame nor a log.

    >>> calls = pd.DataFrame({"outcome": "finished", "duration_s": [1.0, 9.0, 4.0]})
    >>> slowest(calls, 2)["duration_s"].tolist()
    [9.0, 4.0]
    """
    frame = frame_of(data, "slowest")
    places = np.arange(len(frame))
    groups = duration_groups(
        with_column(data, "slowest", "_place", places), "slowest", None, optional=["_place"]
    )
    seconds = usable_durations(groups)
    order = np.argsort(-seconds, kind="stable")[: min(n, int((~np.isnan(seconds)).sum()))]
    return frame.iloc[groups.frame["_place"].to_numpy()[order]]
