"""The records of a source, numbered, with what cannot be read among them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import closing

from completion_analytics.reading.compression import Damaged
from completion_analytics.reading.containers import items
from completion_analytics.reading.content import Content
from completion_analytics.reading.json_values import Fault
from completion_analytics.reading.lines import json_lines
from completion_analytics.reading.memory import memory_items
from completion_analytics.reading.pieces import Broken, Decode, Item, Note, Piece, Run
from completion_analytics.reading.records import (
    DecodedRun,
    Origin,
    RawRecord,
    SourceNote,
    Unreadable,
)
from completion_analytics.reading.sources import Source
from completion_analytics.reading.streams import grouped
from completion_analytics.reading.wrappers import spread

_SNIPPET_CHARS = 40


Found = RawRecord | DecodedRun | Unreadable | SourceNote


def read(source: Source, decode: Decode | None = None) -> Iterator[Found]:
    r"""Every record of a source, in the order of their numbers, and what is doubtful about it.

    A record is a line, an element of an array or of a page, a document, a CSV row, an object, or
    one whole stream of chunks, whose value is `{"object": "stream", "events": [...], "done": ...}`.
    The numbers 1, 2, 3, … run over `RawRecord` and `Unreadable` alike. Nothing that a file may
    hold raises: what is no JSON is `Unreadable`, and so is a file that cannot be opened.
    Byte offsets count in the decompressed bytes, in UTF-8 where the source was UTF-16 or UTF-32.

    Lines of JSON Lines that `decode` knows come as `DecodedRun`s in their place.

    >>> from completion_analytics.reading import find_sources
    >>> good, bad = read(*find_sources(b'{"id": "a"}\n{"id": b}\n'))
    >>> good.value, bad.origin.line, bad.reason
    ({'id': 'a'}, 2, 'Expecting value at column 8')
    """
    if source.records is not None:
        yield from _numbered(grouped(spread(memory_items(source.records))), source.name)
        return
    try:
        raw = source.open()
    except (OSError, ValueError) as error:
        fault = Fault(f"it cannot be opened: {error}")
        yield from _numbered([Broken(fault)], source.name)
        return
    with closing(raw):
        content = Content(raw, source.span)
        whole = json_lines(content, decode) if source.span else items(content, source.name, decode)
        found = grouped(spread(whole))
        yield from _numbered(found, source.name, content)


def _numbered(
    found: Iterable[Item], source: str, content: Content | None = None
) -> Iterator[Found]:
    record = 0
    last: Broken | None = None
    for item in found:
        if type(item) is Piece:
            record += 1
            value, line, offset, length, path, more, repairs = item
            origin = Origin(source, record, line, offset, length, path, more)
            yield RawRecord(origin, value, repairs)
        elif type(item) is Run:
            yield DecodedRun(source, record + 1, item)
            record += len(item.values)
        elif isinstance(item, Note):
            yield SourceNote(source, *item)
        elif isinstance(item, Broken) and item.reaches_end:
            last = item  # held back: damage may explain it, and is known only at the end
        elif isinstance(item, Broken):
            record += 1
            yield _unreadable(item, source, record)
    if content and content.damage:
        last = _damaged(content.damage, last or Broken(Fault(""), offset=content.end, length=0))
    if last:
        yield _unreadable(last, source, record + 1)
        if last.note:
            yield SourceNote(source, last.note)


def _damaged(damage: Damaged, broken: Broken) -> Broken:
    fault = Fault(damage.reason, damage.hint, broken.fault.snippet)
    return broken._replace(fault=fault, note="truncated_file")


def _unreadable(broken: Broken, source: str, record: int) -> Unreadable:
    origin = Origin(source, record, broken.line, broken.offset, broken.length)
    fault = broken.fault
    return Unreadable(origin, fault.reason, fault.hint, fault.snippet[:_SNIPPET_CHARS])
