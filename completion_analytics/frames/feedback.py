"""The frame `feedback`: what people thought of completions."""

from __future__ import annotations

from .columns import TIME, Column, Table

FEEDBACK = Table(
    "feedback",
    "one row per feedback and completion it names",
    (
        Column("feedback_id", "str", "id of the feedback"),
        Column("completion_id", "str", "id of the completion it is about"),
        Column("row_id", "Int64", "that completion's row, where this log holds it"),
        Column("task_id", "str", "id of the task"),
        Column("task_name", "category", "name of the task"),
        Column("comment", "str", "the comment"),
        Column("created_at", TIME, "when it was given", "UTC"),
        Column("values", "str", "the values given, as JSON text"),
    ),
)
