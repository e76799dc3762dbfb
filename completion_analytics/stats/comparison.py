"""Two groups side by side: differences of percentiles and of rates, and who is faster how often."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np
import pandas as pd
from scipy.stats import mannwhitneyu

from .generic import RATE_FROM_N, rate
from .groups import groups_of
from .inputs import (
    Counts,
    Data,
    Flags,
    Floats,
    flags,
    frame_of,
    require_columns,
    require_group_column,
    require_numbers,
    require_share,
)
from .intervals import nearest_rank, newcombe, normal_quantile
from .usable import QUALITY_COLUMNS, usable_values

_RESAMPLES = 1999
_LEAST_BEYOND = 5


class _Pair(NamedTuple):
    a: Floats
    b: Floats


def quantile_difference(
    data: Data,
    column: str = "duration_s",
    *,
    between: str,
    a: Any,
    b: Any,
    q: Sequence[float] = (0.5, 0.9),
    level: float = 0.95,
    seed: int = 0,
) -> pd.DataFrame:
    """How much larger the percentiles of group `b` are than those of group `a`.

    One row per `q`; nine of them from 0.1 to 0.9 are the shift function. Columns: ``q, value, lo,
    hi, ratio, p_value, p_holm, n_a, n_b, reliable``; `value` is b - a, `ratio` b / a. Finished
    rows with a usable value count. Limits are resampled; where fewer than 5 rows of a group lie
    beyond a quantile there are none. `p_holm` allows for there being several `q`.

    Raises:
        KeyError: a column or a group is not there.
        TypeError: the column holds no numbers, or `between` is continuous.
        ValueError: a share is not between 0 and 1.

    Source: Doksum 1974; Holm 1979.

    >>> calls = pd.DataFrame({"model": list("aaabbb"), "duration_s": [1.0, 2, 3, 2, 4, 6]})
    >>> quantile_difference(calls, between="model", a="a", b="b", q=[0.5])[["value", "ratio"]]
       value  ratio
    0    2.0    2.0
    """
    require_share("quantile_difference", "q", *q)
    require_share("quantile_difference", "level", level)
    pair = _pair(data, "quantile_difference", column, between, a, b)
    random = np.random.default_rng(seed)
    rows = [_difference(pair, share, level, random) for share in q]
    table = pd.DataFrame({"q": np.asarray(q, dtype=np.float64)} | _columns(rows))
    table.insert(6, "p_holm", holm(table["p_value"].to_numpy()))
    return table


def cliffs_delta(
    data: Data,
    column: str = "duration_s",
    *,
    between: str,
    a: Any,
    b: Any,
    level: float = 0.95,
) -> pd.DataFrame:
    """How much more often a row of group `a` lies below one of group `b` than above it.

    One row. Columns: ``value, lo, hi, p_value, n_a, n_b, reliable``; 1 means that `a` is always
    below, so faster, -1 that it is always above. Of durations, failed rows count as endless
    waits, all equal. `p_value` is that of Mann and Whitney, corrected for ties; fewer than 10
    rows in a group are not `reliable`.

    Raises:
        KeyError: a column or a group is not there.
        TypeError: the column holds no numbers, or `between` is continuous.
        ValueError: `level` is not between 0 and 1.

    Source: Cliff 1993; Mann & Whitney 1947.

    >>> calls = pd.DataFrame({"model": list("aaaabbbb"), "duration_s": [1.0, 2, 3, 4, 2, 3, 5, 9]})
    >>> cliffs_delta(calls, between="model", a="a", b="b")[["value", "p_value"]].round(3)
       value  p_value
    0    0.5    0.306
    """
    require_share("cliffs_delta", "level", level)
    pair = _pair(data, "cliffs_delta", column, between, a, b, endless=column == "duration_s")
    n_a, n_b = len(pair.a), len(pair.b)
    known = n_a > 0 and n_b > 0
    value, lo, hi = _dominance(pair, level) if known else (np.nan,) * 3
    p_value = float(mannwhitneyu(pair.b, pair.a, method="asymptotic").pvalue) if known else np.nan
    return pd.DataFrame(
        {
            "value": [value],
            "lo": [lo],
            "hi": [hi],
            "p_value": [p_value],
            "n_a": [n_a],
            "n_b": [n_b],
            "reliable": [min(n_a, n_b) >= RATE_FROM_N],
        }
    )


def rate_difference(
    data: Data,
    column: str | pd.Series | Flags,
    *,
    between: str,
    a: Any,
    b: Any,
    level: float = 0.95,
) -> pd.DataFrame:
    """How much larger a rate is in group `b` than in group `a`.

    One row. Columns: ``value, lo, hi, k_a, n_a, k_b, n_b, reliable``; `value` is b - a. What
    holds is told as in `rate`; fewer than 10 known rows in a group are not `reliable`.

    Raises:
        KeyError: a column or a group is not there.
        TypeError: what is given is not boolean, or `between` is continuous.
        ValueError: `level` is not between 0 and 1.

    Source: Newcombe 1998, method 10.

    >>> calls = pd.DataFrame({"model": list("aabb"), "late": [False, False, True, False]})
    >>> rate_difference(calls, "late", between="model", a="a", b="b")[["value", "n_a", "n_b"]]
       value  n_a  n_b
    0    0.5    2    2
    """
    frame = frame_of(data, "rate_difference")
    require_columns(frame, "rate_difference", [column] if isinstance(column, str) else [])
    require_group_column(frame, "rate_difference", between)
    table = rate(data, column, by=between, level=level)
    places = [_place(table, frame, "rate_difference", between, group) for group in (a, b)]
    k_a, k_b = (int(table["k"].iloc[at]) if at is not None else 0 for at in places)
    n_a, n_b = (int(table["n"].iloc[at]) if at is not None else 0 for at in places)
    lo, hi = newcombe(k_b, n_b, k_a, n_a, level)
    return pd.DataFrame(
        {
            "value": [k_b / (n_b or np.nan) - k_a / (n_a or np.nan)],
            "lo": [float(lo)],
            "hi": [float(hi)],
            "k_a": [k_a],
            "n_a": [n_a],
            "k_b": [k_b],
            "n_b": [n_b],
            "reliable": [min(n_a, n_b) >= RATE_FROM_N],
        }
    )


def _pair(
    data: Data, function: str, column: str, between: str, a: Any, b: Any, *, endless: bool = False
) -> _Pair:
    """The usable values of both groups, ascending."""
    frame = frame_of(data, function)
    require_numbers(frame, function, column)
    groups = groups_of(data, function, [column], by=between, optional=QUALITY_COLUMNS)
    values = usable_values(groups, column)
    if endless:
        values = np.where(groups.matches("outcome", "failed"), np.inf, values)
    rows = groups.positions(~np.isnan(values))
    places = [_place(groups.keys, frame, function, between, group) for group in (a, b)]
    return _Pair(*(np.empty(0) if at is None else np.sort(values[rows[at]]) for at in places))


def _place(
    keys: pd.DataFrame, frame: pd.DataFrame, function: str, between: str, group: Any
) -> int | None:
    """The row of a group's key; None for a group that could be there and has no row."""
    found = np.flatnonzero(flags(keys[between] == group))
    if len(found):
        return int(found[0])
    dtype = frame[between].dtype
    could_be = pd.api.types.is_bool_dtype(dtype) and isinstance(group, bool)
    if isinstance(dtype, pd.CategoricalDtype):
        could_be = group in dtype.categories
    if not could_be:
        there = ", ".join(repr(key) for key in keys[between].dropna()) or "no group"
        raise KeyError(f"{function} finds no {group!r} in {between!r}; there is {there}")
    return None


def _difference(
    pair: _Pair, q: float, level: float, random: np.random.Generator
) -> tuple[float, ...]:
    """value, lo, hi, ratio, p_value, n_a, n_b, reliable."""
    n = [len(pair.a), len(pair.b)]
    if min(n) == 0:
        return (np.nan,) * 5 + (*n, False)
    at_a, at_b = (float(values[nearest_rank(len(values), q) - 1]) for values in pair)
    value, ratio = at_b - at_a, at_b / at_a if at_a else np.nan
    if min(n) * min(q, 1 - q) < _LEAST_BEYOND - 1e-9:
        return (value, np.nan, np.nan, ratio, np.nan, *n, False)
    drawn = _resampled(pair.b, q, random) - _resampled(pair.a, q, random)
    lo, hi = np.quantile(drawn, [(1 - level) / 2, (1 + level) / 2])
    beyond = min((drawn <= 0).sum(), (drawn >= 0).sum())
    return (value, lo, hi, ratio, min(2 * (beyond + 1) / (_RESAMPLES + 1), 1.0), *n, True)


def _resampled(ascending: Floats, q: float, random: np.random.Generator) -> Floats:
    """The quantile of samples drawn with replacement, without drawing them.

    The r-th smallest of n draws is the value at rank ceil(n V), where V is Beta(r, n - r + 1).
    """
    n = len(ascending)
    rank = int(nearest_rank(n, q))
    places = np.ceil(n * random.beta(rank, n - rank + 1, _RESAMPLES)).astype(np.int64)
    return ascending[np.clip(places, 1, n) - 1]


def _columns(rows: Sequence[tuple[float, ...]]) -> dict[str, Any]:
    names = ("value", "lo", "hi", "ratio", "p_value", "n_a", "n_b", "reliable")
    return dict(zip(names, map(np.asarray, zip(*rows, strict=True)), strict=True))


def holm(p_values: Floats) -> Floats:
    """The p-values allowed for their number, so that one error among them all stays unlikely.

    Source: Holm 1979.

    >>> holm(np.array([0.001, 0.012, 0.02, 0.04, 0.3])).round(3).tolist()
    [0.005, 0.048, 0.06, 0.08, 0.3]
    """
    order = np.argsort(p_values)
    tests = np.count_nonzero(~np.isnan(p_values))
    raised = p_values[order] * (tests - np.arange(len(order)))
    adjusted = np.empty(len(order))
    adjusted[order] = np.minimum(np.maximum.accumulate(raised), 1.0)
    return adjusted


def _dominance(pair: _Pair, level: float) -> tuple[float, float, float]:
    """Cliff's delta and its asymmetric limits, which few rows do not have."""
    n, m = len(pair.a), len(pair.b)
    of_a, of_b = _wins(pair.a, pair.b) / m, -_wins(pair.b, pair.a) / n
    delta = float(of_a.mean())
    if min(n, m) < 2:
        return delta, np.nan, np.nan
    ties = float(_ties(pair.a, pair.b).sum())
    spread = n * m - ties - n * m * delta**2
    variance = (
        m**2 * ((of_a - delta) ** 2).sum() + n**2 * ((of_b - delta) ** 2).sum() - spread
    ) / (n * m * (n - 1) * (m - 1))
    variance = max(float(variance), (1 - delta**2) / (n * m - 1))
    z = normal_quantile(level)
    half = z * np.sqrt(variance) * np.sqrt((1 - delta**2) ** 2 + z**2 * variance)
    below = 1 - delta**2 + z**2 * variance
    if below == 0:
        return delta, np.nan, np.nan
    middle = delta - delta**3
    return delta, float((middle - half) / below), float((middle + half) / below)


def _wins(values: Floats, others: Floats) -> Counts:
    """For each value how many others are larger, less how many are smaller."""
    smaller = np.searchsorted(others, values, side="left")
    return len(others) - np.searchsorted(others, values, side="right") - smaller


def _ties(values: Floats, others: Floats) -> Counts:
    return np.searchsorted(others, values, side="right") - np.searchsorted(
        others, values, side="left"
    )
