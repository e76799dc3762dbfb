"""A log that was loaded before is opened again: `ca.load(…, cache=True)`.

An entry is a folder as `storage` writes it, in Arrow's format, with a seal: the sizes, times and
digests of its files. What its seal does not fit is not served. Entries appear and go by a rename,
so that processes need not wait for each other; files in use stay readable until they are let go.
"""

from __future__ import annotations

import json
import os
import tempfile
import warnings
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from os import PathLike
from pathlib import Path
from time import time
from typing import Any, Literal

import platformdirs

from ..log import CompletionLog
from ..opening import opened
from ..reading import Source
from ..reading.own_folders import is_own, is_unfinished
from ..storage import ARROW, Stored, write_log
from .identity import Verify, digest, key_of
from .unfinished import is_held

_SEAL = "seal.json"
_LIMIT = "COMPLETION_ANALYTICS_CACHE_GB"
_LIMIT_GB = 4.0
_DAY_S = 86_400
_KEY = "[0-9a-f]" * 32
"""A pattern for the names of entries."""
CONVERTED = "converted"
"""The folder beside the entries in which `ca.scale.open` keeps what it converted."""


def load_cached(
    load: Callable[[], CompletionLog],
    sources: Sequence[Source],
    asked: str,
    where: Literal[True] | str | PathLike[str],
    verify: Verify,
) -> CompletionLog:
    """The log that `load` gives, opened again where it was loaded before and nothing changed.

    Raises:
        ValueError: the limit in the environment is no number.
    """
    limit = _limit()
    unnamed = [source.name for source in sources if source.path is None]
    if unnamed:
        _warn(f"{unnamed[0]} is no file, so this load is not cached")
        return load()
    cache = Cache(default_folder() if where is True else Path(where), limit)
    key = key_of(sources, asked, verify)
    known = cache.get(key, sources, verify)
    if known is not None:
        return known
    log = load()
    try:
        if key_of(sources, asked, verify) == key:  # else it changed while it was read
            cache.put(key, log, verify)
    except (OSError, ValueError) as error:
        _warn(f"this load is not cached: {error}")
    return log


def default_folder() -> Path:
    """Where entries stand unless a folder is named: the system's place for caches of the user."""
    return platformdirs.user_cache_path("completion-analytics", appauthor=False)


@dataclass(frozen=True)
class Entry:
    """A log in the cache."""

    folder: Path
    sources: Sequence[str]
    rows: int
    size: int
    """Bytes on disk."""
    used_at: float
    """Seconds since 1970."""


@dataclass(frozen=True)
class Cache:
    """A folder of entries, each named by its key."""

    folder: Path
    limit: float = _LIMIT_GB * 1e9
    """Bytes; beyond it, what was not used for longest goes."""

    def get(self, key: str, sources: Sequence[Source], verify: Verify) -> CompletionLog | None:
        """The log of an entry, to be read again from these sources; None where there is none."""
        folder = self.folder / key
        try:
            if not _fits_seal(folder, verify):
                return None
            stored = Stored.at(folder)
            named = {source.name: source for source in sources}
            log = opened(replace(stored, manifest=replace(stored.manifest, sources=named)))
            os.utime(folder / _SEAL)
        except (OSError, ValueError, LookupError, TypeError, AttributeError):
            return None  # damaged, or gone while it was opened
        return log

    def put(self, key: str, log: CompletionLog, verify: Verify) -> None:
        """Keep a log, and let go what was not used for longest.

        Raises:
            OSError: it cannot be written.
            ValueError: it is larger than the limit.
        """
        with self._aside() as aside:
            folder = aside / key
            folder.mkdir(mode=0o700)
            write_log(log, folder, ARROW)
            _make_private(folder)
            _seal(folder, log, verify)
            size = _size_of(folder)
            if size > self.limit:
                needed, allowed = size / 1e9, self.limit / 1e9
                raise ValueError(f"it takes {needed:.3g} GB, and {_LIMIT} allows {allowed:g}")
            with suppress(FileNotFoundError):
                (self.folder / key).rename(aside / "before")
            with suppress(OSError):  # another process was quicker
                folder.rename(self.folder / key)
        self._make_room()

    def entries(self) -> list[Entry]:
        """What is there, the last used first."""
        return _entries(self.folder.glob(_KEY))

    def converted(self) -> list[Entry]:
        """What `ca.scale.open` converted, unfinished ones included, the last made first.

        No limit lets these go, for another process may read them for hours.
        """
        return _entries((self.folder / CONVERTED).glob(f"{_KEY}*"))

    def clear(self) -> list[Entry]:
        """Remove everything but what is being converted right now; what was removed."""
        entries = [e for e in (*self.entries(), *self.converted()) if not is_held(e.folder)]
        for entry in entries:
            self._remove(entry.folder)
        return entries

    def _make_room(self) -> None:
        kept = 0
        for number, entry in enumerate(self.entries()):
            kept += entry.size
            if number and kept > self.limit:
                self._remove(entry.folder)
        for left in self.folder.glob(".aside-*"):  # by a process that was killed
            with suppress(OSError):
                if time() - left.stat().st_mtime > _DAY_S:
                    self._remove(left)

    def _remove(self, folder: Path) -> None:
        with suppress(OSError), self._aside() as aside:  # another process removed it
            folder.rename(aside / "before")

    @contextmanager
    def _aside(self) -> Iterator[Path]:
        """A folder for this process alone; what is in it at the end goes."""
        self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(
            prefix=".aside-", dir=self.folder, ignore_cleanup_errors=True
        ) as aside:
            yield Path(aside)


def _limit() -> float:
    said = os.environ.get(_LIMIT, str(_LIMIT_GB))
    try:
        return float(said) * 1e9
    except ValueError:
        raise ValueError(f"{_LIMIT} must be a number of gigabytes, got {said!r}") from None


def _files(folder: Path) -> list[Path]:
    return sorted(path for path in folder.rglob("*") if path.is_file() and path.name != _SEAL)


def _make_private(folder: Path) -> None:
    for path in folder.rglob("*"):
        path.chmod(0o700 if path.is_dir() else 0o600)


def _mark(path: Path, verify: Verify) -> list[Any]:
    """What tells that a file is as it was written: its size, its time, and a digest."""
    stat = path.stat()
    return [stat.st_size, stat.st_mtime_ns, digest(path, verify)]


def _seal(folder: Path, log: CompletionLog, verify: Verify) -> None:
    files = {path.relative_to(folder).as_posix(): path for path in _files(folder)}
    seal = {
        "files": {name: _mark(path, verify) for name, path in files.items()},
        "sources": log.counts["source"].tolist(),
        "rows": len(log),
    }
    (folder / _SEAL).write_text(json.dumps(seal), encoding="utf-8")
    (folder / _SEAL).chmod(0o600)


def _fits_seal(folder: Path, verify: Verify) -> bool:
    seal = json.loads((folder / _SEAL).read_text(encoding="utf-8"))
    return all(_mark(folder / name, verify) == mark for name, mark in seal["files"].items())


def _size_of(folder: Path) -> int:
    size = 0
    for path in _files(folder):
        with suppress(FileNotFoundError):  # another process removes it
            size += path.stat().st_size
    return size


def _entries(folders: Iterable[Path]) -> list[Entry]:
    """Those of these folders that are ours, for others name by digests, too."""
    found = [_entry(each) for each in folders if is_own(each) or (each / _SEAL).is_file()]
    return sorted(found, key=lambda entry: entry.used_at, reverse=True)


def _entry(folder: Path) -> Entry:
    if not (folder / _SEAL).is_file():
        return _unsealed(folder)
    seal, size = folder / _SEAL, _size_of(folder)
    try:
        said = json.loads(seal.read_text(encoding="utf-8"))
        return Entry(folder, said["sources"], said["rows"], size, seal.stat().st_mtime)
    except (OSError, ValueError, LookupError, TypeError):
        return Entry(folder, ["(damaged)"], 0, size, 0.0)


def _unsealed(folder: Path) -> Entry:
    """A converted log, or one that is damaged or unfinished."""
    size = _size_of(folder)
    try:
        stored = Stored.at(folder)
        rows = int(stored.frame("counts")["rows"].sum())
        return Entry(folder, list(stored.manifest.sources), rows, size, folder.stat().st_mtime)
    except (OSError, ValueError, LookupError, TypeError):
        said = "(unfinished)" if is_unfinished(folder) else "(damaged)"
        return Entry(folder, [said], 0, size, 0.0)


def _warn(sentence: str) -> None:
    warnings.warn(sentence, UserWarning, stacklevel=4)
