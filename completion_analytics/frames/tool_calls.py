"""The frame `tool_calls`: functions that a model asked for."""

from __future__ import annotations

from .columns import Column, Table

TOOL_CALLS = Table(
    "tool_calls",
    "one row per tool call, of an answer's choice or of a request's message",
    (
        Column("row_id", "int64", "the completion"),
        Column("choice_index", "Int64", "the choice it stood in; missing for a request's message"),
        Column("message_index", "Int64", "the request message it stood in; missing for a choice"),
        Column("tool_call_index", "Int64", "position within the choice or message"),
        Column("tool_call_id", "str", "id of the call"),
        Column("name", "category", "name of the function"),
        Column("arguments", "str", "the arguments as text", is_said=True),
        Column("arguments_valid", "boolean", "the arguments parse as JSON"),
    ),
)
