"""Whole streams: the events that `reading` has gathered, told as one completion."""

from __future__ import annotations

from typing import Any

from ..models.notes import Notes
from . import anthropic_body, openai_body, responses_body, typed_events
from .chunks import assembled
from .contract import Format, NotACompletion
from .errors import choice_error, failure_of, has_error
from .fields import JsonObject, objects, without


def claims(record: JsonObject) -> bool:
    """Whether a record is a gathered stream."""
    return record.get("object") == "stream" and "events" in record


def canonical(record: JsonObject, notes: Notes) -> JsonObject:
    """The stream as the full answer it amounts to.

    An error among the events makes the call a failed one that keeps what came before. A stream
    that neither says why it ended nor that it is done was cut: its call is still in progress, for
    all anyone knows, and keeps what came of it.

    Raises:
        NotACompletion: the stream is empty, or an event is no object.
    """
    events = objects(record["events"], "events")
    if not events:
        raise NotACompletion("events", "expected at least one event, got none")
    error = next((found for event in events if (found := _error_in(event)) is not None), None)
    parts = _answer(events, error is not None, bool(record.get("done")), notes)
    if error is not None:
        parts = {**without(parts, "status"), **failure_of(error), "status": "failed"}
    elif not record.get("done") and not _has_ended(parts):
        notes.add("truncated_stream", "response")
        parts = {**parts, "status": "in_progress"}
    return {**without(record, "object", "events", "done"), "request": {"stream": True}, **parts}


def _answer(events: list[JsonObject], failed: bool, done: bool, notes: Notes) -> JsonObject:
    if typed_events.is_responses(events):
        status = "failed" if failed else "completed" if done else "in_progress"
        return responses_body.canonical(typed_events.responses_body(events, status), notes)
    if typed_events.is_anthropic(events):
        return anthropic_body.canonical(typed_events.anthropic_body(events), notes)
    return openai_body.canonical(assembled(events), notes)


def _error_in(event: JsonObject) -> JsonObject | None:
    if has_error(event) or event.get("type") == "error":
        return event
    return choice_error(event)


def _has_ended(parts: JsonObject) -> bool:
    if parts.get("status") in ("finished", "failed"):
        return True
    choices: list[Any] = parts["response"].get("choices") or []
    return any(choice.get("finish_reason") for choice in choices)


FORMAT = Format(
    "stream", "The events of one streamed completion, gathered by the reader.", claims, canonical
)
