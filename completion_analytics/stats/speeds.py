"""Tokens per second, per call and in all."""

from __future__ import annotations

import numpy as np
import pandas as pd

from .by_parts import of_parts
from .groups import Groups, groups_of
from .inputs import By, Data, Floats, require_share
from .intervals import quantile_ranks
from .sketch import ranked
from .tokens import whole_numbers
from .usable import DURATION_COLUMNS, QUALITY_COLUMNS, usable_durations
from .windows import instants_of


@of_parts
def throughput(data: Data, *, by: By = None, level: float = 0.95) -> pd.DataFrame:
    """Completion tokens per second: the mean of the calls' rates, and the rate of the totals.

    One row per group. Columns: those of `by`, ``mean_of_rates, rate_of_totals, p50, p50_lo,
    p50_hi, wall_clock_rate, completion_tokens, busy_s, n, n_excluded, n_mock``, all rates in tokens
    per second.

    `mean_of_rates` weighs every call alike: what one call is like. `rate_of_totals` divides all
    tokens by all seconds of the calls, and so weighs long calls more. `p50` is the median of the
    calls' rates; fewer than 6 calls give it no interval. `wall_clock_rate` divides by the time from
    the first call's start to the last one's end, idle time included.

    Finished calls count whose tokens are known and whose duration is exact and above zero: whole
    seconds make no rates. Durations include queueing and the prompt's processing, so these are
    effective speeds.

    Raises:
        KeyError: a column is not there.
        TypeError: a column of `by` is continuous.
        ValueError: `level` is not between 0 and 1.

    Source: Cochran, Sampling Techniques, chapter 6.

    >>> calls = pd.DataFrame({
    ...     "outcome": "finished", "completion_tokens": [100, 100], "duration_s": [2.0, 10.0]
    ... })
    >>> throughput(calls)[["mean_of_rates", "rate_of_totals", "n"]].round(2)
       mean_of_rates  rate_of_totals  n
    0           30.0           16.67  2
    """
    require_share("throughput", "level", level)
    needs = (*DURATION_COLUMNS, "completion_tokens")
    optional = (*QUALITY_COLUMNS, "created_at")
    return speed_table(groups_of(data, "throughput", needs, by=by, optional=optional), level)


def speed_table(groups: Groups, level: float) -> pd.DataFrame:
    """What `throughput` returns, of rows that are already told apart."""
    tokens, seconds = _tokens_and_seconds(groups)
    n = groups.count(~np.isnan(tokens))
    with np.errstate(divide="ignore", invalid="ignore"):
        rates = tokens / seconds
    low, total, busy = ranked(groups, rates), groups.total(tokens), groups.total(seconds)
    ranks = quantile_ranks(low.n, 0.5, level)
    return groups.table(
        {
            "mean_of_rates": groups.total(rates) / np.where(n > 0, n, np.nan),
            "rate_of_totals": total / busy,
            "p50": low.at(ranks.value),
            "p50_lo": low.at(ranks.lo),
            "p50_hi": low.at(ranks.hi),
            "wall_clock_rate": total / _span(groups, seconds),
            "completion_tokens": whole_numbers(total),
            "busy_s": busy,
            "n": n,
            "n_excluded": groups.count() - n + groups.n_mock,
            "n_mock": groups.n_mock,
        }
    )


def _tokens_and_seconds(groups: Groups) -> tuple[Floats, Floats]:
    """Both numbers of the calls that make a rate, NaN elsewhere."""
    tokens, seconds = groups.floats("completion_tokens"), usable_durations(groups)
    usable = np.isfinite(tokens) & ~np.isnan(seconds)
    usable &= ~groups.matches("duration_quality", "whole_second")
    return np.where(usable, tokens, np.nan), np.where(usable, seconds, np.nan)


def _span(groups: Groups, seconds: Floats) -> Floats:
    """Seconds from the first start to the last end per group; NaN where a time is missing."""
    if "created_at" not in groups.frame:
        return np.full(groups.size, np.nan)
    instants = instants_of(groups.frame["created_at"], groups.function)
    used = ~np.isnan(seconds)
    start = np.where(used, instants.us / 1e6, np.nan)
    first, last = groups.least(start), -groups.least(-(start + seconds))
    dated = (groups.count(used) > 0) & (groups.count(used & ~instants.known) == 0)
    return np.where(dated, last - first, np.nan)
