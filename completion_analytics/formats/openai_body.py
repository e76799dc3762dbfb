"""Bare bodies of OpenAI's chat and text endpoints, from OpenAI and all who imitate it."""

from __future__ import annotations

from typing import Any

from ..models.notes import Notes
from .contract import Format
from .errors import choice_error, failure_of, has_error
from .fields import JsonObject
from .usage_names import has_usual_usage, with_usual_usage

_OBJECTS = ("chat.completion", "chat.completion.chunk", "text_completion", "text.completion")
# Azure's first chunk may hold nothing else.
_AZURE = ("prompt_filter_results", "prompt_annotations")


def claims(record: JsonObject) -> bool:
    """Whether a record is such a body."""
    if "choices" in record:
        return "request" not in record and "response" not in record
    return record.get("object") in _OBJECTS or any(key in record for key in _AZURE)


def is_plain(body: object) -> bool:
    """Whether a body can stay as it is: choices, usual token counts, and no error anywhere."""
    return (
        isinstance(body, dict)
        and "choices" in body
        and not has_error(body)
        and choice_error(body) is None
        and has_usual_usage(body)
    )


def canonical(record: JsonObject, notes: Notes) -> JsonObject:
    """The body as `response`; an error in it or in a choice is told beside it."""
    failed = record if has_error(record) else choice_error(record)
    parts = {"response": _with_listed_calls(with_usual_usage(record), notes)}
    return parts if failed is None else parts | failure_of(failed)


def _with_listed_calls(body: JsonObject, notes: Notes) -> JsonObject:
    """The body; a tool call that stands alone, as in TGI's chunks, becomes a list of one."""
    choices = body.get("choices")
    if not isinstance(choices, list) or not any(map(_has_lone_call, choices)):
        return body
    notes.add("object_mismatch", "response.choices.delta.tool_calls")
    return {**body, "choices": [_listed(c) if _has_lone_call(c) else c for c in choices]}


def _has_lone_call(choice: Any) -> bool:
    delta = choice.get("delta") if isinstance(choice, dict) else None
    return isinstance(delta, dict) and isinstance(delta.get("tool_calls"), dict)


def _listed(choice: JsonObject) -> JsonObject:
    delta = choice["delta"]
    return {**choice, "delta": {**delta, "tool_calls": [delta["tool_calls"]]}}


FORMAT = Format(
    "openai_body",
    "One body of a chat or text completions endpoint.",
    claims,
    canonical,
)
