"""What was gathered from parts, put down in a folder and taken up again as a whole.

Rows, records and lines are counted from the beginning of a part when it is put down, and from the
beginning of everything (rows) or of its source (records, lines) when it is taken up.
"""

from __future__ import annotations

import json
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
    """What is known of a part that was put down, beside its frames."""

    rows: Mapping[str, int]
    """How many, by frame."""
    records: Mapping[str, int]
    """By source."""
    feedback: Mapping[str, int]
    lines: int
    """Up to the last completion, behind which another part may begin."""
    source_issues: Sequence[SourceIssue]


class Stage:
    """A folder of parts, each with all the frames of `gathered_tables`."""

    def __init__(
        self, folder: Path, extra_columns: Sequence[str] = (), encoding: Encoding = ARROW
    ) -> None:
        self.folder = folder
        self.tables: Mapping[str, Table] = gathered_tables(extra_columns)
        self._encoding = encoding

    def put(self, number: int, gathered: Gathered) -> None:
        """Write a part; it counts as there when all of it is."""
        for name, frame in gathered.frames.items():
            path = self._path(name, number)
            path.parent.mkdir(parents=True, exist_ok=True)
            write_frame(frame, path, self.tables[name], self._encoding)
        last = gathered.frames["origins"]["line"].max()
        staged = Staged(
            {name: len(frame) for name, frame in gathered.frames.items()},
            dict(gathered.records),
            dict(gathered.feedback),
            0 if pd.isna(last) else int(last),
            gathered.source_issues,
        )
        aside = self._summary(number).with_suffix(".aside")
        aside.write_text(json.dumps(asdict(staged)), encoding="utf-8")
        aside.replace(self._summary(number))

    def has(self, number: int) -> bool:
        """Whether a part was written whole."""
        return self._summary(number).is_file()

    def staged(self, number: int) -> Staged:
        """What is known of a part."""
        said = json.loads(self._summary(number).read_text(encoding="utf-8"))
        issues = [SourceIssue(*issue) for issue in said.pop("source_issues")]
        return Staged(**said, source_issues=issues)

    def take(self, begins_source: Sequence[bool]) -> Gathered:
        """Everything that was put down, as if gathered in one go; a flag per part, in order."""
        parts = [self.staged(number) for number in range(len(begins_source))]
        return Gathered(
            {name: self.frame(name, begins_source) for name in self.tables},
            sum((Counter(part.records) for part in parts), Counter[str]()),
            sum((Counter(part.feedback) for part in parts), Counter[str]()),
            tuple(issue for part in parts for issue in part.source_issues),
        )

    def frame(
        self,
        name: str,
        begins_source: Sequence[bool],
        numbers: Sequence[int] | None = None,
        columns: Sequence[str] | None = None,
    ) -> pd.DataFrame:
        """A frame of some parts, or of all: some columns, or all."""
        numbers = range(len(begins_source)) if numbers is None else numbers
        parts = [self.staged(number) for number in range(len(begins_source))]
        paths = [self._path(name, number) for number in numbers]
        frame = read_frames(paths, self.tables[name], self._encoding, columns)
        lengths = [parts[number].rows[name] for number in numbers]
        for column, starts in starts_of(parts, begins_source).items():
            if column in frame and self._counts(name, column):
                by_row = np.repeat([starts[number] for number in numbers], lengths)
                frame[column] = frame[column] + by_row.astype(np.int64)
        return frame

    def _counts(self, name: str, column: str) -> bool:
        """Whether a column counts from the beginning: the frames of a stack have lines, too."""
        return column == "row_id" or "source" in self.tables[name].names

    def _path(self, name: str, number: int) -> Path:
        return part_path(self.folder, name, number, self._encoding)

    def _summary(self, number: int) -> Path:
        return self.folder / f"part-{number:05}.json"


def starts_of(parts: Sequence[Staged], begins_source: Sequence[bool]) -> dict[str, list[int]]:
    """What comes before each part, by the column that counts it."""
    sizes = [sum(part.records.values()) for part in parts]
    return {
        "row_id": list(accumulate(sizes, initial=0))[:-1],
        "record": list(_since_source_began(sizes, begins_source)),
        "line": list(_since_source_began([part.lines for part in parts], begins_source)),
    }


def _since_source_began(sizes: Sequence[int], begins_source: Sequence[bool]) -> Iterator[int]:
    before = 0
    for size, begins in zip(sizes, begins_source, strict=True):
        before = 0 if begins else before
        yield before
        before += size
