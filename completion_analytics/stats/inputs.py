"""What a statistic accepts: a frame or a log, the columns it needs, the columns it may group by.

What the caller asked wrongly raises here, at once and in one sentence that says what there is.
"""

from __future__ import annotations

from collections.abc import Sequence
from difflib import get_close_matches
from typing import Protocol

import numpy as np
import numpy.typing as npt
import pandas as pd

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


def frame_of(data: Data, function: str, frame: str = "completions") -> pd.DataFrame:
    """The frame itself, or the named frame of a log.

    Raises:
        TypeError: it is neither.
    """
    if isinstance(data, pd.DataFrame):
        return data
    found = getattr(data, frame, None)
    if isinstance(found, pd.DataFrame):
        return found
    raise TypeError(f"{function} takes a DataFrame or a CompletionLog, not {type(data).__name__!r}")


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
