"""What may not be: `failure_rate>2%`, `p95(duration_s)>8s@95`, and how such a text is read."""

from __future__ import annotations

import operator
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import Decimal

from .measures import Measure, measure_of, what_can_be_asked
from .quantities import UNITS

_PAST: Mapping[str, Callable[[float, float], bool]] = {
    ">=": operator.ge,
    ">": operator.gt,
    "<=": operator.le,
    "<": operator.lt,
}
_SHAPE = re.compile(
    r"\s*(?P<name>[\w.]+)\s*(?:\(\s*(?P<column>\w+)\s*\))?"
    r"\s*(?P<sign>>=|<=|>|<)"
    r"\s*(?P<number>[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?)\s*(?P<suffix>[^\s@\d]*)"
    r"\s*(?:@\s*(?P<level>\d+(?:\.\d+)?)\s*%?)?\s*"
)


@dataclass(frozen=True)
class Limit:
    """An expression that was read."""

    text: str
    measure: Measure
    sign: str
    limit: float
    level: float | None
    """Judge the whole interval at this level, and not the value."""

    @property
    def is_ceiling(self) -> bool:
        """Whether it is breached from above."""
        return self.sign.startswith(">")

    def is_past(self, value: float) -> bool:
        """Whether a value is past the limit."""
        return _PAST[self.sign](value, self.limit)


def read_limit(text: str) -> Limit:
    """What a text such as `p95(duration_s)>8s@95` asks.

    Raises:
        ValueError: it asks nothing that is known.
    """
    shape = _SHAPE.fullmatch(text)
    if not shape:
        raise ValueError(
            f"cannot read the limit {text!r}: write it as failure_rate>2% or "
            f"p95(duration_s)>8s@95; there are {what_can_be_asked()}"
        )
    said = shape.groupdict()
    try:
        measure = measure_of(said["name"], said["column"])
        limit = _number(measure, said["number"], said["suffix"])
        level = _level(measure, said["level"])
    except ValueError as error:
        raise ValueError(f"cannot read the limit {text!r}: {error}") from error
    return Limit(text.strip(), measure, said["sign"], limit, level)


def _number(measure: Measure, number: str, suffix: str) -> float:
    suffixes = UNITS[measure.unit].suffixes
    if suffix not in suffixes:
        known = ", ".join(filter(None, suffixes)) or "nothing"
        raise ValueError(f"{measure.name} takes {known} behind its limit, and not {suffix!r}")
    # In decimals, for 7 * 0.01 is more than 0.07.
    limit = float(Decimal(number) * suffixes[suffix])
    if measure.unit == "share" and limit > 1:
        raise ValueError(f"{measure.name} is a share, and none is above 100%: write {number}%")
    return limit


def _level(measure: Measure, level: str | None) -> float | None:
    if level is None:
        return None
    if not measure.has_interval:
        raise ValueError(f"{measure.name} has no interval that @{level} could judge")
    if not 50 <= float(level) < 100:
        raise ValueError(f"@{level} is no level: it is from 50 to below 100, as in @95")
    return float(level) / 100
