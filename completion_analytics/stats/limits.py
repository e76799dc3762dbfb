"""How near answers come to their limit of tokens, and how often they end there."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from .by_parts import of_parts
from .generic import rate_table
from .groups import Groups, groups_of
from .inputs import By, Counts, Data, require_share
from .intervals import quantile_ranks
from .sketch import ranked
from .usable import finished

_SHARES = {"p50": 0.5, "p90": 0.9, "p99": 0.99}


@of_parts
def truncation(data: Data, *, by: By = None, level: float = 0.95) -> pd.DataFrame:
    """The share of finished calls that were cut off at a length limit, of those that tell.

    One row per group. Columns: those of `by`, ``value, lo, hi, k, n, n_excluded, n_mock,
    reliable, n_unknown``. A call is cut off if any of its choices is. `n` finished calls say why
    they ended and `n_unknown` do not; fewer than 10 are not `reliable`.

    Raises:
        KeyError: a column is not there.
        TypeError: a column of `by` is continuous.
        ValueError: `level` is not between 0 and 1.

    Source: Wilson 1927.

    >>> calls = pd.DataFrame({"outcome": "finished", "finish_class": ["length", "stop", None]})
    >>> truncation(calls)[["value", "k", "n", "n_unknown"]]
       value  k  n  n_unknown
    0    0.5  1  2          1
    """
    require_share("truncation", "level", level)
    optional = ("outcome", "is_truncated")
    groups = groups_of(data, "truncation", ["finish_class"], by=by, optional=optional)
    k, n, unknown = truncated_calls(groups)
    excluded = groups.count() - n + groups.n_mock
    return rate_table(groups, k, n, excluded, level).assign(n_unknown=unknown)


def truncated_calls(groups: Groups) -> tuple[Counts, Counts, Counts]:
    """Per group the finished calls that were cut off, those that tell, and those that do not."""
    done = finished(groups)
    cut = groups.is_true("is_truncated") | groups.matches("finish_class", "length")
    known = np.zeros(len(groups.frame), dtype=np.bool_)
    for name in ("is_truncated", "finish_class"):
        if name in groups.frame:
            known |= np.asarray(groups.frame[name].notna(), dtype=np.bool_)
    return groups.count(done & cut), groups.count(done & known), groups.count(done & ~known)


@of_parts
def max_tokens_use(data: Data, *, by: By = None, level: float = 0.95) -> pd.DataFrame:
    """How much of `max_tokens` answers use, and the share of calls that use it up.

    One row per group. Columns: those of `by`, ``value, lo, hi, k, n, n_excluded, n_mock,
    reliable``, then ``p50, p50_lo, p50_hi``, the same for 90 and 99 per cent. `k` of the `n`
    finished calls whose tokens and limit are both known used the whole limit, and `value` is their
    share; the percentiles are of completion tokens / max_tokens, by the nearest rank, with a NaN
    limit where so few calls cannot give one.

    Raises:
        KeyError: a column is not there.
        TypeError: a column of `by` is continuous.
        ValueError: `level` is not between 0 and 1.

    >>> calls = pd.DataFrame({"completion_tokens": [50, 100, 30], "max_tokens": [100, 100, None]})
    >>> max_tokens_use(calls)[["value", "k", "n", "p50", "p99"]]
       value  k  n  p50  p99
    0    0.5  1  2  0.5  1.0
    """
    require_share("max_tokens_use", "level", level)
    needs = ["completion_tokens", "max_tokens"]
    groups = groups_of(data, "max_tokens_use", needs, by=by, optional=["outcome"])
    used, limit = groups.floats("completion_tokens"), groups.floats("max_tokens")
    known = finished(groups) & np.isfinite(used) & (limit > 0)
    share = np.full(len(used), np.nan)
    share[known] = used[known] / limit[known]
    k, n = groups.count(share >= 1), groups.count(known)
    table = rate_table(groups, k, n, groups.count() - n + groups.n_mock, level)
    low, columns = ranked(groups, share), dict[str, Any]()
    for name, q in _SHARES.items():
        ranks = quantile_ranks(low.n, q, level)
        columns |= {
            name: low.at(ranks.value),
            f"{name}_lo": low.at(ranks.lo),
            f"{name}_hi": low.at(ranks.hi),
        }
    return table.assign(**columns)
