"""Columns of numbers and times as histograms to brush: what a brush keeps, and how it is said."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import numpy as np
import pandas as pd

from ..filters import Between
from ..filters.condition import Condition
from ..plot.ticks import human_seconds
from .crossfilter import Single
from .scales import (
    DAY,
    MICRO,
    Floats,
    number_edges,
    number_ticks,
    spreads,
    time_edges,
    time_ticks,
)


@dataclass(frozen=True)
class Range:
    """A column that is filtered by brushing its histogram.

    Bins hold their lower edge; the outermost are open-ended, since values may lie beyond them.
    """

    column: str
    edges: Floats
    """In the column's unit; microseconds since 1970 for times. Empty where nothing is known."""
    is_time: bool
    is_log: bool
    is_whole: bool
    """Whether the values are whole numbers."""
    dimension: Single
    has_below: bool
    """Whether values lie below the first edge; a logarithmic axis has no zero."""
    has_above: bool
    """Whether values lie above the last edge: infinite ones do."""

    @property
    def n_bins(self) -> int:
        """How many bins there are."""
        return max(len(self.edges) - 1, 0)

    @property
    def places(self) -> Floats:
        """Where each edge stands between 0 and 1, on the scale of the axis."""
        return np.array([self._place(float(edge)) for edge in self.edges])

    def condition(self, low: int, high: int) -> Between:
        """What a brush over the bins low to high (excluded) keeps."""
        first = None if low <= 0 else self._bound(low)
        if high >= self.n_bins:
            return Between(self.column, first, None)
        return Between(self.column, first, self._bound(high), inclusive="left")

    def takes(self, condition: Condition) -> bool:
        """Whether the brush can show a condition."""
        return isinstance(condition, Between) and condition.column == self.column

    def brush(self, condition: Between) -> list[float]:
        """Where a condition begins and ends, in bins; fractions for ends between two edges."""
        if not self.n_bins:
            return [0.0, 0.0]
        ends = (condition.low, condition.high)
        low, high = (None if end is None else self._bin(_number(end)) for end in ends)
        return [0.0 if low is None else low, float(self.n_bins) if high is None else high]

    def parsed(self, low: str, high: str) -> Between | None:
        """The condition that two typed ends mean; an empty one is open, two mean none.

        Raises:
            ValueError: a text is no number or time, or the ends are the wrong way round.
        """
        first, last = self._read(low.strip()), self._read(high.strip())
        if first is None and last is None:
            return None
        return Between(self.column, first, last)

    def typed(self, condition: Between | None) -> list[str]:
        """The ends of a condition as they could be typed."""
        ends = (None, None) if condition is None else (condition.low, condition.high)
        return ["" if end is None else _written(end) for end in ends]

    def ends(self, condition: Between) -> list[str]:
        """The ends of a condition in words; an open one is empty."""
        ends = (condition.low, condition.high)
        return ["" if end is None else self._says(_number(end)) for end in ends]

    def said(self) -> list[str]:
        """Each edge in words, with its unit."""
        return [self._says(float(edge)) for edge in self.edges]

    def ticks(self) -> list[tuple[float, str]]:
        """A few places between 0 and 1, and what stands there."""
        if not self.n_bins:
            return []
        low, high = float(self.edges[0]), float(self.edges[-1])
        if self.is_time:
            return [(self._place(tick.at), tick.text) for tick in time_ticks(low, high)]
        inner = number_ticks(low, high, is_log=self.is_log)
        ticks = [(self._place(tick.at), self._says_tick(tick.at)) for tick in inner]
        return self._with_open_ends(ticks)

    def _with_open_ends(self, ticks: list[tuple[float, str]]) -> list[tuple[float, str]]:
        """Marks an end beyond which values lie, and gives it room."""
        ends = [(0.0, "≤", self.edges[0])] if self.has_below else []
        ends += [(1.0, "≥", self.edges[-1])] if self.has_above else []
        for place, sign, edge in ends:
            apart = [tick for tick in ticks if abs(tick[0] - place) > _ROOM]
            ticks = sorted([*apart, (place, f"{sign} {self._says_tick(float(edge))}")])
        return ticks

    @property
    def _scale(self) -> Callable[[float], float]:
        return math.log if self.is_log else float

    def _place(self, value: float) -> float:
        low, high = (self._scale(float(edge)) for edge in self.edges[[0, -1]])
        return (self._scale(value) - low) / (high - low)

    def _bound(self, place: int) -> float | str:
        edge = float(self.edges[place])
        if self.is_time:
            return _instant(edge).isoformat()
        return int(edge) if self.is_whole and edge.is_integer() else edge

    def _bin(self, value: float) -> float:
        if self.is_log and value <= 0:
            return 0.0
        return float(np.interp(self._place(value), self.places, np.arange(len(self.edges))))

    def _read(self, text: str) -> float | str | None:
        if not text or self.is_time:
            return text or None
        try:
            number = float(text.replace(",", ""))
        except ValueError as error:
            raise ValueError(f"{self.column} takes a number, not {text!r}") from error
        return int(number) if number.is_integer() else number

    def _says(self, value: float) -> str:
        if self.is_time:
            step = self.edges[1] - self.edges[0]
            form = next(form for shortest, form in _TIMES if step >= shortest)
            return f"{_instant(value):{form}}"
        return human_seconds(value) if self.column.endswith("_s") else f"{value:,.10g}"

    def _says_tick(self, value: float) -> str:
        if self.column.endswith("_s"):
            return human_seconds(value)
        size, mark = next((unit, mark) for least, unit, mark in _SIZES if abs(value) >= least)
        return f"{value / size:,.6g}{mark}"


# The shortest step of bins, and how times are said then.
_TIMES = ((DAY, "%Y-%m-%d"), (60 * MICRO, "%Y-%m-%d %H:%M"), (0, "%Y-%m-%d %H:%M:%S"))
_ROOM = 0.13  # of the axis: what the text of a tick takes
_SIZES = ((1e6, 1e6, "M"), (1e4, 1e3, "k"), (0, 1, ""))


def range_of(column: str, values: pd.Series) -> Range:
    """The bins of a column of numbers or times.

    Durations and counts get logarithmic bins where they spread widely, times whole hours or days.
    """
    is_time = values.dtype.kind == "M"
    numbers = _as_floats(values, is_time=is_time)
    known = numbers[np.isfinite(numbers)]
    is_whole = not is_time and pd.api.types.is_integer_dtype(values.dtype)
    is_log = not is_time and spreads(known)
    edges = time_edges(known) if is_time else number_edges(known, is_log=is_log, is_whole=is_whole)
    return Range(
        column,
        edges,
        is_time,
        is_log,
        is_whole,
        Single(codes_of(numbers, edges), max(len(edges), 1)),
        has_below=bool(len(edges)) and bool((numbers < edges[0]).any()),
        has_above=bool(len(edges)) and bool((numbers > edges[-1]).any()),
    )


def codes_of(values: Floats, edges: Floats) -> np.ndarray[Any, np.dtype[np.uint8]]:
    """The bin of each value; the outermost hold what lies beyond, the last code is missing.

    >>> codes_of(np.array([0.0, 1.0, 2.0, 9.0, np.nan]), np.array([1.0, 2.0, 4.0])).tolist()
    [0, 0, 1, 1, 2]
    """
    if not len(edges):
        return np.zeros(len(values), dtype=np.uint8)
    bins = np.searchsorted(edges[1:-1], values, side="right").astype(np.uint8)
    bins[np.isnan(values)] = len(edges) - 1
    return bins


def is_range(values: pd.Series) -> bool:
    """Whether a column is brushed rather than ticked: numbers and times are."""
    dtype = values.dtype
    is_number = pd.api.types.is_numeric_dtype(dtype) and not pd.api.types.is_bool_dtype(dtype)
    return bool(is_number) or isinstance(dtype, pd.DatetimeTZDtype)


def _as_floats(values: pd.Series, *, is_time: bool) -> Floats:
    if not is_time:
        return values.to_numpy(dtype=np.float64, na_value=np.nan)
    micros = values.dt.as_unit("us").dt.tz_convert("UTC").dt.tz_localize(None).to_numpy()
    return np.where(np.isnat(micros), np.nan, micros.astype(np.int64).astype(np.float64))


def _number(end: Any) -> float:
    if isinstance(end, str):
        return datetime.fromisoformat(end).timestamp() * MICRO
    return float(end)


def _written(end: Any) -> str:
    return end.removesuffix("+00:00") if isinstance(end, str) else repr(end)


def _instant(micros: float) -> datetime:
    return pd.Timestamp(int(micros), unit="us", tz=UTC).to_pydatetime()
