"""What can be loaded, found: files, folders, globs, file objects, bytes and records."""

from __future__ import annotations

import glob
import io
import os
import sys
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any, BinaryIO

from completion_analytics.reading.containers import COMPRESSION_SUFFIXES
from completion_analytics.reading.own_folders import holds_log, is_own
from completion_analytics.reading.pieces import Span

SUFFIXES = (".json", ".jsonl", ".ndjson", ".sse", ".csv")
_KNOWN_SUFFIXES = tuple(
    suffix + packed for suffix in SUFFIXES for packed in ("", *COMPRESSION_SUFFIXES)
)


@dataclass(frozen=True, slots=True)
class Fingerprint:
    """What tells cheaply that a file is no longer the one that was read."""

    size: int
    mtime_ns: int

    @classmethod
    def of(cls, path: Path) -> Fingerprint:
        """The fingerprint of a file as it is now."""
        stat = path.stat()
        return cls(stat.st_size, stat.st_mtime_ns)


@dataclass(frozen=True, slots=True, eq=False)
class Source:
    """One place records are read from: a file, a file object, bytes, or objects in memory."""

    name: str
    path: Path | None = None
    fingerprint: Fingerprint | None = None
    """The file as it was when it was found; None for what is no file."""
    data: bytes | None = None
    file: IO[Any] | None = None
    start: int | None = None
    """Where a file object stood; None when it can be read only once."""
    records: tuple[Any, ...] | None = None
    span: Span | None = None
    """The part of a file of JSON Lines that is to be read; None is all of it."""

    def open(self) -> BinaryIO:
        """The bytes as they are stored, from their beginning.

        Raises:
            TypeError: for records in memory, which have no bytes.
        """
        if self.path is not None:
            return self.path.open("rb")
        if self.data is not None:
            return io.BytesIO(self.data)
        if self.file is not None:
            if self.start is not None:
                self.file.seek(self.start)
            return _Unclosed(self.file)
        raise TypeError(f"{self.name} are objects in memory and have no bytes to open.")


class _Unclosed(io.BytesIO):
    """The bytes of somebody else's file object: read, never closed; text is encoded."""

    def __init__(self, file: IO[Any]) -> None:
        super().__init__()
        self._file = file

    def read(self, size: int | None = -1, /) -> bytes:
        read = self._file.read(-1 if size is None else size)
        return (
            read.encode("utf-8", "surrogatepass") if isinstance(read, str) else bytes(read or b"")
        )


def find_sources(what: Any) -> list[Source]:
    """Every place that `what` names, files sorted by path.

    `what` is a path, a glob, a folder (searched with all its folders for the suffixes of
    `SUFFIXES`, also compressed; hidden names are passed over, and so are folders that this
    package wrote), "-" for standard input, a file object, bytes, a dict, an object with
    `model_dump`, or an iterable of these: an iterable of places gives their sources, an iterable
    of records is one source.

    Raises:
        FileNotFoundError: when there is no such file, or nothing to read in a folder or glob.
        TypeError: when `what` is none of these.

    >>> [source.name for source in find_sources([{"id": "a"}, {"id": "b"}])]
    ['<records>']
    """
    if isinstance(what, Source):
        return [what]
    if isinstance(what, str | os.PathLike):
        return _from_text(os.fspath(what))
    if isinstance(what, bytes | bytearray | memoryview):
        return [Source("<bytes>", data=bytes(what))]
    if callable(getattr(what, "read", None)):
        return [_from_file(what)]
    if isinstance(what, Mapping) or callable(getattr(what, "model_dump", None)):
        return [Source("<records>", records=(what,))]
    if type(what).__module__.partition(".")[0] in ("pandas", "polars"):
        raise TypeError('A frame is no export: pass its rows as frame.to_dict("records").')
    if isinstance(what, Iterable):
        return _from_many(tuple(what))
    raise TypeError(
        "Expected a path, a glob, a folder, a file object, bytes, a dict or a list of these, "
        f"not {type(what).__name__}."
    )


def _from_many(members: tuple[Any, ...]) -> list[Source]:
    if members and all(map(_is_place, members)):
        return [source for member in members for source in find_sources(member)]
    return [Source("<records>", records=members)]


def _is_place(member: Any) -> bool:
    place = isinstance(member, str | os.PathLike | bytes | bytearray | memoryview | Source)
    return place or callable(getattr(member, "read", None))


def _from_text(text: str) -> list[Source]:
    if text == "-":
        return [_from_file(getattr(sys.stdin, "buffer", sys.stdin), "<stdin>")]
    if text.lstrip()[:1] in ("{", "[") and not _exists(text):
        raise FileNotFoundError(
            f"{text[:40]!r} is no file; to load JSON text, pass it as bytes: text.encode()."
        )
    if _exists(text):
        path = Path(text)
        return _in_folder(path) if path.is_dir() else [_from_path(path)]
    if glob.has_magic(text):
        return _from_glob(text)
    raise FileNotFoundError(f"There is no file or folder {text!r}.")


def _exists(text: str) -> bool:
    try:
        return Path(text).exists()
    except (OSError, ValueError):  # a name too long, or with a NUL in it
        return False


def _from_glob(pattern: str) -> list[Source]:
    found: set[Path] = set()
    for match in map(Path, glob.glob(pattern, recursive=True)):  # noqa: PTH207  # because Path.glob takes no absolute patterns
        found.update(_files_in(match) if match.is_dir() else [match])
    ours = set(filter(is_own, {folder for path in found for folder in path.parents}))
    exports = [path for path in found if ours.isdisjoint(path.parents)]
    if not exports:
        raise FileNotFoundError(f"No file matches the pattern {pattern!r}.")
    return _from_paths(exports)


def _in_folder(folder: Path) -> list[Source]:
    if holds_log(folder):
        raise FileNotFoundError(
            f"The folder {folder.as_posix()!r} holds a log and no exports: open it with "
            "ca.open_parquet."
        )
    found = set(_files_in(folder))
    if not found:
        raise FileNotFoundError(
            f"The folder {folder.as_posix()!r} holds no exports: no file in it ends in "
            f"{', '.join(SUFFIXES)}, compressed or not."
        )
    return _from_paths(found)


def _files_in(folder: Path) -> Iterable[Path]:
    for parent, folders, names in os.walk(folder):
        if is_own(Path(parent)):
            folders.clear()
            continue
        folders[:] = [name for name in folders if not name.startswith(".")]
        for name in names:
            if name.lower().endswith(_KNOWN_SUFFIXES) and not name.startswith("."):
                yield Path(parent, name)


def _from_paths(paths: Iterable[Path]) -> list[Source]:
    return [_from_path(path) for path in sorted(paths, key=Path.as_posix)]


def _from_path(path: Path) -> Source:
    return Source(path.as_posix(), path, Fingerprint.of(path))


def _from_file(file: IO[Any], name: str = "") -> Source:
    given = name or getattr(file, "name", "")
    known = given.replace(os.sep, "/") if isinstance(given, str) else ""
    return Source(known or "<file>", file=file, start=_position(file))


def _position(file: IO[Any]) -> int | None:
    try:
        return file.tell() if file.seekable() else None
    except (AttributeError, OSError, ValueError):
        return None
