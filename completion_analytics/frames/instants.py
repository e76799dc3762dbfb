"""Times as exports write them, as microseconds since 1970 in UTC."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from typing import NamedTuple

# Seconds, milliseconds, microseconds and nanoseconds since 1970 do not overlap for any time
# after 1973, so the magnitude tells the unit: (below, microseconds per unit).
_MAGNITUDES = ((1e11, 1_000_000), (1e14, 1_000), (1e17, 1))
_UTC = re.compile(r" ?UTC\Z")
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)


class Instant(NamedTuple):
    """A moment, and whether the text that gave it named a time zone."""

    microseconds: int
    is_naive: bool = False


def instant(value: object) -> Instant | None:
    """The moment that a timestamp means; None for a missing one and for words.

    Numbers are seconds, milliseconds, microseconds or nanoseconds since 1970, told by their
    magnitude. Text is a number or ISO 8601, with `Z`, an offset, a blank for `T` or the suffix
    `UTC`, in any case; text without a zone is read as UTC.

    >>> instant(1702666185703) == instant("2023-12-15 18:49:45.703 UTC")
    True
    >>> instant(0) is None
    True
    """
    if isinstance(value, str):
        return _from_text(value.strip())
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        return _from_number(value)
    return None


def _from_number(value: float) -> Instant | None:
    if not 0 < abs(value) < 1e20:  # also refuses NaN
        return None
    for below, factor in _MAGNITUDES:
        if abs(value) < below:
            return Instant(int(value * factor))
    return Instant(int(value) // 1_000)


def _from_text(text: str) -> Instant | None:
    # A year and a hyphen are the likeliest by far, and begin no number.
    if text[4:5] == "-" and (moment := _from_iso(text)):
        return moment
    try:
        return _from_number(float(text))
    except ValueError:
        return _from_iso(text)


def _from_iso(text: str) -> Instant | None:
    try:
        moment = _parsed(text)
    except ValueError:
        return None
    is_naive = moment.tzinfo is None
    if is_naive:
        moment = moment.replace(tzinfo=UTC)
    return Instant((moment - _EPOCH) // _MICROSECOND, is_naive)


def _parsed(text: str) -> datetime:
    try:
        return datetime.fromisoformat(text)
    except ValueError:  # Python knows neither the suffix nor small letters
        return datetime.fromisoformat(_UTC.sub("Z", text.upper()))
