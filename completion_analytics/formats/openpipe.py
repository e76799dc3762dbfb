"""Rows of OpenPipe's request logs."""

from __future__ import annotations

from ..models.notes import Notes
from .bodies import answer
from .contract import Format
from .fields import JsonObject, enveloped, without

_TRACERS = ("type", "traceId", "trace_id", "run_type", "object")


def claims(record: JsonObject) -> bool:
    """Whether a record is such a row: a request as `input`, its body as `output`."""
    asked, answered = record.get("input"), record.get("output")
    if not isinstance(asked, dict) or any(key in record for key in _TRACERS):
        return False
    is_request = "messages" in asked or "prompt" in asked
    is_body = isinstance(answered, dict) and ("choices" in answered or "error" in answered)
    return is_request and is_body


def canonical(record: JsonObject, notes: Notes) -> JsonObject:
    """Input and output under the names `request` and `response`."""
    parts = answer(record["output"], None, notes, "output")
    return enveloped(parts, {**without(record, "input", "output"), "request": record["input"]})


FORMAT = Format("openpipe", "One row of OpenPipe's request logs.", claims, canonical)
