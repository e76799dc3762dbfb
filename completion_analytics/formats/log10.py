"""Log10's own rows: downloads, API pages, write payloads, BigQuery, log10js, log10ts."""

from __future__ import annotations

from ..models.notes import Notes
from . import openai_body
from .bodies import only_body
from .contract import Format
from .errors import failure_of, has_error
from .fields import JsonObject, enveloped, whole, without

# Keys that mark TypeScript's spelling; each has a snake_case name of its own.
CAMEL_MARKS = frozenset(
    (
        "organizationId", "sessionId", "createdAt", "failureKind", "failureReason", "origModule",
        "origQualname", "stackTrace",
    )
)  # fmt: skip
_MARKS = frozenset(
    (
        "organization_id", "kind", "duration", "tagResolved", "orig_module", "orig_qualname",
        "stacktrace", "stack_trace", "failure_kind", "failure_reason",
    )
)  # fmt: skip
_BESIDE_REQUEST = ("response", "status", "kind", "created_at", "createdAt")


def is_envelope(record: JsonObject) -> bool:
    """Whether a record is a Log10 row in either spelling; an HTTP status makes it another form."""
    if whole(record.get("status")) is not None or whole(record.get("status_code")) is not None:
        return False
    if "request" in record:
        return any(key in record for key in _BESIDE_REQUEST)
    is_marked = not (_MARKS | CAMEL_MARKS).isdisjoint(record)
    return is_marked and ("response" in record or {"status", "kind"} <= record.keys())


def claims(record: JsonObject) -> bool:
    """Whether a record is a Log10 row with snake_case keys."""
    return is_envelope(record) and CAMEL_MARKS.isdisjoint(record)


def canonical(record: JsonObject, notes: Notes) -> JsonObject:
    """The row itself, unless it has an error or an answer that is not OpenAI-shaped."""
    response = record.get("response")
    if record.get("error") is not None:
        failure = failure_of({"error": record["error"]}) if has_error(record) else {}
        record = enveloped(failure, without(record, "error"))
    if not isinstance(response, dict) or openai_body.is_plain(response):
        return record
    return _with_answer(record, response, notes)


def _with_answer(record: JsonObject, response: JsonObject, notes: Notes) -> JsonObject:
    body = only_body(response)
    if body is None:
        return record
    if body.path:
        notes.add("unknown_wrapper", ".".join(("response", *body.path)))
    parts = {"response": None, **body.format.canonical(body.value, notes)}
    return enveloped(parts, record)


FORMAT = Format(
    "log10",
    "A row of Log10: a request and its response in an envelope with status, duration and tags.",
    claims,
    canonical,
)
