"""Errors as providers write them, in one shape: message, type, code, param, status."""

from __future__ import annotations

from typing import Any

from .fields import JsonObject, as_text, filled, whole

# A page of HTML as an error body need not be kept to its end.
LONGEST_REASON = 2_000


def has_error(body: JsonObject) -> bool:
    """Whether `error` says something; null, false and empty say that there is none."""
    return bool(body.get("error"))


def failure_of(body: object, http_status: int | None = None) -> JsonObject:
    """What a failed answer says, as canonical `error`, `failure_kind`, `failure_reason`.

    `body` is whatever came: an error in any provider's shape, plain text, a page of HTML, null.
    `failure_kind` is the first of: code as text, type, status word, `error_type`, code as number,
    HTTP status. `http_status` is in the result where it is given or the body names one.

    >>> failure_of({"error": "Input validation error", "error_type": "validation"})["failure_kind"]
    'validation'
    >>> failure_of("upstream connect error", 503)["failure_kind"]
    '503'
    """
    if isinstance(body, list) and body:  # Google wraps its error in a list
        return failure_of(body[0], http_status)
    if not isinstance(body, dict):
        return _failure({} if body is None else {"message": as_text(body)}, http_status)
    return _failure(_fields(body), status_in(body) if http_status is None else http_status)


def choice_error(body: JsonObject) -> JsonObject | None:
    """The first choice that carries an error, where one does."""
    choices = body.get("choices")
    if not isinstance(choices, list):
        return None
    return next((c for c in choices if isinstance(c, dict) and has_error(c)), None)


def _fields(body: JsonObject) -> JsonObject:
    """The object that holds message, code and type: `error` itself, or the body around it."""
    inside = body.get("error")
    if isinstance(inside, dict) and inside:
        return _fields(inside) if isinstance(inside.get("error"), dict) else inside
    if inside and not isinstance(inside, bool):
        return {**body, "message": as_text(inside)}
    return body


def _failure(fields: JsonObject, http_status: int | None) -> JsonObject:
    message = _message(fields)
    code = next((fields[key] for key in ("code", "error_code") if fields.get(key)), None)
    named = filled(fields.get("type"))
    if named == "error":  # Mistral's and Anthropic's word for "this is an error"
        named = None
    kind = (
        filled(code)
        or named
        or filled(fields.get("status"))
        or filled(fields.get("error_type"))
        or (str(code) if whole(code) is not None else None)
        or (None if http_status is None else str(http_status))
    )
    error: dict[str, Any] = {
        "message": message,
        "type": named or filled(fields.get("error_type")),
        "code": code if isinstance(code, str) or whole(code) is not None else as_text(code),
        "param": as_text(fields.get("param")),
        "status": as_text(fields.get("status")),
    }
    found: dict[str, Any] = {
        "failure_kind": kind,
        "failure_reason": message,
        "http_status": http_status,
    }
    if any(value is not None for value in error.values()):
        found["error"] = error
    return {key: value for key, value in found.items() if value is not None}


def _message(fields: JsonObject) -> str | None:
    for key in ("message", "detail", "error_msg", "details", "msg"):
        text = as_text(fields.get(key))
        if text:
            return text[:LONGEST_REASON]
    return None


def status_in(body: JsonObject) -> int | None:
    """The HTTP status of a failure that a body names."""
    inside = body.get("error")
    for holder in (body, inside if isinstance(inside, dict) else {}):
        for key in ("status_code", "statusCode", "status"):
            status = whole(holder.get(key))
            if status is not None and 400 <= status < 600:
                return status
    return None
