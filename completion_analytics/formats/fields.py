"""Reading fields of JSON objects whose types nobody promised."""

from __future__ import annotations

import json
import math
from collections.abc import Iterable
from typing import Any

from .contract import NotACompletion

JsonObject = dict[str, Any]


def json_type(value: object) -> str:
    """The name people know a JSON value's type by.

    >>> json_type({}), json_type(None)
    ('object', 'null')
    """
    return {"dict": "object", "NoneType": "null"}.get(type(value).__name__, type(value).__name__)


def whole(value: object) -> int | None:
    """The value if it is an integer; a boolean is none."""
    return value if isinstance(value, int) and not isinstance(value, bool) else None


def number(value: object) -> float | None:
    """A finite number, or text that spells one; else None.

    >>> number("2527"), number(True), number("soon")
    (2527.0, None, None)
    """
    if isinstance(value, bool) or not isinstance(value, (int, float, str)):
        return None
    try:
        read = float(value)
    except (ValueError, OverflowError):
        return None
    return read if math.isfinite(read) else None


def seconds(value: object, per_second: float, path: str) -> float | None:
    """A time in seconds from a value with a known unit; null, empty and NaN are missing.

    Raises:
        NotACompletion: the value is neither a number nor text that spells one.
    """
    if value is None or value == "" or value != value:  # NaN differs from itself
        return None
    read = number(value)
    if read is None:
        raise NotACompletion(path, f"expected a number, got {json_type(value)} {str(value)[:40]!r}")
    return read / per_second


def filled(value: object) -> str | None:
    """The value if it is text that is not empty."""
    return value if isinstance(value, str) and value else None


def as_text(value: object) -> str | None:
    """Text as it is, null as None, anything else as JSON text."""
    if value is None or isinstance(value, str):
        return value
    return json.dumps(value, ensure_ascii=False)


def objects(value: object, path: str) -> list[JsonObject]:
    """A list of objects; null and missing are an empty one.

    Raises:
        NotACompletion: the value is no list, or an element no object.
    """
    if value is None:
        return []
    if not isinstance(value, list):
        raise NotACompletion(path, f"expected a list, got {json_type(value)}")
    for position, element in enumerate(value):
        if not isinstance(element, dict):
            place = f"{path}.{position}"
            raise NotACompletion(place, f"expected an object, got {json_type(element)}")
    return value


def joined(texts: Iterable[object], separator: str = "") -> str | None:
    """The texts among the values in one; None when there is none."""
    known = [text for text in texts if isinstance(text, str)]
    return separator.join(known) if known else None


def without(record: JsonObject, *names: str) -> JsonObject:
    """A copy of an object that leaves some keys out."""
    return {key: value for key, value in record.items() if key not in names}


def enveloped(parts: JsonObject, envelope: JsonObject) -> JsonObject:
    """An envelope around the canonical parts of its answer: its own words win, save `response`.

    >>> enveloped({"status": "failed", "response": None}, {"status": "finished", "id": "a"})
    {'status': 'finished', 'id': 'a', 'response': None}
    """
    found = {
        key: value
        for key, value in parts.items()
        if key == "response" or envelope.get(key) in (None, "")
    }
    return {**envelope, **found}
