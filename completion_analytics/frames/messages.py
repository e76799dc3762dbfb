"""The frame `messages`: what was sent."""

from __future__ import annotations

from .columns import Column, Table

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
