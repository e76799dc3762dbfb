"""Whether two contenders gave the same frames: one digest per column that all of them have.

A digest depends on the values, their order and which are missing; not on how they are stored.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

COMPARED = {
    "completions": (
        "row_id", "completion_id", "status", "created_at", "duration_raw", "organization_id",
        "session_id", "model", "model_requested", "failure_kind", "failure_reason", "temperature",
        "max_tokens", "is_stream", "system_fingerprint",
    ),
    "choices": ("row_id", "choice_index", "role", "text", "finish_reason"),
    "usage": (
        "row_id", "prompt_tokens", "completion_tokens", "total_tokens", "cached_tokens",
        "reasoning_tokens",
    ),
    "tags": ("row_id", "tag"),
    "messages": ("row_id", "message_index", "role", "text", "tool_call_id"),
    "tool_calls": (
        "row_id", "choice_index", "message_index", "tool_call_index", "tool_call_id", "name",
        "arguments",
    ),
    "stacktrace": ("row_id", "frame_index", "file", "line", "lineno", "name"),
}  # fmt: skip


def fingerprints(frames: Mapping[str, Any]) -> dict[str, str]:
    """A digest for each compared column of pandas, polars or Arrow frames, by `frame.column`."""
    return {
        f"{name}.{column}": _digest(_as_arrow(frames[name][column]))
        for name, columns in COMPARED.items()
        for column in columns
    }


def _as_arrow(column: Any) -> pa.Array:
    if isinstance(column, pd.Series):
        column = pa.chunked_array([pa.Array.from_pandas(_scalars(column))])
    elif not isinstance(column, pa.ChunkedArray):
        column = column.to_arrow()  # polars
    whole = column.combine_chunks() if isinstance(column, pa.ChunkedArray) else column
    return whole.combine_chunks() if isinstance(whole, pa.ChunkedArray) else whole


def _scalars(column: pd.Series) -> pd.Series:
    """Lists and objects, which pandas keeps as they are, become JSON text."""
    if column.dtype != "object":
        return column
    return column.map(lambda value: json.dumps(value) if isinstance(value, list | dict) else value)


def _digest(column: pa.Array) -> str:
    kind = column.type.value_type if pa.types.is_dictionary(column.type) else column.type
    is_text = pa.types.is_string(kind) or pa.types.is_large_string(kind) or kind == pa.string_view()
    parts = _text_parts(column) if is_text else _number_parts(column)
    digest = hashlib.blake2b(digest_size=12)
    for part in (pc.is_null(column).to_numpy(zero_copy_only=False), *parts):
        digest.update(np.ascontiguousarray(part).tobytes())
    return digest.hexdigest()


def _text_parts(column: pa.Array) -> tuple[np.ndarray, np.ndarray]:
    text = pc.fill_null(column.cast(pa.large_string()), "")
    lengths = pc.binary_length(text).to_numpy(zero_copy_only=False)
    start = np.frombuffer(text.buffers()[1], np.int64)[text.offset] if len(text) else 0
    letters = np.frombuffer(text.buffers()[2] or b"", np.uint8)
    return lengths, letters[start : start + lengths.sum()]


def _number_parts(column: pa.Array) -> tuple[np.ndarray]:
    if pa.types.is_timestamp(column.type):
        column = column.cast(pa.timestamp("us", column.type.tz)).cast(pa.int64())
    numbers = pc.fill_null(column.cast(pa.float64()), 0.0)
    return (numbers.to_numpy(zero_copy_only=False),)
