"""Records that are Python objects already."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from pydantic_core import to_json

from completion_analytics.reading.json_values import (
    SURROGATE_REPLACED,
    Fault,
    Parsed,
    parse,
    without_surrogates,
)
from completion_analytics.reading.pieces import Broken, Item, Piece

_MISSING_TYPES = frozenset({"NAType", "NaTType"})
_HINT = "give dicts of what JSON knows: texts, numbers, booleans, None, lists and dicts"


def memory_items(records: Iterable[Any]) -> Iterator[Item]:
    """Each object as the JSON value that it would be in a file, or why it has none."""
    for record in records:
        try:
            value, repairs = _as_json(record)
        except Fault as fault:
            yield Broken(fault)
        else:
            yield Piece(value, repairs=repairs)


def _as_json(record: Any) -> Parsed:
    try:
        return _through_json(record)
    except UnicodeEncodeError:
        pass
    except (ValueError, TypeError, RecursionError, AttributeError) as error:
        if "surrogates not allowed" not in str(error):
            raise _fault(error) from None
    try:
        value, repairs = _through_json(without_surrogates(record))
    except (ValueError, TypeError, RecursionError, AttributeError) as error:
        raise _fault(error) from None
    return Parsed(value, (*repairs, SURROGATE_REPLACED))


def _through_json(record: Any) -> Parsed:
    return parse(to_json(record, inf_nan_mode="constants", fallback=_plain))


def _plain(value: Any) -> Any:
    """What to write for an object that pydantic does not know."""
    if type(value).__name__ in _MISSING_TYPES:
        return None
    for method in ("model_dump", "tolist"):
        if callable(dump := getattr(value, method, None)):
            return dump()
    raise TypeError(f"{type(value).__module__}.{type(value).__qualname__} is no JSON value")


def _fault(error: Exception) -> Fault:
    message = str(error).removeprefix("Error serializing to JSON: ")
    return Fault(message.encode("utf-8", "replace").decode(), _HINT)
