"""Why a record was refused: the place in the record and one plain sentence."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from pydantic import ValidationError
from pydantic_core import ErrorDetails, from_json

from .clean import CLEAN, shown

_EXPECTED = {
    "model_type": "an object",
    "model_attributes_type": "an object",
    "dict_type": "an object",
    "list_type": "a list",
    "string_type": "text",
    "int_type": "a whole number",
    "float_type": "a number",
    "bool_type": "true or false",
    "union_tag_not_found": "an object",
    "string_unicode": "well-formed text",
}


def complaints(error: ValidationError, record: Any) -> list[tuple[str, str]]:
    """What is wrong with a record: `(path, reason)`, each once, in the record's order.

    Paths have only keys and positions of the record itself, joined by dots, and lead into JSON
    texts.

    >>> from completion_analytics.models import CreateChatCompletionResponse
    >>> record = {"choices": [{"message": "hi"}]}
    >>> try:
    ...     CreateChatCompletionResponse.model_validate(record)
    ... except ValidationError as error:
    ...     complaints(error, record)
    [('choices.0.message', "expected an object, got str 'hi'")]
    """
    details = error.errors(include_url=False)
    # A clean form that failed explains nothing: the repair after it knows what was expected.
    final = [detail for detail in details if CLEAN not in detail["loc"]]
    found = ((_path(detail["loc"], record), _reason(detail)) for detail in final or details)
    return list(dict.fromkeys(found))


def first_complaint(error: ValidationError, record: Any) -> tuple[str, str]:
    """The first thing that is wrong with a record: `(path, reason)`."""
    return complaints(error, record)[0]


def _path(loc: Iterable[str | int], record: Any) -> str:
    """The steps that lead somewhere in the record; the others are names of unions and types."""
    steps: list[str] = []
    for step in loc:
        record = _opened(record)
        if _leads_on(step, record):
            record = record[step]
            steps.append(str(step))
    return ".".join(steps)


def _leads_on(step: str | int, value: Any) -> bool:
    if isinstance(value, dict):
        return step in value
    return isinstance(value, list) and isinstance(step, int) and step < len(value)


def _opened(value: Any) -> Any:
    if not isinstance(value, str) or not value.lstrip().startswith(("{", "[")):
        return value
    try:
        return from_json(value.encode("utf-16", "surrogatepass").decode("utf-16", "replace"))
    except ValueError:
        return value


def _reason(detail: ErrorDetails) -> str:
    expected = _EXPECTED.get(detail["type"]) or detail.get("ctx", {}).get("expected")
    if expected is None or detail["type"] == "refused":
        return detail["msg"]
    return f"expected {expected}, got {shown(detail['input'])}"
