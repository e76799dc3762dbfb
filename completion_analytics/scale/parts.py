"""Files cut into parts, each to be gathered by itself.

A part begins where reading may begin anew: behind a line that is a completion by itself. So no
stream of chunks is torn apart, and the next record is recognised as it would have been.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import closing
from dataclasses import replace
from typing import NamedTuple

from ..gathering import Reading
from ..intake import Intake
from ..progress import stored_bytes
from ..reading import Source
from ..reading.containers import is_lines_of_objects
from ..reading.content import Content
from ..reading.json_values import Fault, parse
from ..reading.pieces import Span
from ..reading.records import Origin, RawRecord
from ..reading.streams import is_chunk

_LINES_TRIED = 200


class Part(NamedTuple):
    """Some of the input, to be gathered by itself."""

    sources: tuple[Source, ...]
    """Small files together, a file alone, or a span of one."""
    after: str | None = None
    """The form of the record before it; None where nothing comes before."""

    @property
    def begins_source(self) -> bool:
        """Whether it holds the first records of its sources."""
        return self.after is None

    @property
    def stored_bytes(self) -> int:
        """How many bytes are to be read."""
        return sum(map(stored_bytes, self.sources))

    @property
    def is_portable(self) -> bool:
        """Whether another process can read it, too."""
        return all(source.path is not None for source in self.sources)


def parts_of(sources: Iterable[Source], part_bytes: int, reading: Reading) -> Iterator[Part]:
    """The sources in parts of about so many bytes, in order.

    Only plain files of JSON Lines are cut: a compressed file cannot be read from the middle.
    """
    together = Part(())
    for source in sources:
        joined = Part((*together.sources, source))
        if joined.is_portable and joined.stored_bytes <= part_bytes:
            together = joined
            continue
        if together.sources:
            yield together
        together = Part(())
        yield from _cut(source, part_bytes, reading)
    if together.sources:
        yield together


def _cut(source: Source, part_bytes: int, reading: Reading) -> Iterator[Part]:
    begin = _begin_of_lines(source) if stored_bytes(source) > part_bytes else None
    if begin is None:
        yield Part((source,))
        return
    size, start, after = stored_bytes(source), begin, None
    while size - start > part_bytes and (cut := _cut_behind(source, start + part_bytes, reading)):
        yield Part((replace(source, span=Span(start, cut.offset)),), after)
        start, after = cut
    yield Part((replace(source, span=Span(start, size)) if after else source,), after)


class _Cut(NamedTuple):
    """The end of a line that is a completion by itself, and the form of that."""

    offset: int
    form: str


def _begin_of_lines(source: Source) -> int | None:
    """Where the first line begins, if the source is a plain file of JSON Lines."""
    if source.path is None:
        return None
    try:
        raw = source.open()
    except OSError:  # reading will say so
        return None
    with closing(raw):
        content = Content(raw)
        is_cuttable = content.is_plain and is_lines_of_objects(content)
        return content.start if is_cuttable else None


def _cut_behind(source: Source, offset: int, reading: Reading) -> _Cut | None:
    """The first place behind an offset where a part may begin, unless it is far off or the end."""
    with closing(source.open()) as file:
        file.seek(offset)
        file.readline()
        for _ in range(_LINES_TRIED):
            line = file.readline()
            if not line.endswith(b"\n"):
                return None
            if form := _form_of(line, source.name, reading):
                return _Cut(file.tell(), form)
    return None


def _form_of(line: bytes, name: str, reading: Reading) -> str | None:
    """The form of a line that is a completion by itself; None for any other line."""
    try:
        value, repairs = parse(line.rstrip(b"\n"))
    except Fault:
        return None
    if not isinstance(value, dict) or is_chunk(value) or value.get("error"):
        return None  # it may belong to a stream
    intake = Intake(strict=reading.strict)
    intake.take(RawRecord(Origin(name, 1), value, repairs))
    return intake.last_format.name if intake.last_format else None
