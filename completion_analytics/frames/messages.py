"""The frame `messages`: what was sent."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import msgspec
import numpy as np

from .calls import Holder, calls_of
from .columns import Column, Table
from .fields import Columns, Fields, Nested
from .texts import contents_of, prompts_of

MESSAGES = Table(
    "messages",
    "one row per message of a request; a text prompt is a message with the role `prompt`",
    (
        Column("row_id", "int64", "the completion"),
        Column("message_index", "Int64", "position in the request"),
        Column("role", "category", "role of the author, as reported"),
        Column("name", "str", "name of the author"),
        Column("text", "str", "the message's text, parts joined", is_said=True),
        Column("tool_call_id", "str", "the tool call that a tool's message answers"),
        Column("n_other_parts", "Int64", "content parts that are no text (images, audio, files)"),
    ),
)


_OF_MESSAGE = Fields("role", "content", "name", "tool_call_id", "tool_calls", "function_call")


class _Prompt(msgspec.Struct):
    """A prompt of a text request, as if it were a message."""

    content: str | None
    role: str = "prompt"
    name: str | None = None
    tool_call_id: str | None = None
    tool_calls: None = None
    function_call: None = None


@dataclass(frozen=True, slots=True)
class Messages:
    """What was sent with many requests, field by field."""

    nested: Nested
    role: Sequence[str | None]
    name: Sequence[str | None]
    text: Sequence[str | None]
    tool_call_id: Sequence[str | None]
    n_other_parts: np.ndarray
    tool_calls: Sequence[Any]
    function_call: Sequence[Any]

    def columns(self, row_ids: np.ndarray) -> Columns:
        """Columns of the frame `messages`; `row_ids` are the completions'."""
        names = ("role", "name", "text", "tool_call_id", "n_other_parts")
        return {
            "row_id": self.nested.spread(row_ids),
            "message_index": self.nested.positions,
            **{name: getattr(self, name) for name in names},
        }

    def call_holders(self, row_ids: np.ndarray) -> Iterator[Holder]:
        """The messages that hold tool calls; `row_ids` are the completions'."""
        told = zip(self.tool_calls, self.function_call, strict=True)
        rows, positions = self.nested.spread(row_ids), self.nested.positions
        for at, (listed, legacy) in enumerate(told):
            if listed or legacy is not None:
                yield int(rows[at]), None, int(positions[at]), calls_of(listed, legacy)


def messages_of(requests: Sequence[Any]) -> Messages:
    """The messages of chat requests, and the prompts of text requests."""
    nested = Nested(map(_sent, requests))
    of_message = _OF_MESSAGE.of(nested.items)
    texts, n_other_parts = contents_of(of_message["content"])
    return Messages(
        nested=nested,
        text=texts,
        n_other_parts=n_other_parts,
        **{
            name: [word or None for word in of_message[name]]
            for name in ("role", "name", "tool_call_id")
        },
        tool_calls=of_message["tool_calls"],
        function_call=of_message["function_call"],
    )


def _sent(request: Any) -> Sequence[Any] | None:
    if request is None:
        return None
    if request.is_for_text:
        return [_Prompt(text) for text in prompts_of(request.prompt)]
    return request.messages  # type: ignore[no-any-return]  # because requests are of two classes
