"""The frame `choices`: one row per answer of a completion."""

from __future__ import annotations

from .columns import Column, Table
from .completions import FINISH_CLASSES

CHOICES = Table(
    "choices",
    "one row per choice of a completion",
    (
        Column("row_id", "int64", "the completion"),
        Column("choice_index", "Int64", "index of the choice, else its position"),
        Column("role", "category", "role of the message"),
        Column("text", "str", "the answer's text, parts joined"),
        Column("reasoning", "str", "reasoning text, where the provider shows it"),
        Column("refusal", "str", "the refusal's text"),
        Column("finish_reason", "category", "why it ended, as reported"),
        Column("finish_class", "category", "the same in six words", None, FINISH_CLASSES),
        Column("n_tool_calls", "Int64", "tool calls in this choice"),
        Column("n_other_parts", "Int64", "content parts that are no text"),
    ),
)
