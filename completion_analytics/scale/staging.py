"""What was gathered from parts, put down in a folder and taken up again as a whole.

A part is put down in one batch, or in several where it holds much. Rows are counted from the
beginning of a batch when it is put down, records and lines from the beginning of its part; when it
is taken up, rows from the beginning of everything, records and lines from that of the source.
"""

from __future__ import annotations

import json
import os
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from itertools import accumulate
from pathlib import Path

import numpy as np
import pandas as pd

from ..frames import Table
from ..gathered import Gathered, gathered_tables
from ..quality import SourceIssue
from ..storage import ARROW, Encoding, part_path, read_frames, write_frame


@dataclass(frozen=True, slots=True)
class Staged:
    """What is known of a batch that was put down, beside its frames."""

    rows: Mapping[str, int]
    """How many, by frame."""
    records: Mapping[str, int]
    """By source."""
    feedback: Mapping[str, int]
    line: int
    """That of the last completion, behind which another part may begin."""
    source_issues: Sequence[SourceIssue]
    last_form: str | None
    """The form of the last completion."""
    is_last: bool
    """Whether its part ends here."""


class Stage:
    """A folder of batches, each with all the frames of `gathered_tables`."""

    def __init__(
        self, folder: Path, extra_columns: Sequence[str] = (), encoding: Encoding = ARROW
    ) -> None:
        self.folder = folder
        self.tables: Mapping[str, Table] = gathered_tables(extra_columns)
        self._encoding = encoding

    def put(self, number: int, gathered: Gathered) -> None:
        """Write a batch; it counts as there when all of it is."""
        for name, frame in gathered.frames.items():
            self._path(name, number).parent.mkdir(parents=True, exist_ok=True)
            aside = _aside(self._path(name, number))
            write_frame(frame, aside, self.tables[name], self._encoding)
            aside.replace(self._path(name, number))
        last = gathered.frames["origins"]["line"].max()
        staged = Staged(
            {name: len(frame) for name, frame in gathered.frames.items()},
            dict(gathered.records),
            dict(gathered.feedback),
            0 if pd.isna(last) else int(last),
            gathered.source_issues,
            gathered.last_form,
            gathered.is_last,
        )
        aside = _aside(self._summary(number))
        aside.write_text(json.dumps(asdict(staged)), encoding="utf-8")
        aside.replace(self._summary(number))

    def has(self, number: int) -> bool:
        """Whether a batch was written whole."""
        return self._summary(number).is_file()

    def staged(self, number: int) -> Staged:
        """What is known of a batch."""
        said = json.loads(self._summary(number).read_text(encoding="utf-8"))
        issues = [SourceIssue(*issue) for issue in said.pop("source_issues")]
        return Staged(**said, source_issues=issues)

    def frame(
        self, name: str, numbers: Sequence[int], columns: Sequence[str] | None = None
    ) -> pd.DataFrame:
        """A frame of some batches as they were put down: some columns, or all."""
        paths = [self._path(name, number) for number in numbers]
        return read_frames(paths, self.tables[name], self._encoding, columns)

    def _path(self, name: str, number: int) -> Path:
        return part_path(self.folder, name, number, self._encoding)

    def _summary(self, number: int) -> Path:
        return self.folder / f"part-{number:05}.json"


def batches_of(part: int, n_parts: int, stage: Stage) -> Iterator[tuple[int, Staged]]:
    """The numbers of a part's batches, as far as they were put down, and what is known of them.

    The first bears the number of the part. So that numbers need not be known beforehand, those of
    a part's batches are as far from each other as there are parts.
    """
    number = part
    while stage.has(number):
        staged = stage.staged(number)
        yield number, staged
        if staged.is_last:
            return
        number += n_parts


@dataclass(frozen=True, slots=True)
class Batch:
    """One batch in its place in the whole."""

    number: int
    part: int
    staged: Staged
    starts: Mapping[str, int]
    """What comes before it, by the column that counts it."""

    @property
    def row_ids(self) -> range:
        """Those that its records may have."""
        start = self.starts["row_id"]
        return range(start, start + sum(self.staged.records.values()))


class Taken:
    """Everything on a stage, as if it had been gathered in one go."""

    def __init__(self, stage: Stage, begins_source: Sequence[bool]) -> None:
        """`begins_source` has a flag per part, in order."""
        self._stage = stage
        self.batches = _in_order(stage, begins_source)

    def whole(self) -> Gathered:
        """All of it."""
        return self.gathered(self.batches)

    def gathered(self, batches: Sequence[Batch]) -> Gathered:
        """Some batches."""
        staged = [batch.staged for batch in batches]
        return Gathered(
            {name: self.frame(name, batches) for name in self._stage.tables},
            sum((Counter(each.records) for each in staged), Counter[str]()),
            sum((Counter(each.feedback) for each in staged), Counter[str]()),
            tuple(issue for each in staged for issue in each.source_issues),
        )

    def frame(
        self, name: str, batches: Sequence[Batch], columns: Sequence[str] | None = None
    ) -> pd.DataFrame:
        """A frame of some batches: some columns, or all."""
        frame = self._stage.frame(name, [batch.number for batch in batches], columns)
        lengths = [batch.staged.rows[name] for batch in batches]
        for column in ("row_id", "record", "line"):
            if column in frame and self._counts(name, column):
                by_row = np.repeat([batch.starts[column] for batch in batches], lengths)
                frame[column] = frame[column] + by_row.astype(np.int64)
        return frame

    def _counts(self, name: str, column: str) -> bool:
        """Whether a column counts from the beginning: the frames of a stack have lines, too."""
        return column == "row_id" or "source" in self._stage.tables[name].names


def _in_order(stage: Stage, begins_source: Sequence[bool]) -> list[Batch]:
    n = len(begins_source)
    parts = [list(batches_of(part, n, stage)) for part in range(n)]
    sizes = [[sum(staged.records.values()) for _, staged in batches] for batches in parts]
    records = _before([sum(some) for some in sizes], begins_source)
    lines = _before([max(staged.line for _, staged in some) for some in parts], begins_source)
    rows = iter(accumulate((size for some in sizes for size in some), initial=0))
    return [
        Batch(number, part, staged, {"row_id": next(rows), "record": record, "line": line})
        for part, (batches, record, line) in enumerate(zip(parts, records, lines, strict=True))
        for number, staged in batches
    ]


def _before(sizes: Sequence[int], begins_source: Sequence[bool]) -> Iterator[int]:
    """What the parts of the same source before each part amount to."""
    before = 0
    for size, begins in zip(sizes, begins_source, strict=True):
        before = 0 if begins else before
        yield before
        before += size


def _aside(path: Path) -> Path:
    """Where this process writes a file, which another one may be writing, too."""
    return path.with_name(f".{os.getpid()}-{path.name}")
