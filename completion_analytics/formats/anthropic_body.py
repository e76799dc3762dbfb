"""Bodies of Anthropic's Messages API, and of its older text completions."""

from __future__ import annotations

from typing import Any

from ..models.notes import Notes
from .contract import Format
from .fields import JsonObject, as_text, joined, objects, whole, without

_CACHE_COUNTS = ("cache_read_input_tokens", "cache_creation_input_tokens")


def claims(record: JsonObject) -> bool:
    """Whether a record is such a body."""
    if any(key in record for key in ("choices", "request", "response", "custom_id")):
        return False
    if record.get("type") == "message":
        return "content" in record and ("stop_reason" in record or "usage" in record)
    return "completion" in record and "stop_reason" in record


def canonical(record: JsonObject, notes: Notes) -> JsonObject:
    """The content blocks as one choice; token counts in OpenAI's sense, caches included."""
    choice: JsonObject = {"index": 0, "finish_reason": record.get("stop_reason")}
    if "completion" in record:
        choice["text"] = record["completion"]
    else:
        choice["message"] = _message(record)
    moved = ("type", "role", "content", "completion", "stop_reason", "usage")
    response = {**without(record, *moved), "choices": [choice]}
    if "usage" in record:
        response["usage"] = _usage(record["usage"])
    return {"response": response}


def _message(record: JsonObject) -> JsonObject:
    content = record.get("content")
    if isinstance(content, str):
        return {"role": record.get("role"), "content": content}
    blocks = objects(content, "content")
    message = {
        "role": record.get("role"),
        "content": joined(block.get("text") for block in blocks),
        "reasoning": joined(block.get("thinking") for block in blocks),
        "tool_calls": [_tool_call(block) for block in blocks if block.get("type") == "tool_use"],
    }
    return {key: value for key, value in message.items() if value or key == "content"}


def _tool_call(block: JsonObject) -> JsonObject:
    # Anthropic sends arguments as an object, so writing them as text repairs nothing.
    function = {"name": block.get("name"), "arguments": as_text(block.get("input"))}
    return {"id": block.get("id"), "type": "function", "function": function}


def _usage(usage: Any) -> Any:
    """Counts under OpenAI's names; Anthropic leaves cached tokens out of `input_tokens`."""
    if not isinstance(usage, dict) or "prompt_tokens" in usage:
        return usage
    prompt = usage.get("input_tokens")
    read, written = (usage.get(name) for name in _CACHE_COUNTS)
    if (uncached := whole(prompt)) is not None:
        prompt = uncached + (whole(read) or 0) + (whole(written) or 0)
    cached = {"cached_tokens": read, "cache_write_tokens": written}
    return {
        **without(usage, "input_tokens", "output_tokens"),
        "prompt_tokens": prompt,
        "completion_tokens": usage.get("output_tokens"),
        "prompt_tokens_details": {k: v for k, v in cached.items() if v is not None} or None,
    }


FORMAT = Format("anthropic_body", "One body of Anthropic's Messages API.", claims, canonical)
