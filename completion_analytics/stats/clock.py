"""When in the week calls are made, fail and take long."""

from __future__ import annotations

import numpy as np
import pandas as pd

from .by_parts import of_parts
from .failures import failure_table
from .groups import groups_of
from .inputs import By, Counts, Data, require_share
from .quantiles import percentile_table
from .usable import DURATION_COLUMNS, QUALITY_COLUMNS
from .windows import local_times

WEEKDAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
_HOURS = 24


@of_parts
def hour_weekday(
    data: Data, *, by: By = None, tz: str = "UTC", level: float = 0.95
) -> pd.DataFrame:
    """Calls, failures and the median wait in each hour of the week, on the clock of a zone.

    One row per group, weekday and hour: always 7 times 24. Columns: those of `by`, ``weekday``
    (Mon to Sun), ``hour`` (0 to 23), ``n`` calls, ``failure_rate, failure_lo, failure_hi,
    n_failed, n_resolved, p50_s, p50_lo, p50_hi, n_durations, n_undated``. An hour without calls has
    n = 0, its rate and median missing. An hour that the clock repeats adds to the same row.
    `n_undated` rows of the group have no time.

    Raises:
        KeyError: a column is not there.
        TypeError: a column of `by` is continuous, or `created_at` holds no instants.
        ValueError: an unknown zone, or `level` is not between 0 and 1.

    >>> calls = pd.DataFrame({
    ...     "outcome": "finished", "duration_s": [2.0],
    ...     "created_at": pd.to_datetime(["2026-11-05T23:30Z"]),
    ... })
    >>> week = hour_weekday(calls, tz="Europe/Berlin")
    >>> week[week["n"] > 0][["weekday", "hour", "n", "p50_s"]]
       weekday  hour  n  p50_s
    96     Fri     0  1    2.0
    """
    require_share("hour_weekday", "level", level)
    needs = (*DURATION_COLUMNS, "created_at")
    groups = groups_of(data, "hour_weekday", needs, by=by, optional=QUALITY_COLUMNS)
    place = _hours_of_week(groups.frame["created_at"], tz)
    undated = groups.count(place < 0)
    cells = groups.crossed(place, "hour", pd.array(np.arange(7 * _HOURS), dtype="int64"))
    failures = failure_table(cells, level)
    waits = percentile_table(cells, "duration_s", [0.5], level)
    table = cells.table(
        {
            "n": cells.count(),
            "failure_rate": failures["value"].array,
            "failure_lo": failures["lo"].array,
            "failure_hi": failures["hi"].array,
            "n_failed": failures["k"].array,
            "n_resolved": failures["n"].array,
            "p50_s": waits["value"].array,
            "p50_lo": waits["lo"].array,
            "p50_hi": waits["hi"].array,
            "n_durations": waits["n"].array,
            "n_undated": np.repeat(undated, 7 * _HOURS),
        }
    )
    day, hour = np.divmod(table["hour"].to_numpy(dtype=np.int64), _HOURS)
    names = pd.Index(WEEKDAYS, dtype="str")
    days = pd.Series(pd.Categorical.from_codes(day.tolist(), names, ordered=True))
    table["hour"] = hour
    table.insert(list(table.columns).index("hour"), "weekday", days)
    return table


def _hours_of_week(times: pd.Series, tz: str) -> Counts:
    """Monday's first hour is 0; -1 where there is no time."""
    local = local_times(times, "hour_weekday", tz)
    places = local.day_of_week.to_numpy() * _HOURS + local.hour.to_numpy()
    return np.where(local.notna(), places, -1).astype(np.int64)
