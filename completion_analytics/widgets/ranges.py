"""Columns of numbers and times as bins: where the edges lie, and how they are said."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import numpy as np
import pandas as pd

from ..filters import Between
from ..filters.condition import Condition
from ..plot.ticks import human_seconds
from .crossfilter import Single

Floats = np.ndarray[Any, np.dtype[np.float64]]
_MOST_BINS = 60
_LOG_RATIO = 20
"""From this ratio of the largest to the smallest positive value on, an axis is logarithmic."""
_MICRO = 1_000_000
_STEPS = tuple(
    _MICRO * seconds
    for seconds in (1, 5, 15, 60, 300, 900, 3_600, 3 * 3_600, 6 * 3_600, 12 * 3_600, 86_400)
)
_DAY = 86_400 * _MICRO
_STEPS_IN_DAYS = (1, 2, 7, 14, 28, 91, 182, 364, 728, 3_640, 36_400)


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

    @property
    def n_bins(self) -> int:
        """How many bins there are."""
        return max(len(self.edges) - 1, 0)

    @property
    def places(self) -> Floats:
        """Where each edge stands between 0 and 1, on the scale of the axis."""
        edges: Floats = np.log(self.edges) if self.is_log else self.edges
        if not len(edges):
            return edges
        return np.asarray((edges - edges[0]) / (edges[-1] - edges[0]))

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

    def said(self) -> list[str]:
        """Each edge in words, with its unit."""
        return [_says(self, edge) for edge in self.edges]

    def ticks(self) -> list[tuple[float, str]]:
        """A few places between 0 and 1, and what stands there."""
        if not self.n_bins:
            return []
        low, high = float(self.edges[0]), float(self.edges[-1])
        at = _ticks(self, low, high)
        scale: Callable[[float], float] = np.log if self.is_log else float
        span = scale(high) - scale(low)
        return [((scale(tick) - scale(low)) / span, _says(self, tick, tick=True)) for tick in at]

    def _bound(self, place: int) -> float | str:
        edge = float(self.edges[place])
        if self.is_time:
            return _instant(edge).isoformat()
        return int(edge) if self.is_whole and edge.is_integer() else edge

    def _bin(self, value: float) -> float:
        scale = np.log if self.is_log else np.asarray
        if self.is_log and value <= 0:
            return 0.0
        return float(np.interp(scale(value), scale(self.edges), np.arange(len(self.edges))))

    def _read(self, text: str) -> float | str | None:
        if not text or self.is_time:
            return text or None
        try:
            number = float(text.replace(",", ""))
        except ValueError as error:
            raise ValueError(f"{self.column} takes a number, not {text!r}") from error
        return int(number) if self.is_whole and number.is_integer() else number


def range_of(column: str, values: pd.Series) -> Range:
    """The bins of a column of numbers or times.

    Durations and counts get logarithmic bins where they spread widely, times whole hours or days.
    """
    is_time = values.dtype.kind == "M"
    numbers = _as_floats(values, is_time=is_time)
    known = numbers[np.isfinite(numbers)]
    is_whole = not is_time and pd.api.types.is_integer_dtype(values.dtype)
    is_log = not is_time and _spreads(known)
    edges = _time_edges(known) if is_time else _edges(known, is_log=is_log, is_whole=is_whole)
    return Range(
        column,
        edges,
        is_time,
        is_log,
        is_whole,
        Single(codes_of(numbers, edges), max(len(edges), 1)),
        bool(len(edges)) and bool((known < edges[0]).any()),
    )


def codes_of(values: Floats, edges: Floats) -> np.ndarray[Any, np.dtype[np.uint8]]:
    """The bin of each value; the outermost hold what lies beyond, the last code is missing.

    >>> codes_of(np.array([0.0, 1.0, 2.0, 9.0, np.nan]), np.array([1.0, 2.0, 4.0])).tolist()
    [0, 0, 1, 1, 2]
    """
    if not len(edges):
        return np.zeros(len(values), dtype=np.uint8)
    places = np.searchsorted(edges[1:-1], values, side="right").astype(np.uint8)
    places[np.isnan(values)] = len(edges) - 1
    return places


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


def _spreads(known: Floats) -> bool:
    positive = known[known > 0]
    return bool(len(positive)) and bool(positive.max() >= _LOG_RATIO * positive.min())


def _edges(known: Floats, *, is_log: bool, is_whole: bool) -> Floats:
    """Edges that cover the values and are short to write."""
    if not len(known):
        return np.empty(0)
    inside = known[known > 0] if is_log else known
    low, high = float(inside.min()), float(inside.max())
    if low == high:
        return np.array([low, low + 1 if is_whole else low + max(abs(low) * 0.1, 0.1)])
    if is_whole and high - low < _MOST_BINS:
        return np.arange(low, high + 2)
    space = np.geomspace if is_log else np.linspace
    edges = space(low, high, _MOST_BINS + 1)
    if is_whole:
        return np.unique(np.concatenate([np.floor(edges[:1]), np.ceil(edges[1:])]))
    return _shortened(edges)


def _shortened(edges: Floats) -> Floats:
    """Edges rounded to so few digits that they still differ, the first one downwards."""
    for digits in range(3, 17):
        short = np.array([float(f"{edge:.{digits}g}") for edge in edges])
        if short[0] > edges[0]:
            unit = 10.0 ** (np.floor(np.log10(abs(edges[0]))) - digits + 1)
            short[0] = float(f"{edges[0] - unit / 2:.{digits}g}")
        if len(np.unique(short)) == len(edges):
            return short
    return np.unique(edges)


def _time_edges(known: Floats) -> Floats:
    if not len(known):
        return np.empty(0)
    low, high = float(known.min()), float(known.max())
    steps = (*_STEPS, *(days * _DAY for days in _STEPS_IN_DAYS))
    step = next((s for s in steps if (high - low) / s < _MOST_BINS - 1), steps[-1])
    first = np.floor(low / step) * step
    n_bins = int((high - first) // step) + 1
    return np.asarray(first + step * np.arange(n_bins + 1, dtype=np.float64))


def _number(end: Any) -> float:
    if isinstance(end, str):
        return datetime.fromisoformat(end).timestamp() * _MICRO
    return float(end)


def _written(end: Any) -> str:
    return end.removesuffix("+00:00") if isinstance(end, str) else f"{end!r}"


def _instant(micros: float) -> datetime:
    return pd.Timestamp(int(micros), unit="us", tz=UTC).to_pydatetime()


def _says(of: Range, value: float, *, tick: bool = False) -> str:
    if of.is_time:
        return _says_time(of, _instant(value), tick=tick)
    if of.column.endswith("_s"):
        return human_seconds(value)
    if tick and abs(value) >= 10_000:
        return f"{value / 1000:,.6g}k" if abs(value) < 1_000_000 else f"{value / 1e6:,.6g}M"
    return f"{value:,.10g}"


def _says_time(of: Range, moment: datetime, *, tick: bool) -> str:
    step = of.edges[1] - of.edges[0]
    if step < 60 * _MICRO:
        return f"{moment:%H:%M:%S}" if tick else f"{moment:%Y-%m-%d %H:%M:%S}"
    if tick:
        is_midnight = (moment.hour, moment.minute) == (0, 0)
        return f"{moment:%Y-%m-%d}" if step >= _DAY else f"{moment:{_DAY_OR_HOUR[is_midnight]}}"
    return f"{moment:%Y-%m-%d}" if step >= _DAY else f"{moment:%Y-%m-%d %H:%M}"


_DAY_OR_HOUR = {True: "%b %d", False: "%H:%M"}


def _ticks(of: Range, low: float, high: float) -> Sequence[float]:
    if of.is_time:
        every = max(1, of.n_bins // 4)
        return [float(edge) for edge in of.edges[:-1:every]]
    if not of.is_log:
        return _round_ticks(low, high)
    decades = range(int(np.floor(np.log10(low))), int(np.ceil(np.log10(high))) + 1)
    few = [10.0**power for power in decades if low <= 10.0**power <= high]
    if len(few) >= 3:
        return few[:: (len(few) + 5) // 6]
    finer = [step * 10.0**power for power in decades for step in (1, 2, 5)]
    return [tick for tick in finer if low <= tick <= high]


def _round_ticks(low: float, high: float) -> list[float]:
    rough = (high - low) / 4
    power = 10.0 ** np.floor(np.log10(rough))
    step = next(power * factor for factor in (1, 2, 2.5, 5, 10) if power * factor >= rough)
    first = np.ceil(low / step)
    ticks = [float(f"{step * (first + k):.12g}") for k in range(6)]
    return [tick for tick in ticks if low <= tick <= high]
