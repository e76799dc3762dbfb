"""Axes in units that people read: seconds up to hours, counts, shares, time in a zone."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np
import pandas as pd
from matplotlib.axis import Axis, XAxis
from matplotlib.dates import AutoDateLocator, ConciseDateFormatter, date2num
from matplotlib.ticker import (
    FixedLocator,
    FuncFormatter,
    Locator,
    LogLocator,
    MaxNLocator,
    NullFormatter,
    NullLocator,
)

from ..stats.inputs import Floats

_UNITS = ((86_400.0, "d"), (3_600.0, "h"), (60.0, "min"), (1.0, "s"))
_LONG = (60.0, 600.0, 3_600.0, 6 * 3_600.0, 86_400.0, 10 * 86_400.0, 100 * 86_400.0)
_LONG_FINE = tuple(
    unit * step
    for unit, steps in ((60.0, (1, 2, 5, 10, 30)), (3_600.0, (1, 2, 6, 12)), (86_400.0, (1, 2, 7)))
    for step in steps
)
_SHORT = tuple(10.0**power for power in range(-6, 2))
_SECONDS = (*_SHORT, *_LONG)
_SECONDS_FINE = (
    *(step * decade for decade in _SHORT[:-1] for step in (1, 2, 5)),
    *(10.0, 20.0, 30.0),
    *_LONG_FINE,
)
_DECADES = tuple(10.0**power for power in range(-9, 16))
_DECADES_FINE = tuple(step * decade for decade in _DECADES for step in (1, 2, 5))
_LEAST_TICKS, _MOST_TICKS = 4, 9


def human_seconds(seconds: float) -> str:
    """A duration as people say it.

    >>> [human_seconds(s) for s in (0, 0.0025, 0.1, 1.5, 10, 60, 90, 5400, 172_800)]
    ['0 s', '2.5 ms', '0.1 s', '1.5 s', '10 s', '1 min', '1.5 min', '1.5 h', '2 d']
    """
    if not np.isfinite(seconds):
        return "∞" if seconds > 0 else ""
    size = abs(seconds)
    if 0 < size < 0.0995:
        return f"{_short(seconds * 1e6)} µs" if size < 0.000_999 else f"{_short(seconds * 1e3)} ms"
    value, unit = next(((v, u) for v, u in _UNITS if size >= v * 0.9995), _UNITS[-1])
    return f"{_short(seconds / value)} {unit}"


def human_share(share: float) -> str:
    """A share in per cent, with as many digits as tell it from 0 and 100.

    >>> [human_share(s) for s in (0, 0.0004, 0.5, 0.941, 0.9996, 1)]
    ['0 %', '0.04 %', '50 %', '94.1 %', '99.96 %', '100 %']
    """
    percent = 100 * share
    digits = 2 if 0 < min(percent, 100 - percent) < 0.1 else 1
    return (
        f"{percent:.{digits}f}".rstrip("0").rstrip(".") + " %"
        if percent % 100
        else f"{percent:.0f} %"
    )


class LadderLocator(Locator):
    """Ticks of a logarithmic axis: of two ladders the coarse one, or the fine on a short axis."""

    def __init__(self, coarse: Sequence[float], fine: Sequence[float]) -> None:
        self.ladders = (coarse, fine)

    def __call__(self) -> Sequence[float]:
        """The ticks within the view of the axis."""
        axis: Any = self.axis
        low, high = sorted(axis.get_view_interval())
        return self._within(low, high, min(_MOST_TICKS, max(_LEAST_TICKS, axis.get_tick_space())))

    def tick_values(self, vmin: float, vmax: float) -> Sequence[float]:
        """The ticks between two ends."""
        return self._within(vmin, vmax, _MOST_TICKS)

    def _within(self, vmin: float, vmax: float, most: int) -> Sequence[float]:
        coarse, fine = ([t for t in ladder if vmin <= t <= vmax] for ladder in self.ladders)
        if len(fine) <= most and len(fine) >= _LEAST_TICKS > len(coarse):
            return fine
        if len(coarse) >= _LEAST_TICKS:
            return coarse
        if len(fine) >= _LEAST_TICKS:
            return fine[:: len(fine) // most + 1]
        return [float(t) for t in MaxNLocator(5).tick_values(vmin, vmax) if vmin <= t <= vmax]


def seconds_axis(axis: Axis, *, log: bool = True) -> None:
    """Durations: logarithmic, because they are heavy-tailed, with ticks such as 0.1 s and 1 min."""
    if log:
        _log(axis)
        axis.set_major_locator(LadderLocator(_SECONDS, _SECONDS_FINE))
        axis.set_minor_locator(LogLocator(subs="all"))
        axis.set_minor_formatter(NullFormatter())
    axis.set_major_formatter(FuncFormatter(lambda seconds, _: human_seconds(seconds)))


def counts_axis(axis: Axis, *, log: bool = False) -> None:
    """Whole numbers with thousands separators."""
    if log:
        _log(axis)
        axis.set_major_locator(LadderLocator(_DECADES, _DECADES_FINE))
        axis.set_minor_formatter(NullFormatter())
    else:
        axis.set_major_locator(MaxNLocator(integer=True, nbins="auto", min_n_ticks=2))
    axis.set_major_formatter(FuncFormatter(lambda count, _: f"{count:,.10g}"))


def shares_axis(axis: Axis, *, log: bool = False) -> None:
    """Shares between 0 and 1, in per cent."""
    if log:
        _log(axis)
        axis.set_major_locator(LadderLocator(_DECADES, _DECADES_FINE))
        axis.set_minor_formatter(NullFormatter())
    axis.set_major_formatter(FuncFormatter(lambda share, _: f"{100 * share:.6g} %"))


def nines_axis(axis: Axis, most: float) -> None:
    """-log10(1 - q): 90, 99, 99.9 % stand equally far apart, up to the nines that there are."""
    ticks = [0.0, -np.log10(0.5), *range(1, int(np.ceil(most)) + 1)]
    axis.set_major_locator(FixedLocator(ticks))
    axis.set_major_formatter(
        FuncFormatter(lambda nines, _: human_quantile(round(1 - 10.0**-nines, 10)))
    )
    axis.set_minor_locator(NullLocator())


def human_quantile(q: float) -> str:
    """A quantile as a percentile.

    >>> [human_quantile(q) for q in (0, 0.5, 0.99, 0.999)]
    ['p0', 'p50', 'p99', 'p99.9']
    """
    return f"p{100 * q:.10g}"


def time_axis(axis: XAxis, tz: str) -> None:
    """Instants, as `days` has them, on the clock of a zone, which the axis names."""
    zone = ZoneInfo(tz)
    make_locator: Any = AutoDateLocator
    make_formatter: Any = ConciseDateFormatter
    locator = make_locator(tz=zone, minticks=3, maxticks=8)
    axis.axis_date(zone)
    axis.set_major_locator(locator)
    axis.set_major_formatter(make_formatter(locator, tz=zone))
    # At the left, because the date that the ticks share stands at the right.
    axis.axes.set_xlabel(f"time ({tz})", loc="left")


def days(times: pd.Series) -> Floats:
    """Instants as matplotlib counts them: in days."""
    convert: Any = date2num
    return np.asarray(convert(times.dt.tz_convert("UTC").dt.tz_localize(None)))


def _log(axis: Axis) -> None:
    if isinstance(axis, XAxis):
        axis.axes.set_xscale("log")
    else:
        axis.axes.set_yscale("log")


def _short(value: float) -> str:
    return f"{value:.3g}" if abs(value) < 1000 else f"{value:,.0f}"
