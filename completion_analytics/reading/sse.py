"""Server-sent events: the data of a streamed answer as it came over the wire."""

from __future__ import annotations

import re
from collections.abc import Iterator

from completion_analytics.reading.content import Content
from completion_analytics.reading.json_values import Fault, Parsed, parse
from completion_analytics.reading.lines import Line, broken_line, lines
from completion_analytics.reading.pieces import Broken, Item, Piece
from completion_analytics.reading.streams import Streams

IS_SSE = re.compile(rb"\s*(?:data|event|id|retry)?:")
_DATA = re.compile(rb"data:? ?")
_LINE_END = re.compile(rb"\r\n|\n|\r")
_DONE = b"[DONE]"


def sse_streams(content: Content) -> Iterator[Item]:
    """Each stream of the events, and each event whose data are no JSON object.

    Lines are read as the WHATWG standard has it, except that events without a blank line between
    them, and objects that stand on a line without `data:`, are not lost.
    """
    streams = Streams()
    for event in _events(content):
        if isinstance(event, Broken):
            yield event
        elif event.value == _DONE:
            streams.end(event)
        else:
            yield from streams.add(event)
    yield from streams.flush()


def event_value(raw: bytes) -> Parsed:
    r"""The JSON value of the lines of one event, or the bytes `[DONE]`.

    Raises:
        Fault: when its data are no JSON.

    >>> event_value(b'event: message\ndata: {"id":\ndata: "c1"}').value
    {'id': 'c1'}
    """
    data = b"\n".join(_data_of(_LINE_END.split(raw)))
    return Parsed(_DONE) if data.strip() == _DONE else parse(data)


def is_done(value: object) -> bool:
    """Whether the value of an event is the mark that ends a stream."""
    return value == _DONE


def _events(content: Content) -> Iterator[Piece | Broken]:
    event: list[Line] = []
    for line in lines(content):
        if line.raw.rstrip(b"\r"):
            event.append(line)
        if line.is_open or not line.raw.rstrip(b"\r"):
            yield from _read(event)
            event = []


def _read(event: list[Line]) -> Iterator[Piece | Broken]:
    data = [line for line in event if any(map(bytes.strip, _data_of([line.raw])))]
    if not data:
        return
    whole = _joined(data[0], event[event.index(data[0]) : event.index(data[-1]) + 1])
    item = _item(whole)
    if isinstance(item, Piece) or len(data) == 1:
        yield item
    else:
        yield from map(_item, data)


def _joined(first: Line, event: list[Line]) -> Line:
    return first._replace(raw=b"\n".join(line.raw for line in event), is_open=event[-1].is_open)


def _item(line: Line) -> Piece | Broken:
    try:
        value, repairs = event_value(line.raw)
        if value != _DONE and not isinstance(value, dict):
            raise Fault("the data of an event are no JSON object")
    except Fault as fault:
        return broken_line(line, fault)
    return Piece(value, line.number, line.offset, len(line.raw), repairs=repairs)


def _data_of(raw_lines: list[bytes]) -> Iterator[bytes]:
    for raw in raw_lines:
        field = _DATA.match(raw)
        if field and raw[4:5] in (b":", b"", b"\r"):
            yield raw[field.end() :].rstrip(b"\r")
        elif raw.startswith(b"{"):
            yield raw
