"""Edges of bins that are short to write, and ticks that are easy to read."""

from __future__ import annotations

from datetime import UTC
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

Floats = np.ndarray[Any, np.dtype[np.float64]]
MICRO = 1_000_000
DAY = 86_400 * MICRO
_LEAST_BINS, _MOST_BINS = 12, 60
_LOG_RATIO = 20
_STEPS_IN_SECONDS = (1, 5, 15, 60, 300, 900, 3_600, 3 * 3_600, 6 * 3_600, 12 * 3_600)
_STEPS_IN_DAYS = (1, 2, 7, 14, 28, 91, 182, 364, 728, 3_640, 36_400)
_STEPS = (*(MICRO * s for s in _STEPS_IN_SECONDS), *(DAY * days for days in _STEPS_IN_DAYS))
_FEW_TICKS, _MANY_TICKS = 3, 6

# How far apart ticks of time may be, and how each is written; the coarsest that gives three is
# taken. A step with an anchor begins where the calendar does, the others at their own multiples.
_CALENDAR = (
    ("10YS", "%Y"),
    ("5YS", "%Y"),
    ("YS", "%Y"),
    ("QS", "%b %Y"),
    ("MS", "%b %Y"),
    ("W-MON", "%b %d"),
    ("2D", "%b %d"),
    ("D", "%b %d"),
    ("6h", "%b %d %H:%M"),
    ("h", "%H:%M"),
    ("15min", "%H:%M"),
    ("5min", "%H:%M"),
    ("min", "%H:%M"),
    ("10s", "%H:%M:%S"),
    ("s", "%H:%M:%S"),
)


class Tick(NamedTuple):
    """A place on an axis, and the text of a time."""

    at: float
    text: str = ""


def spreads(known: Floats) -> bool:
    """Whether values differ so much that a logarithmic axis shows them better.

    They do if the largest is 20 times the smallest above zero.
    """
    positive = known[known > 0]
    return bool(len(positive)) and bool(positive.max() >= _LOG_RATIO * positive.min())


def number_edges(known: Floats, *, is_log: bool, is_whole: bool) -> Floats:
    """Edges from the smallest value to the largest, above zero on a logarithmic axis."""
    if not len(known):
        return np.empty(0)
    inside = known[known > 0] if is_log else known
    low, high = float(inside.min()), float(inside.max())
    if low == high:
        return np.array([low, low + 1 if is_whole else low + max(abs(low) * 0.1, 0.1)])
    n_bins = _number_of_bins(known)
    if is_whole and high - low < n_bins:
        return np.arange(low, high + 2)
    edges = (np.geomspace if is_log else np.linspace)(low, high, n_bins + 1)
    if is_whole:
        return np.unique(np.concatenate([np.floor(edges[:1]), np.ceil(edges[1:])]))
    return _shortened(edges)


def time_edges(known: Floats) -> Floats:
    """Edges in microseconds since 1970, at whole seconds, hours or days of UTC.

    >>> hours = time_edges(np.array([0.0, 8 * 3600e6])) / 3600e6
    >>> hours[[0, 1, -1]].tolist()
    [0.0, 1.0, 9.0]
    """
    if not len(known):
        return np.empty(0)
    low, high = float(known.min()), float(known.max())
    n_bins = _number_of_bins(known)
    step = next((s for s in _STEPS if (high - low) / s < n_bins - 1), _STEPS[-1])
    first = np.floor(low / step) * step
    return np.asarray(first + step * np.arange(int((high - first) // step) + 2, dtype=np.float64))


def number_ticks(low: float, high: float, *, is_log: bool) -> list[Tick]:
    """A few round numbers between two ends.

    >>> [tick.at for tick in number_ticks(0.3, 80, is_log=True)]
    [0.5, 1.0, 2.0, 5.0, 10.0, 20.0, 50.0]
    """
    if not is_log:
        return [Tick(at) for at in _round_numbers(low, high)]
    powers = range(int(np.floor(np.log10(low))), int(np.ceil(np.log10(high))) + 1)
    decades = [10.0**power for power in powers if low <= 10.0**power <= high]
    if len(decades) >= _FEW_TICKS:
        return [Tick(at) for at in decades[:: -(-len(decades) // _MANY_TICKS)]]
    finer = [float(f"{step}e{power}") for power in powers for step in (1, 2, 5)]
    return [Tick(at) for at in finer if low <= at <= high]


def time_ticks(low: float, high: float) -> list[Tick]:
    """A few moments between two ends in microseconds since 1970, where the calendar turns."""
    first, last = (pd.Timestamp(int(end), unit="us", tz=UTC) for end in (low, high))
    for every, form in _CALENDAR:
        is_anchored = every[-1] in "SN"
        start = first.normalize() if is_anchored else first.ceil(every)
        moments = [m for m in pd.date_range(start, last, freq=every) if m >= first]
        if len(moments) >= _FEW_TICKS:
            thinned = moments[:: -(-len(moments) // _MANY_TICKS)]
            return [Tick(moment.timestamp() * MICRO, f"{moment:{form}}") for moment in thinned]
    return [Tick(low, f"{first:%H:%M:%S}")]


def _number_of_bins(known: Floats) -> int:
    """More bins for more values, so that few of them do not stand about singly."""
    return int(np.clip(2 * np.sqrt(len(known)), _LEAST_BINS, _MOST_BINS))


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


def _round_numbers(low: float, high: float) -> list[float]:
    rough = (high - low) / 4
    power = 10.0 ** np.floor(np.log10(rough))
    step = next(power * factor for factor in (1, 2, 2.5, 5, 10) if power * factor >= rough * 0.999)
    first = np.ceil(low / step)
    ticks = [float(f"{step * (first + k):.12g}") for k in range(_MANY_TICKS)]
    return [tick for tick in ticks if low <= tick <= high]
