"""Tool calls: what a model asked for, in an answer or in a message sent before."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Any, NamedTuple

from pydantic_core import from_json

from .texts import field_of


class Call(NamedTuple):
    """A tool call: what the model asked for."""

    tool_call_id: str | None
    name: str | None
    arguments: str | None
    arguments_valid: bool | None
    """Whether the arguments parse as JSON; None for a custom tool, whose input is free text."""


NO_CALLS: tuple[Call, ...] = ()

Holder = tuple[int, int | None, int | None, tuple[Call, ...]]
"""What holds calls: its `row_id`, which choice or which message it is, and they."""


def calls_of(listed: Sequence[Any] | None, legacy: Any) -> tuple[Call, ...]:
    """The tool calls of a message, the deprecated `function_call` included."""
    if not listed and legacy is None:
        return NO_CALLS
    calls = [_call(call) for call in listed or ()]
    if legacy is not None and (legacy.name or legacy.arguments):
        calls.append(Call(None, legacy.name or None, legacy.arguments, _parses(legacy.arguments)))
    return tuple(calls)


def call_rows(holders: Iterable[Holder]) -> Iterator[tuple[Any, ...]]:
    """Rows of the frame `tool_calls`."""
    for row_id, choice_index, message_index, calls in holders:
        for position, call in enumerate(calls):
            yield (row_id, choice_index, message_index, position, *call)


def _call(call: Any) -> Call:
    function, custom = getattr(call, "function", None), getattr(call, "custom", None)
    if function is None and custom is not None:
        return Call(call.id or None, field_of(custom, "name"), field_of(custom, "input"), None)
    arguments = getattr(function, "arguments", None)
    name = getattr(function, "name", None) or None
    return Call(call.id or None, name, arguments, _parses(arguments))


def _parses(arguments: str | None) -> bool | None:
    if arguments is None:
        return None
    try:
        from_json(arguments, allow_inf_nan=False)
    except ValueError:
        return False
    return True
