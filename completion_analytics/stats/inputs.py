"""What a statistic accepts: a frame or a log, the columns it needs, the columns it may group by.

What the caller asked wrongly raises here, at once and in one sentence that says what there is.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from difflib import get_close_matches
from typing import Any, NamedTuple, Protocol, TypeVar, runtime_checkable

import numpy as np
import numpy.typing as npt
import pandas as pd

from ..frames.wanted import IN_ONE_PLACE
from .tallies import HERE, Tally

Part = TypeVar("Part")
Floats = npt.NDArray[np.float64]
Flags = npt.NDArray[np.bool_]
Counts = npt.NDArray[np.int64]
By = str | Sequence[str] | None


class Log(Protocol):
    """What a statistic needs of a `CompletionLog`: its frames."""

    @property
    def completions(self) -> pd.DataFrame:
        """One row per completion."""

    @property
    def tags(self) -> pd.DataFrame:
        """One row per completion and tag."""


Data = pd.DataFrame | Log


@runtime_checkable
class InParts(Protocol):
    """A log whose rows are not in one place."""

    def empty(self) -> Any:
        """A log without rows that has the same columns."""

    def compute(self, *, most: int | None = None) -> Any:
        """The log in this process, unless it has more completions than `most`."""

    def fold(
        self,
        work: Callable[[Any], Part],
        merge: Callable[[Part, Part], Part],
        columns: Sequence[str],
    ) -> Part:
        """What `work` makes of the logs of some parts each, with these columns, merged."""


def frame_of(data: Data, function: str, frame: str = "completions") -> pd.DataFrame:
    """The frame itself, or the named frame of a log.

    Raises:
        TypeError: it is neither.
    """
    if isinstance(data, pd.DataFrame):
        return data
    if isinstance(data, InParts):
        raise TypeError(
            f"{function} looks at all rows at once, and this log is in parts: {IN_ONE_PLACE}"
        )
    found = getattr(data, frame, None)
    if isinstance(found, pd.DataFrame):
        return found
    raise TypeError(f"{function} takes a DataFrame or a CompletionLog, not {type(data).__name__!r}")


def tally_of(data: Data) -> Tally:
    """What makes a finding in this frame or log one of all rows."""
    found = getattr(data, "tally", HERE)
    return found if isinstance(found, Tally) else HERE


class _Frames(NamedTuple):
    completions: pd.DataFrame
    tags: pd.DataFrame


def with_column(data: Data, function: str, name: str, values: Any) -> Data:
    """The frame, or the log's completions and tags, with one more column; the input stays as is."""
    frame = frame_of(data, function).assign(**{name: values})
    tags = None if isinstance(data, pd.DataFrame) else getattr(data, "tags", None)
    return frame if tags is None else _Frames(frame, tags)


def require_columns(frame: pd.DataFrame, function: str, needs: Sequence[str]) -> None:
    """Check that a frame has the columns a statistic needs.

    Raises:
        KeyError: some are missing.
    """
    missing = [name for name in needs if name not in frame]
    if missing:
        raise KeyError(
            f"{function} needs the column{'s' if len(missing) > 1 else ''} "
            f"{', '.join(map(repr, missing))}{_did_you_mean(missing[0], frame)}; "
            f"the frame has {_listed(frame)}"
        )


def require_group_column(frame: pd.DataFrame, function: str, name: str) -> None:
    """Check that a column exists and that its values can name groups.

    Raises:
        KeyError: there is no such column.
        TypeError: its values are continuous.
    """
    if name not in frame:
        hint = ": by='tag' needs the log, not one of its frames" if name == "tag" else ""
        raise KeyError(
            f"{function} cannot group by {name!r}{hint or _did_you_mean(name, frame)}; "
            f"the frame has {_listed(frame)}"
        )
    dtype = frame[name].dtype
    if pd.api.types.is_float_dtype(dtype) or getattr(dtype, "kind", "") in {"m", "M"}:
        raise TypeError(
            f"{function} cannot group by {name!r}, whose values ({dtype}) are continuous: "
            "bin it first, with pd.cut for example"
        )


def require_numbers(frame: pd.DataFrame, function: str, name: str) -> None:
    """Check that a column exists and holds numbers.

    Raises:
        KeyError: there is no such column.
        TypeError: it holds something else.
    """
    require_columns(frame, function, [name])
    dtype = frame[name].dtype
    if not pd.api.types.is_numeric_dtype(dtype):
        raise TypeError(f"{function} needs a column of numbers, and {name!r} holds {dtype}")


def require_share(function: str, name: str, *shares: float) -> None:
    """Check that each number, and there is one at least, lies strictly between 0 and 1.

    Raises:
        ValueError: one does not, or there is none.
    """
    if not shares:
        raise ValueError(f"{function} needs at least one {name} between 0 and 1")
    for share in shares:
        if not 0 < share < 1:
            raise ValueError(f"{function} needs {name} between 0 and 1, not {share!r}")


def require_choice(function: str, name: str, value: str, known: Sequence[str]) -> None:
    """Check that a word is one of those known.

    Raises:
        ValueError: it is not.
    """
    if value not in known:
        raise ValueError(
            f"{function} knows no {name}={value!r}; it knows {', '.join(map(repr, known))}"
        )


def floats(values: pd.Series) -> Floats:
    """A numeric column as float64, NaN where missing, whatever it is backed by."""
    return values.to_numpy(dtype=np.float64, na_value=np.nan)


def flags(values: pd.Series) -> Flags:
    """Where a boolean column is True; missing is not."""
    return np.asarray(values.astype("boolean").to_numpy(dtype=np.bool_, na_value=False))


def _did_you_mean(name: str, frame: pd.DataFrame) -> str:
    close = get_close_matches(name, map(str, frame.columns), n=1)
    return f" (did you mean {close[0]!r}?)" if close else ""


def _listed(frame: pd.DataFrame) -> str:
    return ", ".join(map(str, frame.columns)) or "no columns"
