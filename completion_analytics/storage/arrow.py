"""Declared frames as Arrow tables, and back with exactly the declared dtypes."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa

from ..frames.columns import TIME, Column, Table

TYPES = {
    "int64": pa.int64(),
    "Int64": pa.int64(),
    "float64": pa.float64(),
    "boolean": pa.bool_(),
    "str": pa.large_string(),
    "category": pa.dictionary(pa.int32(), pa.string()),
    TIME: pa.timestamp("us", tz="UTC"),
}


def columns_named(table: Table, names: Sequence[str]) -> list[Column]:
    """The declared columns of these names; those that a user asked for are text."""
    declared = {column.name: column for column in table}
    return [declared.get(name, Column(name, "str", "a column by path")) for name in names]


def empty_frame(columns: Sequence[Column]) -> pd.DataFrame:
    """A frame of these columns without a row."""
    return pd.DataFrame({column.name: column.join([column.part([])]) for column in columns})


def arrow_table(frame: pd.DataFrame, table: Table) -> pa.Table:
    """A frame with its declared types: what is missing is null, NaN too."""
    columns = columns_named(table, list(frame.columns))
    schema = pa.schema([(column.name, TYPES[column.dtype]) for column in columns])
    return pa.Table.from_pandas(frame, schema, preserve_index=False)


def frame_of(data: pa.Table, table: Table) -> pd.DataFrame:
    """A frame with the declared dtypes; its numbers are copies, its texts are where they were."""
    columns = columns_named(table, data.column_names)
    # Of Series, which have an index each, a frame would be made by aligning these.
    arrays = {c.name: c.join(_parts(c, data[c.name])).array for c in columns}
    return pd.DataFrame(arrays, copy=False)


def _parts(column: Column, values: pa.ChunkedArray) -> list[Any]:
    """The chunks as `Column.part` makes them."""
    as_part = _PARTS.get(column.dtype)
    chunks = [chunk if as_part is None else as_part(chunk) for chunk in values.chunks]
    return chunks or [column.part([])]


def _numbers(chunk: pa.Array) -> Any:
    """A copy, for what Arrow maps into memory cannot be written to."""
    numbers = chunk.to_numpy(zero_copy_only=False)
    return numbers if numbers.flags.writeable else numbers.copy()


def _stamps(chunk: pa.Array) -> Any:
    return _numbers(chunk.cast(pa.int64()).fill_null(np.iinfo(np.int64).min))


_PARTS = {"int64": _numbers, "float64": _numbers, TIME: _stamps}
