"""polars with a schema of what is used, then `explode` and `unnest`."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import polars as pl

_CALLS = pl.List(
    pl.Struct({"id": pl.String, "function": pl.Struct({"name": pl.String, "arguments": pl.String})})
)
_MESSAGE = {
    "role": pl.String,
    "content": pl.String,
    "tool_call_id": pl.String,
    "tool_calls": _CALLS,
}
_REQUEST = {
    "model": pl.String,
    "messages": pl.List(pl.Struct(_MESSAGE)),
    "prompt": pl.String,
    "temperature": pl.Float64,
    "max_tokens": pl.Int64,
    "stream": pl.Boolean,
}
_CHOICE = {
    "index": pl.Int64,
    "finish_reason": pl.String,
    "text": pl.String,
    "message": pl.Struct({"role": pl.String, "content": pl.String, "tool_calls": _CALLS}),
}
_USAGE = {
    "prompt_tokens": pl.Int64,
    "completion_tokens": pl.Int64,
    "total_tokens": pl.Int64,
    "prompt_tokens_details": pl.Struct({"cached_tokens": pl.Int64}),
    "completion_tokens_details": pl.Struct({"reasoning_tokens": pl.Int64}),
}
_RESPONSE = {
    "model": pl.String,
    "system_fingerprint": pl.String,
    "choices": pl.List(pl.Struct(_CHOICE)),
    "usage": pl.Struct(_USAGE),
}
_FRAME = {"file": pl.String, "line": pl.String, "lineno": pl.Int64, "name": pl.String}
_SCHEMA = {
    "id": pl.String,
    "status": pl.String,
    "created_at": pl.String,
    "duration": pl.Float64,
    "organization_id": pl.String,
    "session_id": pl.String,
    "failure_kind": pl.String,
    "failure_reason": pl.String,
    "request": pl.Struct(_REQUEST),
    "response": pl.Struct(_RESPONSE),
    "tagResolved": pl.List(pl.Struct({"name": pl.String})),
    "stacktrace": pl.List(pl.Struct(_FRAME)),
}


_TEXT_USAGE = ("prompt_tokens", "completion_tokens", "total_tokens")
_TEXT_SCHEMA = {
    "id": pl.String,
    "created": pl.Int64,
    "model": pl.String,
    "system_fingerprint": pl.String,
    "choices": pl.List(
        pl.Struct({"index": pl.Int64, "text": pl.String, "finish_reason": pl.String})
    ),
    "usage": pl.Struct(dict.fromkeys(_TEXT_USAGE, pl.Int64)),
}


def log10(path: Path) -> dict[str, pl.DataFrame]:
    raw = _raw(path, _SCHEMA)
    messages = _messages(raw)
    choices = _choices(raw)
    return {
        "completions": _completions(raw),
        "choices": choices,
        "usage": _usage(raw),
        "tags": _exploded(raw.select("row_id", "tagResolved"), "tagResolved").rename(
            {"name": "tag"}
        ),
        "messages": messages,
        "tool_calls": _tool_calls(messages, choices),
        "stacktrace": _exploded(raw.select("row_id", "stacktrace"), "stacktrace", "frame_index"),
    }


def text(path: Path) -> dict[str, pl.DataFrame]:
    raw = _raw(path, _TEXT_SCHEMA)
    created_at = pl.from_epoch("created", time_unit="s").dt.replace_time_zone("UTC")
    choices = _exploded(raw.select("row_id", "choices"), "choices", "choice_index")
    return {
        "completions": raw.select(
            "row_id", "model", "system_fingerprint", completion_id="id", created_at=created_at
        ),
        "choices": choices,
        "usage": raw.select("row_id", "usage").drop_nulls("usage").unnest("usage"),
    }


def _raw(path: Path, schema: dict[str, Any]) -> pl.DataFrame:
    read = pl.read_json if path.suffix == ".json" else pl.read_ndjson
    return read(path, schema=schema).with_row_index("row_id")


def _of(struct: str, *names: str) -> pl.Expr:
    found = pl.col(struct)
    for name in names:
        found = found.struct.field(name)
    return found


def _exploded(frame: pl.DataFrame, column: str, position: str = "position") -> pl.DataFrame:
    """One row per element: its fields as columns, and its position."""
    having = frame.filter(pl.col(column).list.len() > 0)
    numbered = having.with_columns(pl.int_ranges(pl.col(column).list.len()).alias(position))
    return numbered.explode(column, position).unnest(column)


def _completions(raw: pl.DataFrame) -> pl.DataFrame:
    model_requested = _of("request", "model")
    return raw.select(
        "row_id",
        "status",
        "organization_id",
        "session_id",
        "failure_kind",
        "failure_reason",
        completion_id="id",
        created_at=pl.col("created_at").str.to_datetime("%+", time_unit="us", time_zone="UTC"),
        duration_raw="duration",
        model=pl.coalesce(_of("response", "model"), model_requested),
        model_requested=model_requested,
        temperature=_of("request", "temperature"),
        max_tokens=_of("request", "max_tokens"),
        is_stream=_of("request", "stream"),
        system_fingerprint=_of("response", "system_fingerprint"),
    )


def _choices(raw: pl.DataFrame) -> pl.DataFrame:
    frame = _exploded(raw.select("row_id", _of("response", "choices")), "choices")
    return frame.with_columns(
        choice_index="index",
        role=_of("message", "role"),
        text=pl.coalesce(_of("message", "content"), "text"),
        tool_calls=_of("message", "tool_calls"),
    )


def _usage(raw: pl.DataFrame) -> pl.DataFrame:
    usage = raw.select("row_id", _of("response", "usage")).drop_nulls("usage").unnest("usage")
    return usage.with_columns(
        cached_tokens=_of("prompt_tokens_details", "cached_tokens"),
        reasoning_tokens=_of("completion_tokens_details", "reasoning_tokens"),
    )


def _messages(raw: pl.DataFrame) -> pl.DataFrame:
    sent = _exploded(
        raw.select("row_id", _of("request", "messages")), "messages", "message_index"
    ).rename({"content": "text"})
    prompts = (
        raw.select("row_id", text=_of("request", "prompt"))
        .drop_nulls("text")
        .with_columns(role=pl.lit("prompt"), message_index=pl.lit(0, pl.Int64))
    )
    return pl.concat([sent, prompts], how="diagonal").sort("row_id", maintain_order=True)


def _tool_calls(messages: pl.DataFrame, choices: pl.DataFrame) -> pl.DataFrame:
    parts = [
        _exploded(holders.select("row_id", place, "tool_calls"), "tool_calls", "tool_call_index")
        for holders, place in ((messages, "message_index"), (choices, "choice_index"))
    ]
    frame = pl.concat(parts, how="diagonal").sort("row_id", maintain_order=True)
    return frame.rename({"id": "tool_call_id"}).unnest("function")
