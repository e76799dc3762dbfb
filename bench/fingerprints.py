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

_LOG10 = {
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
_TEXT = {
    "completions": ("row_id", "completion_id", "created_at", "model", "system_fingerprint"),
    "choices": ("row_id", "choice_index", "text", "finish_reason"),
    "usage": ("row_id", "prompt_tokens", "completion_tokens", "total_tokens"),
}
COMPARED = {"log10": _LOG10, "text": _TEXT}


def fingerprints(frames: Mapping[str, Any], schema: str) -> dict[str, str]:
    """A digest for each compared column of pandas, polars or Arrow frames, by `frame.column`."""
    return {
        f"{name}.{column}": _digest(_as_arrow(frames[name][column]))
        for name, columns in COMPARED[schema].items()
        for column in columns
    }


def as_pandas(frames: Mapping[str, Any], schema: str) -> dict[str, pd.DataFrame]:
    """The frames as those of pandas; of polars' and Arrow's the compared columns alone."""
    return {
        name: frame
        if isinstance(frame, pd.DataFrame)
        else frame.select(list(COMPARED[schema][name])).to_pandas()
        for name, frame in frames.items()
    }


def _as_arrow(column: Any) -> pa.ChunkedArray:
    if isinstance(column, pd.Series):
        column = pa.Array.from_pandas(_scalars(column))
    elif not isinstance(column, pa.ChunkedArray):
        column = column.to_arrow()  # polars
    return column if isinstance(column, pa.ChunkedArray) else pa.chunked_array([column])


def _scalars(column: pd.Series) -> pd.Series:
    """Lists and objects, which pandas keeps as they are, become JSON text."""
    if column.dtype != "object":
        return column
    return column.map(lambda value: json.dumps(value) if isinstance(value, list | dict) else value)


def _digest(column: pa.ChunkedArray) -> str:
    """Of one chunk after the other, so that it needs no second copy of the column."""
    parts = _text_parts if _is_text(column.type) else _number_parts
    digests = [hashlib.blake2b(digest_size=12) for _ in range(3)]
    for chunk in column.chunks:
        for digest, part in zip(digests, parts(chunk), strict=False):
            digest.update(np.ascontiguousarray(part).tobytes())
    return hashlib.blake2b(b"".join(d.digest() for d in digests), digest_size=12).hexdigest()


def _is_text(kind: pa.DataType) -> bool:
    kind = kind.value_type if pa.types.is_dictionary(kind) else kind
    return pa.types.is_string(kind) or pa.types.is_large_string(kind) or kind == pa.string_view()


def _text_parts(column: pa.Array) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    text = pc.fill_null(column.cast(pa.large_string()), "")
    lengths = pc.binary_length(text).to_numpy(zero_copy_only=False)
    start = np.frombuffer(text.buffers()[1], np.int64)[text.offset] if len(text) else 0
    letters = np.frombuffer(text.buffers()[2] or b"", np.uint8)
    return _missing(column), lengths, letters[start : start + lengths.sum()]


def _number_parts(column: pa.Array) -> tuple[np.ndarray, np.ndarray]:
    if pa.types.is_timestamp(column.type):
        column = column.cast(pa.timestamp("us", column.type.tz)).cast(pa.int64())
    numbers = pc.fill_null(column.cast(pa.float64()), 0.0)
    return _missing(column), numbers.to_numpy(zero_copy_only=False)


def _missing(column: pa.Array) -> np.ndarray:
    return pc.is_null(column).to_numpy(zero_copy_only=False)
