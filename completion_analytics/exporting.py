"""A log handed on: CSV for spreadsheets, JSON Lines for whoever reads records."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from os import PathLike
from typing import TYPE_CHECKING, Any

import pandas as pd
from tqdm.auto import tqdm

from .aside import whole_file, whole_folder
from .formats import recognise
from .models.notes import Notes
from .quality import settled_units
from .redaction import JsonRedactor, Redactor, for_spreadsheet

if TYPE_CHECKING:
    from .log import CompletionLog


def shared(log: CompletionLog, *, redact: bool) -> CompletionLog:
    """The log as it may leave: redacted, if that is asked for."""
    if not redact:
        return log
    from .redacting import redact as redacted  # which needs the class of the log

    return redacted(log)


def write_csv(log: CompletionLog, directory: str | PathLike[str]) -> None:
    """One CSV file per frame, in a new folder."""
    frames = frames_of(log)
    with whole_folder(directory) as folder:
        for name in _told(frames, "csv", len(frames)):
            safe_cells(frames[name]).to_csv(folder / f"{name}.csv", index=False)


def write_jsonl(log: CompletionLog, path: str | PathLike[str], *, redact: bool) -> None:
    """One record per completion, in a file that replaces one that is there.

    Raises:
        ValueError: the durations of some sources were read as seconds, of others as milliseconds.
    """
    units = units_of(log)
    if len(set(units.values())) > 1:
        told = ", ".join(f"{source!r} in {unit}" for source, unit in units.items())
        raise ValueError(
            f"{path} would mix the units of durations ({told}), which `load` settles per file: "
            'write a file per source, each of `ca.select(log, ca.OneOf("source", [name]))`'
        )
    records = redacted_records(log) if redact else log.origins.raws()
    with whole_file(path) as whole, whole.open("w", encoding="utf-8") as file:
        for record in _told(records, "jsonl", len(log)):
            file.write(json.dumps(record))
            file.write("\n")


def units_of(log: CompletionLog) -> Mapping[str, str]:
    """How the durations were read, by source that a row comes from."""
    there = set(log.completions["source"].unique())
    units = settled_units(log.source_issues)
    return {source: unit for source, unit in units.items() if source in there}


def frames_of(log: CompletionLog) -> Mapping[str, pd.DataFrame]:
    """Every frame by name: those of the data, and those of the findings."""
    findings = ("rejects", "issues", "row_issues", "counts")
    return {**log.frames, **{name: getattr(log, name) for name in findings}}


def safe_cells(frame: pd.DataFrame) -> pd.DataFrame:
    """A frame whose texts, heads among them, no spreadsheet runs as a formula."""
    texts = {
        str(name): values.astype("str").map(for_spreadsheet, na_action="ignore")
        for name, values in frame.items()
        if not pd.api.types.is_numeric_dtype(values) and values.dtype.kind not in "mM"
    }
    return frame.assign(**texts).rename(columns=for_spreadsheet)


def redacted_records(log: CompletionLog) -> Iterator[Any]:
    """The records with pseudonyms for what is secret.

    Pieces of a recorded stream may part a secret, so that such a call is told in one piece.
    """
    veil = JsonRedactor(Redactor())
    for record in log.origins.raws():
        yield veil.value(_in_one_piece(record))


def _in_one_piece(record: Any) -> Any:
    form = recognise(record)
    return form.canonical(record, Notes()) if form.name == "stream" else record


def _told(items: Any, what: str, total: int) -> Any:
    """The items, with a bar on a terminal."""
    return tqdm(items, desc=what, total=total, delay=0.5, disable=None)
