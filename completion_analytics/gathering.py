"""Sources are read, and what they hold is gathered."""

from __future__ import annotations

import gc
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Literal

from .fast.rows import clean_rows
from .formats import FORMATS
from .gathered import Gathered
from .intake import Intake
from .progress import Progress
from .reading import Decode, Source, read


@dataclass(frozen=True, slots=True)
class Reading:
    """How records are read."""

    strict: bool = False
    on_error: Literal["collect", "raise"] = "collect"
    keep_raw: bool = False
    extra_columns: Mapping[str, str] = field(default_factory=dict)
    """Name → path of the value in the record."""


def gather(
    sources: Sequence[Source], reading: Reading, progress: Progress, *, after: str | None = None
) -> Gathered:
    """Everything the sources hold; `after` names the form of the record before the first.

    Raises:
        LoadError: a record could not be kept and `reading.on_error` is "raise".
    """
    held = {source.name for source in sources if reading.keep_raw or not _is_readable_again(source)}
    intake = Intake(
        strict=reading.strict,
        on_error=reading.on_error,
        held_sources=frozenset(held),
        extra_columns=reading.extra_columns,
        last_format=FORMATS[after] if after else None,
    )
    with _without_garbage_collection():
        for source in sources:
            decode = None if source.name in held else decoder(reading)
            for item in progress.watch(source, read(source, decode)):
                intake.take(item)
        return intake.gathered()


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
