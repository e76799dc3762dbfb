"""The one table that says how it goes, per model or tag."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd

from .by_parts import of_parts
from .failures import failure_table
from .generic import rate_table
from .groups import Groups, groups_of
from .inputs import By, Data, require_share
from .limits import truncated_calls
from .quantiles import percentile_table
from .speeds import speed_table
from .tokens import whole_numbers
from .usable import QUALITY_COLUMNS

_NEEDS = ("outcome", "duration_s", "prompt_tokens", "completion_tokens")
_OPTIONAL = (*QUALITY_COLUMNS, "finish_class", "is_truncated", "created_at")
_PERCENTILES = {"p50": 0.5, "p90": 0.9, "p95": 0.95, "p99": 0.99}


@of_parts
def summary(data: Data, *, by: By = "model", level: float = 0.95) -> pd.DataFrame:
    """Per group how many calls, how many failed, how long they took and how many tokens they used.

    One row per group. Columns: those of `by`, then

    * ``n`` calls, mock ones aside; ``n_failed, n_unresolved``;
    * ``failure_rate, failure_lo, failure_hi`` of the resolved calls;
    * ``p50_s, p50_lo, p50_hi``, the same for 90, 95 and 99 per cent, of the ``n_durations``
      finished calls with a usable duration; a NaN limit is one that so few calls cannot give;
    * ``prompt_tokens, completion_tokens``, missing where none is known, and ``n_tokens``, the calls
      that tell both;
    * ``mean_of_rates, rate_of_totals`` in completion tokens per second: what a call is like, and
      all tokens by all seconds;
    * ``truncation_rate, truncation_lo, truncation_hi`` of the ``n_finish_known`` finished calls
      that say why they ended;
    * ``n_mock`` calls left out.

    With ``by="tag"`` a call counts for each of its tags.

    Raises:
        KeyError: a column is not there.
        TypeError: a column of `by` is continuous.
        ValueError: `level` is not between 0 and 1.

    >>> calls = pd.DataFrame({
    ...     "model": "gpt-4o", "outcome": ["finished", "finished", "failed"],
    ...     "duration_s": [2.0, 10.0, None], "prompt_tokens": [7, 9, None],
    ...     "completion_tokens": [100, 100, None],
    ... })
    >>> summary(calls)[["model", "n", "failure_rate", "p50_s", "completion_tokens"]].round(2)
        model  n  failure_rate  p50_s  completion_tokens
    0  gpt-4o  3          0.33    2.0                200
    """
    require_share("summary", "level", level)
    groups = groups_of(data, "summary", _NEEDS, by=by, optional=_OPTIONAL)
    return _summary(groups, level)


@of_parts
def tag_summary(data: Data, *, level: float = 0.95) -> pd.DataFrame:
    """The summary of the calls that bear each tag, and the share of all calls that do.

    One row per tag, calls without any tag last, their tag missing. Columns: ``tag, share``, then
    those of `summary`. A call counts for each of its tags, so that shares add up to more than 1 and
    totals to more than the whole.

    Raises:
        KeyError: a column is not there, or `data` is a frame and not the log.
        ValueError: `level` is not between 0 and 1.
    """
    require_share("tag_summary", "level", level)
    groups = groups_of(data, "tag_summary", _NEEDS, by="tag", optional=_OPTIONAL)
    table = _summary(groups, level)
    calls = int(groups_of(data, "tag_summary", ["outcome"]).count()[0])
    table.insert(1, "share", table["n"] / (calls if calls else np.nan))
    return table


def _summary(groups: Groups, level: float) -> pd.DataFrame:
    failures, speeds = failure_table(groups, level), speed_table(groups, level)
    truncated, known, _ = truncated_calls(groups)
    truncation = rate_table(groups, truncated, known, groups.count() - known, level)
    prompt, completion = (groups.floats(f"{name}_tokens") for name in ("prompt", "completion"))
    return groups.table(
        {
            "n": groups.count(),
            "n_failed": failures["k"].array,
            "n_unresolved": failures["n_unresolved"].array,
            **_rate(failures, "failure"),
            **_percentiles(groups, level),
            "prompt_tokens": whole_numbers(groups.total(prompt)),
            "completion_tokens": whole_numbers(groups.total(completion)),
            "n_tokens": groups.count(~np.isnan(prompt + completion)),
            "mean_of_rates": speeds["mean_of_rates"].array,
            "rate_of_totals": speeds["rate_of_totals"].array,
            **_rate(truncation, "truncation"),
            "n_finish_known": known,
            "n_mock": groups.n_mock,
        }
    )


def _rate(table: pd.DataFrame, name: str) -> dict[str, Any]:
    return {
        f"{name}_rate": table["value"].array,
        f"{name}_lo": table["lo"].array,
        f"{name}_hi": table["hi"].array,
    }


def _percentiles(groups: Groups, level: float) -> dict[str, Any]:
    wanted: Sequence[float] = list(_PERCENTILES.values())
    table = percentile_table(groups, "duration_s", wanted, level)
    columns: dict[str, Any] = {}
    for place, name in enumerate(_PERCENTILES):
        of_one = table.iloc[place :: len(wanted)]
        columns[f"{name}_s"] = of_one["value"].array
        columns[f"{name}_lo"] = of_one["lo"].array
        columns[f"{name}_hi"] = of_one["hi"].array
    return columns | {"n_durations": table["n"].iloc[:: len(wanted)].array}
