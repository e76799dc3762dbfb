"""Windows of time that follow the clock of a named zone, however long its days are.

A window is half-open and begins where the zone's clock shows a whole multiple of its width. The
edges are found as instants, so an hour that the clock repeats is two windows, a midnight that it
skips begins its day at the first instant there is, and lengths are elapsed seconds.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import numpy as np
import pandas as pd

from .inputs import Counts, Floats
from .tallies import HERE, Tally

_Span = tuple[int, int]
AUTO = ("1min", "5min", "15min", "1h", "6h", "1D", "1W", "1M")
"""The widths that `every=None` chooses from."""
_SECONDS = {"1min": 60, "5min": 300, "15min": 900, "1h": 3600, "6h": 21_600, "1D": 86_400}
_ENOUGH = 100
_TOO_MANY = 100_000
_DAY = pd.Timedelta(days=1)


class Instants(NamedTuple):
    """Microseconds since 1970 in UTC, and which of them are known."""

    us: Counts
    known: Any


@dataclass(frozen=True)
class Windows:
    """The windows from the first dated row to the last, empty ones included."""

    every: str
    starts: pd.DatetimeIndex
    """Where each window begins, in the zone."""
    elapsed_s: Floats
    """How long each lasts."""
    place: Counts
    """The window of each row; -1 where the row has no time."""

    @property
    def size(self) -> int:
        """How many windows there are."""
        return len(self.starts)


def windows_of(
    times: pd.Series, function: str, every: str | None, tz: str, tally: Tally = HERE
) -> Windows:
    """The windows of a column of instants, and the window of each row.

    Args:
        times: instants; without a zone they are taken as UTC.
        function: the statistic's name, for its messages.
        every: a width that divides a day, as `"15min"` or `"1h"`; `"1D"`, `"1W"` (from Monday) or
            `"1M"`; None takes the narrowest of `AUTO` that gives at most 100 windows.
        tz: IANA name of the zone.
        tally: what tells the first and the last time of all rows, where these are a part.

    Raises:
        TypeError: `times` are no instants.
        ValueError: an unknown width or zone, or more than 100,000 windows.

    >>> times = pd.Series(pd.to_datetime(["2026-10-25T00:30Z", "2026-10-25T01:30Z"]))
    >>> windows_of(times, "example", "1h", "Europe/Berlin").starts.strftime("%H:%M%z").tolist()
    ['02:00+0200', '02:00+0100']
    """
    zone = zone_of(tz, function)
    instants = instants_of(times, function)
    known = instants.us[instants.known]
    here = (int(known.min()), int(known.max())) if len(known) else None
    span = tally.agreed(here, _wider)
    if span is None:
        none = pd.DatetimeIndex([], dtype="datetime64[us, UTC]").tz_convert(zone)
        place = np.full(len(instants.us), -1, dtype=np.int64)
        return Windows(every or "1h", none, np.empty(0), place)
    first, last = span
    width = every or _auto((last - first) / 1e6)
    edges = _edges(_stamp(first, zone), _stamp(last, zone), width, function)
    marks = edges.as_unit("us").asi8
    place = np.where(instants.known, np.searchsorted(marks, instants.us, side="right") - 1, -1)
    return Windows(width, edges[:-1], np.diff(marks) / 1e6, place.astype(np.int64))


def instants_of(times: pd.Series, function: str) -> Instants:
    """A column of instants as microseconds in UTC; without a zone it is taken as UTC.

    Raises:
        TypeError: the column holds something else.
    """
    plain = times
    if isinstance(times.dtype, pd.ArrowDtype) and times.dtype.kind == "M":
        plain = pd.Series(times.astype("datetime64[us, UTC]"))
    if getattr(plain.dtype, "kind", "") != "M":
        raise TypeError(
            f"{function} needs instants, and {times.name!r} holds {times.dtype}: "
            "convert it with pd.to_datetime(..., utc=True)"
        )
    index = pd.DatetimeIndex(plain).as_unit("us")
    return Instants(index.asi8, np.asarray(index.notna()))


def zone_of(tz: str, function: str) -> ZoneInfo:
    """The zone of an IANA name.

    Raises:
        ValueError: there is none of that name.
    """
    try:
        return ZoneInfo(tz)
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        raise ValueError(
            f"{function} knows no time zone {tz!r}; it takes an IANA name such as 'UTC' or "
            "'Europe/Berlin'"
        ) from error


def local_times(times: pd.Series, function: str, tz: str) -> pd.DatetimeIndex:
    """The instants on the clock of a zone; NaT where unknown."""
    instants = instants_of(times, function)
    stamps = pd.DatetimeIndex(instants.us.view("datetime64[us]")).tz_localize("UTC")
    return stamps.tz_convert(zone_of(tz, function))


def _wider(span: _Span | None, other: _Span | None) -> _Span | None:
    if span is None or other is None:
        return span or other
    return min(span[0], other[0]), max(span[1], other[1])


def _stamp(us: int, zone: ZoneInfo) -> pd.Timestamp:
    return pd.Timestamp(int(us), unit="us", tz="UTC").tz_convert(zone)


def _auto(span_s: float) -> str:
    """The narrowest width that keeps the number of windows readable."""
    fits = (width for width, seconds in _SECONDS.items() if span_s / seconds < _ENOUGH)
    return next(fits, "1W" if span_s / (7 * 86_400) < _ENOUGH else "1M")


def _edges(first: pd.Timestamp, last: pd.Timestamp, every: str, function: str) -> pd.DatetimeIndex:
    """The edges of all windows from that of `first` to that of `last`, both ends included."""
    width = _width(every, function)
    _check_number(first, last, width, every, function)
    begin, end = _wall(first).normalize(), _wall(last).normalize()
    if isinstance(width, pd.Timedelta):
        steps = pd.date_range(begin, end + _DAY, freq=width, unit="us")
    else:
        periods = pd.period_range(begin, pd.Period(end, width) + 1, freq=width)
        steps = periods.to_timestamp(how="start").as_unit("us")
    zone = first.tz
    edges = steps.tz_localize(zone, ambiguous=_first(steps), nonexistent="shift_forward")
    if isinstance(width, pd.Timedelta) and width < _DAY:
        again = steps.tz_localize(zone, ambiguous=~_first(steps), nonexistent="shift_forward")
        # Times that the clock skips all became the one instant after them.
        edges = pd.DatetimeIndex(edges.union(again).unique())
    start = max(int(edges.searchsorted(first, side="right")) - 1, 0)
    return edges[start : int(edges.searchsorted(last, side="right")) + 1]


def _first(steps: pd.DatetimeIndex) -> Any:
    """Of a time that the clock shows twice, the first."""
    return np.ones(len(steps), dtype=np.bool_)


def _wall(stamp: pd.Timestamp) -> pd.Timestamp:
    return stamp.tz_localize(None)


def _width(every: str, function: str) -> pd.Timedelta | str:
    """A length that divides the day, or the name of a calendar's period."""
    named = {"1W": "W-SUN", "W": "W-SUN", "1M": "M", "M": "M", "1D": "D", "D": "D"}
    if every in named:
        return named[every]
    try:
        width = pd.Timedelta(every)
    except ValueError:
        width = pd.Timedelta(0)
    if width <= pd.Timedelta(0) or width > _DAY or _DAY % width:
        raise ValueError(
            f"{function} cannot make windows of every={every!r}: it takes a width that divides a "
            "day, such as '15min', '1h' or '6h', or '1D', '1W' or '1M'"
        )
    return width


def _check_number(
    first: pd.Timestamp, last: pd.Timestamp, width: pd.Timedelta | str, every: str, function: str
) -> None:
    number = (last - first) / width if isinstance(width, pd.Timedelta) else 0
    if number > _TOO_MANY:
        raise ValueError(
            f"{function} would make {number:,.0f} windows of every={every!r} between "
            f"{first:%Y-%m-%d} and {last:%Y-%m-%d}: take a wider one, or select fewer days"
        )
