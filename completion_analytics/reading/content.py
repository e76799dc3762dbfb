"""A source's text as blocks of UTF-8 bytes, whatever compression and encoding it came in."""

from __future__ import annotations

import codecs
from collections.abc import Iterator
from itertools import chain
from typing import BinaryIO

from completion_analytics.reading.compression import (
    BLOCK_BYTES,
    Damaged,
    decompressed,
    is_compressed,
)
from completion_analytics.reading.json_values import BOM
from completion_analytics.reading.pieces import Span

# UTF-32 first: its little-endian mark begins like that of UTF-16.
_ENCODINGS = (
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_MARK_BYTES = 4
_HEAD_BYTES = 64 << 10


class Content:
    """The decompressed UTF-8 bytes of an opened source, read once, block by block.

    Offsets count in the decompressed bytes, a byte-order mark included; UTF-16 and UTF-32 are
    decoded first, so their offsets count in the UTF-8 text without its mark.
    """

    def __init__(self, raw: BinaryIO, span: Span | None = None) -> None:
        self.damage: Damaged | None = None
        """Why the bytes ended before their time; known once they have ended."""
        self.start = 0
        """Offset of the first byte that the blocks give."""
        self.end = 0
        """Offset behind the last byte given so far."""
        self.is_part = span is not None
        """Whether something comes before and behind, so that nothing tells by its beginning."""
        self._ahead = b""
        if span:
            self.is_plain, self.start, self.end = True, span.start, span.start
            self._blocks = self._guarded(self._read_span(raw, span))
            return
        start, blocks = _started(self._read(raw))
        self.is_plain = not is_compressed(start)
        """Whether offsets count in the very bytes of the source."""
        self._blocks = self._guarded(self._utf8(decompressed(start, blocks)))

    def _read(self, raw: BinaryIO) -> Iterator[bytes]:
        try:
            while block := raw.read(BLOCK_BYTES):
                yield block
        except (OSError, ValueError) as error:
            raise Damaged(f"it cannot be read on: {error}") from None

    def _read_span(self, raw: BinaryIO, span: Span) -> Iterator[bytes]:
        raw.seek(span.start)
        left = span.stop - span.start
        for block in self._read(raw):
            yield block[:left]
            left -= len(block)
            if left <= 0:
                return

    def _utf8(self, blocks: Iterator[bytes]) -> Iterator[bytes]:
        start, blocks = _started(blocks)
        for mark, encoding in _ENCODINGS:
            if start.startswith(mark):
                self.is_plain = False
                return _transcoded(blocks, encoding)
        if start.startswith(BOM):
            self.start = self.end = len(BOM)
            return chain([next(blocks).removeprefix(BOM)], blocks)
        return blocks

    def _guarded(self, blocks: Iterator[bytes]) -> Iterator[bytes]:
        try:
            for block in blocks:
                self.end += len(block)
                yield block
        except Damaged as damage:
            self.damage = damage

    def __iter__(self) -> Iterator[bytes]:
        if self._ahead:
            ahead, self._ahead = self._ahead, b""
            yield ahead
        yield from self._blocks

    def head(self, until: bytes = b"") -> bytes:
        """The first bytes, not consumed: enough to tell what they are, and up to an `until`."""
        parts = [self._ahead]
        size = len(self._ahead)
        found = until in self._ahead.lstrip()
        while (size < _HEAD_BYTES or not found) and (block := next(self._blocks, b"")):
            parts.append(block)
            size += len(block)
            found = found or until in block
        self._ahead = b"".join(parts)
        return self._ahead


def _started(blocks: Iterator[bytes]) -> tuple[bytes, Iterator[bytes]]:
    first = b""
    try:
        while len(first) < _MARK_BYTES and (block := next(blocks, b"")):
            first += block
    except Damaged as damage:
        return first, _failing(first, damage)
    return first, chain([first] if first else [], blocks)


def _failing(good: bytes, damage: Damaged) -> Iterator[bytes]:
    yield good
    raise damage


def _transcoded(blocks: Iterator[bytes], encoding: str) -> Iterator[bytes]:
    decoder = codecs.getincrementaldecoder(encoding)("replace")
    for block in blocks:
        yield decoder.decode(block).encode()
    yield decoder.decode(b"", final=True).encode()
