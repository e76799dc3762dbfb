"""A record read once more from where it stood."""

from __future__ import annotations

import os
from collections.abc import Collection, Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

from completion_analytics.reading.content import Content
from completion_analytics.reading.json_values import Fault, parse
from completion_analytics.reading.numbering import read
from completion_analytics.reading.records import Origin, RawRecord
from completion_analytics.reading.sources import Fingerprint, Source
from completion_analytics.reading.sse import IS_SSE, event_value, is_done
from completion_analytics.reading.streams import is_chunk, stream


class SourceChanged(LookupError):
    """A record is no longer where it was read: its source was moved, changed or used up."""


def reread(source: Source | str | os.PathLike[str], origin: Origin) -> Any:
    r"""The JSON value of a record again; a whole stream when it was one.

    Compressed sources are decompressed up to it, and rows of CSV are read up to it.

    Raises:
        SourceChanged: when the source is not what it was. A `Source` knows its file's size and
            time; with a bare path only bytes that no longer fit are noticed.

    >>> from completion_analytics.reading import find_sources
    >>> (source,) = find_sources(b'{"id": "a"}\n{"id": "b"}\n')
    >>> reread(source, [record.origin for record in read(source)][1])
    {'id': 'b'}
    """
    place = source if isinstance(source, Source) else _source_at(Path(source))
    _check_unchanged(place, origin.record)
    try:
        if origin.byte_offset is None or origin.byte_length is None:
            return _read_up_to(place, origin)
        ranges = [(origin.byte_offset, origin.byte_length), *origin.more]
        return _value(list(_read_ranges(place, ranges)), origin.path)
    except (Fault, LookupError, TypeError, OSError, ValueError):
        raise _changed(place.name) from None


def reread_all(source: Source, numbers: Collection[int]) -> Iterator[Any]:
    r"""The JSON values of the records with these numbers, in the source's order.

    Raises:
        SourceChanged: when the source is not what it was, or lacks one of the records.

    >>> from completion_analytics.reading import find_sources
    >>> (source,) = find_sources(b'{"id": "a"}\n{"id": "b"}\n{"id": "c"}\n')
    >>> list(reread_all(source, {1, 3}))
    [{'id': 'a'}, {'id': 'c'}]
    """
    _check_unchanged(source, min(numbers, default=1))
    found = 0
    for record in read(source):
        if isinstance(record, RawRecord) and record.origin.record in numbers:
            found += 1
            yield record.value
    if found < len(numbers):
        raise _changed(source.name)


def _source_at(path: Path) -> Source:
    return Source(path.as_posix(), path)


def _check_unchanged(source: Source, record: int) -> None:
    if source.file is not None and source.start is None:
        raise SourceChanged(
            f"{source.name} can be read only once, so record {record} cannot be read again: "
            "load it with keep_raw=True."
        )
    if source.path is None:
        return
    try:
        now = Fingerprint.of(source.path)
    except OSError:
        raise SourceChanged(
            f"{source.name} is no longer there: load it from its new place."
        ) from None
    if source.fingerprint not in (None, now):
        raise _changed(source.name)


def _changed(name: str) -> SourceChanged:
    return SourceChanged(f"{name} has changed since it was read: load it again to see its records.")


def _read_up_to(source: Source, origin: Origin) -> Any:
    for record in read(source):
        if isinstance(record, RawRecord) and record.origin.record == origin.record:
            return record.value
    raise LookupError(origin.record)


def _read_ranges(source: Source, ranges: list[tuple[int, int]]) -> Iterator[bytes]:
    with closing(source.open()) as raw:
        content = Content(raw)
        if content.is_plain and source.file is None:
            for offset, length in ranges:
                raw.seek(offset)
                yield raw.read(length)
        else:
            yield from _passed_ranges(content, ranges)


def _passed_ranges(content: Content, ranges: list[tuple[int, int]]) -> Iterator[bytes]:
    window, start = bytearray(), content.start
    blocks = iter(content)
    for offset, length in ranges:
        while start + len(window) < offset + length:
            passed = min(offset - start, len(window))
            del window[:passed]
            start += passed
            block = next(blocks, None)
            if block is None:
                raise LookupError(offset)
            window += block
        yield bytes(window[offset - start : offset - start + length])


def _value(pieces: list[bytes], path: tuple[str | int, ...]) -> Any:
    are_events = IS_SSE.match(pieces[0]) is not None
    values = [event_value(raw).value if IS_SSE.match(raw) else parse(raw).value for raw in pieces]
    done = is_done(values[-1])
    if are_events or done or len(values) > 1:
        return stream(values[: len(values) - done], done=done)
    value = values[0]
    for step in path:
        value = value[step]
    if isinstance(value, list):
        return stream(value)
    return stream([value]) if is_chunk(value) else value
