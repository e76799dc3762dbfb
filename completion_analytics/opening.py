"""`open_parquet`: a log on disk, of which only what is asked for is read."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from os import PathLike
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

from .filters import Condition
from .filters.condition import require_condition
from .log import CompletionLog
from .storage import STORED, Stored
from .storage.finding import rows_kept
from .storage.pushing import among

_ALWAYS = ("row_id", "source")
"""What joins the frames, and what issues are counted by."""


def open_parquet(
    directory: str | PathLike[str],
    *,
    columns: Iterable[str] | None = None,
    where: Condition | Iterable[Condition] = (),
) -> CompletionLog:
    """The log that `CompletionLog.to_parquet` wrote, with the same frames and dtypes.

    `completions` is read at once, every other frame when it is first asked for. With conditions
    the log is what `ca.select` keeps of the whole, but for words of open categories that no row
    has; rows are left out while files are read, so that a small selection of a log larger than
    memory can be opened.

    Args:
        directory: The folder.
        columns: The columns of `completions` to read; `row_id` and `source` always come along.
        where: Conditions, as `ca.select` takes them.

    Raises:
        FileNotFoundError: the folder is not there or holds no log.
        KeyError: there is no such column.
        TypeError: `columns` or `where` are something else; or as `ca.select` raises it.
        ValueError: the folder was written by another version.
    """
    stored = Stored.at(Path(directory))
    asked = _asked_columns(stored, columns)
    conditions = (where,) if isinstance(where, Condition) else tuple(where)
    for condition in conditions:
        require_condition("open_parquet(where=…)", condition)
    return opened(stored, asked, among(rows_kept(stored, conditions)) if conditions else None)


def opened(stored: Stored, columns: Sequence[str] | None = None, kept: Any = None) -> CompletionLog:
    """A log whose frames are read when they are asked for; `kept` is an expression over rows."""
    readers: dict[str, Callable[[], Any]] = {
        name: stored.later(name, None if name in _FINDINGS else kept)
        for name in STORED
        if name not in ("completions", "origins", "raw", *stored.manifest.left_out)
    }
    return _StoredLog.of(
        {**readers, "origins": stored.origins_later(kept)},
        completions=stored.frame("completions", columns, kept),
        source_issues=tuple(stored.manifest.source_issues),
        redactions=stored.manifest.redactions,
        left_out=frozenset(stored.manifest.left_out),
    )


_FINDINGS = ("rejects", "counts")
"""Frames that stay as they were loaded, whatever is selected."""


class _StoredLog(CompletionLog):
    """A log that reads a frame when it is first asked for."""

    @classmethod
    def of(cls, readers: Mapping[str, Callable[[], Any]], **fields: Any) -> Self:
        """A log of some fields, and of what reads the others."""
        log = object.__new__(cls)
        log.__dict__.update(fields, _readers=dict(readers))
        return log

    def without(self, names: Iterable[str]) -> CompletionLog:
        """The log as if these frames had not been asked for, nor stood in its folder."""
        log = super().without(names)
        readers = self.__dict__["_readers"].items()
        return log.changed(
            _readers={name: read for name, read in readers if name not in log.left_out}
        )

    if not TYPE_CHECKING:  # hidden from type checkers, so that they still find a misspelt name

        def __getattr__(self, name: str) -> Any:
            readers = self.__dict__.get("_readers", {})
            if name not in readers:
                return super().__getattr__(name)
            value = self.__dict__[name] = readers[name]()
            return value


def _asked_columns(stored: Stored, columns: Iterable[str] | None) -> list[str] | None:
    if columns is None:
        return None
    if isinstance(columns, str):
        raise TypeError(f"columns takes a list of names, so write [{columns!r}]")
    there = stored.columns("completions")
    asked = {*columns, *_ALWAYS}
    unknown = sorted(map(str, asked - set(there)))
    if unknown:
        raise KeyError(f"{stored.folder} has no column {unknown} of completions; it has {there}")
    return [name for name in there if name in asked]
