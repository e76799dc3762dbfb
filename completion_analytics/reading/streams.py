"""Chunks put together into the streams they came from."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, TypeGuard

from completion_analytics.reading.pieces import Item, Piece, Run

_STREAMS_KEPT_OPEN = 1000
_STARTS = frozenset({"message_start", "response.created"})
_ENDS = frozenset({"message_stop", "response.completed", "response.failed", "response.incomplete"})
_RECORD_MARKS = frozenset({"choices", "custom_id", "kind", "request", "response"})


def stream(events: list[Any], *, done: bool = False) -> dict[str, Any]:
    """The value of a record that is a stream: its events in order, and whether `[DONE]` came."""
    return {"object": "stream", "events": events, "done": done}


def is_chunk(value: Any) -> TypeGuard[dict[str, Any]]:
    """Whether a value is one chunk of a streamed answer, by its `object`."""
    if type(value) is not dict:
        return False
    name = value.get("object")
    return type(name) is str and name.endswith(".chunk")


def grouped(items: Iterable[Item]) -> Iterator[Item]:
    """The items, with streams in the place of their chunks.

    Chunks that follow one another make a run; its streams come out when it ends, in the order of
    their first chunks.
    """
    streams = Streams()
    for item in items:
        if type(item) is Piece and not item.path and streams.takes(item.value):
            yield from streams.add(item)
            continue
        if type(item) in (Piece, Run):
            yield from streams.flush()
        yield item
    yield from streams.flush()


class Streams:
    """The streams of one run of chunks, which may be interleaved."""

    def __init__(self) -> None:
        self._streams: dict[int, _Stream] = {}
        self._by_id: dict[str, _Stream] = {}
        self._current: _Stream | None = None
        self._opened = 0

    def add(self, chunk: Piece) -> list[Piece]:
        """Take a chunk; give the streams that have been finished for so long that none is open."""
        home = self._home(chunk.value)
        ready = [] if home else self._make_room()
        current = home or self._open()
        current.take(chunk)
        if name := _id_of(chunk.value):
            self._by_id[name] = current
        self._current = current
        return ready

    def takes(self, value: Any) -> bool:
        """Whether a value is a chunk, or the error that broke off the current stream."""
        if is_chunk(value):
            return True
        return (
            self._current is not None
            and not self._current.is_finished
            and isinstance(value, dict)
            and bool(value.get("error"))
            and _RECORD_MARKS.isdisjoint(value)
        )

    def end(self, done: Piece) -> None:
        """Take the `[DONE]` behind the current stream."""
        if self._current:
            self._current.end(done)
            self._forget(self._current)
            self._current = None

    def flush(self) -> list[Piece]:
        """Every stream, and begin anew."""
        if not self._streams:
            return []
        pieces = [each.piece() for each in self._streams.values()]
        self._streams, self._by_id, self._current = {}, {}, None
        return pieces

    def _home(self, chunk: Mapping[str, Any]) -> _Stream | None:
        current = self._current
        if chunk.get("type") in _STARTS:
            return None
        name = _id_of(chunk)
        if not name:
            return None if current and current.is_answered_anew(chunk) else current
        if name in self._by_id:
            return self._by_id[name]
        if current and not current.is_finished and not (current.has_choices and _roles(chunk)):
            return current
        return None

    def _open(self) -> _Stream:
        self._opened += 1
        self._streams[self._opened] = _Stream()
        return self._streams[self._opened]

    def _make_room(self) -> list[Piece]:
        if len(self._streams) < _STREAMS_KEPT_OPEN:
            return []
        last = self._opened - _STREAMS_KEPT_OPEN + 1
        old = [
            (number, each)
            for number, each in self._streams.items()
            if number <= last and each.is_finished
        ]
        for number, each in old:
            del self._streams[number]
            self._forget(each)
        return [each.piece() for _, each in old]

    def _forget(self, old: _Stream) -> None:
        for name in old.names():
            if self._by_id.get(name) is old:
                del self._by_id[name]


class _Stream:
    """The chunks of one stream so far."""

    def __init__(self) -> None:
        self._chunks: list[Piece] = []
        self._done: Piece | None = None
        self._finished_choices: set[Any] = set()
        self.is_finished = False
        self.has_choices = False

    def take(self, chunk: Piece) -> None:
        self._chunks.append(chunk)
        self.is_finished |= chunk.value.get("type") in _ENDS
        for choice in _choices(chunk.value):
            self.has_choices = True
            if choice.get("finish_reason"):
                self.is_finished = True
                self._finished_choices.add(str(choice.get("index")))

    def end(self, done: Piece) -> None:
        self._done = done
        self.is_finished = True

    def is_answered_anew(self, chunk: Mapping[str, Any]) -> bool:
        """Whether a chunk begins a choice that this stream has finished."""
        return any(index in self._finished_choices for index in _roles(chunk))

    def names(self) -> Iterator[str]:
        return (name for chunk in self._chunks if (name := _id_of(chunk.value)))

    def piece(self) -> Piece:
        first, *others = (*self._chunks, self._done) if self._done else self._chunks
        events = [chunk.value for chunk in self._chunks]
        return first._replace(
            value=stream(events, done=self._done is not None),
            more=tuple(
                (each.offset, each.length)
                for each in others
                if each.offset is not None and each.length is not None
            ),
            repairs=tuple(sorted({code for chunk in self._chunks for code in chunk.repairs})),
        )


def _id_of(chunk: Mapping[str, Any]) -> str:
    name = chunk.get("id")
    return name if isinstance(name, str) else ""


def _choices(chunk: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    choices = chunk.get("choices")
    if isinstance(choices, list):
        yield from (choice for choice in choices if isinstance(choice, dict))


def _roles(chunk: Mapping[str, Any]) -> list[str]:
    """Indices of the choices whose delta says a role, as the first of a stream does."""
    return [
        str(choice.get("index"))
        for choice in _choices(chunk)
        if isinstance(choice.get("delta"), dict) and choice["delta"].get("role")
    ]
