"""What is known of calls that finished, and not of those that failed."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from ..frames.completions import OUTCOMES
from .by_parts import of_parts
from .groups import Groups, groups_of
from .inputs import By, Counts, Data, frame_of, require_columns, require_share
from .intervals import newcombe, wilson

FIELDS = (
    "duration_s",
    "ttft_s",
    "prompt_tokens",
    "completion_tokens",
    "total_tokens",
    "cached_tokens",
    "reasoning_tokens",
    "cost_usd",
    "created_at",
    "model",
    "finish_class",
    "failure_kind",
    "http_status",
    "failure_reason",
    "session_id",
    "callsite",
    "prompt_hash",
)


@of_parts
def missing_by_outcome(
    data: Data, *, columns: Sequence[str] | None = None, by: By = None, level: float = 0.95
) -> pd.DataFrame:
    """How often each field is known, by outcome: whom a statistic of that field can describe.

    One row per group, field and outcome (`finished`, `failed`, `unresolved`). Columns: those of
    `by`, ``outcome, field, value, lo, hi, k, n, k_all, n_all, difference, difference_lo,
    difference_hi, is_selective``. `k` of `n` calls of the outcome tell the field, `k_all` of
    `n_all` calls of any: duration describes that many of so many.

    `difference` is the share among finished calls minus that of this outcome; where its interval
    leaves out 0 the field is `is_selective`, not missing at random, and what it says of finished
    calls need not hold for the others. Missing where either outcome has no call, and for finished
    calls themselves. Mock calls are left out.

    Args:
        data: a frame, or a log.
        columns: the fields; None takes those measured that the frame has, durations first.
        by: the columns that tell groups apart.
        level: how sure the intervals are.

    Raises:
        KeyError: a column is not there.
        TypeError: a column of `by` is continuous.
        ValueError: there is no field to look at, or `level` is not between 0 and 1.

    Source: Rubin 1976; Newcombe 1998 for the difference.

    >>> calls = pd.DataFrame({
    ...     "outcome": ["finished"] * 9 + ["failed"] * 3, "duration_s": [1.0] * 9 + [None] * 3
    ... })
    >>> missing_by_outcome(calls)[["outcome", "field", "k", "n", "k_all", "n_all", "is_selective"]]
          outcome       field  k  n  k_all  n_all  is_selective
    0    finished  duration_s  9  9      9     12          <NA>
    1      failed  duration_s  0  3      9     12          True
    2  unresolved  duration_s  0  0      9     12          <NA>
    """
    function = "missing_by_outcome"
    require_share(function, "level", level)
    frame = frame_of(data, function)
    fields = [name for name in FIELDS if name in frame] if columns is None else list(columns)
    require_columns(frame, function, ["outcome", *fields])
    if not fields:
        raise ValueError(f"{function} needs a column to look at; it knows {', '.join(FIELDS)}")
    groups = groups_of(data, function, ["outcome", *fields], by=by)
    outcomes = pd.Categorical(groups.frame["outcome"].astype("str"), categories=list(OUTCOMES))
    words = pd.Categorical(list(OUTCOMES), categories=pd.Index(OUTCOMES, dtype="str"))
    cells = groups.crossed(outcomes.codes.astype(np.int64), "outcome", words)
    table = pd.concat([_of_field(cells, name, level) for name in fields], ignore_index=True)
    # One field after another becomes one group after another.
    rows = np.arange(len(table)).reshape(len(fields), groups.size, len(OUTCOMES))
    return table.take(rows.swapaxes(0, 1).ravel()).reset_index(drop=True)


def _of_field(cells: Groups, name: str, level: float) -> pd.DataFrame:
    """Where one field is known, for each group and outcome."""
    k = cells.count(cells.frame[name].notna().to_numpy(dtype=np.bool_))
    n = cells.count()
    lo, hi = wilson(k, n, level)
    first = np.arange(cells.size) // len(OUTCOMES) * len(OUTCOMES)  # the finished calls' cell
    compared = (np.arange(cells.size) != first) & (n > 0) & (n[first] > 0)
    least, most = newcombe(k[first], n[first], k, n, level)
    share = k / np.where(n > 0, n, np.nan)
    return cells.table(
        {
            "field": pd.array([name] * cells.size, dtype="str"),
            "value": share,
            "lo": lo,
            "hi": hi,
            "k": k,
            "n": n,
            "k_all": _over_outcomes(k),
            "n_all": _over_outcomes(n),
            "difference": np.where(compared, share[first] - share, np.nan),
            "difference_lo": np.where(compared, least, np.nan),
            "difference_hi": np.where(compared, most, np.nan),
            "is_selective": pd.arrays.BooleanArray((least > 0) | (most < 0), ~compared),
        }
    )


def _over_outcomes(counts: Counts) -> Counts:
    of_groups = counts.reshape(-1, len(OUTCOMES)).sum(axis=1)
    return np.repeat(of_groups, len(OUTCOMES))
