"""What can be asked of a log in a word: `failure_rate`, `p95(duration_s)`, `mean(cost_usd)`."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from decimal import Decimal
from difflib import get_close_matches
from functools import partial
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from .. import stats
from ..frames.completions import COMPLETIONS
from ..stats.inputs import By
from .quantities import UNITS

if TYPE_CHECKING:
    from ..log import CompletionLog

Ask = Callable[["CompletionLog", By, float], pd.DataFrame]
"""A log, the columns of its groups and a level to a frame of `RESULT`, behind the group columns."""

RESULT = ["value", "upto", "lo", "hi", "n", "reliable", "is_floor"]
"""`upto` is what the value may be at most, where the log does not tell it exactly."""


@dataclass(frozen=True)
class Measure:
    """One number of a group of calls."""

    name: str
    unit: str
    ask: Ask
    has_interval: bool = True


def _rate(table: pd.DataFrame) -> pd.DataFrame:
    return table.assign(upto=table["value"], is_floor=False)


def _failure_rate(log: CompletionLog, by: By, level: float) -> pd.DataFrame:
    table: pd.DataFrame = stats.failure_rates(log, by=by, level=level)
    return table.assign(upto=table["ceiling"].where(table["is_floor"], table["value"]))


def _unresolved_rate(log: CompletionLog, by: By, level: float) -> pd.DataFrame:
    outcome = log.completions["outcome"]
    unresolved = (outcome == "unresolved").astype("boolean").mask(outcome.isna())
    return _rate(stats.rate(log, unresolved, by=by, level=level))


def _truncation(log: CompletionLog, by: By, level: float) -> pd.DataFrame:
    return _rate(stats.truncation(log, by=by, level=level))


def _percentile(log: CompletionLog, by: By, level: float, *, column: str, q: float) -> pd.DataFrame:
    table: pd.DataFrame = stats.percentiles(log, column, by=by, q=[q], level=level)
    # One that is given in whole seconds may be up to a second more.
    upto = table["value"] + (table["n_whole_second"] > 0)
    return table.assign(upto=upto, is_floor=False)


def _described(log: CompletionLog, by: By, _: float, *, column: str, word: str) -> pd.DataFrame:
    table: pd.DataFrame = stats.describe(log, column, by=by)
    whole = stats.percentiles(log, column, by=by, q=[0.5])["n_whole_second"]
    slack = whole / table["n"] if word == "mean" else (whole > 0).astype("float64")
    exact = _exact(table, table[word])
    return exact.assign(upto=exact["value"] + slack)


def _count(log: CompletionLog, by: By, _: float) -> pd.DataFrame:
    table: pd.DataFrame = stats.rate(log, np.ones(len(log), dtype=np.bool_), by=by)
    return _exact(table, table["n"])


def _rejects(log: CompletionLog, *_: object) -> pd.DataFrame:
    table = pd.DataFrame({"n": [int(log.counts["records"].sum())]})
    return _exact(table, pd.Series([len(log.rejects)]))


def _exact(table: pd.DataFrame, value: pd.Series) -> pd.DataFrame:
    value = value.astype("float64")
    return table.assign(
        value=value, upto=value, lo=np.nan, hi=np.nan, reliable=True, is_floor=False
    )


MEASURES = {
    measure.name: measure
    for measure in (
        Measure("failure_rate", "share", _failure_rate),
        Measure("unresolved_rate", "share", _unresolved_rate),
        Measure("truncation", "share", _truncation),
        Measure("count", "number", _count, has_interval=False),
        Measure("rejects", "number", _rejects, has_interval=False),
    )
}
UNGROUPED = ("rejects",)
"""Measures of the whole log, however its calls are grouped."""

DESCRIBED = ("mean", "max")
"""Functions of a column beside its percentiles."""

NUMBERS = {
    column.name: column.unit if column.unit and column.unit in UNITS else "number"
    for column in COMPLETIONS
    if column.dtype in ("Int64", "float64") and column.name not in ("line", "duration_raw")
}
"""The columns whose percentiles can be asked, and their units."""


def measure_of(name: str, column: str | None) -> Measure:
    """The measure of a name, as `failure_rate`, or of a function and its column.

    Raises:
        ValueError: there is no such measure, function or column.

    >>> measure_of("p95", "duration_s").unit
    's'
    """
    q = _quantile(name)
    is_function = q is not None or name in DESCRIBED
    if column is None:
        if is_function:
            raise ValueError(f"{name} is that of a column, as in {name}(duration_s)")
        return MEASURES[_known(name, MEASURES, "measure")]
    if name in MEASURES:
        raise ValueError(f"{name} takes no column")
    if not is_function:
        _known(name, ("p50", "p95", "p99", *DESCRIBED), "function")
    _known(column, NUMBERS, "column of numbers")
    ask: Ask
    if q is None:
        ask = partial(_described, column=column, word=name)
    else:
        ask = partial(_percentile, column=column, q=q)
    asked = f"{name}({column})"
    return Measure(asked, NUMBERS[column], ask, has_interval=q is not None)


def what_can_be_asked() -> str:
    """Everything there is, in a sentence."""
    functions = ", ".join(f"{name}(…)" for name in ("p50", "p95", "p99.9", *DESCRIBED))
    return f"{', '.join(MEASURES)}, and {functions} of {', '.join(NUMBERS)}"


def _quantile(name: str) -> float | None:
    digits = name.removeprefix("p")
    if digits == name or not digits.replace(".", "", 1).isdecimal() or not 0 < float(digits) < 100:
        return None
    return float(Decimal(digits) / 100)


def _known(name: str, known: Iterable[str], what: str) -> str:
    names = list(known)
    if name not in names:
        close = get_close_matches(name, names, n=1)
        hint = f" (did you mean {close[0]!r}?)" if close else ""
        raise ValueError(f"there is no {what} {name!r}{hint}; there are {what_can_be_asked()}")
    return name
