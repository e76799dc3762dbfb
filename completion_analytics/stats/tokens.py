"""How many tokens: totals, their spread, and how they come over time."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd

from .bins import LogBins, log_bins
from .by_parts import of_parts
from .generic import numeric_groups
from .groups import Groups, groups_of
from .inputs import By, Data, Floats
from .usable import usable_values
from .windows import windows_of

TOKEN_COLUMNS = {
    "prompt": "prompt_tokens",
    "completion": "completion_tokens",
    "total": "total_tokens",
    "cached": "cached_tokens",
    "reasoning": "reasoning_tokens",
}
"""The words of the column `tokens`, and the columns counted; cached ones are part of the prompt,
reasoning ones of the completion."""
_ALWAYS = ("prompt_tokens", "completion_tokens")
_MOST_BINS = 500


@of_parts
def token_totals(data: Data, *, by: By = None) -> pd.DataFrame:
    """Sums of the token counts that are known, beside the number of rows that have none.

    One row per group and kind of tokens: `prompt`, `completion`, `total`, `cached` (within the
    prompt), `reasoning` (within the completion). Columns: those of `by`, ``tokens, value, n,
    n_excluded, n_mock, mean``. `value` adds up the `n` rows that tell a count, whatever their
    outcome, and is missing if there is none: unknown is not zero. With ``by="tag"`` groups
    overlap, and their sums exceed the whole.

    Raises:
        KeyError: a column is not there.
        TypeError: a column of `by` is continuous.

    >>> usage = pd.DataFrame({"prompt_tokens": [10, None, 5], "completion_tokens": [None] * 3},
    ...                      dtype="Int64")
    >>> token_totals(usage)[["tokens", "value", "n", "n_excluded"]]
           tokens  value  n  n_excluded
    0      prompt     15  2           1
    1  completion   <NA>  0           3
    """
    groups = groups_of(data, "token_totals", _ALWAYS, by=by, optional=list(TOKEN_COLUMNS.values()))
    words = [word for word, column in TOKEN_COLUMNS.items() if column in groups.frame]
    table = _sums(groups, words)
    mean = table["value"].astype("float64") / table["n"].where(table["n"] > 0)
    return table.assign(mean=mean.astype("float64"))


@of_parts
def tokens_over_time(
    data: Data, *, by: By = None, every: str | None = None, tz: str = "UTC"
) -> pd.DataFrame:
    """Prompt and completion tokens of the calls made in each window of time.

    One row per group, window and kind of tokens (`prompt`, `completion`). Columns: those of `by`,
    ``start_at, elapsed_s, tokens, value, per_minute, n, n_excluded, n_undated``. `n` rows of the
    window tell a count and `n_excluded` do not; a window in which none does has no value, which is
    not zero. `n_undated` rows of the group have no time. Windows are those of
    `latency_over_time`; `per_minute` divides by the elapsed time.

    Raises:
        KeyError: a column is not there.
        TypeError: a column of `by` is continuous, or `created_at` holds no instants.
        ValueError: a width or zone is unknown.

    >>> calls = pd.DataFrame({
    ...     "prompt_tokens": [600, None], "completion_tokens": [120, 0],
    ...     "created_at": pd.to_datetime(["2026-11-05T09:10Z", "2026-11-05T09:20Z"]),
    ... })
    >>> tokens_over_time(calls, every="1h")[["tokens", "value", "per_minute", "n", "n_excluded"]]
           tokens  value  per_minute  n  n_excluded
    0      prompt    600        10.0  1           1
    1  completion    120         2.0  2           0
    """
    function = "tokens_over_time"
    groups = groups_of(data, function, [*_ALWAYS, "created_at"], by=by)
    windows = windows_of(groups.frame["created_at"], function, every, tz, groups.tally)
    undated = groups.count(windows.place < 0)
    words = ["prompt", "completion"]
    table = _sums(groups.crossed(windows.place, "start_at", windows.starts), words)
    elapsed = np.tile(np.repeat(windows.elapsed_s, len(words)), groups.size)
    per_minute = table["value"].astype("float64").to_numpy() / (elapsed / 60)
    table.insert(list(table.columns).index("start_at") + 1, "elapsed_s", elapsed)
    table.insert(list(table.columns).index("value") + 1, "per_minute", per_minute)
    every_undated = np.repeat(undated, windows.size * len(words))
    return table.drop(columns="n_mock").assign(n_undated=every_undated)


@of_parts
def token_histogram(data: Data, column: str = "total_tokens", *, by: By = None) -> pd.DataFrame:
    """How many finished calls have token counts in each bin, equally wide on a logarithmic axis.

    One row per group and bin, empty ones included. Columns: those of `by`, ``from_tokens,
    to_tokens, value, share, n, n_excluded``; `value` counts from `from_tokens` up to but without
    `to_tokens`, the last bin with it. Edges are whole numbers, so that no bin is too narrow to
    hold any, and the same for all groups. The first bin of each group, from 0 to 0, holds the
    zeros, which no logarithm shows; `n` includes them.

    Raises:
        KeyError: a column is not there.
        TypeError: the column holds no numbers, or a column of `by` is continuous.

    Source: Freedman & Diaconis 1981.

    >>> calls = pd.DataFrame({"total_tokens": [0, 10, 10, None]})
    >>> token_histogram(calls)[["value", "n", "n_excluded"]]
       value  n  n_excluded
    0      1  3           1
    1      2  3           1
    """
    groups = numeric_groups(data, "token_histogram", column, by=by)
    counts = usable_values(groups, column)
    counts = np.where(counts >= 0, counts, np.nan)
    positive = np.where(counts > 0, counts, np.nan)
    bins = _whole(log_bins(positive, _MOST_BINS, groups.tally))
    known, wide = ~np.isnan(counts), bins.size + 1
    place = np.where(counts == 0, 0, np.where(known, bins.place(counts) + 1, -1))
    value = groups.count_at(place, wide)
    n, group = groups.count(known), np.repeat(np.arange(groups.size), wide)
    return groups.table(
        {
            "from_tokens": np.tile(np.append(0.0, bins.edges[:-1]), groups.size),
            "to_tokens": np.tile(np.append(0.0, bins.edges[1:]), groups.size),
            "value": value,
            "share": value / np.where(n > 0, n, np.nan)[group],
            "n": n[group],
            "n_excluded": (groups.count() - n + groups.n_mock)[group],
        },
        group,
    )


def _whole(bins: LogBins) -> LogBins:
    edges = np.unique(np.ceil(bins.edges))
    return LogBins(edges) if bins.size > 1 and len(edges) > 1 else bins


def whole_numbers(values: Floats) -> Any:
    """Sums of counts as `Int64`, missing where NaN."""
    return pd.array(np.round(values), dtype="Float64").astype("Int64")


def _sums(groups: Groups, words: Sequence[str]) -> pd.DataFrame:
    """One row per group and kind of tokens: the sum of what is known."""
    columns = [groups.floats(TOKEN_COLUMNS[word]) for word in words]
    n = _interleaved([groups.count(~np.isnan(values)) for values in columns])
    sums = _interleaved([groups.total(values) for values in columns])
    group = np.repeat(np.arange(groups.size), len(words))
    return groups.table(
        {
            "tokens": pd.array(list(words) * groups.size, dtype="str"),
            "value": whole_numbers(sums),
            "n": n,
            "n_excluded": groups.count()[group] - n + groups.n_mock[group],
            "n_mock": groups.n_mock[group],
        },
        group,
    )


def _interleaved(per_word: Sequence[Any]) -> Any:
    return np.stack(per_word, axis=1).ravel()
