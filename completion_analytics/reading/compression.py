"""Compressed bytes, told by their first bytes and never by a file's name."""

from __future__ import annotations

import sys
import zlib
from collections.abc import Callable, Iterable, Iterator
from typing import Protocol

if sys.version_info >= (3, 14):
    from compression import zstd
else:
    from backports import zstd

BLOCK_BYTES = 256 << 10  # small enough to stay in a core's cache between reading and splitting
GZIP_MAGIC, ZSTD_MAGIC = b"\x1f\x8b", b"\x28\xb5\x2f\xfd"
_CUT_HINT = "the file was cut off while it was written or copied; what came before was read"


class Damaged(Exception):
    """A source whose bytes stop making sense, after those that did."""

    def __init__(self, reason: str, hint: str = "") -> None:
        super().__init__(reason)
        self.reason = reason
        self.hint = hint


class _Member(Protocol):
    """One gzip member or zstd frame, as Python's incremental decompressors have it."""

    @property
    def eof(self) -> bool: ...
    @property
    def needs_input(self) -> bool: ...
    @property
    def unused_data(self) -> bytes: ...
    def decompress(self, data: bytes, max_length: int) -> bytes: ...


class _GzipMember:
    """zlib's decompressor under the names that the others use."""

    def __init__(self) -> None:
        self._inflate = zlib.decompressobj(wbits=31)
        self.needs_input = True

    @property
    def eof(self) -> bool:
        return self._inflate.eof

    @property
    def unused_data(self) -> bytes:
        return self._inflate.unused_data

    def decompress(self, data: bytes, max_length: int) -> bytes:
        out = self._inflate.decompress(self._inflate.unconsumed_tail + data, max_length)
        self.needs_input = not self._inflate.unconsumed_tail and len(out) < max_length
        return out


_COMPRESSIONS: tuple[tuple[bytes, str, Callable[[], _Member]], ...] = (
    (GZIP_MAGIC, "gzip", _GzipMember),
    (ZSTD_MAGIC, "zstd", zstd.ZstdDecompressor),
)


def is_compressed(start: bytes) -> bool:
    """Whether bytes that start so are gzip or zstd."""
    return any(start.startswith(magic) for magic, _, _ in _COMPRESSIONS)


def decompressed(start: bytes, blocks: Iterable[bytes]) -> Iterator[bytes]:
    """The blocks as they were before compression; others pass unchanged.

    Several members or frames in a row are one text.

    Raises:
        Damaged: after the last good byte, when the rest is missing or no such data.
    """
    for magic, name, member in _COMPRESSIONS:
        if start.startswith(magic):
            return _members(blocks, name, member)
    return iter(blocks)


def _members(blocks: Iterable[bytes], name: str, new: Callable[[], _Member]) -> Iterator[bytes]:
    member = new()
    try:
        for block in blocks:
            rest = block
            while rest:
                if member.eof:
                    rest = rest.lstrip(b"\0")  # tape and block devices pad with zeros
                    if not rest:
                        break
                    member = new()
                yield from _inflated(member, rest)
                rest = member.unused_data if member.eof else b""
    except (zlib.error, zstd.ZstdError) as error:
        raise Damaged(f"the {name} data are damaged: {error}", "export or copy it again") from None
    if not member.eof:
        raise Damaged(f"the {name} data end too early", _CUT_HINT)


def _inflated(member: _Member, data: bytes) -> Iterator[bytes]:
    yield member.decompress(data, BLOCK_BYTES)
    while not member.eof and not member.needs_input:
        yield member.decompress(b"", BLOCK_BYTES)
