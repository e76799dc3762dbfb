"""One frame in one file: Parquet to keep and to hand on, Arrow's own format to open at once."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from itertools import compress
from pathlib import Path
from typing import Any

import pandas as pd
import pyarrow as pa

from ..frames.columns import Table
from .arrow import arrow_table, columns_named, empty_frame, frame_of

# Few enough that a row group of prompts fits many times into memory.
_ROWS_PER_GROUP = 16_384


@dataclass(frozen=True, slots=True)
class Encoding:
    """How a frame becomes a file."""

    name: str
    """Ends the file's name as well."""
    write: Callable[[pa.Table, Path], None]
    read: Callable[[Path, Sequence[str] | None, Any], pa.Table]
    """Path, names of columns, and an expression of `pyarrow.dataset` that keeps rows."""
    columns: Callable[[Path], list[str]]
    """The names of the columns in a file."""


def write_frame(frame: pd.DataFrame, path: Path, table: Table, encoding: Encoding) -> None:
    """Write a frame with the declared columns, and any further ones as text."""
    encoding.write(arrow_table(frame, table), path)


def read_frames(
    paths: Iterable[Path],
    table: Table,
    encoding: Encoding,
    columns: Sequence[str] | None = None,
    filter: Any = None,
) -> pd.DataFrame:
    """The frame in some files, one behind the other, with the declared dtypes.

    Categories have the words of all the files, or with a `filter` those of the rows kept. With
    Arrow's format texts stay in the file, which is mapped into memory: it must not be written to,
    and may be deleted where the system allows.
    """
    parts = [encoding.read(path, columns, filter) for path in paths]
    if not parts:
        return empty_frame(columns_named(table, table.names if columns is None else columns))
    frame = joined_frame(parts, table)
    return frame if filter is None else _without_unused_words(frame, table)


def joined_frame(parts: Sequence[pa.Table], table: Table) -> pd.DataFrame:
    """A frame of tables, one behind the other."""
    return frame_of(parts[0] if len(parts) == 1 else pa.concat_tables(parts), table)


def _without_unused_words(frame: pd.DataFrame, table: Table) -> pd.DataFrame:
    """Open categories with no other words than those of the rows."""
    columns = columns_named(table, list(frame.columns))
    is_open = [column.dtype == "category" and column.categories is None for column in columns]
    used = {
        column.name: frame[column.name].cat.remove_unused_categories()
        for column in compress(columns, is_open)
    }
    return frame.assign(**used)


def _write_parquet(data: pa.Table, path: Path) -> None:
    import pyarrow.parquet as pq  # its import takes longer than opening a log

    words = [field.name for field in data.schema if pa.types.is_dictionary(field.type)]
    pq.write_table(
        data, path, row_group_size=_ROWS_PER_GROUP, compression="lz4", use_dictionary=words
    )


def _read_parquet(path: Path, columns: Sequence[str] | None, filter: Any) -> pa.Table:
    import pyarrow.parquet as pq

    if filter is None:
        return pq.ParquetFile(path).read(columns)
    import pyarrow.dataset as ds

    # Row group by row group: read ahead of the filter, the whole file would stand in memory.
    thrifty = ds.ParquetFragmentScanOptions(use_buffered_stream=True, pre_buffer=False)
    return ds.dataset(path, format=ds.ParquetFileFormat()).to_table(
        columns,
        filter=filter,
        batch_readahead=1,
        fragment_readahead=1,
        fragment_scan_options=thrifty,
        use_threads=False,
    )


def _write_arrow(data: pa.Table, path: Path) -> None:
    with pa.OSFile(str(path), "wb") as file, pa.ipc.new_file(file, data.schema) as writer:
        writer.write_table(data)


def _read_arrow(path: Path, columns: Sequence[str] | None, filter: Any) -> pa.Table:
    mapped = pa.ipc.open_file(pa.memory_map(str(path))).read_all()
    kept = mapped if filter is None else mapped.filter(filter)
    return kept if columns is None else kept.select(columns)


def _parquet_columns(path: Path) -> list[str]:
    import pyarrow.parquet as pq

    names: list[str] = pq.read_schema(path).names
    return names


def _arrow_columns(path: Path) -> list[str]:
    names: list[str] = pa.ipc.open_file(pa.memory_map(str(path))).schema.names
    return names


PARQUET = Encoding("parquet", _write_parquet, _read_parquet, _parquet_columns)
ARROW = Encoding("arrow", _write_arrow, _read_arrow, _arrow_columns)
