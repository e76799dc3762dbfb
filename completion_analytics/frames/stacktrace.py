"""The frame `stacktrace`: where in the code a call was made."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from ..models import Completion, Stacktrace
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


def stacktrace_rows(row_id: int, completion: Completion) -> Iterator[tuple[Any, ...]]:
    """The frames of a completion's stack, in the file's order."""
    for index, frame in enumerate(stack_of(completion)):
        yield row_id, index, frame.file, *_line_and_number(frame), frame.name


def stack_of(completion: Completion) -> list[Stacktrace]:
    """The stack under either of its two names."""
    return completion.stacktrace or completion.stack_trace or []


def _line_and_number(frame: Stacktrace) -> tuple[str | None, int | None]:
    """Log10's JavaScript client writes the number into `line`."""
    number = None if frame.lineno is None else int(frame.lineno)
    if isinstance(frame.line, int):
        return None, frame.line if number is None else number
    return frame.line or None, number
