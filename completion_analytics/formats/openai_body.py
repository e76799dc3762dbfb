"""Bare bodies of OpenAI's chat and text endpoints, from OpenAI and all who imitate it."""

from __future__ import annotations

from ..models.notes import Notes
from .contract import Format
from .errors import choice_error, failure_of, has_error
from .fields import JsonObject

_OBJECTS = ("chat.completion", "chat.completion.chunk", "text_completion", "text.completion")
# Azure's first chunk may hold nothing else.
_AZURE = ("prompt_filter_results", "prompt_annotations")


def claims(record: JsonObject) -> bool:
    """Whether a record is such a body."""
    if "choices" in record:
        return "request" not in record and "response" not in record
    return record.get("object") in _OBJECTS or any(key in record for key in _AZURE)


def is_plain(body: object) -> bool:
    """Whether a body can stay as it is: choices, and no error anywhere."""
    return (
        isinstance(body, dict)
        and "choices" in body
        and not has_error(body)
        and choice_error(body) is None
    )


def canonical(record: JsonObject, notes: Notes) -> JsonObject:
    """The body as `response`; an error in it or in a choice is told beside it."""
    failed = record if has_error(record) else choice_error(record)
    return {"response": record} if failed is None else {"response": record} | failure_of(failed)


FORMAT = Format(
    "openai_body",
    "One body of a chat or text completions endpoint.",
    claims,
    canonical,
)
