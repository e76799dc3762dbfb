"""Rows of Log10's `benchmark_models`: one prompt, answered by several models."""

from __future__ import annotations

from typing import Any

from ..models.notes import Notes
from ..reading.json_values import Fault, parse
from .contract import Format, NotACompletion
from .fields import JsonObject, seconds, without

_ORIGINAL = " (original model)"
# Version 0.10.4 wrote headings instead of names.
_HEADINGS = {
    "Completion ID": "completion_id",
    "Tags": "tags",
    "Prompt Messages": "prompt_messages",
    "Model": "model",
    "Content": "content",
    "Prompt Tokens": "prompt_tokens",
    "Completion Tokens": "completion_tokens",
    "Total Tokens": "total_tokens",
    "Duration (ms)": "duration_ms",
}
_USAGE = ("prompt_tokens", "completion_tokens", "total_tokens")


def claims(record: JsonObject) -> bool:
    """Whether a record is a row of a benchmark, under either version's names."""
    names = {_HEADINGS.get(key, key) for key in record}
    return {"completion_id", "prompt_messages", "duration_ms"} <= names


def canonical(record: JsonObject, notes: Notes) -> JsonObject:
    """The row as a chat completion of the model it was asked of.

    `id` is the benchmarked completion's: rows of one prompt share it and are no duplicates.
    """
    row = {_HEADINGS.get(key, key): value for key, value in record.items()}
    moved = ("completion_id", "prompt_messages", "model", "content", "duration_ms", *_USAGE)
    model = row.get("model")
    if isinstance(model, str):
        model = model.removesuffix(_ORIGINAL)
    return {
        **without(row, *moved),
        "id": row["completion_id"],
        "duration_s": seconds(row["duration_ms"], 1e3, "duration_ms"),
        "request": {"messages": _messages(row["prompt_messages"], notes)},
        "response": {
            "model": model,
            "choices": [
                {"index": 0, "message": {"role": "assistant", "content": row.get("content")}}
            ],
            "usage": {name: row.get(name) for name in _USAGE},
        },
        "is_original_model": model != row.get("model"),
    }


def _messages(value: Any, notes: Notes) -> Any:
    if not isinstance(value, str) or not value:
        return value or None
    try:
        messages, repairs = parse(value.encode("utf-8", "surrogatepass"))
    except Fault:
        raise NotACompletion("prompt_messages", "expected JSON text of messages") from None
    for code in repairs:
        notes.add(code, "prompt_messages")
    return messages


FORMAT = Format(
    "benchmark",
    "One row of Log10's benchmark_models: what one model answered to a logged prompt.",
    claims,
    canonical,
)
