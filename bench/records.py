"""Files of invented records: which rows they hold, and how these are written."""

from __future__ import annotations

import gzip
import hashlib
import json
import tempfile
from collections.abc import Callable, Iterator
from itertools import islice
from pathlib import Path
from typing import NamedTuple

from . import rows, vocabulary
from .rows import Json, fresh_stack_rows, log10_rows, text_bodies

_SOURCES = (Path(__file__), Path(rows.__file__), Path(vocabulary.__file__))
_LINES_PER_WRITE = 1_000
_DIRTY_EVERY = 100


def _escaped(rows: Iterator[Json]) -> Iterator[str]:
    return map(json.dumps, rows)


def _unescaped(rows: Iterator[Json]) -> Iterator[str]:
    return (json.dumps(row, ensure_ascii=False) for row in rows)


def _as_array(rows: Iterator[Json]) -> Iterator[str]:
    before = "["
    for row in rows:
        yield before + json.dumps(row)
        before = ","
    yield "]"


def _dirty(rows: Iterator[Json]) -> Iterator[str]:
    for number, row in enumerate(rows, 1):
        times, is_clean = divmod(number, _DIRTY_EVERY)
        yield json.dumps(row) if is_clean else _DIRT[(times - 1) % len(_DIRT)](row)


_DIRT: tuple[Callable[[Json], str], ...] = (
    lambda row: json.dumps(row)[:1_000],  # cut off
    lambda row: json.dumps(row | {"request": json.dumps(row["request"])}),  # JSON in JSON
    lambda row: json.dumps(row | {"duration": "1840"}),
    lambda row: json.dumps(row | {"status": ["finished"]}),
)


class Input(NamedTuple):
    """What a file holds, and how."""

    words: str
    rows: Callable[[int], Iterator[Json]] = log10_rows
    lines: Callable[[Iterator[Json]], Iterator[str]] = _escaped
    suffix: str = ".jsonl"
    schema: str = "log10"
    """Which frames are made of it: the name of a function in every contender's module."""


SHAPES = {
    "log10": Input("Log10 rows"),
    "text": Input("text completions of OpenAI", text_bodies, schema="text"),
    "gzip": Input("gzipped Log10 rows", suffix=".jsonl.gz"),
}
VARIANTS = {
    "utf8": Input("Log10 rows in raw UTF-8 instead of escapes", lines=_unescaped),
    "stacks": Input("Log10 rows without a stack trace twice", fresh_stack_rows),
    "dirty": Input(
        "Log10 rows with 1 % of the lines dirty: cut off, text for a number and the like",
        lines=_dirty,
    ),
    "array": Input("Log10 rows in one JSON array", lines=_as_array, suffix=".json"),
}
INPUTS = SHAPES | VARIANTS


def written(name: str, n: int, seed: int = 0) -> Path:
    """An input of so many records in the temporary folder, written unless it is there."""
    mark = hashlib.sha256(b"".join(map(Path.read_bytes, _SOURCES))).hexdigest()[:8]
    folder = Path(tempfile.gettempdir()) / "completion-analytics-bench"
    path = folder / f"{name}-{n}-{seed}-{mark}{INPUTS[name].suffix}"
    if not path.exists():
        folder.mkdir(exist_ok=True)
        _write(path, INPUTS[name].lines(islice(INPUTS[name].rows(seed), n)))
    return path


def log10_file(n: int, seed: int = 0) -> Path:
    return written("log10", n, seed)


def _write(path: Path, lines: Iterator[str]) -> None:
    # A run that is broken off leaves no short file behind.
    with tempfile.TemporaryDirectory(dir=path.parent) as folder:
        unfinished = Path(folder) / path.name
        is_gzip = path.suffix == ".gz"
        with gzip.open(unfinished, "wb", 6) if is_gzip else unfinished.open("wb") as file:
            while some := list(islice(lines, _LINES_PER_WRITE)):
                file.write("\n".join((*some, "")).encode())
        unfinished.rename(path)
