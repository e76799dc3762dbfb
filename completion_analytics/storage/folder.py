"""Where the files of a log stand in its folder, and what its manifest says."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pandas as pd

from ..aside import write_whole
from ..frames import TABLES
from ..frames.columns import Column, Table
from ..origins import PLACES, Origins
from ..quality import ROW_ISSUES, SourceIssue
from ..reading import MANIFEST, Fingerprint, Source, holds_log
from .encodings import ARROW, PARQUET, Encoding, joined_frame, read_frames, write_frame
from .held import HeldRecords

if TYPE_CHECKING:
    from ..log import CompletionLog

RAW = Table(
    "raw",
    "one row per record that no file keeps",
    (Column("row_id", "int64", "the completion"), Column("raw", "str", "the record, as JSON")),
)
STORED: dict[str, Table] = {
    **{name: table for name, table in TABLES.items() if name != "issues"},
    **{table.name: table for table in (ROW_ISSUES, PLACES, RAW)},
}
"""The frames of a log, with its findings, the places of its rows, and records held in memory."""
ENCODINGS = {encoding.name: encoding for encoding in (PARQUET, ARROW)}
VERSION = 2


@dataclass(frozen=True)
class Manifest:
    """What a folder says of its log beside the frames."""

    parts: int
    source_issues: Sequence[SourceIssue] = ()
    redactions: Mapping[str, int] = field(default_factory=dict)
    sources: Mapping[str, Source] = field(default_factory=dict)
    """The files; other sources cannot be read again."""
    encoding: Encoding = PARQUET
    left_out: Sequence[str] = ()
    """Frames that the log was loaded without; their files hold no row."""

    def write(self, folder: Path) -> None:
        """Make the folder a log: everything else must have been written."""
        said = {
            "version": VERSION,
            "encoding": self.encoding.name,
            "parts": self.parts,
            "source_issues": [list(issue) for issue in self.source_issues],
            "redactions": dict(self.redactions),
            "left_out": list(self.left_out),
            "sources": {
                name: {"path": str(source.path), "fingerprint": asdict(source.fingerprint)}
                for name, source in self.sources.items()
                if source.path is not None and source.fingerprint is not None
            },
        }
        write_whole(folder / MANIFEST, json.dumps(said, indent=1))

    @classmethod
    def read(cls, folder: Path) -> Manifest:
        """What `write` wrote.

        Raises:
            FileNotFoundError: the folder is not there or holds no log.
            ValueError: another version wrote it, or its manifest is cut off.
        """
        if not holds_log(folder):
            raise FileNotFoundError(
                f"{folder} holds no log: there is no {MANIFEST} of this package in it"
            )
        try:
            said = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
        except ValueError as error:
            raise ValueError(
                f"{folder / MANIFEST} is damaged ({error}); load the exports again"
            ) from error
        if said["version"] != VERSION:
            raise ValueError(
                f"{folder} was written as version {said['version']}, this package reads "
                f"version {VERSION}; load the exports again"
            )
        return cls(
            said["parts"],
            tuple(SourceIssue(*issue) for issue in said["source_issues"]),
            said["redactions"],
            {name: _source(name, **kept) for name, kept in said["sources"].items()},
            ENCODINGS[said["encoding"]],
            said.get("left_out", ()),
        )


def part_path(folder: Path, name: str, part: int, encoding: Encoding = PARQUET) -> Path:
    """Where a part of a frame stands."""
    return folder / name / f"part-{part:05}.{encoding.name}"


def write_part(
    folder: Path, part: int, frames: Mapping[str, pd.DataFrame], encoding: Encoding = PARQUET
) -> None:
    """Write a part of every frame of `STORED`; one that is not given has no rows.

    `counts` may name a source in several parts: the sums count.
    """
    for name, table in STORED.items():
        path = part_path(folder, name, part, encoding)
        path.parent.mkdir(parents=True, exist_ok=True)
        frame = frames[name] if name in frames else table.empty()
        write_frame(frame, path, table, encoding)


def write_log(log: CompletionLog, folder: Path, encoding: Encoding = PARQUET) -> None:
    """Write a whole log into a folder, as one part."""
    origins = log.origins
    beside = {PLACES.name: origins.places, RAW.name: _held(origins)}
    built = (name for name in STORED if name not in beside and name not in log.left_out)
    write_part(folder, 0, {name: getattr(log, name) for name in built} | beside, encoding)
    Manifest(
        1, log.source_issues, log.redactions, origins.sources, encoding, sorted(log.left_out)
    ).write(folder)


@dataclass(frozen=True)
class Stored:
    """A folder that holds a log."""

    folder: Path
    manifest: Manifest
    parts: Sequence[int]

    @classmethod
    def at(cls, folder: Path) -> Stored:
        """The log in a folder. Raises as `Manifest.read` does."""
        manifest = Manifest.read(folder)
        return cls(folder, manifest, range(manifest.parts))

    def none(self) -> Stored:
        """The log without any of its parts: every frame has its columns, and no rows."""
        return replace(self, parts=())

    def each(self) -> Iterator[Stored]:
        """Its parts, one by one."""
        return (replace(self, parts=[part]) for part in self.parts)

    def paths(self, name: str) -> list[Path]:
        """The files of a frame, in order."""
        encoding = self.manifest.encoding
        return [part_path(self.folder, name, part, encoding) for part in self.parts]

    def frame(
        self, name: str, columns: Sequence[str] | None = None, filter: Any = None
    ) -> pd.DataFrame:
        """A frame of the log; see `read_frames`."""
        found = read_frames(self.paths(name), STORED[name], self.manifest.encoding, columns, filter)
        return _summed(found) if name == "counts" and len(self.parts) > 1 else found

    def later(self, name: str, filter: Any = None) -> Callable[[], pd.DataFrame]:
        """What reads a frame. Files that are mapped into memory are so at once, and may then go."""
        if self.manifest.encoding is not ARROW or len(self.parts) != 1 or filter is not None:
            return partial(self.frame, name, filter=filter)
        mapped = [ARROW.read(path, None, None) for path in self.paths(name)]
        return partial(joined_frame, mapped, STORED[name])

    def origins_later(self, filter: Any = None) -> Callable[[], Origins]:
        """What reads the places of the rows, and the records held."""
        places, held = self.later(PLACES.name, filter), self.later(RAW.name, filter)
        return partial(_origins, places, held, self.manifest.sources)

    def columns(self, name: str) -> list[str]:
        """The columns of a frame: the declared ones, and further ones that a user asked for."""
        names = self.manifest.encoding.columns(self.paths(name)[0]) if self.parts else ()
        return list(names) or STORED[name].names


def _origins(
    places: Callable[[], pd.DataFrame],
    held: Callable[[], pd.DataFrame],
    sources: Mapping[str, Source],
) -> Origins:
    return Origins(places(), sources, HeldRecords.of(held()))


def _summed(counts: pd.DataFrame) -> pd.DataFrame:
    summed = counts.groupby("source", sort=False).sum().reset_index()
    return STORED["counts"].conform(summed)


def _held(origins: Origins) -> pd.DataFrame:
    """The records that no file keeps: held ones, and those of sources that only memory has."""
    memory = [name for name, source in origins.sources.items() if source.path is None]
    places = origins.places
    lost = places.loc[places["source"].isin(memory), "row_id"]
    row_ids = sorted({*origins.held, *lost})
    return RAW.build(
        {"row_id": row_ids, "raw": [json.dumps(origins.raw(row_id)) for row_id in row_ids]}
    )


def _source(name: str, path: str, fingerprint: dict[str, int]) -> Source:
    return Source(name, Path(path), Fingerprint(**fingerprint))
