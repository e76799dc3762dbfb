"""A log on disk: one Parquet file a frame, and a small manifest."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Mapping
from dataclasses import asdict
from os import PathLike
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pandas as pd

from .frames import TABLES
from .frames.columns import Column, Table
from .origins import PLACES, Origins
from .quality import SourceIssue
from .reading import Fingerprint, Source

if TYPE_CHECKING:
    from .log import CompletionLog

ROW_ISSUES = Table(
    "row_issues",
    "one row per completion and issue",
    (
        Column("row_id", "int64", "the completion"),
        Column("code", "str", "the issue"),
        Column("field", "str", "the field concerned"),
    ),
)
_STORED: dict[str, Table] = {
    **{name: table for name, table in TABLES.items() if name != "issues"},
    "row_issues": ROW_ISSUES,
}
_MANIFEST = "manifest.json"
_VERSION = 1


def write(log: CompletionLog, directory: str | PathLike[str]) -> None:
    """Write a log into a new folder; it appears when all is written."""
    target = Path(directory)
    if target.exists():
        raise FileExistsError(f"{target} exists; name a new folder, or remove it first")
    target.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix=f".{target.name}-", dir=target.parent) as aside:
        folder = Path(aside) / "log"
        folder.mkdir(mode=0o700)
        for name in _STORED:
            getattr(log, name).to_parquet(folder / f"{name}.parquet", index=False)
        log.origins.places.to_parquet(folder / "origins.parquet", index=False)
        _held(log).to_parquet(folder / "raw.parquet", index=False)
        (folder / _MANIFEST).write_text(json.dumps(_manifest(log), indent=1), encoding="utf-8")
        folder.replace(target)


def read(directory: str | PathLike[str]) -> Mapping[str, Any]:
    """The fields of the log that `write` wrote."""
    folder = Path(directory)
    if not (folder / _MANIFEST).is_file():
        raise FileNotFoundError(f"{folder} holds no log: there is no {_MANIFEST} in it")
    manifest = json.loads((folder / _MANIFEST).read_text(encoding="utf-8"))
    if manifest["version"] != _VERSION:
        raise ValueError(
            f"{folder} was written as version {manifest['version']}, this package reads "
            f"version {_VERSION}; load the exports again"
        )
    held = pd.read_parquet(folder / "raw.parquet")
    fields: dict[str, Any] = {
        name: _conformed(table, pd.read_parquet(folder / f"{name}.parquet"))
        for name, table in _STORED.items()
    }
    fields["source_issues"] = tuple(SourceIssue(*issue) for issue in manifest["source_issues"])
    fields["redactions"] = manifest.get("redactions", {})
    fields["origins"] = Origins(
        PLACES.conform(pd.read_parquet(folder / "origins.parquet")),
        {name: _source(name, **kept) for name, kept in manifest["sources"].items()},
        {
            int(row_id): json.loads(raw)
            for row_id, raw in zip(held["row_id"], held["raw"], strict=True)
        },
    )
    return fields


def _conformed(table: Table, frame: pd.DataFrame) -> pd.DataFrame:
    """The declared columns with their dtypes, then those that the user asked for."""
    own = [name for name in frame.columns if name not in table.names]
    return table.conform(frame).assign(**{name: frame[name].astype("str") for name in own})


def _held(log: CompletionLog) -> pd.DataFrame:
    """The records that no file keeps: held ones, and those of sources that only memory has."""
    origins = log.origins
    memory = [name for name, source in origins.sources.items() if source.path is None]
    places = origins.places
    lost = places.loc[places["source"].isin(memory), "row_id"]
    row_ids = sorted({*origins.held, *lost})
    raws = [json.dumps(origins.raw(row_id)) for row_id in row_ids]
    return pd.DataFrame({"row_id": row_ids, "raw": pd.array(raws, dtype="str")})


def _manifest(log: CompletionLog) -> dict[str, Any]:
    return {
        "version": _VERSION,
        "source_issues": [list(issue) for issue in log.source_issues],
        "redactions": dict(log.redactions),
        "sources": {
            name: {"path": str(source.path), "fingerprint": asdict(source.fingerprint)}
            for name, source in log.origins.sources.items()
            if source.path is not None and source.fingerprint is not None
        },
    }


def _source(name: str, path: str, fingerprint: dict[str, int]) -> Source:
    return Source(name, Path(path), Fingerprint(**fingerprint))
