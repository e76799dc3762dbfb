"""Values by path: `request.metadata.customer`."""

from __future__ import annotations

import json
from typing import Any

from .reading.json_values import without_surrogates


def value_at(path: str, *documents: Any) -> str | None:
    """The value at a dotted path in the first document that has it, as text; None where absent.

    Parts of the path are keys of objects or positions in lists; JSON text inside a string is
    looked into. Objects and lists become JSON text; null and NaN are absent.

    >>> value_at("request.metadata.customer", {"request": '{"metadata": {"customer": "acme"}}'})
    'acme'
    >>> value_at("choices.0.index", {"choices": [{"index": 3}]}), value_at("user", {})
    ('3', None)
    """
    for document in documents:
        found = without_surrogates(_walk(document, path.split(".")))
        if found is not None and found == found:  # NaN differs from itself
            return found if isinstance(found, str) else json.dumps(found, ensure_ascii=False)
    return None


def _walk(value: Any, parts: list[str]) -> Any:
    for part in parts:
        if isinstance(value, str):
            value = _decoded(value)
        if isinstance(value, dict):
            value = value.get(part)
        elif isinstance(value, list) and part.isdecimal() and int(part) < len(value):
            value = value[int(part)]
        else:
            return None
    return value


def _decoded(text: str) -> Any:
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        return None
