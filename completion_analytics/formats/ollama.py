"""Bodies of Ollama's own API (`/api/chat`, `/api/generate`)."""

from __future__ import annotations

from ..models.notes import Notes
from .contract import Format
from .fields import JsonObject, as_text, objects, seconds, without

_ENVELOPES = ("choices", "request", "status", "kind", "custom_id")


def claims(record: JsonObject) -> bool:
    """Whether a record is such a body."""
    has_answer = isinstance(record.get("message"), dict) or isinstance(record.get("response"), str)
    return (
        isinstance(record.get("done"), bool)
        and has_answer
        and not any(key in record for key in _ENVELOPES)
    )


def canonical(record: JsonObject, notes: Notes) -> JsonObject:
    """The answer as one choice; `total_duration` is the only time such a body has."""
    choice = _choice(record)
    is_empty = not record["done"] and not any(choice.get(key) for key in ("text", "message"))
    moved = ("message", "response", "thinking", "created_at", "total_duration")
    parts: JsonObject = {
        "created_at": record.get("created_at"),
        "duration_s": seconds(record.get("total_duration"), 1e9, "total_duration"),
        "status": None if record["done"] else "started" if is_empty else "in_progress",
        "response": {
            **without(record, *moved),
            "choices": [] if is_empty else [choice],
            "usage": {
                "prompt_tokens": record.get("prompt_eval_count"),
                "completion_tokens": record.get("eval_count"),
            },
        },
    }
    return {key: value for key, value in parts.items() if value is not None}


def _choice(record: JsonObject) -> JsonObject:
    choice: JsonObject = {"index": 0, "finish_reason": record.get("done_reason")}
    message = record.get("message")
    if not isinstance(message, dict):
        return {**choice, "text": record["response"], "reasoning": record.get("thinking")}
    message = {
        **without(message, "thinking"),
        "reasoning": message.get("thinking"),
        "tool_calls": [
            _tool_call(call) for call in objects(message.get("tool_calls"), "tool_calls")
        ],
    }
    is_empty = not any(message.get(key) for key in ("content", "reasoning", "tool_calls"))
    return {**choice, "message": {} if is_empty and not record["done"] else message}


def _tool_call(call: JsonObject) -> JsonObject:
    function = call.get("function")
    if not isinstance(function, dict):
        return call
    # Ollama sends arguments as an object, so writing them as text repairs nothing.
    return {**call, "function": {**function, "arguments": as_text(function.get("arguments"))}}


FORMAT = Format("ollama", "One body of Ollama's own API.", claims, canonical)
