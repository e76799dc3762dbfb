"""The frame `messages`: what was sent."""

from __future__ import annotations

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


TEXT_AT = MESSAGES.names.index("text")


def message_rows(row_id: int, completion: Completion) -> list[tuple[Any, ...]]:
    """The messages of a chat request, or the prompts of a text request."""
    request: Any = completion.request
    if request is None:
        return []
    if request.is_for_text:
        prompts = enumerate(prompts_of(request.prompt))
        return [(row_id, index, "prompt", None, text, None, 0) for index, text in prompts]
    return [_row(row_id, *entry) for entry in enumerate(request.messages or ())]


def _row(row_id: int, index: int, message: Any) -> tuple[Any, ...]:
    content = message.content
    text, n_other_parts = (content, 0) if type(content) is str else content_of(content)
    answers, name = message.tool_call_id or None, message.name or None
    return row_id, index, message.role or None, name, text, answers, n_other_parts
