"""How durations are spread: distribution function, histogram, and the long tail by its nines."""

from __future__ import annotations

from typing import Literal

import numpy as np
import pandas as pd

from .bins import log_bins
from .by_parts import of_parts
from .generic import band_width, ecdf_table
from .inputs import By, Data, Floats, require_choice, require_share
from .ordered import ordered
from .quantiles import percentile_table
from .usable import (
    below_resolution,
    duration_groups,
    upper_ends,
    usable_durations,
)

_MOST_BINS = 500
_NINES_STEP = 0.05


def latency_ecdf(
    data: Data,
    *,
    by: By = None,
    level: float = 0.95,
    failures: Literal["separate", "inf"] = "separate",
) -> pd.DataFrame:
    """The share of calls answered within each duration that occurred, with a whole-curve band.

    One row per group and distinct duration, ascending. Columns: those of `by`, ``duration_s,
    value, lo, hi, n, n_excluded``; `value` is the share. Finished rows with a usable duration
    count, and with ``failures="inf"`` failed ones as endless waits, so that the curve ends below
    1. Fewer than 30 rows have no band.

    Raises:
        KeyError: a column is not there.
        TypeError: a column of `by` is continuous.
        ValueError: `level` is not between 0 and 1, or `failures` is unknown.

    Source: Dvoretzky, Kiefer & Wolfowitz 1956; Massart 1990.

    >>> calls = pd.DataFrame({"outcome": "finished", "duration_s": [1.0, None, 3.0]})
    >>> latency_ecdf(calls)[["duration_s", "value", "n", "n_excluded"]]
       duration_s  value  n  n_excluded
    0         1.0    0.5  2           1
    1         3.0    1.0  2           1
    """
    require_share("latency_ecdf", "level", level)
    require_choice("latency_ecdf", "failures", failures, ("separate", "inf"))
    groups = duration_groups(data, "latency_ecdf", by)
    values = usable_durations(groups)
    if failures == "inf":
        values = np.where(groups.matches("outcome", "failed"), np.inf, values)
    return ecdf_table(groups, "duration_s", values, level)


def latency_ecdf_ranges(data: Data, *, by: By = None, level: float = 0.95) -> pd.DataFrame:
    """Two curves that hold the distribution of durations known in whole seconds only.

    One row per group and duration where either curve steps, ascending. Columns: those of `by`,
    ``duration_s, value_from, value_to, lo, hi, n, n_excluded``: at least the share `value_from`
    and at most `value_to` was answered within the time. A duration given as whole seconds v
    stands for [v, v + 1), one below the resolution for [0, 1). The band holds both curves.

    Raises:
        KeyError: a column is not there.
        TypeError: a column of `by` is continuous.
        ValueError: `level` is not between 0 and 1.

    Source: Turnbull 1976.

    >>> calls = pd.DataFrame({
    ...     "outcome": "finished", "duration_s": [1.0, 2.0], "duration_quality": "whole_second"
    ... })
    >>> latency_ecdf_ranges(calls)[["duration_s", "value_from", "value_to"]]
       duration_s  value_from  value_to
    0         1.0         0.0       0.5
    1         2.0         0.5       1.0
    2         3.0         1.0       1.0
    """
    require_share("latency_ecdf_ranges", "level", level)
    groups = duration_groups(data, "latency_ecdf_ranges", by)
    tiny = below_resolution(groups)
    lower = np.where(tiny, 0.0, usable_durations(groups))
    low, high = ordered(groups, lower), ordered(groups, upper_ends(groups, lower) + tiny)
    ends = [np.union1d(low.part(at), high.part(at)) for at in range(groups.size)]
    sure, possible = (
        _joined(
            [
                np.searchsorted(curve.part(at), steps, side="right") / max(len(curve.part(at)), 1)
                for at, steps in enumerate(ends)
            ]
        )
        for curve in (high, low)
    )
    group = np.repeat(np.arange(groups.size), [len(steps) for steps in ends])
    width = band_width(low.n, level)[group]
    return groups.table(
        {
            "duration_s": _joined(ends),
            "value_from": sure,
            "value_to": possible,
            "lo": np.maximum(sure - width, 0.0),
            "hi": np.minimum(possible + width, 1.0),
            "n": low.n[group],
            "n_excluded": (groups.count() - low.n + groups.n_mock)[group],
        },
        group,
    )


@of_parts
def latency_histogram(data: Data, *, by: By = None) -> pd.DataFrame:
    """How many durations fall into each of the bins, equally wide on a logarithmic axis.

    One row per group and bin, empty ones included. Columns: those of `by`, ``from_s, to_s, value,
    share, n, n_excluded``; `value` counts from `from_s` up to but without `to_s`, the last bin
    with it. Bins are the same for all groups, Freedman-Diaconis wide, at most 500. The first bin
    of each group, from 0 to 0, holds the durations below the resolution of their clock, which no
    logarithm shows; `n` includes them.

    Raises:
        KeyError: a column is not there.
        TypeError: a column of `by` is continuous.

    Source: Freedman & Diaconis 1981.

    >>> calls = pd.DataFrame({"outcome": "finished", "duration_s": [0.0, 2.0, 2.0]})
    >>> latency_histogram(calls)[["value", "n"]]
       value  n
    0      1  3
    1      2  3
    """
    groups = duration_groups(data, "latency_histogram", by)
    seconds, tiny = usable_durations(groups), below_resolution(groups)
    bins = log_bins(seconds, _MOST_BINS, groups.tally)
    known, wide = tiny | ~np.isnan(seconds), bins.size + 1
    place = np.where(tiny, 0, np.where(known, bins.place(seconds) + 1, -1))
    count = groups.count_at(place, wide)
    n, group = groups.count(known), np.repeat(np.arange(groups.size), wide)
    return groups.table(
        {
            "from_s": np.tile(np.append(0.0, bins.edges[:-1]), groups.size),
            "to_s": np.tile(np.append(0.0, bins.edges[1:]), groups.size),
            "value": count,
            "share": count / np.where(n > 0, n, np.nan)[group],
            "n": n[group],
            "n_excluded": (groups.count() - n + groups.n_mock)[group],
        },
        group,
    )


def latency_nines(
    data: Data,
    *,
    by: By = None,
    level: float = 0.95,
    failures: Literal["separate", "inf"] = "separate",
) -> pd.DataFrame:
    """The long tail: percentiles at steps of a twentieth of a nine, as far as the rows reach.

    One row per group and step, ascending. Columns: those of `by`, ``nines``, then those of
    `percentiles`. `nines` is -log10(1 - q): 1 at 90 %, 2 at 99 %, 3 at 99.9 %; a group of n rows
    reaches log10(n), and one without rows has no step.

    Raises:
        KeyError: a column is not there.
        TypeError: a column of `by` is continuous.
        ValueError: `level` is not between 0 and 1, or `failures` is unknown.

    >>> calls = pd.DataFrame({"outcome": "finished", "duration_s": range(1, 11)})
    >>> latency_nines(calls).iloc[-1][["nines", "q", "value"]].to_dict()
    {'nines': 1.0, 'q': 0.9, 'value': 9.0}
    """
    require_share("latency_nines", "level", level)
    require_choice("latency_nines", "failures", failures, ("separate", "inf"))
    groups = duration_groups(data, "latency_nines", by)
    most = max(int(groups.count().max(initial=0)), 2)
    steps = np.arange(1, np.floor(np.log10(most) / _NINES_STEP + 1e-9) + 1) * _NINES_STEP
    q = np.round(1 - 10.0**-steps, 12)
    table = percentile_table(groups, "duration_s", q.tolist(), level, failures=failures)
    table.insert(list(table.columns).index("q"), "nines", np.tile(np.round(steps, 10), groups.size))
    reached = (1 - table["q"]) * table["n"] > 1 - 1e-6
    return table[reached].reset_index(drop=True)


def _joined(parts: list[Floats]) -> Floats:
    return np.concatenate([*parts, np.empty(0)])
