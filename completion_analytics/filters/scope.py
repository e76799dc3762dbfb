"""Where a condition looks: a frame, and the log around it if there is one."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Any, Protocol, Self, runtime_checkable

import numpy as np
import numpy.typing as npt
import pandas as pd

Flags = npt.NDArray[np.bool_]


class Log(Protocol):
    """What a filter needs of a `CompletionLog`."""

    @property
    def completions(self) -> pd.DataFrame:
        """One row per completion."""

    @property
    def tags(self) -> pd.DataFrame:
        """One row per completion and tag."""

    @property
    def messages(self) -> pd.DataFrame:
        """One row per message of a request."""

    @property
    def choices(self) -> pd.DataFrame:
        """One row per choice of an answer."""

    def keep(self, row_ids: pd.Series) -> Self:
        """A log of some rows."""


@runtime_checkable
class LogInParts(Protocol):
    """A log whose rows are not in one place, and which selects where they are."""

    def selected(self, conditions: Sequence[Any]) -> Self:
        """What all the conditions keep."""


@dataclass(frozen=True)
class Scope:
    """The rows that a condition decides about, and what it may look at."""

    frame: pd.DataFrame
    log: Log | None = None

    def column(self, condition: object, name: str, others: Iterable[str] = ()) -> pd.Series:
        """A column of the frame; `others` could have been meant as well.

        Raises:
            KeyError: there is no such column.
        """
        if name in self.frame:
            return self.frame[name]
        columns = [str(column) for column in self.frame.columns]
        close = get_close_matches(name, [*others, *columns], n=1)
        hint = f" (did you mean {close[0]!r}?)" if close else ""
        besides = f", and besides there is {', '.join(others)}" if others else ""
        raise KeyError(
            f"{condition} needs the column {name!r}{hint}; "
            f"the frame has {', '.join(columns) or 'no columns'}{besides}"
        )

    def child(self, condition: object, name: str) -> pd.DataFrame:
        """A frame of the log beside its completions.

        Raises:
            TypeError: there is no log, only a frame.
        """
        if self.log is None:
            raise TypeError(
                f"{condition} needs the log, because it looks into log.{name}: "
                "pass the log, not one of its frames"
            )
        frame: pd.DataFrame = getattr(self.log, name)
        return frame

    def words(self, condition: object, name: str) -> pd.DataFrame:
        """A frame of the log with the words of prompts or answers.

        Raises:
            AttributeError: the log was loaded without them.
            TypeError: there is no log, only a frame.
        """
        child = self.child(condition, name)
        left_out = getattr(self.log, "left_out", ())
        if "text" in left_out:
            raise AttributeError(
                f"{condition} needs the words of prompts and answers, and this log was loaded "
                "without: load it with `text=True`"
            )
        return child

    def among(self, row_ids: pd.Series) -> Flags:
        """The rows of the frame that have one of these ids."""
        return flags(self.frame["row_id"].isin(row_ids))

    def none(self) -> Flags:
        """No row."""
        return np.zeros(len(self.frame), dtype=np.bool_)


@dataclass(frozen=True)
class Names:
    """What generated code calls the log, and the frame whose rows it tests."""

    log: str | None
    frame: str

    def child(self, condition: object, name: str) -> str:
        """Code for a frame of the log beside its completions. Raises as `Scope.child` does."""
        if self.log is None:
            raise TypeError(f"{condition} needs the log, because it looks into log.{name}")
        return f"{self.log}.{name}"


_KINDS = {
    "i": "number",
    "u": "number",
    "f": "number",
    "b": "boolean",
    "M": "time",
    "m": "duration",
    "U": "text",
}
_UNKNOWN = "unknown"  # an object column may hold anything


def kind_of(dtype: Any) -> str:
    """What values of a dtype are, however they are stored: a category is what its words are."""
    if isinstance(dtype, pd.StringDtype):
        return "text"
    if isinstance(dtype, pd.CategoricalDtype):
        return kind_of(dtype.categories.dtype)
    return _KINDS.get(dtype.kind, _UNKNOWN)


def has_any(values: pd.Series, kind: str, condition: object) -> bool:
    """Whether a column has a value at all, which is then of the kind a condition compares.

    Raises:
        TypeError: it has values of another kind.
    """
    if values.isna().all():  # its dtype may be an accident: an empty column of a CSV is float64
        return False
    if kind_of(values.dtype) in {kind, _UNKNOWN}:
        return True
    raise wrong_kind(values, kind, condition)


def wrong_kind(values: pd.Series, kind: str, condition: object) -> TypeError:
    """The error that a column cannot be compared."""
    return TypeError(
        f"{condition} needs a column of {kind} values, and {values.name!r} holds {values.dtype}"
    )


def flags(mask: pd.Series) -> Flags:
    """A boolean Series as an array; missing is not kept."""
    return np.asarray(mask.to_numpy(dtype=np.bool_, na_value=False))
