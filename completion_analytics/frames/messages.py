"""The frame `messages`: what was sent."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from ..models import Completion
from .columns import Column, Table
from .texts import content_of, prompts_of

MESSAGES = Table(
    "messages",
    "one row per message of a request; a text prompt is a message with the role `prompt`",
    (
        Column("row_id", "int64", "the completion"),
        Column("message_index", "Int64", "position in the request"),
        Column("role", "category", "role of the author, as reported"),
        Column("name", "str", "name of the author"),
        Column("text", "str", "the message's text, parts joined"),
        Column("tool_call_id", "str", "the tool call that a tool's message answers"),
        Column("n_other_parts", "Int64", "content parts that are no text (images, audio, files)"),
    ),
)


def message_rows(row_id: int, completion: Completion) -> Iterator[tuple[Any, ...]]:
    """The messages of a chat request, or the prompts of a text request."""
    request: Any = completion.request
    if request is not None and request.is_for_text:
        for index, text in enumerate(prompts_of(request.prompt)):
            yield row_id, index, "prompt", None, text, None, 0
    elif request is not None:
        for index, message in enumerate(request.messages or ()):
            text, n_other_parts = content_of(message.content)
            answers = getattr(message, "tool_call_id", None) or None
            name = getattr(message, "name", None) or None
            yield row_id, index, message.role or None, name, text, answers, n_other_parts
