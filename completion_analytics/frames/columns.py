"""What a declared column and a declared table are, and how lists of values become them.

A frame has the same columns with the same dtypes whatever the file held: an empty export, one
without failures and one with nothing else all give equal schemas. So no dtype is ever inferred.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa

TIME = "datetime64[us, UTC]"
_TEXT = pd.StringDtype(na_value=np.nan)

Part = dict[str, Any]
"""Some of a frame's rows: an array per column."""


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
    is_said: bool = False
    """Words of a prompt or an answer, which `load(text=False)` leaves out."""

    def part(self, values: Sequence[Any]) -> Any:
        """The values as an array of Arrow or NumPy, to be joined with others; None is missing.

        Arrow's own arrays are taken as they are.
        """
        return values if isinstance(values, pa.Array) else _PARTS[self.dtype](values)

    def join(self, parts: Sequence[Any]) -> pd.Series:
        """What `part` gave, one behind the other, as a Series of this column's dtype."""
        return pd.Series(_JOINS[self.dtype](self, parts), name=self.name, copy=False)

    def conform(self, values: pd.Series) -> pd.Series:
        """A Series of any dtype that fits, with this column's dtype."""
        if self.dtype != "category":
            dtype: Any = self.dtype
            return values if values.dtype == dtype else values.astype(dtype)
        words = self.categories or sorted(_words_in(values))
        if isinstance(values.dtype, pd.CategoricalDtype) and list(values.cat.categories) == words:
            return values
        return values.astype(pd.CategoricalDtype(pd.Index(words, dtype="str")))


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
        return self.join([self.part(values)])

    def part(self, values: Mapping[str, Sequence[Any]]) -> Part:
        """Some of a frame's rows, to be joined with others. Raises as `build` does."""
        unknown = sorted(set(values) - set(self.names))
        if unknown:
            raise KeyError(f"the frame {self.name!r} has no column {unknown}; it has {self.names}")
        length = len(next(iter(values.values()))) if values else 0
        absent = [None] * length
        return {column.name: column.part(values.get(column.name, absent)) for column in self}

    def join(self, parts: list[Part]) -> pd.DataFrame:
        """A frame from its parts, one behind the other; they are used up."""
        parts = parts or [self.part({})]
        return pd.DataFrame(
            {
                column.name: column.join([part.pop(column.name) for part in parts])
                for column in self
            },
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


def _words_in(values: pd.Series) -> Iterable[str]:
    if not isinstance(values.dtype, pd.CategoricalDtype):
        return values.dropna().astype("str").unique()
    is_used = np.bincount(values.cat.codes.to_numpy() + 1, minlength=len(values.cat.categories) + 1)
    return values.cat.categories[is_used[1:] > 0]


def mapped_words(words: pd.Series, function: Callable[[str], str | None]) -> pd.Series:
    """A categorical column with a function applied to its distinct values."""
    results = list(map(function, words.cat.categories))
    known = sorted({result for result in results if result is not None})
    codes: dict[str | None, int] = {result: code for code, result in enumerate(known)}
    recoded = np.array([*(codes.get(result, -1) for result in results), -1])
    mapped = pd.Categorical.from_codes(recoded[words.cat.codes], pd.Index(known, dtype="str"))
    return pd.Series(mapped, index=words.index)


def _integers(values: Sequence[Any]) -> Any:
    return pa.array(values, pa.int64())


def _floats(values: Sequence[Any]) -> Any:
    if isinstance(values, np.ndarray) and values.dtype == np.float64:
        return values
    return np.array([np.nan if value is None else value for value in values], dtype=np.float64)


def _texts(values: Sequence[Any]) -> Any:
    try:
        return pa.array(values, pa.large_string())
    except (pa.ArrowInvalid, pa.ArrowTypeError):  # not all of them are text
        return pa.array(pd.array(values, dtype=_TEXT), pa.large_string())


def _words(values: Sequence[Any]) -> Any:
    try:
        return pa.array(values, pa.string()).dictionary_encode()
    except (pa.ArrowInvalid, pa.ArrowTypeError):
        texts = [value if isinstance(value, str) else None for value in values]
        return pa.array(texts, pa.string()).dictionary_encode()


def _times(values: Sequence[Any]) -> Any:
    """Microseconds since 1970 in UTC."""
    nat = np.iinfo(np.int64).min
    return np.array([nat if value is None else value for value in values], dtype=np.int64)


_PARTS = {
    "int64": lambda values: np.asarray(values, dtype=np.int64),
    "Int64": _integers,
    "float64": _floats,
    "boolean": lambda values: pa.array(values, pa.bool_()),
    "str": _texts,
    "category": _words,
    TIME: _times,
}


def _joined_numbers(_: Column, parts: Sequence[Any]) -> Any:
    return parts[0] if len(parts) == 1 else np.concatenate(parts)


def _joined_integers(_: Column, parts: Sequence[Any]) -> Any:
    counts = _whole(parts)
    return pd.arrays.IntegerArray(_filled(counts, 0), _is_null(counts))


def _joined_flags(_: Column, parts: Sequence[Any]) -> Any:
    flags = _whole(parts)
    return pd.arrays.BooleanArray(_filled(flags, False), _is_null(flags))


def _whole(parts: Sequence[Any]) -> Any:
    return parts[0] if len(parts) == 1 else pa.concat_arrays(parts)


def _filled(values: Any, absent: Any) -> Any:
    return _writeable(values.fill_null(absent))


def _is_null(values: Any) -> Any:
    has_null = values.null_count > 0
    return _writeable(values.is_null()) if has_null else np.zeros(len(values), dtype=np.bool_)


def _writeable(values: Any) -> Any:
    """As NumPy has it: what Arrow holds, or maps from a file, cannot be written to."""
    array = values.to_numpy(zero_copy_only=False)
    return array if array.flags.writeable else array.copy()


def _joined_texts(_: Column, parts: Sequence[Any]) -> Any:
    return pd.array(_whole(parts), dtype=_TEXT)


def _joined_words(column: Column, parts: Sequence[Any]) -> Any:
    found = [part.dictionary.to_pylist() for part in parts]
    words = list(column.categories or sorted({word for some in found for word in some}))
    coded = [_codes(part, some, words) for part, some in zip(parts, found, strict=True)]
    codes = coded[0] if len(coded) == 1 else np.concatenate(coded)
    return pd.Categorical.from_codes(codes, pd.Index(words, dtype="str"), validate=False)


def _codes(part: Any, found: list[str], words: list[str]) -> Any:
    """Places in `words`, -1 where there is none."""
    if found == words:
        return _filled(part.indices, -1)
    code_of = {word: code for code, word in enumerate(words)}
    codes = np.array([*(code_of.get(word, -1) for word in found), -1])
    return codes[part.indices.fill_null(len(found)).to_numpy()]


def _joined_times(column: Column, parts: Sequence[Any]) -> Any:
    stamps = _joined_numbers(column, parts)
    return pd.DatetimeIndex(stamps.view("datetime64[us]")).tz_localize("UTC")


_JOINS = {
    "int64": _joined_numbers,
    "Int64": _joined_integers,
    "float64": _joined_numbers,
    "boolean": _joined_flags,
    "str": _joined_texts,
    "category": _joined_words,
    TIME: _joined_times,
}
