"""Bare error bodies: a failed call of which only the answer is left."""

from __future__ import annotations

from ..models.notes import Notes
from .contract import Format
from .errors import failure_of, has_error, status_in
from .fields import JsonObject, without

# What may stand beside an error. Anything else makes it a record of another kind that failed.
_COMPANIONS = frozenset(
    (
        "error", "error_code", "error_msg", "error_type", "code", "type", "param", "message",
        "detail", "details", "object", "status", "status_code", "statusCode", "request_id",
        "user_id", "warnings", "id", "created", "model", "provider", "event_id",
    )
)  # fmt: skip


def claims(record: JsonObject) -> bool:
    """Whether a record is an error and nothing else."""
    return (
        record.keys() <= _COMPANIONS
        and record.get("object") in (None, "", "error")
        and (has_error(record) or bool(record.get("detail")) or _is_flat(record))
    )


def _is_flat(record: JsonObject) -> bool:
    if not isinstance(record.get("message"), str):
        return False
    return (
        record.get("object") == "error"
        or any(key in record for key in ("code", "error_code", "request_id"))
        or status_in(record) is not None
    )


def canonical(record: JsonObject, notes: Notes) -> JsonObject:
    """A failed row; what stood beside the error stays."""
    told = ("error", "status", "status_code", "statusCode", "message", "detail", "code", "type")
    return {**without(record, *told), "response": None, **failure_of(record)}


FORMAT = Format("error_body", "One error body of any provider.", claims, canonical)
