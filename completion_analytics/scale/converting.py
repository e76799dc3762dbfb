"""`convert`: exports of any size into a folder that `open_parquet` opens."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from os import PathLike
from pathlib import Path
from typing import Literal

import pandas as pd
import pyarrow as pa

from ..assembly import counts_of, kept_frames, log_frames
from ..gathering import Fill, Reading
from ..loading import warn_if_mostly_rejected
from ..options import check_choice, check_workers, checked_columns, distinct
from ..progress import Progress
from ..quality import source_issues
from ..reading import Fingerprint, Source, find_sources
from ..storage import Manifest, Stored, write_part
from .deciding import Decided, decide_whole
from .parts import Part, parts_of
from .putting import FILL, PutDown
from .staging import Batch, Stage, Taken
from .unfinished import Plan, Unfinished, unfinished
from .workers import processes_for, stage_parts


@dataclass(frozen=True, slots=True)
class Sizes:
    """How much is read at once."""

    part_bytes: int = 64 << 20
    fill: Fill = FILL


def convert(
    paths: str | PathLike[str] | Iterable[str | PathLike[str]],
    directory: str | PathLike[str],
    *,
    duration_unit: Literal["auto", "s", "ms"] = "auto",
    columns: Mapping[str, str] | None = None,
    strict: bool = False,
    workers: int | Literal["auto"] = "auto",
    progress: bool | None = None,
) -> pd.DataFrame:
    """Exports of any size become a new folder of Parquet files, in memory that does not grow.

    `ca.open_parquet` opens the folder, with what `ca.load` gives for the same files. When the
    process is ended, or the disk is full, the same call goes on where it was: no record is lost or
    doubled. Until all is there, the work stands beside, in a folder whose name ends in `.partial`.

    Args:
        paths: A file, folder or glob, or several of them.
        directory: The folder to make.
        duration_unit: As `load` takes it.
        columns: As `load` takes them.
        strict: As `load` takes it.
        workers: As `load` takes it; each needs as much memory as one.
        progress: As `load` takes it.

    Returns:
        How many records of each file became what, as `log.counts`.

    Raises:
        BlockingIOError: another process is making the folder.
        FileExistsError: the folder exists.
        FileNotFoundError: a path is missing, or a folder or glob holds no export.
        OSError: the disk is full, or nothing may be written there; what is done is kept.
        TypeError: `paths` are no files.
        ValueError: an option has a value that is not offered; or the work was begun with other
            files or options, or a file changed since.

    >>> import tempfile, completion_analytics as ca
    >>> from pathlib import Path
    >>> folder = Path(tempfile.mkdtemp())
    >>> _ = (folder / "a.jsonl").write_text('{"object": "text_completion", "choices": []}')
    >>> ca.convert(folder / "a.jsonl", folder / "log")[["records", "rows", "rejects"]]
       records  rows  rejects
    0        1     1        0
    >>> len(ca.open_parquet(folder / "log"))
    1
    """
    reading = Reading(strict, extra_columns=checked_columns(columns or {}))
    check_choice("duration_unit", duration_unit, ("auto", "s", "ms"))
    check_workers(workers)
    sources = distinct(find_sources(paths))
    stored = converted(sources, Path(directory), reading, duration_unit, workers, progress)
    counts = stored.frame("counts")
    warn_if_mostly_rejected(counts, lambda: stored.frame("rejects", ["reason"]))
    return counts


def converted(
    sources: list[Source],
    directory: Path,
    reading: Reading,
    duration_unit: Literal["auto", "s", "ms"] = "auto",
    workers: int | Literal["auto"] = 1,
    progress: bool | None = False,
    sizes: Sizes | None = None,
) -> Stored:
    """The log on disk that `convert` makes, read in parts of some sizes. Raises as it does."""
    sizes = sizes or Sizes()
    _require_files(sources)
    asked = {
        "duration_unit": duration_unit,
        "columns": dict(reading.extra_columns),
        "strict": reading.strict,
        "sizes": [sizes.part_bytes, *sizes.fill],
    }
    with unfinished(directory, Plan.of(sources, asked)) as work:
        if work:
            _make(work, sources, reading, duration_unit, workers, progress, sizes)
    return Stored.at(directory)


def _make(
    work: Unfinished,
    sources: Sequence[Source],
    reading: Reading,
    duration_unit: Literal["auto", "s", "ms"],
    workers: int | Literal["auto"],
    progress: bool | None,
    sizes: Sizes,
) -> None:
    """Make what is not there yet."""
    parts = list(parts_of(sources, sizes.part_bytes, reading))
    stage = Stage(work.staged, tuple(reading.extra_columns))
    with Progress(sources, progress, "convert") as bar:
        _put_down(parts, reading, stage, sizes.fill, workers, bar)
        _require_unchanged(sources, work)
        taken = Taken(stage, [part.begins_source for part in parts])
        bar.say("deciding")
        decided = decide_whole(taken, duration_unit)
        _write_parts(taken, decided, parts, work, bar)
    _finish(taken, decided, sources, work)


def _require_files(sources: Sequence[Source]) -> None:
    memory = [source.name for source in sources if source.path is None]
    if memory:
        raise TypeError(f"convert reads files, and {memory[0]} is none; load it and use to_parquet")


def _put_down(
    parts: Sequence[Part],
    reading: Reading,
    stage: Stage,
    fill: Fill,
    workers: int | Literal["auto"],
    bar: Progress,
) -> None:
    """Gather what is not there."""
    puts = [
        PutDown(part, number, len(parts), reading, stage, fill) for number, part in enumerate(parts)
    ]
    left = []
    for put in puts:
        if put.is_done:
            put.tell(bar)
        else:
            left.append(put)
    n = processes_for(workers, [put.part for put in left])
    if n > 1:
        bar.say(f"{n} processes")
        stage_parts(left, n, bar)
        return
    for put in left:
        put(bar)
        _let_go()


def _require_unchanged(sources: Sequence[Source], work: Unfinished) -> None:
    for source in sources:
        if source.path is not None and Fingerprint.of(source.path) != source.fingerprint:
            raise ValueError(
                f"{source.name} changed while it was read: remove {work.folder} and convert again"
            )


def _write_parts(
    taken: Taken, decided: Decided, parts: Sequence[Part], work: Unfinished, bar: Progress
) -> None:
    for number, batch in enumerate(taken.batches):
        bar.say(f"writing part {number + 1} of {len(taken.batches)}")
        if not work.has(number):
            names = [source.name for source in parts[batch.part].sources]
            write_part(work.log, number, _frames(taken, batch, names, decided))
            work.completes(number)
            _let_go()


def _frames(
    taken: Taken, batch: Batch, sources: Sequence[str], decided: Decided
) -> dict[str, pd.DataFrame]:
    """All frames of a part of the log."""
    gathered, here = taken.gathered([batch]), decided.within(batch.row_ids)
    kept = kept_frames(gathered.frames, here.decisions, here.repeats)
    frames = log_frames(gathered, kept, here.repeats, here.around, here.rows)
    return {**frames, "counts": counts_of(gathered, sources, here.repeats)}


def _finish(taken: Taken, decided: Decided, sources: Sequence[Source], work: Unfinished) -> None:
    noted = [issue for batch in taken.batches for issue in batch.staged.source_issues]
    issues = source_issues(decided.decisions.units, decided.around, noted)
    named = {source.name: source for source in sources}
    Manifest(len(taken.batches), issues, sources=named).write(work.log)
    work.becomes_target()


def _let_go() -> None:
    """Give memory back that the next part may not be able to use."""
    pa.default_memory_pool().release_unused()
