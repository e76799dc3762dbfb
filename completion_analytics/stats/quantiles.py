"""Quantiles with order-statistic intervals, of any column and of durations in whole seconds."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Literal

import numpy as np
import pandas as pd

from .by_parts import of_parts
from .groups import Groups, groups_of
from .inputs import (
    By,
    Counts,
    Data,
    Floats,
    frame_of,
    require_choice,
    require_numbers,
    require_share,
)
from .intervals import Ranks, quantile_ranks
from .ordered import Ranked
from .sketch import ranked
from .usable import (
    DURATION_COLUMNS,
    QUALITY_COLUMNS,
    below_resolution,
    upper_ends,
    usable_durations,
    usable_values,
)


@of_parts
def percentiles(
    data: Data,
    column: str = "duration_s",
    *,
    by: By = None,
    q: Sequence[float] = (0.5, 0.9, 0.95, 0.99),
    level: float = 0.95,
    method: Literal["nearest", "linear"] = "nearest",
    failures: Literal["separate", "inf", "exclude"] = "separate",
) -> pd.DataFrame:
    """Percentiles of a column over finished rows, each with an interval good for any distribution.

    One row per group and `q`, in that order. Columns: those of `by`, ``q, value, lo, hi, n,
    n_excluded, n_failed, n_below_resolution, n_whole_second, n_mock, reliable``.

    The nearest rank is a value that occurred, so the median of an even number of values is the
    lower middle one, unlike `Series.median`; ``method="linear"`` interpolates as other tools do,
    and is NaN beside infinities. A NaN limit is one that so few values cannot give, and then
    `reliable` is False; an infinite value or limit lies among the failed requests. Durations given
    in whole seconds stand for the second that follows, and `hi` allows for it.

    `n` and `n_excluded` make up the group; the other counts name parts of them. With
    ``failures="inf"`` failed rows count as endless waits; with ``"exclude"`` they are dropped
    beforehand, as other tools do, and `n_failed` is missing.

    Raises:
        KeyError: a column is not there.
        TypeError: the column holds no numbers, or a column of `by` is continuous.
        ValueError: a share is not between 0 and 1, or a word is unknown.

    Source: Hyndman & Fan 1996, type 1; Hahn & Meeker, Statistical Intervals.

    >>> waits = pd.DataFrame({"duration_s": [0.8, 1.1, 1.3, 2.0, 2.4, 3.1, 3.3, 4.0, 5.2, 9.7]})
    >>> percentiles(waits, q=[0.5, 0.9])[["q", "value", "lo", "hi", "n", "reliable"]]
         q  value   lo   hi   n  reliable
    0  0.5    2.4  1.1  5.2  10      True
    1  0.9    5.2  3.3  NaN  10     False
    """
    require_share("percentiles", "q", *q)
    require_share("percentiles", "level", level)
    require_choice("percentiles", "method", method, ("nearest", "linear"))
    require_choice("percentiles", "failures", failures, ("separate", "inf", "exclude"))
    frame = frame_of(data, "percentiles")
    require_numbers(frame, "percentiles", column)
    needs = [column] if failures == "separate" else [column, "outcome"]
    groups = groups_of(data, "percentiles", needs, by=by, optional=QUALITY_COLUMNS)
    return percentile_table(groups, column, q, level, method, failures)


@of_parts
def percentile_ranges(
    data: Data,
    *,
    by: By = None,
    q: Sequence[float] = (0.5, 0.9, 0.95, 0.99),
    level: float = 0.95,
) -> pd.DataFrame:
    """Percentiles of durations of which some are known in whole seconds only, as ranges.

    One row per group and `q`. Columns: those of `by`, ``q, value_from, value_to, lo, hi, n,
    n_excluded, n_whole_second, n_mock, reliable``. The percentile is at least `value_from` and
    below `value_to`; the two are equal where exact durations decide. A duration given as whole
    seconds v stands for [v, v + 1), one below the resolution for [0, 1).

    Raises:
        KeyError: a column is not there.
        TypeError: a column of `by` is continuous.
        ValueError: a share is not between 0 and 1.

    Source: Turnbull 1976.

    >>> waits = pd.DataFrame({
    ...     "outcome": "finished",
    ...     "duration_s": [0.0, 1, 1, 2, 3],
    ...     "duration_quality": ["below_resolution"] + ["whole_second"] * 4,
    ... })
    >>> percentile_ranges(waits, q=[0.5])[["q", "value_from", "value_to", "n"]]
         q  value_from  value_to  n
    0  0.5         1.0       2.0  5
    """
    require_share("percentile_ranges", "q", *q)
    require_share("percentile_ranges", "level", level)
    groups = groups_of(data, "percentile_ranges", DURATION_COLUMNS, by=by, optional=QUALITY_COLUMNS)
    tiny = below_resolution(groups)
    lower = np.where(tiny, 0.0, usable_durations(groups))
    low, high = ranked(groups, lower), ranked(groups, upper_ends(groups, lower) + tiny)
    ranks = [quantile_ranks(low.n, share, level) for share in q]
    columns = {
        "value_from": _long([low.at(rank.value) for rank in ranks]),
        "value_to": _long([high.at(rank.value) for rank in ranks]),
        **_limits(low, high, ranks),
    }
    whole = tiny | (groups.matches("duration_quality", "whole_second") & ~np.isnan(lower))
    counts = {
        "n": low.n,
        "n_excluded": groups.count() - low.n + groups.n_mock,
        "n_whole_second": groups.count(whole),
        "n_mock": groups.n_mock,
    }
    return _table(groups, q, columns, counts, low.n, ranks)


def percentile_table(
    groups: Groups,
    column: str,
    q: Sequence[float],
    level: float,
    method: str = "nearest",
    failures: str = "separate",
) -> pd.DataFrame:
    """What `percentiles` returns, of rows that are already told apart."""
    values, failed = usable_values(groups, column), groups.matches("outcome", "failed")
    if failures == "inf":
        values = np.where(failed, np.inf, values)
    low = ranked(groups, values)
    upper = upper_ends(groups, values) if column == "duration_s" else values
    high = low if upper is values else ranked(groups, upper)
    ranks = [quantile_ranks(low.n, share, level) for share in q]
    columns = {
        "value": _long(
            [low.linear(share) for share in q]
            if method == "linear"
            else [low.at(rank.value) for rank in ranks]
        ),
        **_limits(low, high, ranks),
    }
    rows = groups.count() if failures != "exclude" else groups.count(~failed)
    n_failed = groups.count(failed) if failures != "exclude" else [None] * groups.size
    counts = {
        "n": low.n,
        "n_excluded": rows - low.n + groups.n_mock,
        "n_failed": pd.array(n_failed, dtype="Int64"),
        **_duration_counts(groups, column, values),
        "n_mock": groups.n_mock,
    }
    return _table(groups, q, columns, counts, low.n, ranks)


def _limits(low: Ranked, high: Ranked, ranks: Sequence[Ranks]) -> dict[str, Floats]:
    return {
        "lo": _long([low.at(rank.lo) for rank in ranks]),
        "hi": _long([high.at(rank.hi) for rank in ranks]),
    }


def _table(
    groups: Groups,
    q: Sequence[float],
    columns: Mapping[str, Any],
    counts: Mapping[str, Any],
    n: Counts,
    ranks: Sequence[Ranks],
) -> pd.DataFrame:
    """A row per group and quantile; the counts of a group stand in each of its rows."""
    group = np.repeat(np.arange(groups.size), len(q))
    return groups.table(
        {
            "q": np.tile(np.asarray(q, dtype=np.float64), groups.size),
            **columns,
            **{name: count[group] for name, count in counts.items()},
            "reliable": _long([(rank.lo >= 1) & (rank.hi <= n) for rank in ranks]),
        },
        group,
    )


def _long(per_quantile: Sequence[Any]) -> Any:
    """One array per quantile becomes one array in the order of the table."""
    return np.stack(per_quantile, axis=1).ravel()


def _duration_counts(groups: Groups, column: str, values: Floats) -> dict[str, Counts]:
    nowhere = np.zeros(len(values), dtype=np.bool_)
    is_duration = column == "duration_s"
    whole = groups.matches("duration_quality", "whole_second") & np.isfinite(values)
    return {
        "n_below_resolution": groups.count(below_resolution(groups) if is_duration else nowhere),
        "n_whole_second": groups.count(whole if is_duration else nowhere),
    }
