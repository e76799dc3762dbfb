"""Sources are read, and what they hold is gathered."""

from __future__ import annotations

import gc
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from typing import Literal, NamedTuple

from .fast.rows import clean_rows
from .formats import FORMATS
from .frames.building import FrameBuilder
from .frames.wanted import Wanted
from .gathered import Gathered
from .intake import Intake
from .progress import Progress
from .reading import Decode, DecodedRun, Found, Source, SourceNote, read


@dataclass(frozen=True, slots=True)
class Reading:
    """How records are read."""

    strict: bool = False
    on_error: Literal["collect", "raise"] = "collect"
    keep_raw: bool = False
    extra_columns: Mapping[str, str] = field(default_factory=dict)
    """Name → path of the value in the record."""
    wanted: Wanted = field(default_factory=Wanted)


def gather(sources: Sequence[Source], reading: Reading, progress: Progress) -> Gathered:
    """Everything the sources hold.

    Raises:
        LoadError: a record could not be kept and `reading.on_error` is "raise".
    """
    intake = _intake(sources, reading)
    with _without_garbage_collection():
        for item in _found(sources, reading, progress):
            intake.take(item)
        return intake.gathered()


class Fill(NamedTuple):
    """How much is gathered at once."""

    records: int
    size: int
    """Bytes."""


class Begin(NamedTuple):
    """Where to go on."""

    records: int = 0
    """So many are passed over."""
    after: str | None = None
    """The form of the last completion among them."""


def gather_batches(
    sources: Sequence[Source], reading: Reading, progress: Progress, fill: Fill, begin: Begin
) -> Iterator[Gathered]:
    """What the sources hold, some of it at a time; the same batches wherever reading begins.

    Rows are numbered from the beginning of a batch. Only the last may be filled less than `fill`
    says: behind a full one comes another, even if nothing is left for it.
    """
    items = _found(sources, reading, progress)
    _pass_over(items, begin.records)
    after, is_full = begin.after, True
    while is_full:
        intake = _intake(sources, reading, after)
        with _without_garbage_collection():
            is_full = _is_filled(intake, items, fill)
            gathered = replace(intake.gathered(), is_last=not is_full)
        after = gathered.last_form
        yield gathered


def _is_filled(intake: Intake, items: Iterator[Found], fill: Fill) -> bool:
    """Take items until it is enough; whether that came to be."""
    n_sizes = n_bytes = 0
    for item in items:
        intake.take(item)
        n_bytes += sum(intake.sizes[n_sizes:])
        n_sizes = len(intake.sizes)
        if n_bytes >= fill.size or intake.records.total() >= fill.records:
            return True
    return False


def _pass_over(items: Iterator[Found], records: int) -> None:
    """Take so many records away, the last of which is the last of a run if it stands in one."""
    while records > 0 and (item := next(items, None)):
        records -= _n_records(item)


def _n_records(item: Found) -> int:
    if isinstance(item, DecodedRun):
        return len(item.run.values)
    return 0 if isinstance(item, SourceNote) else 1


def _intake(sources: Sequence[Source], reading: Reading, after: str | None = None) -> Intake:
    held = (each.name for each in sources if reading.keep_raw or not _is_readable_again(each))
    return Intake(
        strict=reading.strict,
        on_error=reading.on_error,
        held_sources=frozenset(held),
        extra_columns=reading.extra_columns,
        last_format=FORMATS[after] if after else None,
        builder=FrameBuilder(reading.wanted),
    )


def _found(sources: Sequence[Source], reading: Reading, progress: Progress) -> Iterator[Found]:
    for source in sources:
        is_held = reading.keep_raw or not _is_readable_again(source)
        decode = None if is_held else decoder(reading)
        yield from progress.watch(source, read(source, decode))


def decoder(reading: Reading) -> Decode | None:
    """What reads clean rows; columns by path are read from a record as its file has it."""
    return None if reading.extra_columns else clean_rows()


def _is_readable_again(source: Source) -> bool:
    return source.path is not None or source.data is not None or source.start is not None


@contextmanager
def _without_garbage_collection() -> Iterator[None]:
    """Nothing that is gathered is in a cycle, and looking for cycles takes a fifth of the time."""
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_enabled:
            gc.enable()
