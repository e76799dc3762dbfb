"""Answers inside envelopes: any body, under any number of wrappers, or none at all."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any, NamedTuple

from ..models.notes import Notes
from ..reading.json_values import Fault, parse
from . import anthropic_body, embedding, error_body, ollama, openai_body, responses_body
from .contract import Format, NotACompletion
from .errors import failure_of
from .fields import JsonObject, json_type

BODIES = (
    openai_body.FORMAT,
    responses_body.FORMAT,
    anthropic_body.FORMAT,
    ollama.FORMAT,
    embedding.FORMAT,
    error_body.FORMAT,
)
# The deepest wrapper met is two objects around the body.
_DEEPEST = 4


class Found(NamedTuple):
    """A known shape somewhere within a record."""

    path: tuple[str, ...]
    value: JsonObject
    format: Format


def find(value: object, formats: Iterable[Format] = BODIES) -> Iterator[Found]:
    """Every object within a value that a format claims, from the outside inwards."""
    yield from _find(value, tuple(formats), ())


def _find(value: object, formats: tuple[Format, ...], path: tuple[str, ...]) -> Iterator[Found]:
    if not isinstance(value, dict) or len(path) > _DEEPEST:
        return
    for known in formats:
        if known.claims(value):
            yield Found(path, value, known)
            return
    for key, inside in value.items():
        yield from _find(inside, formats, (*path, key))


def only_body(value: object) -> Found | None:
    """The one body within a value; None when there is none or several."""
    bodies = find(value)
    first, second = next(bodies, None), next(bodies, None)
    return first if second is None else None


def answer(value: Any, http_status: int | None, notes: Notes, path: str) -> JsonObject:
    """The canonical parts of what a server answered.

    Raises:
        NotACompletion: the call succeeded, and the answer is no completion.
    """
    failed = http_status is not None and http_status >= 400
    if isinstance(value, str) and value.lstrip().startswith("{"):
        value = _parsed(value, notes, path)
    body = only_body(value)
    if body is None:
        if not failed and value is not None:
            raise NotACompletion(path, _stranger(value), _hint(value))
        return {"response": None, **(failure_of(value, http_status) if failed else {})}
    if body.path:
        notes.add("unknown_wrapper", ".".join((path, *body.path)))
    parts = body.format.canonical(body.value, notes)
    known = {"http_status": http_status} if http_status is not None else {}
    if failed or "error" in parts:
        known |= failure_of(body.value if "error" in parts else None, http_status)
    return {**known, **parts, **known}


def _parsed(text: str, notes: Notes, path: str) -> Any:
    try:
        value, repairs = parse(text.encode("utf-8", "surrogatepass"))
    except Fault:
        return text
    for code in ("json_string_payload", *repairs):
        notes.add(code, path)
    return value


def _stranger(value: object) -> str:
    if isinstance(value, dict):
        return f"no completion and no error, only the keys {sorted(map(str, value))[:12]}"
    return f"expected a completion as an object, got {json_type(value)} {str(value)[:40]!r}"


def _hint(value: object) -> str:
    is_stream = isinstance(value, str) and value.lstrip().startswith(("data:", "event:"))
    return "save the stream as a file of its own, with the suffix .sse" if is_stream else ""
