"""What the readers of each container hand to the next step, before records are numbered."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
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


class Decoded(NamedTuple):
    """A record that was made of a line, and what it was recognised as."""

    record: Any
    form: str
    key: str
    """The same for records of which one repeats the other."""
    size: int
    """How much it says, in bytes."""


Decode = Callable[[bytes], Decoded | None]
"""What makes a record of a JSON text, or gives None for one that is none of its own."""


class Clean(NamedTuple):
    """What was made of a JSON text, and where that stands."""

    decoded: Decoded
    line: int
    offset: int
    length: int


@dataclass(slots=True)
class Run:
    """What follows one another, with nothing but blanks and commas between, and has one form."""

    form: str
    values: list[Any] = field(default_factory=list)
    keys: list[str] = field(default_factory=list)
    sizes: list[int] = field(default_factory=list)
    lines: list[int] = field(default_factory=list)
    offsets: list[int] = field(default_factory=list)
    lengths: list[int] = field(default_factory=list)
    n_bytes: int = 0

    def takes(self, clean: Clean) -> bool:
        """Whether a record belongs here."""
        has_room = len(self.values) < _LONGEST_RUN and self.n_bytes < _LARGEST_RUN
        return has_room and clean.decoded.form == self.form

    def add(self, clean: Clean) -> None:
        """Take a record."""
        (record, _, key, size), line, offset, length = clean
        self.values.append(record)
        self.keys.append(key)
        self.sizes.append(size)
        self.lines.append(line)
        self.offsets.append(offset)
        self.lengths.append(length)
        self.n_bytes += length


_LONGEST_RUN = 1_000
_LARGEST_RUN = 8 << 20  # bytes

Item = Piece | Broken | Note | Run


def in_runs(found: Iterable[Item | Clean]) -> Iterator[Item]:
    """The same, with runs in the place of clean records."""
    run: Run | None = None
    for item in found:
        if type(item) is Clean:
            if run and not run.takes(item):
                yield run
                run = None
            run = run or Run(item.decoded.form)
            run.add(item)
            continue
        if run:
            yield run
            run = None
        yield item  # type: ignore[misc]  # because `type(…) is` narrows only where it holds
    if run:
        yield run
