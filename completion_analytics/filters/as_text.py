"""Conditions as they are written in a shell: `duration_s>5`, `model=gpt-4o,gpt-4o-mini`."""

from __future__ import annotations

import csv
import json
import re
from collections.abc import Callable, Iterable
from typing import Any

import pandas as pd

from .as_json import from_json
from .condition import Condition, Not
from .on_children import TEXTS, Contains, HasTags
from .on_columns import Between, Missing, OneOf
from .scope import Scope, kind_of
from .values import Value

_SHAPE = re.compile(r"\s*([^\s=!<>~]+)\s*(!=|>=|<=|==|=|>|<|~)\s*(.*?)\s*", re.DOTALL)
_EXAMPLES = "model=gpt-4o,gpt-4o-mini or duration_s>5 or tag=prod or failure_reason~timeout"


def from_text(texts: Iterable[str], frame: pd.DataFrame) -> tuple[Condition, ...]:
    """The conditions that texts such as `duration_s>5` stand for, on the columns of a frame.

    `=` takes values parted by commas, in double quotes where they hold one; nothing stands for
    missing. `!=` keeps what `=` leaves, missing values too. `>`, `>=`, `<`, `<=` compare numbers,
    and times in ISO 8601. `~` finds a text in a column, or in `prompts`, `answers` or `both`.
    `tag=` keeps calls that bear any of the tags, `tag!=` none. JSON as of `to_json` is read, too.

    Raises:
        KeyError: there is no such column.
        ValueError: a text is no condition, or a value not of its column's kind.

    >>> frame = pd.DataFrame({"model": ["a"], "duration_s": [1.0]})
    >>> from_text(["model=a,b", "duration_s>5", "tag!=test"], frame)
    (OneOf('model', ['a', 'b']), Between('duration_s', 5, None, inclusive='right'),
     HasTags(none=['test']))
    """
    return tuple(condition for text in texts for condition in _conditions(text, frame))


def _conditions(text: str, frame: pd.DataFrame) -> tuple[Condition, ...]:
    if text.lstrip().startswith("{"):
        return _from_json_text(text)
    shape = _SHAPE.fullmatch(text)
    if not shape:
        raise ValueError(f"{text!r} is no condition; write for example {_EXAMPLES}")
    name, sign, value = shape.groups()
    try:
        return (_MAKERS[sign](name, value, frame),)
    except (ValueError, TypeError, csv.Error) as error:
        raise ValueError(f"cannot read the condition {text!r}: {error}") from error


def _from_json_text(text: str) -> tuple[Condition, ...]:
    try:
        return from_json(json.loads(text))
    except json.JSONDecodeError as error:
        raise ValueError(f"the condition {text[:40]!r}… is no JSON: {error}") from error


def _equal(name: str, value: str, frame: pd.DataFrame) -> Condition:
    if name == "tag":
        return HasTags(any=_tags(value))
    values = _split(value)
    if values == [""]:
        _kind(name, frame)
        return Missing(name)
    return OneOf(name, [_value(name, each, frame) for each in values])


def _unequal(name: str, value: str, frame: pd.DataFrame) -> Condition:
    return HasTags(none=_tags(value)) if name == "tag" else Not(_equal(name, value, frame))


def _contains(name: str, value: str, frame: pd.DataFrame) -> Condition:
    if name not in TEXTS and _kind(name, frame, others=TEXTS) != "text":
        raise ValueError(f"{name} holds no text; compare it with > or <")
    return Contains(value, where=name)


def _above(name: str, value: str, frame: pd.DataFrame, *, inclusive: Any) -> Condition:
    return Between(name, _end(name, value, frame), None, inclusive=inclusive)


def _below(name: str, value: str, frame: pd.DataFrame, *, inclusive: Any) -> Condition:
    return Between(name, None, _end(name, value, frame), inclusive=inclusive)


_MAKERS: dict[str, Callable[[str, str, pd.DataFrame], Condition]] = {
    "=": _equal,
    "==": _equal,
    "!=": _unequal,
    "~": _contains,
    ">": lambda *given: _above(*given, inclusive="right"),
    ">=": lambda *given: _above(*given, inclusive="both"),
    "<": lambda *given: _below(*given, inclusive="left"),
    "<=": lambda *given: _below(*given, inclusive="both"),
}


def _split(text: str) -> list[str]:
    """Values between commas; in quotes they may hold one."""
    (values,) = csv.reader([text], skipinitialspace=True)
    return [value.strip() for value in values] or [""]


def _tags(text: str) -> list[str]:
    tags = _split(text)
    if "" in tags:
        raise ValueError("a tag is missing; n_tags=0 keeps calls without any")
    return tags


def _kind(name: str, frame: pd.DataFrame, others: Iterable[str] = ("tag",)) -> str:
    return kind_of(Scope(frame).column(f"the condition on {name}", name, others).dtype)


def _value(name: str, text: str, frame: pd.DataFrame) -> Value:
    if not text:
        _kind(name, frame)
        return None
    kind = _kind(name, frame)
    if kind not in _READ:
        raise ValueError(f"{name} holds times; compare it with >= or <")
    return _READ[kind](name, text)


def _end(name: str, text: str, frame: pd.DataFrame) -> Any:
    kind = _kind(name, frame)
    if kind == "time":
        return text
    if kind != "number":
        raise ValueError(f"{name} holds {kind} values, which have no order; compare it with =")
    return _number(name, text)


def _number(name: str, text: str) -> Value:
    for read in (int, float):
        try:
            return read(text)
        except ValueError:
            continue
    raise ValueError(f"{name} holds numbers, and {text!r} is none")


def _flag(name: str, text: str) -> Value:
    if text.lower() not in _FLAGS:
        raise ValueError(f"{name} is true or false, and not {text!r}")
    return _FLAGS[text.lower()]


_FLAGS = {"true": True, "false": False}
_READ: dict[str, Callable[[str, str], Value]] = {
    "text": lambda name, text: text,
    "number": _number,
    "boolean": _flag,
}
