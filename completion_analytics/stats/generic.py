"""Statistics of any numeric column: distribution function, description, rate."""

from __future__ import annotations

import numpy as np
import pandas as pd

from .groups import Groups, groups_of
from .inputs import (
    By,
    Counts,
    Data,
    Flags,
    Floats,
    frame_of,
    require_columns,
    require_numbers,
    require_share,
    with_column,
)
from .intervals import dkw, wilson
from .ordered import ordered
from .usable import QUALITY_COLUMNS, usable_values

BAND_FROM_N = 30
RATE_FROM_N = 10
_DESCRIBED = {"p25": 0.25, "p50": 0.5, "p75": 0.75, "p90": 0.9, "p95": 0.95, "p99": 0.99}
_ECDF_RESULT = ("value", "lo", "hi", "n", "n_excluded")


def ecdf(data: Data, column: str, *, by: By = None, level: float = 0.95) -> pd.DataFrame:
    """The share of a column's values that are at most x, with a band for the whole curve.

    One row per group and distinct value, ascending. Columns: those of `by`, the column itself,
    ``value, lo, hi, n, n_excluded``; `value` is the share. Finished rows with a finite number
    count; fewer than 30 of them have no band.

    Raises:
        KeyError: a column is not there.
        TypeError: the column holds no numbers, or a column of `by` is continuous.
        ValueError: `level` is not between 0 and 1, or the column is named like a result.

    Source: Dvoretzky, Kiefer & Wolfowitz 1956; Massart 1990.

    >>> ecdf(pd.DataFrame({"tokens": [5, 1, None, 5]}), "tokens")[["tokens", "value", "n"]]
       tokens     value  n
    0     1.0  0.333333  3
    1     5.0  1.000000  3
    """
    require_share("ecdf", "level", level)
    if column in _ECDF_RESULT:
        raise ValueError(f"ecdf has a result column named {column!r}: rename it in the frame first")
    groups = numeric_groups(data, "ecdf", column, by=by)
    return ecdf_table(groups, column, usable_values(groups, column), level)


def band_width(n: Counts, level: float) -> Floats:
    """Half-width of the whole-curve band; NaN below 30 values, where it would say nothing."""
    return np.where(n < BAND_FROM_N, np.nan, dkw(n, level))


def ecdf_table(groups: Groups, column: str, values: Floats, level: float) -> pd.DataFrame:
    """The distribution function of the values that are not NaN, per group; no row at infinity."""
    low = ordered(groups, values)
    group, rank = low.group(), np.arange(len(low.ascending)) + 1
    last = np.ones(len(group), dtype=np.bool_)
    last[:-1] = (low.ascending[1:] != low.ascending[:-1]) | (group[1:] != group[:-1])
    last &= np.isfinite(low.ascending)
    group = group[last]
    share = (rank[last] - low.start[group]) / low.n[group]
    width = band_width(low.n, level)[group]
    return groups.table(
        {
            column: low.ascending[last],
            "value": share,
            "lo": np.maximum(share - width, 0.0),
            "hi": np.minimum(share + width, 1.0),
            "n": low.n[group],
            "n_excluded": (groups.count() - low.n + groups.n_mock)[group],
        },
        group,
    )


def describe(data: Data, column: str, *, by: By = None) -> pd.DataFrame:
    """Mean, spread, extremes and linear quantiles of a column, as other tools print them.

    One row per group. Columns: those of `by`, ``n, n_excluded, n_mock, mean, std, min, p25, p50,
    p75, p90, p95, p99, max``. Finished rows with a finite number count; `std` divides by n - 1.
    For reporting use `percentiles`, whose values occurred and have intervals.

    Raises:
        KeyError: a column is not there.
        TypeError: the column holds no numbers, or a column of `by` is continuous.

    >>> describe(pd.DataFrame({"tokens": [1, 2, 3, 6]}), "tokens")[["n", "mean", "p50", "max"]]
       n  mean  p50  max
    0  4   3.0  2.5  6.0
    """
    groups = numeric_groups(data, "describe", column, by=by)
    values = usable_values(groups, column)
    low = ordered(groups, values)
    mean = groups.total(values) / np.where(low.n > 0, low.n, 1)
    squares = groups.total((values - mean[groups.codes]) ** 2)
    return groups.table(
        {
            "n": low.n,
            "n_excluded": groups.count() - low.n + groups.n_mock,
            "n_mock": groups.n_mock,
            "mean": mean,
            "std": np.sqrt(squares / np.where(low.n > 1, low.n - 1, np.nan)),
            "min": low.at(np.ones_like(low.n)),
            **{name: low.linear(share) for name, share in _DESCRIBED.items()},
            "max": low.at(low.n),
        }
    )


def numeric_groups(data: Data, function: str, column: str, *, by: By) -> Groups:
    """The groups of a statistic of one numeric column."""
    require_numbers(frame_of(data, function), function, column)
    return groups_of(data, function, [column], by=by, optional=QUALITY_COLUMNS)


def rate(
    data: Data, column: str | pd.Series | Flags, *, by: By = None, level: float = 0.95
) -> pd.DataFrame:
    """The share of rows where something holds, among those where it is known.

    One row per group. Columns: those of `by`, ``value, lo, hi, k, n, n_excluded, n_mock,
    reliable``; fewer than 10 known rows are not `reliable`. What holds is a boolean column, or
    one flag per row in the order of the frame, whatever its index.

    Raises:
        KeyError: a column is not there.
        TypeError: what is given is not boolean, or a column of `by` is continuous.
        ValueError: `level` is not between 0 and 1.

    Source: Wilson 1927.

    >>> calls = pd.DataFrame({"is_stream": pd.array([True, False, None, False], "boolean")})
    >>> rate(calls, "is_stream")[["value", "k", "n", "n_excluded"]].round(3)
       value  k  n  n_excluded
    0  0.333  1  3           1
    """
    require_share("rate", "level", level)
    frame = frame_of(data, "rate")
    if isinstance(column, str):
        require_columns(frame, "rate", [column])
    given = frame[column] if isinstance(column, str) else pd.Series(column)
    if not pd.api.types.is_bool_dtype(given.dtype):
        raise TypeError(f"rate needs a boolean column or one flag per row, not {given.dtype}")
    marked = with_column(data, "rate", "_holds", given.astype("boolean").array)
    groups = groups_of(marked, "rate", ["_holds"], by=by)
    known = np.asarray(groups.frame["_holds"].notna(), dtype=np.bool_)
    k, n = groups.count(groups.is_true("_holds")), groups.count(known)
    return rate_table(groups, k, n, groups.count() - n + groups.n_mock, level)


def rate_table(
    groups: Groups, k: Counts, n: Counts, n_excluded: Counts, level: float
) -> pd.DataFrame:
    """One rate per group, with its Wilson interval and the counts behind it."""
    lo, hi = wilson(k, n, level)
    return groups.table(
        {
            "value": k / np.where(n > 0, n, np.nan),
            "lo": lo,
            "hi": hi,
            "k": k,
            "n": n,
            "n_excluded": n_excluded,
            "n_mock": groups.n_mock,
            "reliable": n >= RATE_FROM_N,
        }
    )
