"""The frame `stacktrace`: where in the code a call was made."""

from __future__ import annotations

from .columns import Column, Table

STACKTRACE = Table(
    "stacktrace",
    "one row per stack frame, outermost first",
    (
        Column("row_id", "int64", "the completion"),
        Column("frame_index", "Int64", "position in the stack"),
        Column("file", "category", "path of the file"),
        Column("line", "category", "source text of the line"),
        Column("lineno", "Int64", "number of the line"),
        Column("name", "category", "name of the function"),
    ),
)
