"""A made-up log that is like real ones: two weeks of an invented ferry line's calls.

Everything in it is invented, the speeds and failures of the models too; `scenario` holds the truth
that statistics should find again, `clients` the oddities and how often they occur.
"""

from __future__ import annotations

import gzip
import json
from collections.abc import Iterator
from os import PathLike
from typing import TYPE_CHECKING, Any

from ..aside import whole_file
from .clients import CLIENTS, QUIRKS
from .scenario import INCIDENTS, MODELS
from .sessions import newest_first

if TYPE_CHECKING:
    from ..log import CompletionLog


def demo_records(n: int = 2_000, seed: int = 0) -> Iterator[dict[str, Any]]:
    """Exactly `n` records as Log10's command line downloads them, newest first.

    The same for the same `n` and `seed`, on every machine. Among them are repeats, feedback and a
    few that must be rejected.

    Raises:
        ValueError: `n` is negative.

    >>> [record["status"] for record in demo_records(3)]
    ['finished', 'finished', 'finished']
    """
    if n < 0:
        raise ValueError(f"n is a number of records, and {n} is negative")
    return newest_first(n, seed)


def demo(n: int = 2_000, seed: int = 0) -> CompletionLog:
    """A loaded log of `n` made-up records to try everything on.

    Two weeks of a ferry line's help desk, planner, summaries, translations and night jobs: daily
    and weekly load, an outage and two more incidents, retries, timeouts, streams, tools, and every
    oddity that Log10's rows have. Rows are fewer than records: some are repeats, feedback, rejects.

    Raises:
        ValueError: `n` is negative.

    >>> log = demo(200)
    >>> int(log.counts["records"].sum())
    200
    """
    from ..loading import load

    return load(list(demo_records(n, seed)), progress=False)


def write_demo(path: str | PathLike[str], n: int = 2_000, seed: int = 0) -> None:
    """Write `demo_records` as JSONL, gzipped if the name ends in `.gz`.

    The file appears when all is written; one that is there is replaced.

    Raises:
        FileNotFoundError: there is no such folder.
        ValueError: `n` is negative.
    """
    records = demo_records(n, seed)
    with whole_file(path) as whole, whole.open("wb") as plain:
        # Without a time and a name in its head, the same records make the same bytes.
        packed = whole.suffix == ".gz"
        file: Any = gzip.GzipFile("", "wb", fileobj=plain, mtime=0) if packed else plain
        file.writelines(json.dumps(record).encode() + b"\n" for record in records)
        file.close()


__all__ = [
    "CLIENTS",
    "INCIDENTS",
    "MODELS",
    "QUIRKS",
    "demo",
    "demo_records",
    "write_demo",
]
