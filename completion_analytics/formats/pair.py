"""Request/response pairs with an HTTP status, as recorders and proxies write them."""

from __future__ import annotations

from typing import Any

from ..models.notes import Notes
from .bodies import answer
from .contract import Format
from .errors import failure_of, has_error
from .fields import JsonObject, enveloped, filled, seconds, whole, without

_STATUSES = ("status", "status_code")
_UNITS = {"s": 1.0, "sec": 1.0, "seconds": 1.0, "ms": 1e3, "us": 1e6, "ns": 1e9}
# Keys that name their unit, as `duration_s` and `latencyMs`: how many of it make a second.
_PER_SECOND = {
    key: per_second
    for noun in ("duration", "latency", "elapsed")
    for unit, per_second in _UNITS.items()
    for key in (f"{noun}_{unit}", noun + unit.capitalize())
}
# What `duration_from` may name: a header of the server's, or a field of its answer.
_SERVER_SIDE = ("x-", "openai-", "usage.", "time_info.", "timings.", "metrics.")


def http_status_of(record: JsonObject) -> int | None:
    """The integer HTTP status of an envelope, where it has one."""
    statuses = (whole(record.get(key)) for key in _STATUSES)
    return next((status for status in statuses if status is not None), None)


def claims(record: JsonObject) -> bool:
    """Whether a record is such a pair; either half may be missing."""
    return http_status_of(record) is not None and ("request" in record or "response" in record)


def canonical(record: JsonObject, notes: Notes) -> JsonObject:
    """The pair as an envelope; its duration is the server's where it says so."""
    status = http_status_of(record)
    parts = answer(record.get("response"), status, notes, "response")
    if has_error(record):
        parts |= failure_of({"error": record["error"]}, status)
    taken = [key for key in _STATUSES if whole(record.get(key)) is not None]
    kept = without(record, "response", "error", "recorded_at", *taken, *_PER_SECOND)
    if parts["response"] is None and _is_malformed(record.get("request")):
        kept |= {"kind": "chat", "request": _without_messages(record["request"])}
    known = {"created_at": record.get("recorded_at"), "http_status": status, **_times(record)}
    return enveloped({key: v for key, v in known.items() if v is not None} | parts, kept)


def _is_malformed(request: Any) -> bool:
    """Whether a request is one that no endpoint takes; a call may fail for just that."""
    messages = request.get("messages") if isinstance(request, dict) else None
    if isinstance(messages, list):
        return not all(isinstance(message, dict) for message in messages)
    return messages is not None


def _without_messages(request: JsonObject) -> JsonObject:
    return {**without(request, "messages"), "malformed_messages": request["messages"]}


def _times(record: JsonObject) -> JsonObject:
    origin = filled(record.get("duration_from")) or ""
    name = "server_duration_s" if origin.startswith(_SERVER_SIDE) else "duration_s"
    times = (seconds(record.get(key), per, key) for key, per in _PER_SECOND.items())
    known = next((time for time in times if time is not None), None)
    return {} if known is None else {name: known}


FORMAT = Format(
    "pair",
    "A request and its response with an HTTP status, from a recorder or a proxy.",
    claims,
    canonical,
)
