"""Windows of time as matplotlib has them: lines that are level within each, and break at gaps."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axis import Axis
from matplotlib.dates import date2num
from matplotlib.ticker import MaxNLocator, MultipleLocator

from ..stats.inputs import Floats
from .ticks import human_seconds, seconds_axis

_DAY_S = 86_400.0
_STEPS_S = tuple(
    unit * step
    for unit, steps in ((1, (1, 2, 5, 10, 30)), (60, (1, 2, 5, 10, 30)))
    for step in steps
) + tuple(3_600 * step for step in (1, 2, 3, 6, 12, 24, 48, 168, 720))
_MOST_TICKS = 9


def in_days(times: Any) -> Floats:
    """Instants in any zone, as matplotlib counts time."""
    utc = pd.DatetimeIndex(times).tz_convert("UTC").tz_localize(None)
    to_days: Any = date2num
    return np.asarray(to_days(utc), dtype=np.float64)


def edges_of(rows: pd.DataFrame) -> Floats:
    """The edges of consecutive windows, given by `start_at` and `elapsed_s`; one more than rows."""
    if rows.empty:
        return np.empty(0)
    start = in_days(rows["start_at"])
    return np.append(start, start[-1] + rows["elapsed_s"].iloc[-1] / _DAY_S)


def level(rows: pd.DataFrame) -> pd.DataFrame:
    """Each window twice, `at` its start and its end, so that a line through them makes steps.

    A window whose `value` is missing breaks the line, and one between two such is still drawn.

    >>> hours = pd.DataFrame({
    ...     "start_at": pd.to_datetime(["1970-01-01", "1970-01-02"], utc=True),
    ...     "elapsed_s": 86_400.0, "value": [0.5, 1.0],
    ... })
    >>> level(hours)[["at", "value"]].to_numpy().tolist()
    [[0.0, 0.5], [1.0, 0.5], [1.0, 1.0], [2.0, 1.0]]
    """
    edges = edges_of(rows)
    twice = rows.loc[rows.index.repeat(2)].reset_index(drop=True)
    return twice.assign(at=np.repeat(edges, 2)[1:-1] if len(edges) else edges)


def width_in_words(rows: pd.DataFrame) -> str:
    """How long a window usually is; empty if there is none."""
    return f"windows of {human_seconds(rows['elapsed_s'].median())}" if len(rows) else ""


def elapsed_axis(axis: Axis, longest_s: float) -> None:
    """Seconds on a linear axis, with ticks at whole seconds, minutes or hours."""
    seconds_axis(axis, log=False)
    fitting = [step for step in _STEPS_S if longest_s / step <= _MOST_TICKS]
    whole = fitting and longest_s > 2 * _STEPS_S[0]
    axis.set_major_locator(MultipleLocator(fitting[0]) if whole else MaxNLocator(6))
