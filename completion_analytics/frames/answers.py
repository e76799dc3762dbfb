"""One view of a choice, whichever endpoint and client wrote it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

from pydantic_core import from_json

from .texts import content_of, field_of


class Call(NamedTuple):
    """A tool call: what the model asked for."""

    tool_call_id: str | None
    name: str | None
    arguments: str | None
    arguments_valid: bool | None
    """Whether the arguments parse as JSON; None for a custom tool, whose input is free text."""


class Answer(NamedTuple):
    """A choice of a chat, text or Responses answer."""

    choice_index: int
    role: str | None
    text: str | None
    reasoning: str | None
    refusal: str | None
    finish_reason: str | None
    calls: tuple[Call, ...]
    n_other_parts: int
    is_chat: bool
    logprobs: Any


def answers_of(response: Any) -> list[Answer]:
    """The choices of a validated response in the file's order; none where it has none."""
    if response is None:
        return []
    choices = response.choices or ()
    return [_answer(choice, position) for position, choice in enumerate(choices)]


def calls_of(holder: Any) -> tuple[Call, ...]:
    """The tool calls of a message, the deprecated `function_call` included."""
    listed, legacy = holder.tool_calls, holder.function_call
    if not listed and legacy is None:
        return ()
    calls = [_call(call) for call in listed or ()]
    if legacy is not None and (legacy.name or legacy.arguments):
        calls.append(Call(None, legacy.name or None, legacy.arguments, _parses(legacy.arguments)))
    return tuple(calls)


def _answer(choice: Any, position: int) -> Answer:
    index = position if choice.index is None else choice.index
    message, reason = choice.message or choice.delta, finish_reason_of(choice)
    if message is None:
        calls = calls_of(choice)
        is_chat = choice.text is None and bool(calls)
        told = (None, choice.text, None, None)
        return Answer(index, *told, reason, calls, 0, is_chat, choice.logprobs)
    content = message.content
    text, n_other_parts = (content, 0) if type(content) is str else content_of(content)
    said = (choice.text if text is None else text, _reasoning(message), _refusal(message))
    calls = calls_of(message) or calls_of(choice)
    role = message.role or None
    return Answer(index, role, *said, reason, calls, n_other_parts, True, choice.logprobs)


def finish_reason_of(choice: Any) -> str | None:
    """Why a choice ended, from wherever the provider says it."""
    if choice.finish_reason:
        return str(choice.finish_reason)
    details = getattr(choice, "finish_details", None)
    details = details.get("type") if isinstance(details, dict) else getattr(details, "type", None)
    candidates = (
        details,
        getattr(choice, "native_finish_reason", None),
        getattr(choice, "stop_reason", None),  # vLLM may put a token's number here
    )
    return next((reason for reason in candidates if isinstance(reason, str) and reason), None)


def _reasoning(message: Any) -> str | None:
    for text in (message.reasoning_content, message.reasoning):
        if text and isinstance(text, str):
            return text
    return None


def _refusal(message: Any) -> str | None:
    if message.refusal:
        return str(message.refusal)
    content = message.content
    return _first_refusal_part(content) if isinstance(content, list) else None


def _first_refusal_part(parts: Sequence[Any]) -> str | None:
    for part in parts:
        text = field_of(part, "refusal")
        if isinstance(text, str) and text:
            return text
    return None


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


def choice_rows(
    row_id: int, answers: Sequence[Answer], finish_class: Any
) -> Iterator[tuple[Any, ...]]:
    """Rows of the frame `choices`."""
    for answer in answers:
        yield (
            row_id,
            answer.choice_index,
            answer.role,
            answer.text,
            answer.reasoning,
            answer.refusal,
            answer.finish_reason,
            finish_class(answer.finish_reason),
            len(answer.calls),
            answer.n_other_parts,
        )


def tool_call_rows(
    row_id: int, answers: Sequence[Answer], messages: Sequence[Any]
) -> Iterator[tuple[Any, ...]]:
    """Rows of the frame `tool_calls`: those of the request's messages, then the answer's."""
    for message_index, message in enumerate(messages):
        if not message.tool_calls and message.function_call is None:
            continue
        for position, call in enumerate(calls_of(message)):
            yield (row_id, None, message_index, position, *call)
    for answer in answers:
        for position, call in enumerate(answer.calls):
            yield (row_id, answer.choice_index, None, position, *call)
