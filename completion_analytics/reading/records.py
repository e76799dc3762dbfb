"""What reading hands on: a record with its origin, or the reason why there is none."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from completion_analytics.reading.pieces import Run


@dataclass(frozen=True, slots=True)
class Origin:
    """Where a record stands: its source and its place there.

    `line`, `byte_offset` and `byte_length` count in the decompressed bytes and are None for
    objects that came from memory.
    """

    source: str
    record: int
    """Number of the record in its source, from 1."""
    line: int | None = None
    """Line where the record begins, from 1."""
    byte_offset: int | None = None
    byte_length: int | None = None
    path: tuple[str | int, ...] = ()
    """The way from the JSON document in those bytes to the record, as `("data", 3)`."""
    more: tuple[tuple[int, int], ...] = ()
    """Further `(byte_offset, byte_length)` of a record in pieces: the later chunks of a stream."""


@dataclass(frozen=True, slots=True)
class RawRecord:
    """One record as the file had it: a JSON value, recognised by nobody yet."""

    origin: Origin
    value: Any
    repairs: tuple[str, ...] = ()
    """Issue codes of what had to be repaired to read it, as `surrogate_replaced`."""


@dataclass(frozen=True, slots=True)
class DecodedRun:
    """Records that follow one another, each a line, as the given decoder made them."""

    source: str
    first_record: int
    """Number of the first in its source; the others follow."""
    run: Run


@dataclass(frozen=True, slots=True)
class Unreadable:
    """A record that is no JSON."""

    origin: Origin
    reason: str
    hint: str = ""
    snippet: str = ""


@dataclass(frozen=True, slots=True)
class SourceNote:
    """Something doubtful about a whole source, as `has_more` or `truncated_last_line`."""

    source: str
    code: str
    field: str = ""
    detail: str = ""
