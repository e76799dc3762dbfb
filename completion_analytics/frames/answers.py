"""One view of the choices, whichever endpoints and clients wrote them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from .calls import NO_CALLS, Call, Holder, calls_of
from .fields import Fields, Nested
from .logprobs import logprob_rows
from .texts import contents_of, field_of

_OF_CHOICE = Fields(
    "index", "message", "delta", "text", "finish_reason", "tool_calls", "function_call", "logprobs",
    "error",
)  # fmt: skip
_OF_MESSAGE = Fields(
    "role", "content", "refusal", "reasoning_content", "reasoning", "tool_calls", "function_call"
)


@dataclass(frozen=True, slots=True)
class Answers:
    """The choices of many responses in the files' order, field by field."""

    nested: Nested
    choice_index: Sequence[int]
    role: Sequence[str | None]
    text: Sequence[str | None]
    reasoning: Sequence[str | None]
    refusal: Sequence[str | None]
    finish_reason: Sequence[str | None]
    calls: Sequence[tuple[Call, ...]]
    n_other_parts: np.ndarray
    is_chat: Sequence[bool]
    has_error: Sequence[bool]
    logprobs: Sequence[Any]

    def call_holders(self, row_ids: np.ndarray) -> Iterator[Holder]:
        """The choices that hold tool calls; `row_ids` are the completions'."""
        for row_id, index, calls in zip(
            self.nested.spread(row_ids).tolist(), self.choice_index, self.calls, strict=True
        ):
            if calls:
                yield row_id, index, None, calls

    def logprob_rows(self, row_ids: np.ndarray) -> Iterator[tuple[Any, ...]]:
        """Rows of the frame `logprobs`; `row_ids` are the completions'."""
        for row_id, index, logprobs in zip(
            self.nested.spread(row_ids).tolist(), self.choice_index, self.logprobs, strict=True
        ):
            if logprobs is not None:
                yield from logprob_rows(row_id, index, logprobs)


def answers_of(responses: Sequence[Any]) -> Answers:
    """The choices of validated responses."""
    nested = Nested(None if response is None else response.choices for response in responses)
    choice = _OF_CHOICE.of(nested.items)
    messages = [m or delta for m, delta in zip(choice["message"], choice["delta"], strict=True)]
    message = _OF_MESSAGE.of(messages)
    contents, n_other_parts = contents_of(message["content"])
    told = list(zip(contents, choice["text"], strict=True))
    calls = [
        calls_of(*of_message) or calls_of(*of_choice)
        for of_message, of_choice in zip(_calls_in(message), _calls_in(choice), strict=True)
    ]
    return Answers(
        nested=nested,
        choice_index=_or_position(choice["index"], nested),
        role=[role or None for role in message["role"]],
        text=[text if content is None else content for content, text in told],
        reasoning=list(map(_reasoning, message["reasoning_content"], message["reasoning"])),
        refusal=list(map(_refusal, message["refusal"], message["content"])),
        finish_reason=list(map(_finish_reason, choice["finish_reason"], nested.items)),
        calls=calls,
        n_other_parts=n_other_parts,
        is_chat=[
            spoken is not None or (text is None and called != NO_CALLS)
            for spoken, text, called in zip(messages, choice["text"], calls, strict=True)
        ],
        has_error=[error is not None for error in choice["error"]],
        logprobs=choice["logprobs"],
    )


def _calls_in(columns: dict[str, Any]) -> Iterator[tuple[Any, Any]]:
    return zip(columns["tool_calls"], columns["function_call"], strict=True)


def _or_position(indexes: Sequence[int | None], nested: Nested) -> Sequence[Any]:
    if None not in indexes:
        return indexes
    filled = zip(indexes, nested.positions.tolist(), strict=True)
    return [position if index is None else index for index, position in filled]


def _finish_reason(reason: Any, choice: Any) -> str | None:
    """Why a choice ended, from wherever the provider says it."""
    if reason:
        return str(reason)
    details = getattr(choice, "finish_details", None)
    details = details.get("type") if isinstance(details, dict) else getattr(details, "type", None)
    candidates = (
        details,
        getattr(choice, "native_finish_reason", None),
        getattr(choice, "stop_reason", None),  # vLLM may put a token's number here
    )
    return next((reason for reason in candidates if isinstance(reason, str) and reason), None)


def _reasoning(*candidates: Any) -> str | None:
    for text in candidates:
        if text and isinstance(text, str):
            return text
    return None


def _refusal(refusal: Any, content: Any) -> str | None:
    if refusal:
        return str(refusal)
    return _first_refusal_part(content) if isinstance(content, list) else None


def _first_refusal_part(parts: Sequence[Any]) -> str | None:
    for part in parts:
        text = field_of(part, "refusal")
        if isinstance(text, str) and text:
            return text
    return None
