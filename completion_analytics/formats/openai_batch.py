"""Lines of an OpenAI Batch output or error file, and of those who imitate it."""

from __future__ import annotations

from ..models.notes import Notes
from .bodies import answer
from .contract import Format
from .errors import failure_of, has_error
from .fields import JsonObject, whole, without


def claims(record: JsonObject) -> bool:
    """Whether a record is a line of a batch's output."""
    if "custom_id" not in record or any(k in record for k in ("request", "result", "choices")):
        return False
    return "response" in record or "error" in record


def canonical(record: JsonObject, notes: Notes) -> JsonObject:
    """The line's body in an envelope named by `custom_id`; a batch knows no duration."""
    outer = record.get("response")
    status, body = None, outer
    if isinstance(outer, dict) and ("body" in outer or "status_code" in outer):
        status, body = whole(outer.get("status_code")), outer.get("body")
    failed = failure_of({"error": record["error"]}, status) if has_error(record) else {}
    path = "response" if body is outer else "response.body"
    parts = answer(None if failed and not isinstance(body, dict) else body, status, notes, path)
    return {
        **without(record, "id", "response", "error"),
        "id": record["custom_id"],
        "batch_request_id": record.get("id"),
        **({} if status is None else {"http_status": status}),
        **parts,
        **failed,
    }


FORMAT = Format("openai_batch", "One line of an OpenAI Batch output file.", claims, canonical)
