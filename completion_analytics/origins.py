"""Where each row came from, and its JSON read again."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

import pandas as pd

from .frames.columns import Column, Part, Table
from .reading import DecodedRun, Origin, Source, reread
from .reading.rereading import reread_all

PLACES = Table(
    "origins",
    "one row per completion: where its record stands",
    (
        Column("row_id", "int64", "the completion"),
        Column("source", "category", "the file"),
        Column("record", "Int64", "number of the record in it, from 1"),
        Column("line", "Int64", "line of the decompressed file, from 1"),
        Column("byte_offset", "Int64", "where the record begins in the decompressed file", "bytes"),
        Column("byte_length", "Int64", "its length", "bytes"),
        Column("path", "str", "way into the document, as JSON"),
        Column("more", "str", "further pieces of a stream, as JSON"),
    ),
)


@dataclass(frozen=True)
class Origins:
    """The places of a log's rows, and the raw records that are held in memory."""

    places: pd.DataFrame = field(default_factory=PLACES.empty)
    sources: Mapping[str, Source] = field(default_factory=dict)
    """Where to read again, by the source's name."""
    held: Mapping[int, Any] = field(default_factory=dict)
    """Records that came from memory, or that were kept on request, by row."""

    def raw(self, row_id: int) -> Any:
        """The JSON value of a row as its source had it.

        Raises:
            KeyError: the log has no such row.
            SourceChanged: the file moved or changed since it was loaded.
            LookupError: the log was redacted, and its records were not held.
        """
        if row_id in self.held:
            return self.held[row_id]
        origin = self.origin(row_id)
        return reread(self._source(origin.source), origin)

    def raws(self) -> Iterator[Any]:
        """The JSON values of all rows in the order of the rows; every source is read once.

        Raises:
            SourceChanged: a file moved or changed since it was loaded.
            LookupError: the log was redacted, and its records were not held.
        """
        for name, places in self.places.groupby("source", observed=True, sort=False):
            row_ids = dict(zip(places["record"], places["row_id"], strict=True))
            if all(row_id in self.held for row_id in row_ids.values()):
                yield from (self.held[row_id] for row_id in row_ids.values())
            else:
                yield from reread_all(self._source(str(name)), row_ids)

    def _source(self, name: str) -> Source:
        if name not in self.sources:
            raise LookupError(
                f"this log was redacted, so {name} is not read again: load it with keep_raw=True "
                "before redacting (a recorded stream has no redacted record)"
            )
        return self.sources[name]

    def origin(self, row_id: int) -> Origin:
        """The place of a row."""
        found = self.places[self.places["row_id"] == row_id]
        if found.empty:
            raise KeyError(f"no row {row_id!r} in this log; `log.completions.row_id` lists them")
        row = found.iloc[0]
        return Origin(
            source=str(row["source"]),
            record=int(row["record"]),
            line=_int(row["line"]),
            byte_offset=_int(row["byte_offset"]),
            byte_length=_int(row["byte_length"]),
            path=tuple(json.loads(row["path"])),
            more=tuple((start, length) for start, length in json.loads(row["more"])),
        )

    def keep(self, row_ids: pd.Series) -> Origins:
        """The origins of some rows."""
        kept = self.places[self.places["row_id"].isin(row_ids)]
        wanted = set(row_ids)
        held = {row_id: self.held[row_id] for row_id in self.held if row_id in wanted}
        return Origins(kept.reset_index(drop=True), self.sources, held)


class Places:
    """Gathers where records stand."""

    def __init__(self) -> None:
        """Begin without any."""
        self._parts: list[Part] = []
        self._rows: dict[str, list[Any]] = {name: [] for name in PLACES.names}

    def add(self, row_id: int, origin: Origin) -> None:
        """Take the place of one record."""
        path = json.dumps(origin.path) if origin.path else "[]"
        more = json.dumps(origin.more) if origin.more else "[]"
        place = (origin.record, origin.line, origin.byte_offset, origin.byte_length)
        self._extend(*([value] for value in (row_id, origin.source, *place, path, more)))

    def add_run(self, first_row_id: int, found: DecodedRun) -> None:
        """Take the places of records that follow one another."""
        run = found.run
        n = len(run.values)
        row_ids, records = (range(start, start + n) for start in (first_row_id, found.first_record))
        self._extend(
            row_ids,
            [found.source] * n,
            records,
            run.lines,
            run.offsets,
            run.lengths,
            ["[]"] * n,
            ["[]"] * n,
        )

    def frame(self) -> pd.DataFrame:
        """The frame of places; what was gathered is used up."""
        self._flush()
        return PLACES.join(self._parts)

    def _extend(self, *columns: Iterable[Any]) -> None:
        for gathered, more in zip(self._rows.values(), columns, strict=True):
            gathered.extend(more)
        if len(self._rows["row_id"]) >= _PLACES_PER_PART:
            self._flush()

    def _flush(self) -> None:
        self._parts.append(PLACES.part(self._rows))
        self._rows = {name: [] for name in PLACES.names}


_PLACES_PER_PART = 5_000


def _int(value: Any) -> int | None:
    return None if pd.isna(value) else int(value)
