"""Conditions to JSON and back."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields
from typing import Any

from .condition import Condition, Not, require_condition
from .on_children import Contains, HasTags
from .on_columns import Between, Missing, OneOf

VERSION = 1

CONDITIONS: dict[str, type[Condition]] = {
    kind.__name__: kind for kind in (OneOf, Between, Missing, HasTags, Contains, Not)
}


def to_json(*conditions: Condition) -> dict[str, Any]:
    """One or several conditions as a dict of plain values; `from_json` makes them again.

    Raises:
        TypeError: one of them is no condition.

    >>> to_json(OneOf("model", ["gpt-4o"]))
    {'version': 1, 'conditions': [{'kind': 'OneOf', 'column': 'model', 'values': ['gpt-4o']}]}
    """
    for condition in conditions:
        require_condition("to_json", condition)
    return {"version": VERSION, "conditions": [_as_dict(condition) for condition in conditions]}


def from_json(document: Any) -> tuple[Condition, ...]:
    """The conditions that `to_json` wrote: always a tuple, of one too.

    Raises:
        ValueError: the document is of another version, or holds something else than conditions.

    >>> from_json({"version": 1, "conditions": [{"kind": "Missing", "column": "model"}]})
    (Missing('model'),)
    """
    if not isinstance(document, Mapping) or not isinstance(document.get("conditions"), list):
        raise ValueError("from_json takes a dict {'version': 1, 'conditions': […]}")
    if document.get("version") != VERSION:
        raise ValueError(f"from_json reads version {VERSION}, not {document.get('version')!r}")
    return tuple(_from_dict(entry) for entry in document["conditions"])


def _as_dict(condition: Condition) -> dict[str, Any]:
    held = {
        field.name: getattr(condition, field.name)
        for field in fields(condition)  # type: ignore[arg-type]  # because every subclass is a dataclass
    }
    return {"kind": type(condition).__name__} | {
        name: _as_plain(value) for name, value in held.items()
    }


def _as_plain(value: Any) -> Any:
    if isinstance(value, Condition):
        return _as_dict(value)
    return list(value) if isinstance(value, tuple) else value


def _from_dict(entry: Any) -> Condition:
    name = entry.get("kind") if isinstance(entry, Mapping) else None
    if not isinstance(name, str) or name not in CONDITIONS:
        raise ValueError(f"from_json knows no condition {name!r}; it knows {', '.join(CONDITIONS)}")
    held = {
        key: _from_dict(value) if isinstance(value, Mapping) else value
        for key, value in entry.items()
        if key != "kind"
    }
    try:
        return CONDITIONS[name](**held)
    except TypeError as error:
        raise ValueError(f"from_json cannot make {name} of {held}: {error}") from error
