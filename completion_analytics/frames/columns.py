"""What a declared column and a declared table are, and how lists of values become them.

A frame has the same columns with the same dtypes whatever the file held: an empty export, one
without failures and one with nothing else all give equal schemas. So no dtype is ever inferred.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa

TIME = "datetime64[us, UTC]"


@dataclass(frozen=True, slots=True)
class Column:
    """One column of a frame: its name, its dtype, its unit and what it means."""

    name: str
    dtype: str
    """`int64`, `Int64`, `float64`, `boolean`, `str`, `category` or `datetime64[us, UTC]`."""
    meaning: str
    unit: str | None = None
    categories: tuple[str, ...] | None = None
    """The closed vocabulary of a `category`; None where the data bring their own words."""

    def build(self, values: Sequence[Any]) -> pd.Series:
        """The values as a Series of this column's dtype; None is missing."""
        return pd.Series(_BUILDERS[self.dtype](self, values), name=self.name, copy=False)

    def conform(self, values: pd.Series) -> pd.Series:
        """A Series of any dtype that fits, with this column's dtype."""
        return values.astype(self._dtype_for(values))

    def _dtype_for(self, values: pd.Series) -> Any:
        if self.dtype != "category":
            return self.dtype
        words = self.categories or sorted(values.dropna().astype("str").unique())
        return pd.CategoricalDtype(pd.Index(words, dtype="str"))


@dataclass(frozen=True, slots=True)
class Table:
    """The declared columns of one frame, in order."""

    name: str
    grain: str
    """What one row stands for."""
    columns: tuple[Column, ...]

    def __iter__(self) -> Iterator[Column]:
        return iter(self.columns)

    def __getitem__(self, name: str) -> Column:
        return next(column for column in self.columns if column.name == name)

    @property
    def names(self) -> list[str]:
        """The names of the columns, in order."""
        return [column.name for column in self.columns]

    def build(self, values: Mapping[str, Sequence[Any]]) -> pd.DataFrame:
        """A frame from one sequence per column; a column that is not given is missing throughout.

        Raises:
            KeyError: a given name is no column of this table.

        >>> from completion_analytics.frames import TABLES
        >>> TABLES["tags"].build({"row_id": [0, 0], "tag": ["prod", "web"]})
           row_id   tag
        0       0  prod
        1       0   web
        """
        unknown = sorted(set(values) - set(self.names))
        if unknown:
            raise KeyError(f"the frame {self.name!r} has no column {unknown}; it has {self.names}")
        length = len(next(iter(values.values()))) if values else 0
        absent = [None] * length
        return pd.DataFrame(
            {column.name: column.build(values.get(column.name, absent)) for column in self},
            copy=False,
        )

    def conform(self, frame: pd.DataFrame) -> pd.DataFrame:
        """The declared columns of a frame, in order and with the declared dtypes."""
        return pd.DataFrame(
            {column.name: column.conform(frame[column.name]) for column in self}, copy=False
        )

    def empty(self) -> pd.DataFrame:
        """A frame of this table without a row."""
        return self.build({})


def _keys(_: Column, values: Sequence[Any]) -> Any:
    return np.asarray(values, dtype=np.int64)


def _integers(_: Column, values: Sequence[Any]) -> Any:
    if isinstance(values, np.ndarray):
        return pd.array(values, dtype="Int64")
    counts = pa.array(values, pa.int64())
    return pd.arrays.IntegerArray(_filled(counts, 0), _is_null(counts))


def _floats(_: Column, values: Sequence[Any]) -> Any:
    if isinstance(values, np.ndarray) and values.dtype == np.float64:
        return values
    return np.array([np.nan if value is None else value for value in values], dtype=np.float64)


def _booleans(_: Column, values: Sequence[Any]) -> Any:
    flags = pa.array(values, pa.bool_())
    return pd.arrays.BooleanArray(_filled(flags, False), _is_null(flags))


def _filled(values: Any, absent: Any) -> Any:
    return values.fill_null(absent).to_numpy(zero_copy_only=False).copy()


def _is_null(values: Any) -> Any:
    return values.is_null().to_numpy(zero_copy_only=False).copy()


def _texts(_: Column, values: Sequence[Any]) -> Any:
    return pd.array(values, dtype=pd.StringDtype(na_value=np.nan))


def _words(column: Column, values: Sequence[Any]) -> Any:
    words = column.categories or sorted({value for value in values if isinstance(value, str)})
    codes = {word: code for code, word in enumerate(words)}
    coded = np.fromiter((codes.get(value, -1) for value in values), np.int32, len(values))
    return pd.Categorical.from_codes(coded, pd.Index(words, dtype="str"))


def _times(_: Column, values: Sequence[Any]) -> Any:
    """Microseconds since 1970 in UTC become instants."""
    nat = np.iinfo(np.int64).min
    stamps = np.array([nat if value is None else value for value in values], dtype=np.int64)
    return pd.DatetimeIndex(stamps.view("datetime64[us]")).tz_localize("UTC")


_BUILDERS = {
    "int64": _keys,
    "Int64": _integers,
    "float64": _floats,
    "boolean": _booleans,
    "str": _texts,
    "category": _words,
    TIME: _times,
}
