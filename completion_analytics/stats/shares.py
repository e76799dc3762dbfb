"""Tokens that are part of others: cached ones of the prompt, reasoning ones of the completion."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from .groups import Groups, groups_of
from .inputs import By, Counts, Data, Flags, Floats, require_share
from .intervals import nearest_rank
from .ordered import ordered
from .tokens import whole_numbers

_PARTS = {
    "cached": ("cached_tokens", "prompt_tokens"),
    "reasoning": ("reasoning_tokens", "completion_tokens"),
}
_RESAMPLES = 1_999
_INTERVAL_FROM_N = 20
_RESAMPLED_TO_N = 500


class _Known(NamedTuple):
    part: Floats
    """NaN where the row does not count."""
    whole: Floats
    inconsistent: Flags


def token_shares(data: Data, *, by: By = None, level: float = 0.95, seed: int = 0) -> pd.DataFrame:
    """Cached tokens as a share of prompt tokens, reasoning ones of completion tokens.

    One row per group and part (`cached`, `reasoning`). Columns: those of `by`, ``part, value, lo,
    hi, k, of, n, n_excluded, n_inconsistent, n_mock, per_call_p50``. `value` is a ratio of totals,
    `k` tokens `of` so many, over the `n` rows that tell both; rows that leave out the part are not
    taken to have none. Rows whose part exceeds the whole are left out as inconsistent.
    `per_call_p50` is the median of the calls' own shares.

    Intervals need 20 calls. They resample calls, with `seed`; from 500 calls on the sums of each
    resample are drawn from the normal distribution that they approach.

    Raises:
        KeyError: a column is not there.
        TypeError: a column of `by` is continuous.
        ValueError: `level` is not between 0 and 1.

    Source: Efron & Tibshirani, An Introduction to the Bootstrap.

    >>> usage = pd.DataFrame({"prompt_tokens": [2006, 1000, 500], "cached_tokens": [1920, 0, None],
    ...                       "completion_tokens": [1, 1, 1], "reasoning_tokens": [None] * 3})
    >>> token_shares(usage)[["part", "value", "k", "of", "n"]].round(3)
            part  value     k    of  n
    0     cached  0.639  1920  3006  2
    1  reasoning    NaN  <NA>  <NA>  0
    """
    require_share("token_shares", "level", level)
    needs = [name for pair in _PARTS.values() for name in pair]
    groups = groups_of(data, "token_shares", needs, by=by)
    words = [_word(groups, *_PARTS[name], level, seed) for name in _PARTS]
    columns = {name: _interleaved([word[name] for word in words]) for name in words[0]}
    for name in ("k", "of"):
        columns[name] = whole_numbers(columns[name])
    parts = pd.array(list(_PARTS) * groups.size, dtype="str")
    return groups.table({"part": parts, **columns}, np.repeat(np.arange(groups.size), len(_PARTS)))


def _word(groups: Groups, part: str, whole: str, level: float, seed: int) -> dict[str, Any]:
    known = _known(groups.floats(part), groups.floats(whole))
    counted = ~np.isnan(known.part)
    n, k, of = groups.count(counted), groups.total(known.part), groups.total(known.whole)
    per_call = ordered(groups, known.part / known.whole)
    lo, hi = _limits(groups, known, counted, level, seed)
    return {
        "value": k / of,
        "lo": lo,
        "hi": hi,
        "k": k,
        "of": of,
        "n": n,
        "n_excluded": groups.count() - n + groups.n_mock,
        "n_inconsistent": groups.count(known.inconsistent),
        "n_mock": groups.n_mock,
        "per_call_p50": per_call.at(nearest_rank(per_call.n, 0.5)),
    }


def _known(part: Floats, whole: Floats) -> _Known:
    both = np.isfinite(part) & np.isfinite(whole)
    inconsistent = both & (part > whole)
    counted = both & (whole > 0) & ~inconsistent
    return _Known(np.where(counted, part, np.nan), np.where(counted, whole, np.nan), inconsistent)


def _limits(
    groups: Groups, known: _Known, counted: Flags, level: float, seed: int
) -> tuple[Floats, Floats]:
    lo, hi = np.full(groups.size, np.nan), np.full(groups.size, np.nan)
    tails = [(1 - level) / 2, (1 + level) / 2]
    for group, rows in enumerate(groups.positions(counted)):
        if len(rows) >= _INTERVAL_FROM_N:
            # Seeded per group, so that a group's interval does not depend on its neighbours.
            ratios = _resampled(_pairs(known, rows), seed)
            lo[group], hi[group] = np.quantile(ratios, tails)
    return lo, hi


def _pairs(known: _Known, rows: Counts) -> Any:
    return np.stack([known.part[rows], known.whole[rows]], axis=1)


def _resampled(pairs: Any, seed: int) -> Floats:
    """The ratio of totals in each resample of the calls."""
    random, n = np.random.default_rng(seed), len(pairs)
    if n < _RESAMPLED_TO_N:
        pairs = pairs[np.lexsort(pairs.T)]  # the order of rows plays no part
        sums = pairs[random.integers(0, n, (_RESAMPLES, n))].sum(axis=1)
    else:
        spread = np.cov(pairs, rowvar=False, ddof=0) / n
        sums = random.multivariate_normal(pairs.mean(axis=0), spread, _RESAMPLES)
    ratios = np.asarray(sums[:, 0] / sums[:, 1], dtype=np.float64)
    return np.clip(ratios, 0.0, 1.0)


def _interleaved(per_part: list[Any]) -> Any:
    return np.stack(per_part, axis=1).ravel()
