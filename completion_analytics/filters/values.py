"""What conditions hold: plain values with one spelling each, so that equal filters are equal."""

from __future__ import annotations

import math
from collections.abc import Iterable
from datetime import UTC, date, datetime
from typing import Any

import numpy as np
import pandas as pd

Value = str | int | float | bool | None
Bound = int | float | str | date | None
"""A number, or a time as ISO 8601 text, `datetime` or `date`; None leaves the end open."""

_LARGEST = 2**63 - 1


def plain(value: Any, what: str) -> Value:
    """A text, number, boolean or None as Python's own; whatever pandas calls missing is None.

    Raises:
        TypeError: it is something else.
        ValueError: a number is infinite or needs more than 64 bits.
    """
    if value is None or value is pd.NA or value is pd.NaT:
        return None
    if isinstance(value, (bool, np.bool_)):
        return bool(value)
    if isinstance(value, str):
        return str(value)
    if isinstance(value, (int, np.integer)):
        return _within_64_bits(int(value), what)
    if isinstance(value, (float, np.floating)):
        return None if math.isnan(value) else _finite(float(value), what)
    raise TypeError(f"{what} takes text, numbers, booleans or None, not {value!r}")


def bound(value: Any, what: str) -> float | str | None:
    """A number, or a time as ISO 8601 text in UTC, or None for an open end.

    Raises:
        TypeError: it is something else.
        ValueError: a text is no ISO 8601 time, or a number is not finite.
    """
    if isinstance(value, date):
        return instant(value.isoformat(), what)
    number_or_text = plain(value, what)
    if isinstance(number_or_text, bool):
        raise TypeError(f"{what} takes numbers or times, not {value!r}")
    if number_or_text is None and value is not None:
        raise ValueError(f"{what} cannot end at {value!r}: None leaves an end open")
    return instant(number_or_text, what) if isinstance(number_or_text, str) else number_or_text


def instant(text: str, what: str) -> str:
    """An ISO 8601 time as text in UTC, which is assumed where no offset is given.

    Raises:
        ValueError: the text is no such time.
    """
    try:
        moment = datetime.fromisoformat(text)
        return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).astimezone(UTC).isoformat()
    except (ValueError, OverflowError) as error:
        raise ValueError(
            f"{what} takes times as ISO 8601 text such as '2026-01-31T12:00Z', not {text!r}"
        ) from error


def several(values: Any, what: str) -> tuple[Any, ...]:
    """The elements of a list or the like.

    Raises:
        TypeError: it is a single text, or cannot be gone through.
    """
    if isinstance(values, (str, bytes)) or not isinstance(values, Iterable):
        raise TypeError(f"{what} takes a list, so write [{values!r}] instead of {values!r}")
    return tuple(values)


def texts(values: Any, what: str) -> tuple[str, ...]:
    """Texts, each once and in order. Raises TypeError for anything but a list of texts."""
    given = several(values, what)
    wrong = [value for value in given if not isinstance(value, str)]
    if wrong:
        raise TypeError(f"{what} takes a list of texts, and {wrong[0]!r} is none")
    return tuple(sorted({str(value) for value in given}))


def _within_64_bits(number: int, what: str) -> int:
    if abs(number) > _LARGEST:
        raise ValueError(f"{what} takes integers of at most 64 bits, not {number}")
    return number


def _finite(number: float, what: str) -> float:
    if math.isinf(number):
        raise ValueError(f"{what} takes finite numbers, not {number}; None leaves an end open")
    return number
