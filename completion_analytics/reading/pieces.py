"""What the readers of each container hand to the next step, before records are numbered."""

from __future__ import annotations

from typing import Any, NamedTuple

from completion_analytics.reading.json_values import Fault


class Span(NamedTuple):
    """Whole lines of a file, by the offsets of its bytes."""

    start: int
    stop: int


class Piece(NamedTuple):
    """A JSON value and where it stands; the places are None for objects from memory."""

    value: Any
    line: int | None = None
    offset: int | None = None
    length: int | None = None
    path: tuple[str | int, ...] = ()
    more: tuple[tuple[int, int], ...] = ()
    repairs: tuple[str, ...] = ()


class Broken(NamedTuple):
    """Bytes that are no JSON value, and why."""

    fault: Fault
    line: int | None = None
    offset: int | None = None
    length: int | None = None
    reaches_end: bool = False
    """Whether nothing follows, so that a damaged source explains it."""
    note: str = ""
    """Code of what this says about the whole source."""


class Note(NamedTuple):
    """Something doubtful about the whole source."""

    code: str
    field: str = ""
    detail: str = ""


class Run(NamedTuple):
    """Lines that follow one another, blank ones between them, and were decoded to records."""

    values: list[Any]
    lines: list[int]
    offsets: list[int]
    lengths: list[int]


Item = Piece | Broken | Note | Run
