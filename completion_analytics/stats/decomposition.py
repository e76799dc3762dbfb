"""Where the time goes: duration as overhead plus so much per prompt and per completion token."""

from __future__ import annotations

from collections.abc import Sequence
from math import ceil
from typing import NamedTuple

import numpy as np
import pandas as pd

from .groups import Groups, groups_of
from .inputs import By, Counts, Data, Flags, Floats, require_share
from .quantile_regression import quantile_fit, resampled_fits
from .usable import DURATION_COLUMNS, QUALITY_COLUMNS, usable_durations

TERMS = ("overhead_s", "s_per_prompt_token", "s_per_completion_token")
_SAMPLE = 20_000
_LEAST_SAMPLE = 500
_RESAMPLES = 199
_LEAST_N, _LEAST_TAIL, _LEAST_DISTINCT, _MOST_CONDITION = 30, 15, 3, 30.0
_NEEDS = (*DURATION_COLUMNS, "prompt_tokens", "completion_tokens")
_OPTIONAL = (*QUALITY_COLUMNS, "model", "is_stream", "n_choices")


class _Fit(NamedTuple):
    """Coefficients in the order of `TERMS`, with their limits; or why there are none."""

    value: Floats
    lo: Floats
    hi: Floats
    n_fitted: int
    reason: str | None


def latency_by_tokens(
    data: Data,
    *,
    by: By = ("model", "is_stream"),
    q: Sequence[float] = (0.5, 0.95),
    level: float = 0.95,
    seed: int = 0,
) -> pd.DataFrame:
    """Duration as overhead + seconds per prompt token + seconds per completion token, at quantiles.

    Three rows per group and `q`, one for each `term`: ``overhead_s``, ``s_per_prompt_token``,
    ``s_per_completion_token``. Columns: those of `by`, ``q, term, value, lo, hi, n, n_fitted,
    n_excluded, reason, reliable``. Finished rows of one choice count that have both token counts
    and a duration finer than whole seconds. Limits come from resampled rows; of a large group a
    random sample of `n_fitted` rows is fitted, drawn by `seed`.

    Where `reason` is given the numbers cannot be told and are missing; a negative one is shown as
    it is, and is not `reliable`. A model and a way of streaming have their own line each, so a
    group that mixes some has none.

    Raises:
        KeyError: a column is not there.
        TypeError: a column of `by` is continuous.
        ValueError: a share is not between 0 and 1.

    Source: Koenker & Bassett 1978.

    >>> calls = pd.DataFrame({"outcome": "finished", "duration_s": [1.0, 2.0],
    ...                       "prompt_tokens": [10, 20], "completion_tokens": [5, 9]})
    >>> latency_by_tokens(calls, by=None, q=[0.5])["reason"].iloc[0]
    'only 2 rows, 30 are needed'
    """
    require_share("latency_by_tokens", "q", *q)
    require_share("latency_by_tokens", "level", level)
    groups = groups_of(data, "latency_by_tokens", _NEEDS, by=by, optional=_OPTIONAL)
    seconds, design = usable_durations(groups), _design(groups)
    usable = ~np.isnan(seconds + design.sum(axis=1)) & _comparable(groups)
    most = max(_LEAST_SAMPLE, _SAMPLE // max(groups.size, 1))
    fits: list[_Fit] = []
    for rows in groups.positions(usable):
        sample = _sample(rows, most, seed)
        mixture = _mixture(groups, rows)
        fits += [_fit(design[sample], seconds[sample], share, level, seed, mixture) for share in q]
    return _table(groups, groups.count(usable), q, fits)


def not_identifiable(design: Floats, q: float) -> str | None:
    """Why overhead and token times cannot be told apart; None if they can."""
    n = len(design)
    if n < _LEAST_N:
        return f"only {n} rows, {_LEAST_N} are needed"
    if n * min(q, 1 - q) < _LEAST_TAIL - 1e-9:
        return f"only {n} rows, {ceil(_LEAST_TAIL / min(q, 1 - q) - 1e-9)} are needed at q={q}"
    for name, column in zip(("prompt", "completion"), design.T[1:], strict=True):
        if len(np.unique(column)) < _LEAST_DISTINCT:
            return f"fewer than {_LEAST_DISTINCT} different {name} token counts"
    if np.linalg.cond(design / np.linalg.norm(design, axis=0)) >= _MOST_CONDITION:
        return "token counts move together, or hardly at all"
    return None


def _design(groups: Groups) -> Floats:
    """A column per term."""
    prompt, completion = groups.floats("prompt_tokens"), groups.floats("completion_tokens")
    return np.column_stack([np.ones(len(prompt)), prompt, completion])


def _comparable(groups: Groups) -> Flags:
    """Rows of one choice, or of an unknown number, whose clock was finer than a second."""
    one = np.ones(len(groups.frame), dtype=np.bool_)
    if "n_choices" in groups.frame:
        choices = groups.floats("n_choices")
        one = np.isnan(choices) | (choices == 1)
    return one & ~groups.matches("duration_quality", "whole_second")


def _mixture(groups: Groups, rows: Counts) -> str | None:
    """What a group mixes that has a line of its own each; None if nothing."""
    for column in ("model", "is_stream"):
        if column in groups.frame:
            several = groups.frame[column].iloc[rows].nunique()
            if several > 1:
                return f"{several} values of {column} together: group by it"
    return None


def _sample(rows: Counts, most: int, seed: int) -> Counts:
    if len(rows) <= most:
        return rows
    return np.random.default_rng(seed).choice(rows, most, replace=False)


def _fit(
    design: Floats, seconds: Floats, q: float, level: float, seed: int, mixture: str | None
) -> _Fit:
    reason = mixture or not_identifiable(design, q)
    if reason:
        nothing = np.full(len(TERMS), np.nan)
        return _Fit(nothing, nothing, nothing, 0, reason)
    value = quantile_fit(design, seconds, q)
    samples = resampled_fits(design, seconds, q, value, resamples=_RESAMPLES, seed=seed)
    lo, hi = np.quantile(samples, [(1 - level) / 2, (1 + level) / 2], axis=0)
    return _Fit(value, lo, hi, len(seconds), None)


def _table(groups: Groups, n: Counts, q: Sequence[float], fits: Sequence[_Fit]) -> pd.DataFrame:
    """A row per group, quantile and term."""
    per_group = len(q) * len(TERMS)
    group = np.repeat(np.arange(groups.size), per_group)
    value, lo, hi = (
        np.concatenate([*(fit[part] for fit in fits), np.empty(0)]) for part in range(3)
    )
    fitted = np.array([fit.n_fitted for fit in fits], dtype=np.int64)
    reasons = [fit.reason for fit in fits for _ in TERMS]
    return groups.table(
        {
            "q": np.tile(np.repeat(np.asarray(q, dtype=np.float64), len(TERMS)), groups.size),
            "term": pd.array(list(TERMS) * (len(q) * groups.size), dtype="str"),
            "value": value,
            "lo": lo,
            "hi": hi,
            "n": n[group],
            "n_fitted": np.repeat(fitted, len(TERMS)),
            "n_excluded": (groups.count() - n + groups.n_mock)[group],
            "reason": pd.array(reasons, dtype="str"),
            "reliable": value >= 0,
        },
        group,
    )
