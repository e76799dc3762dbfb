"""Bodies of OpenAI's Responses API."""

from __future__ import annotations

from typing import Any

from ..models.notes import Notes
from .contract import Format
from .errors import failure_of, has_error
from .fields import JsonObject, filled, joined, number, objects, without
from .usage_names import renamed

_STATUSES = {
    "completed": "finished",
    "complete": "finished",
    "incomplete": "finished",
    "in_progress": "in_progress",
    "queued": "queued",
    "failed": "failed",
    "cancelled": "failed",
}
_OPEN = ("in_progress", "queued")
_OUTPUT_TYPES = ("message", "function_call", "custom_tool_call", "reasoning")


def claims(record: JsonObject) -> bool:
    """Whether a record is such a body: by its `object`, else by the items of its `output`."""
    if "choices" in record or "request" in record or "input" in record.keys() - {"object"}:
        return record.get("object") == "response" and "choices" not in record
    output = record.get("output")
    has_items = isinstance(output, list) and any(
        isinstance(item, dict) and item.get("type") in _OUTPUT_TYPES for item in output
    )
    return record.get("object") == "response" or has_items


def canonical(record: JsonObject, notes: Notes) -> JsonObject:
    """The output items as one choice; status, error and times beside the response."""
    word = filled(record.get("status"))
    status = _STATUSES.get(word or "")
    parts: JsonObject = {"status": status, "server_duration_s": _server_duration_s(record)}
    if has_error(record):
        parts |= failure_of({"error": record["error"]})
    elif status == "failed":
        parts["failure_kind"] = word
    response = {
        **without(record, "output", "created_at", "usage"),
        "object": "response",
        "created": record.get("created_at"),
        "choices": _choices(record),
        "usage": renamed(record.get("usage")),
    }
    return {key: v for key, v in parts.items() if v is not None} | {"response": response}


def _choices(record: JsonObject) -> list[JsonObject]:
    output = objects(record.get("output"), "output")
    if not output and record.get("status") != "incomplete":
        return []
    contents = [
        part
        for position, item in enumerate(output)
        if item.get("type") == "message"
        for part in _parts(item.get("content"), f"output.{position}.content")
    ]
    held = (part.get("logprobs") for part in contents)
    logprobs = [token for tokens in held if isinstance(tokens, list) for token in tokens]
    choice: JsonObject = {"index": 0, "finish_reason": _finish_reason(record)}
    choice["message"] = _message(output, contents)
    if logprobs:
        choice["logprobs"] = {"content": logprobs}
    return [choice]


def _parts(content: Any, path: str) -> list[JsonObject]:
    return [{"text": content}] if isinstance(content, str) else objects(content, path)


def _message(output: list[JsonObject], contents: list[JsonObject]) -> JsonObject:
    message = {
        "role": "assistant",
        "content": joined(part.get("text") for part in contents),
        "refusal": joined(part.get("refusal") for part in contents),
        "reasoning": joined(_thoughts(output), "\n"),
        "tool_calls": [call for item in output if (call := _tool_call(item)) is not None],
    }
    return {key: value for key, value in message.items() if value or key == "content"}


def _thoughts(output: list[JsonObject]) -> list[Any]:
    return [
        part.get("text")
        for item in output
        if item.get("type") == "reasoning"
        for name in ("summary", "content")
        for part in objects(item.get(name), f"output.{name}")
    ]


def _tool_call(item: JsonObject) -> JsonObject | None:
    call_id = item.get("call_id") or item.get("id")
    if item.get("type") == "function_call":
        function = {"name": item.get("name"), "arguments": item.get("arguments")}
        return {"id": call_id, "type": "function", "function": function}
    if item.get("type") == "custom_tool_call":
        custom = {"name": item.get("name"), "input": item.get("input")}
        return {"id": call_id, "type": "custom", "custom": custom}
    return None


def _finish_reason(record: JsonObject) -> Any:
    details = record.get("incomplete_details")
    reason = details.get("reason") if isinstance(details, dict) else None
    status = record.get("status")
    return reason or (None if status in _OPEN else status)


def _server_duration_s(record: JsonObject) -> float | None:
    began, ended = number(record.get("created_at")), number(record.get("completed_at"))
    return None if began is None or ended is None or ended < began else ended - began


FORMAT = Format("responses_body", "One body of OpenAI's Responses API.", claims, canonical)
