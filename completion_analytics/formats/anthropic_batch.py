"""Lines of an Anthropic Message Batch's results."""

from __future__ import annotations

from ..models.notes import Notes
from .bodies import answer
from .contract import Format, NotACompletion
from .errors import failure_of, has_error
from .fields import JsonObject, filled, without


def claims(record: JsonObject) -> bool:
    """Whether a record is a line of such results."""
    result = record.get("result")
    return "custom_id" in record and isinstance(result, dict) and "type" in result


def canonical(record: JsonObject, notes: Notes) -> JsonObject:
    """The line's message in an envelope named by `custom_id`; what has no message failed.

    Raises:
        NotACompletion: the message is no object.
    """
    result = record["result"]
    parts: JsonObject = {"response": None}
    message = result.get("message")
    if isinstance(message, dict):
        parts |= answer(message, None, notes, "result.message")
    elif message is not None:
        raise NotACompletion("result.message", f"expected an object, got {type(message).__name__}")
    if has_error(result):
        parts |= failure_of({"error": result["error"]})
    elif parts["response"] is None:  # canceled or expired
        parts |= {"status": "failed", "failure_kind": filled(result["type"])}
    return {**without(record, "result"), "id": record["custom_id"], **parts}


FORMAT = Format(
    "anthropic_batch", "One line of an Anthropic Message Batch's results.", claims, canonical
)
