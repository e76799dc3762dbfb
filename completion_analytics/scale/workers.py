"""Sources gathered by several processes."""

from __future__ import annotations

import multiprocessing
import shutil
import tempfile
from collections.abc import Iterator, Sequence
from concurrent.futures import Future
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Literal

from ..gathered import Gathered
from ..gathering import Reading, gather
from ..progress import Progress, stored_bytes
from ..reading import Source
from .parts import Part, parts_of
from .putting import PutDown
from .staging import Stage, Taken

_PART_BYTES = 32 << 20
# Below it, starting another process takes longer than it saves.
_WORTH_IT_BYTES = 384 << 20
_IDLE_S = 60


def gather_by(
    workers: int | Literal["auto"],
    sources: Sequence[Source],
    reading: Reading,
    progress: Progress,
    *,
    part_bytes: int = _PART_BYTES,
) -> Gathered:
    """Everything the sources hold, as `gather` gives it, by so many processes, this one among them.

    Where other processes are of no use it is one, and the progress line says why.
    """
    if workers == 1:
        return gather(sources, reading, progress)
    size = sum(map(stored_bytes, sources))
    if reason := _needs_one(reading, size) or _of_no_use(workers, size):
        progress.say(f"one process: {reason}")
        return gather(sources, reading, progress)
    parts = list(parts_of(sources, part_bytes, reading))
    n = processes_for(workers, parts)
    if n < 2:
        progress.say("one process: only plain JSON Lines, or several files, can be divided")
        return gather(sources, reading, progress)
    progress.say(f"{n} processes")
    with folder_for_parts() as folder:
        stage = Stage(folder, tuple(reading.extra_columns))
        puts = [
            PutDown(part, number, len(parts), reading, stage) for number, part in enumerate(parts)
        ]
        stage_parts(puts, n, progress)
        return Taken(stage, [part.begins_source for part in parts]).whole()


@contextmanager
def folder_for_parts() -> Iterator[Path]:
    """A folder in the temporary one that goes in any case, even if this process is killed."""
    from loky.backend import resource_tracker

    # On Windows a file that is mapped into memory cannot be deleted; the system does it some day.
    with tempfile.TemporaryDirectory("-completions", ignore_cleanup_errors=True) as folder:
        resource_tracker.register(folder, "folder")  # with a process that outlives this one
        try:
            yield Path(folder)
        finally:
            resource_tracker.unregister(folder, "folder")


def processes_for(workers: int | Literal["auto"], parts: Sequence[Part]) -> int:
    """How many processes are of use for these parts."""
    if workers == 1 or _of_no_use(workers, sum(part.stored_bytes for part in parts)):
        return 1
    return min(_cores() if workers == "auto" else workers, sum(part.is_portable for part in parts))


def stage_parts(puts: Sequence[PutDown], workers: int, progress: Progress) -> None:
    """Put parts down, with so many processes.

    The other processes begin with the first; this one, which needs no start, with the last.
    """
    import loky  # only those who have much to load need it

    others = loky.get_reusable_executor(max_workers=workers - 1, timeout=_IDLE_S)
    futures: dict[int, Future[None]] = {
        put.number: others.submit(put) for put in puts if put.part.is_portable
    }
    try:
        for put in reversed(puts):
            if put.number not in futures or futures[put.number].cancel():
                put()
                put.tell(progress)
        for put in puts:
            future = futures.get(put.number)
            if future and not future.cancelled():
                with suppress(BrokenProcessPool):
                    future.result()
                if not put.is_done:  # its process was killed
                    put()
                put.tell(progress)
    except BaseException:
        others.shutdown(wait=False, kill_workers=True)
        raise


def _cores() -> int:
    import loky

    return int(loky.cpu_count())


def _of_no_use(workers: int | Literal["auto"], size: int) -> str:
    """Why other processes would be of no use for so many bytes; empty if they would."""
    if multiprocessing.current_process().daemon:
        return "this one is a worker itself"
    return "the input is small" if workers == "auto" and size < _WORTH_IT_BYTES else ""


def _needs_one(reading: Reading, size: int) -> str:
    """Why a log in memory can be gathered by one process only; empty if not so."""
    if reading.keep_raw:
        return "keep_raw holds every record in this one"
    if reading.on_error == "raise":
        return 'on_error="raise" stops at the first'
    if shutil.disk_usage(tempfile.gettempdir()).free < 2 * size:
        return "too little room in the temporary folder"
    return ""
