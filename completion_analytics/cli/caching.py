"""`cache`: what `ca.load(…, cache=True)` and `ca.scale.open` keep on disk."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from .asking import mistakes_told, say

if TYPE_CHECKING:
    from ..scale.cache import Cache, Entry

cache = typer.Typer(no_args_is_help=True, help="List or clear the logs that loads keep on disk.")

Folder = Annotated[
    str | None,
    typer.Option("--dir", help="The folder, if not the system's for caches.", metavar="DIR"),
]


@cache.command("list")
def list_entries(folder: Folder = None) -> None:
    """Print what is kept, the last used first, and then what was converted for a cluster."""
    with mistakes_told():
        kept = _cache(folder)
        entries = [*kept.entries(), *kept.converted()]
    for entry in entries:
        say(_line(entry))
    say(f"{_total(entries)} in {kept.folder}")


@cache.command()
def clear(folder: Folder = None) -> None:
    """Remove what is kept; exports stay."""
    with mistakes_told():
        kept = _cache(folder)
        removed = kept.clear()
    say(f"removed {_total(removed)} from {kept.folder}")


def _cache(folder: str | None) -> Cache:
    from pathlib import Path

    from ..scale.cache import Cache, default_folder

    return Cache(Path(folder) if folder else default_folder())


def _line(entry: Entry) -> str:
    from datetime import datetime

    from ..card import counted

    used = datetime.fromtimestamp(entry.used_at).strftime("%Y-%m-%d %H:%M")
    first, *others = entry.sources or ["(no source)"]
    named = f"{first} and {counted(len(others), 'other')}" if others else first
    return f"{used}  {_megabytes(entry.size):>10}  {counted(entry.rows, 'completion')}  {named}"


def _total(entries: list[Entry]) -> str:
    n, size = len(entries), sum(entry.size for entry in entries)
    return f"{n:,} {'log' if n == 1 else 'logs'}, {_megabytes(size)},"


def _megabytes(size: int) -> str:
    return f"{size / 1e6:,.1f} MB"
