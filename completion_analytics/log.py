"""`CompletionLog`: what one load produced."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from copy import copy
from dataclasses import dataclass, field
from os import PathLike
from typing import TYPE_CHECKING, Any

import pandas as pd

from . import card, exporting
from .aside import whole_folder
from .formats import recognise
from .frames.building import CHILDREN
from .frames.completions import COMPLETIONS
from .frames.wanted import IN_ONE_PLACE, not_built
from .models import Completion
from .models.notes import Notes
from .origins import Origins
from .quality import SourceIssue, issues_frame
from .storage import write_log


@dataclass(frozen=True, repr=False)
class CompletionLog:
    """The frames of a load, what could not be kept, and what is doubtful about the rest.

    Every frame is a plain `pandas.DataFrame` with declared columns; `row_id` joins them. The frames
    are the log's own: filter copies, not these.

    >>> import completion_analytics as ca
    >>> log = ca.load([{"id": "1", "status": "finished", "kind": "chat", "duration": 1.5,
    ...                 "request": {"model": "m", "messages": []}, "response": {"choices": []}}])
    >>> log
    <CompletionLog: 1 completion of 1 model; 0 failed, 0 unresolved; 0 rejects>
    """

    completions: pd.DataFrame
    choices: pd.DataFrame
    usage: pd.DataFrame
    tags: pd.DataFrame
    messages: pd.DataFrame
    tool_calls: pd.DataFrame
    stacktrace: pd.DataFrame
    logprobs: pd.DataFrame
    feedback: pd.DataFrame
    rejects: pd.DataFrame
    counts: pd.DataFrame
    row_issues: pd.DataFrame
    """One row per completion and issue: `row_id, code, field`."""
    source_issues: tuple[SourceIssue, ...] = ()
    origins: Origins = field(default_factory=Origins)
    redactions: Mapping[str, int] = field(default_factory=dict)
    """What `redact` replaced, by rule: places in distinct texts. Empty for a log as loaded."""
    left_out: frozenset[str] = frozenset()
    """Frames that were not asked for: looking at one raises AttributeError.

    `text` stands for the words of prompts and answers.
    """

    @property
    def frames(self) -> Mapping[str, pd.DataFrame]:
        """Every frame of the data by name, without findings and what was left out."""
        names = ("completions", *(table.name for table in CHILDREN), "feedback")
        return {name: getattr(self, name) for name in names if name not in self.left_out}

    if not TYPE_CHECKING:  # hidden from type checkers, so that they still find a misspelt name

        def __getattr__(self, name: str) -> Any:
            if name in self.__dict__.get("left_out", ()):
                raise not_built(name)
            raise AttributeError(f"a CompletionLog has no attribute {name!r}")

    @property
    def issues(self) -> pd.DataFrame:
        """What is doubtful: one row per source, code and field, the gravest first."""
        return issues_frame(self.row_issues, self.source_issues, self.completions)

    def rows_with(self, code: str) -> pd.DataFrame:
        """The rows of `completions` that an issue is about.

        Raises:
            KeyError: no row of this log has that issue.
        """
        known = sorted(self.row_issues["code"].unique())
        if code not in known:
            raise KeyError(f"no row has the issue {code!r}; there are {known}")
        row_ids = self.row_issues.loc[self.row_issues["code"] == code, "row_id"]
        return self.completions[self.completions["row_id"].isin(row_ids)]

    def raw(self, row_id: int) -> Any:
        """The record of a row as its file had it, parsed but not interpreted.

        Raises:
            KeyError: the log has no such row.
            LookupError: its file moved, changed, or cannot be read again.
        """
        return self.origins.raw(row_id)

    def record(self, row_id: int) -> Completion:
        """The validated record of a row; made when asked for. Raises as `raw` does."""
        return validated(self.raw(row_id))

    def records(self) -> Iterator[Completion]:
        """The validated records of all rows, in the order of the rows. Raises as `raw` does."""
        for raw in self.origins.raws():
            yield validated(raw)

    def keep(self, row_ids: pd.Series) -> CompletionLog:
        """A log of some rows: every frame filtered, `rejects` and `counts` as they were loaded."""
        kept = {
            name: frame[frame["row_id"].isin(row_ids)].reset_index(drop=True)
            for name, frame in (*self.frames.items(), ("row_issues", self.row_issues))
        }
        return self.changed(**kept, origins=self.origins.keep(row_ids))

    def changed(self, **fields: Any) -> CompletionLog:
        """The log with some fields changed, and the same ones left out."""
        log = copy(self)
        log.__dict__.update(fields)
        return log

    def without(self, names: Iterable[str]) -> CompletionLog:
        """The log as if these frames had not been asked for."""
        log = self.changed(left_out=self.left_out | frozenset(names))
        for name in log.left_out:
            log.__dict__.pop(name, None)
        return log

    def to_parquet(self, directory: str | PathLike[str], *, redact: bool = False) -> None:
        """Write the log into a new folder, Parquet files by frame; `ca.open_parquet` reads it.

        The folder appears when all is written. It holds prompts and answers as the log does, or
        with `redact` as `ca.redact` leaves them.

        Raises:
            FileExistsError: the folder exists.
        """
        with whole_folder(directory) as folder:
            write_log(exporting.shared(self, redact=redact), folder)

    def to_csv(self, directory: str | PathLike[str], *, redact: bool = False) -> None:
        """Write a CSV file per frame into a new folder, the findings too: for spreadsheets.

        The folder appears when all is written. Missing is an empty cell, times are ISO 8601 in UTC.
        Texts that a spreadsheet would run as a formula begin with a quote.

        Raises:
            FileExistsError: the folder exists.
        """
        exporting.write_csv(exporting.shared(self, redact=redact), directory)

    def to_jsonl(self, path: str | PathLike[str], *, redact: bool = False) -> None:
        """Write the record of every row as a line of JSON, as its source had it; `load` reads it.

        The file appears when all is written; one that is there is replaced. Feedback, duplicates
        and rejects are not in it. With `redact` secrets become pseudonyms, and a recorded stream
        becomes one record.

        Raises:
            FileNotFoundError: there is no such folder to write into.
            LookupError: a source moved, changed, or cannot be read again.
            ValueError: sources have durations in different units, which one file would mix up.
        """
        exporting.write_jsonl(self, path, redact=redact)

    def __len__(self) -> int:
        return len(self.completions)

    def __repr__(self) -> str:
        return card.one_line(self)

    def __str__(self) -> str:
        return card.as_text(self)

    def _repr_html_(self) -> str:
        return card.as_html(self)


def require_log(data: Any, function: str, takes: str = "a CompletionLog") -> CompletionLog:
    """Check that it is a log, and one in this process.

    Raises:
        TypeError: it is not.
    """
    if isinstance(data, CompletionLog):
        return data
    hint = f": {IN_ONE_PLACE}" if hasattr(data, "compute") else ""
    raise TypeError(f"{function} takes {takes}, not a {type(data).__name__}{hint}")


def require_whole_log(data: Any, function: str) -> CompletionLog:
    """Check that it is a log in this process, and that its completions have all columns.

    Raises:
        KeyError: it was opened with few columns.
        TypeError: it is no log, or one in parts.
    """
    log = require_log(data, function)
    missing = [name for name in COMPLETIONS.names if name not in log.completions]
    if missing:
        raise KeyError(
            f"{function} needs all columns of completions, and this log was opened without "
            f"{missing[0]!r}: open it without `columns=`"
        )
    return log


def validated(raw: Any) -> Completion:
    """The completion that a raw record tells, as `load` reads it."""
    notes = Notes()
    return Completion.model_validate(recognise(raw).canonical(raw, notes), context=notes)
