r"""Lines of a source, cut at `\n` alone, and JSON Lines."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from completion_analytics.reading.content import Content
from completion_analytics.reading.json_values import Fault, parse
from completion_analytics.reading.pieces import Broken, Clean, Decode, Item, Piece, in_runs

TRUNCATED_LAST_LINE = "truncated_last_line"
RECORD_SEPARATOR = b"\x1e"


class Line(NamedTuple):
    r"""A line without its `\n`; `is_open` says that none followed."""

    raw: bytes
    number: int
    offset: int
    is_open: bool = False


def lines(content: Content) -> Iterator[Line]:
    r"""Every line, blank ones too; cut at `\r` when the source has no `\n` at all."""
    number, offset = 1, content.start
    parts: list[bytes] = []
    for block in content:
        parts.append(block)
        if b"\n" not in block:
            continue
        closed = b"".join(parts).split(b"\n")
        parts = [closed.pop()]
        for raw in closed:
            yield Line(raw, number, offset)
            number += 1
            offset += len(raw) + 1
    rest = b"".join(parts)
    if number > 1 or content.is_part or b"\r" not in rest:
        yield Line(rest, number, offset, is_open=True)
        return
    *closed, last = rest.split(b"\r")
    for number, raw in enumerate(closed, 1):
        yield Line(raw, number, offset)
        offset += len(raw) + 1
    yield Line(last, len(closed) + 1, offset, is_open=True)


def json_lines(content: Content, decode: Decode | None = None) -> Iterator[Item]:
    """Each line that is not blank: its JSON value, or why it has none.

    Lines that `decode` makes records of come in runs of one form each.
    """
    return in_runs(_values(content, decode))


def _values(content: Content, decode: Decode | None) -> Iterator[Item | Clean]:
    for line in lines(content):
        raw = line.raw
        if not raw or raw.isspace():
            continue
        if decode and (decoded := decode(raw)):
            yield Clean(decoded, line.number, line.offset, len(raw))
            continue
        try:
            value, repairs = parse(raw)
        except Fault as fault:
            yield broken_line(line, fault)
        else:
            yield Piece(value, line.number, line.offset, len(raw), (), (), repairs)


def broken_line(line: Line, fault: Fault) -> Broken:
    """A line that is no JSON; the last one may just have been cut off."""
    place = (line.number, line.offset, len(line.raw))
    if line.is_open and fault.is_cut:
        cut = Fault(f"truncated last line: {fault.reason}", fault.hint, fault.snippet, is_cut=True)
        return Broken(cut, *place, reaches_end=True, note=TRUNCATED_LAST_LINE)
    return Broken(fault, *place, reaches_end=line.is_open)


def json_sequence(content: Content) -> Iterator[Item]:
    """Each record of a JSON text sequence (RFC 7464): what stands between record separators."""
    number, offset = 1, content.start
    parts: list[bytes] = []
    for block in content:
        *closed, last = block.split(RECORD_SEPARATOR)
        for end in closed:
            raw = b"".join((*parts, end))
            yield from _sequence_record(Line(raw, number, offset))
            number += raw.count(b"\n")
            offset += len(raw) + 1
            parts = []
        parts.append(last)
    yield from _sequence_record(Line(b"".join(parts), number, offset, is_open=True))


def _sequence_record(line: Line) -> Iterator[Item]:
    raw = line.raw.strip()
    if not raw:
        return
    skipped = line.raw.index(raw)
    number = line.number + line.raw.count(b"\n", 0, skipped)
    placed = Line(raw, number, line.offset + skipped, line.is_open)
    try:
        value, repairs = parse(raw)
    except Fault as fault:
        yield broken_line(placed, fault)
    else:
        yield Piece(value, number, placed.offset, len(raw), repairs=repairs)
