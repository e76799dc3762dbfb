"""One JSON value from its bytes: as strict as JSON, except where real exports are not."""

from __future__ import annotations

import json
import operator
import sys
from collections.abc import Collection
from typing import Any, NamedTuple

from pydantic_core import from_json

from completion_analytics.reading.hints import NOT_UTF8, hint_for

BOM = b"\xef\xbb\xbf"
MAX_DEPTH = 201
"""Levels of nesting, where pydantic_core stops; serialisers stop at 255."""
SURROGATE_REPLACED = "surrogate_replaced"
_AROUND = 20
_EOF = "EOF while parsing"


class Fault(Exception):
    """Why bytes are no JSON value.

    `is_cut` says that they could be the beginning of one.
    """

    def __init__(
        self, reason: str, hint: str = "", snippet: str = "", *, is_cut: bool = False
    ) -> None:
        super().__init__(reason)
        self.reason = reason
        self.hint = hint
        self.snippet = snippet
        self.is_cut = is_cut


class Parsed(NamedTuple):
    """A JSON value, and the issue codes of what was repaired in it."""

    value: Any
    repairs: tuple[str, ...] = ()


def parse(raw: bytes) -> Parsed:
    r"""The one JSON value that the bytes hold.

    NaN and infinities are accepted, integers keep every digit, lone surrogates become U+FFFD.

    Raises:
        Fault: when they hold none, or more than one.

    >>> parse(b'{"n": 18446744073709551616}').value
    {'n': 18446744073709551616}
    >>> parse(rb'"lone \ud83d"')
    Parsed(value='lone �', repairs=('surrogate_replaced',))
    """
    try:
        return Parsed(from_json(raw, cache_strings="keys"))
    except ValueError as error:
        return _parse_leniently(raw, is_cut=_EOF in str(error))


def looks_cut(raw: bytes) -> bool:
    """Whether the bytes are the beginning of a JSON value."""
    try:
        from_json(raw)
    except ValueError as error:
        return _EOF in str(error)
    return False


def _parse_leniently(raw: bytes, *, is_cut: bool) -> Parsed:
    text = _decoded(raw.removeprefix(BOM))
    try:
        value = json.loads(text)
    except json.JSONDecodeError as error:
        raise syntax_fault(error.msg, text, error.pos, is_cut=is_cut) from None
    except ValueError:
        raise digits_fault() from None
    except RecursionError:
        raise depth_fault() from None
    return checked(value)


def _decoded(raw: bytes) -> str:
    try:
        return raw.decode("utf-8", "surrogatepass")
    except UnicodeDecodeError as error:
        is_cut = error.reason == "unexpected end of data" and error.end == len(raw)
        near = raw[max(0, error.start - _AROUND) : error.start + _AROUND]
        raise Fault(
            f"byte 0x{raw[error.start]:02x} at byte {error.start + 1} is not UTF-8",
            NOT_UTF8,
            near.decode("utf-8", "replace"),
            is_cut=is_cut,
        ) from None


def checked(value: Any) -> Parsed:
    """The value with lone surrogates replaced.

    Raises:
        Fault: when it is nested deeper than `MAX_DEPTH`.
    """
    if _is_deeper(value, MAX_DEPTH):
        raise depth_fault()
    try:
        clean = without_surrogates(value)
    except RecursionError:
        raise depth_fault() from None
    return Parsed(value) if clean is value else Parsed(clean, (SURROGATE_REPLACED,))


def _is_deeper(value: Any, levels: int) -> bool:
    level = [value]
    for _ in range(levels + 1):
        level = [container for container in level if isinstance(container, dict | list)]
        if not level:
            return False
        level = [child for container in level for child in _children(container)]
    return True


def _children(container: Any) -> Any:
    return container.values() if isinstance(container, dict) else container


def without_surrogates(value: Any) -> Any:
    """The very same value when it holds no lone surrogate, else a cleaned copy."""
    if isinstance(value, str):
        return _clean_text(value)
    if isinstance(value, dict):
        pairs = {without_surrogates(key): without_surrogates(of) for key, of in value.items()}
        return (
            value
            if _are_same(value, pairs) and _are_same(value.values(), pairs.values())
            else pairs
        )
    if isinstance(value, list | tuple):
        items = [without_surrogates(item) for item in value]
        return value if _are_same(value, items) else items
    return value


def _are_same(old: Collection[Any], new: Collection[Any]) -> bool:
    return len(old) == len(new) and all(map(operator.is_, old, new))


def _clean_text(text: str) -> str:
    if text.isascii():
        return text
    try:
        text.encode()
    except UnicodeEncodeError:
        return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    return text


def syntax_fault(
    message: str, text: str, position: int, *, start: int = 0, is_cut: bool = False
) -> Fault:
    """What is wrong at a position of a text that begins at `start` and is no JSON."""
    line_start = max(start, text.rfind("\n", start, position) + 1)
    lines_before = text.count("\n", start, position)
    where = f"line {lines_before + 1} of it, " if lines_before else ""
    snippet = text[max(0, position - _AROUND) : position + _AROUND]
    return Fault(
        f"{message.removesuffix(' at')} at {where}column {position - line_start + 1}",
        hint_for(text, position, start=start, is_cut=is_cut),
        snippet.encode("utf-8", "replace").decode(),
        is_cut=is_cut,
    )


def digits_fault() -> Fault:
    """What is wrong with an integer that Python refuses to read."""
    return Fault(
        f"an integer of more than {sys.get_int_max_str_digits()} digits",
        "no count or time is that long: look at the program that wrote the file",
    )


def depth_fault() -> Fault:
    """What is wrong with a value nested too deeply."""
    return Fault(
        f"nested deeper than {MAX_DEPTH} levels",
        "no completion is that deep: look at the program that wrote the file",
    )
