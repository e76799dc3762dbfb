"""Units: how numbers of each are written, and how limits in them are read."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Any, NamedTuple

import pandas as pd

UNKNOWN = "–"


class Unit(NamedTuple):
    """A unit of numbers."""

    suffixes: Mapping[str, Decimal]
    """What may stand behind a limit, and how much it stands for."""
    write: Callable[[float], str]


def _short(value: float) -> str:
    """Four digits, all of those before the point.

    >>> [_short(value) for value in (1234567.8, 93.25, 2.0, 0.012345)]
    ['1,234,568', '93.25', '2', '0.01235']
    """
    return f"{value:,.0f}" if abs(value) >= 1000 else f"{value:.4g}"


def _share(value: float) -> str:
    """Per cent, with as many digits as tell it from 0 and 100.

    >>> [_share(value) for value in (0, 0.0004, 0.125, 0.9996, 1)]
    ['0%', '0.04%', '12.5%', '99.96%', '100%']
    """
    percent = 100 * value
    digits = 2 if 0 < min(percent, 100 - percent) < 0.1 else 1
    return f"{percent:.{digits}f}".removesuffix(".0") + "%"


def _seconds(value: float) -> str:
    return f"{_short(1000 * value)} ms" if 0 < abs(value) < 0.1 else f"{_short(value)} s"


_PLAIN = {"": Decimal(1), "k": Decimal(1000)}

UNITS: Mapping[str, Unit] = {
    "share": Unit({"%": Decimal("0.01"), "": Decimal(1)}, _share),
    "s": Unit({"s": Decimal(1), "ms": Decimal("0.001"), "": Decimal(1)}, _seconds),
    "USD": Unit({"": Decimal(1)}, lambda value: f"{_short(value)} USD"),
    "tokens/s": Unit(_PLAIN, lambda value: f"{_short(value)} tokens/s"),
    "number": Unit(_PLAIN, _short),
}


def written(value: Any, unit: str) -> str:
    """A number with its unit; a dash where it is missing.

    >>> written(0.02, "share"), written(0.0085, "s"), written(12_000, "number"), written(None, "s")
    ('2%', '8.5 ms', '12,000', '–')
    """
    return UNKNOWN if value is None or pd.isna(value) else UNITS[unit].write(float(value))


def interval(lo: Any, hi: Any, unit: str) -> str:
    """An interval; an end that so few values cannot give is open.

    >>> interval(0.01, 0.05, "share"), interval(2, None, "s")
    ('1% to 5%', '2 s to –')
    """
    return f"{written(lo, unit)} to {written(hi, unit)}"
