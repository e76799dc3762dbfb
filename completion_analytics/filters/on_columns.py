"""Conditions on one column of a frame."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Literal

import pandas as pd

from .condition import Condition
from .scope import Flags, Names, Scope, flags, has_any, wrong_kind
from .values import Bound, Value, bound, plain, several

Inclusive = Literal["both", "left", "right", "neither"]

# inclusive -> the comparisons with the low and with the high end
_OPERATORS = {
    "both": (">=", "<="),
    "left": (">=", "<"),
    "right": (">", "<="),
    "neither": (">", "<"),
}
_COMPARE = {">=": pd.Series.ge, ">": pd.Series.gt, "<=": pd.Series.le, "<": pd.Series.lt}


@dataclass(frozen=True, repr=False)
class OneOf(Condition):
    """Keeps rows whose value is one of the given; None among them stands for missing.

    Values are texts, or numbers, or booleans, and are kept sorted and each once, None last. No
    values keep no rows. For times there is `Between`.

    Raises:
        TypeError: the values are no list, or of several kinds; in `select`, if the column holds
            another kind.

    >>> OneOf("model", ["gpt-4o", None, "claude-3-opus", "gpt-4o"])
    OneOf('model', ['claude-3-opus', 'gpt-4o', None])
    """

    column: str
    values: Iterable[Value]

    def __post_init__(self) -> None:
        require_name("OneOf", self.column)
        given = [plain(value, "OneOf") for value in several(self.values, "OneOf")]
        kinds = sorted({_kind(value) for value in given if value is not None})
        if len(kinds) > 1:
            raise TypeError(f"OneOf takes values of one kind, not {' and '.join(kinds)}")
        known = sorted({value for value in given if value is not None})
        object.__setattr__(self, "values", (*known, *([None] if None in given else [])))

    @property
    def known(self) -> list[Value]:
        """The values without None."""
        return [value for value in self.values if value is not None]

    def rows(self, scope: Scope) -> Flags:
        """Rows with one of the values."""
        values = scope.column(self, self.column)
        kept = scope.none()
        if None in self.values:
            kept |= flags(values.isna())
        if self.known and has_any(values, _kind(self.known[0]), self):
            kept |= flags(values.isin(self.known))
        return kept

    def code(self, names: Names) -> str:
        """`isin`, `isna`, or both."""
        column = f"{names.frame}[{self.column!r}]"
        known, missing = f"{column}.isin({self.known!r})", f"{column}.isna()"
        if None not in self.values:
            return known
        return f"({known} | {missing})" if self.known else missing


@dataclass(frozen=True, repr=False)
class Between(Condition):
    """Keeps rows whose value lies between two ends, which both count unless `inclusive` says less.

    Ends are finite numbers, or times: ISO 8601 text, `datetime` or `date`, taken as UTC where no
    offset is given and kept as text in UTC, to the microsecond. A date alone is its first moment,
    so `Between("created_at", "2026-01-01", "2026-02-01", inclusive="left")` is January. None
    leaves an end open; with both open every row that has a value is kept.

    Raises:
        TypeError: an end is neither number nor time, or one is a number and the other a time; in
            `select`, if the column holds another kind, or times without a zone.
        ValueError: `low` is above `high`, an end is not finite or no ISO time, or `inclusive` is
            none of `both`, `left`, `right`, `neither`.

    >>> Between("created_at", "2026-01-31T13:00+01:00", None)
    Between('created_at', '2026-01-31T12:00:00+00:00', None)
    """

    column: str
    low: Bound
    high: Bound
    inclusive: Inclusive = "both"

    def __post_init__(self) -> None:
        require_name("Between", self.column)
        if self.inclusive not in _OPERATORS:
            raise ValueError(
                f"Between knows no inclusive={self.inclusive!r}; it knows {', '.join(_OPERATORS)}"
            )
        low, high = (bound(end, "Between") for end in (self.low, self.high))
        if low is not None and high is not None:
            _require_order(low, high)
        object.__setattr__(self, "low", low)
        object.__setattr__(self, "high", high)

    @property
    def _ends(self) -> list[tuple[str, Bound]]:
        """The comparisons to make: an operator and the end to compare with."""
        ends = zip(_OPERATORS[self.inclusive], (self.low, self.high), strict=True)
        return [(operator, end) for operator, end in ends if end is not None]

    def rows(self, scope: Scope) -> Flags:
        """Rows within the ends."""
        values = scope.column(self, self.column)
        if not self._ends:
            return flags(values.notna())
        kind = "time" if isinstance(self._ends[0][1], str) else "number"
        if not has_any(values, kind, self):
            return scope.none()
        self._require_order_and_zone(values, kind)
        kept = ~scope.none()
        for operator, end in self._ends:
            kept &= flags(_COMPARE[operator](values, _comparable(end)))
        return kept

    def code(self, names: Names) -> str:
        """`between` for two ends, a comparison for one, `notna` for none."""
        column = f"{names.frame}[{self.column!r}]"
        if not self._ends:
            return f"{column}.notna()"
        if len(self._ends) == 1:
            ((operator, end),) = self._ends
            return f"({column} {operator} {end!r})"
        how = "" if self.inclusive == "both" else f", inclusive={self.inclusive!r}"
        return f"{column}.between({self.low!r}, {self.high!r}{how})"

    def _require_order_and_zone(self, values: pd.Series, kind: str) -> None:
        if values.dtype.kind == "O":  # categories have no order, and objects may be anything
            raise wrong_kind(values, kind, self)
        if kind == "time" and values.dt.tz is None:
            raise TypeError(
                f"{self} needs times with a zone, and {values.name!r} holds {values.dtype}: "
                "give it one with .dt.tz_localize"
            )


@dataclass(frozen=True, repr=False)
class Missing(Condition):
    """Keeps rows without a value in a column; `Not(Missing(column))` keeps those with one.

    >>> import pandas as pd
    >>> import completion_analytics as ca
    >>> ca.select(pd.DataFrame({"model": ["a", None], "n": [1, 2]}), ca.Missing("model"))
      model  n
    1   NaN  2
    """

    column: str

    def __post_init__(self) -> None:
        require_name("Missing", self.column)

    def rows(self, scope: Scope) -> Flags:
        """Rows without a value."""
        return flags(scope.column(self, self.column).isna())

    def code(self, names: Names) -> str:
        """`isna`."""
        return f"{names.frame}[{self.column!r}].isna()"


def require_name(what: str, name: object) -> None:
    """Check that a column is given by its name.

    Raises:
        TypeError: it is no text.
    """
    if not isinstance(name, str):
        raise TypeError(f"{what} takes the name of a column first, not {type(name).__name__}")


def _comparable(end: Bound) -> Any:
    return pd.Timestamp(end) if isinstance(end, str) else end


def _kind(value: Value) -> str:
    if isinstance(value, bool):
        return "boolean"
    return "text" if isinstance(value, str) else "number"


def _require_order(low: float | str, high: float | str) -> None:
    if isinstance(low, str) != isinstance(high, str):
        raise TypeError(f"Between takes two numbers or two times, not {low!r} and {high!r}")
    if _comparable(low) > _comparable(high):
        raise ValueError(f"Between needs low <= high, and {low!r} is above {high!r}")
