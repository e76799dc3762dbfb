"""`open`: a log in parts, looked at by as many processes and machines as there are."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from os import PathLike
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import numpy as np
import numpy.typing as npt
import pandas as pd

from ..filters import Condition, select
from ..frames.wanted import not_built
from ..log import CompletionLog
from ..opening import opened
from ..options import distinct
from ..quality import Concerned, concerned, issues_of
from ..reading import find_sources
from ..storage import Stored
from ..storage.finding import rows_kept
from .cache import CONVERTED, default_folder
from .converting import convert
from .identity import key_of
from .partitions import FRAMES, dask_frame, merged_words, words_of
from .pieces import Pieces, Words

Made = TypeVar("Made")
RowIds = npt.NDArray[np.int64]


def open(
    paths_or_dir: Any, client: Any = None, *, store: str | PathLike[str] | None = None
) -> ClusterLog:
    """A log part by part, looked at by as many processes and machines as Dask has.

    A folder that `ca.convert` or `CompletionLog.to_parquet` wrote is opened as it is, and nothing
    of it is read before something is asked for. Exports are converted first, by this machine, as
    `ca.convert` does it; while they stay as they are, the next call opens what is there. Every
    worker must find the folder under the same name.

    Args:
        paths_or_dir: such a folder, or exports as `ca.convert` takes them.
        client: a `distributed.Client`; None takes the one there is, or else threads here. It is
            for statistics and findings: a frame's own `compute()` goes where Dask sends it.
        store: the folder for converted exports. None takes one among the user's caches, where it
            stays, prompts and answers included, until `completion-analytics cache clear`.

    Raises:
        FileNotFoundError: there is nothing to open.
        ImportError: Dask is not installed.
        ValueError: `store` holds a log of other files, or another version wrote it; or as
            `ca.convert` raises it.

    >>> import completion_analytics as ca
    >>> folder = getfixture("tmp_path") / "log"
    >>> ca.demo(200).to_parquet(folder)
    >>> log = ca.scale.open(folder)
    >>> log.completions["outcome"].eq("failed").sum().compute()
    np.int64(1)
    >>> failed = ca.select(log, ca.OneOf("outcome", ["failed"]))
    >>> ca.summary(failed, by=None)[["n", "failure_rate"]]
       n  failure_rate
    0  1           1.0
    """
    return ClusterLog(Pieces(_stored(paths_or_dir) or _converted(paths_or_dir, store)), client)


def _stored(folder: Any) -> Stored | None:
    """The log in a folder, if there is one."""
    try:
        return Stored.at(Path(folder)) if isinstance(folder, str | PathLike) else None
    except FileNotFoundError:
        return None


def _converted(paths: Any, store: str | PathLike[str] | None) -> Stored:
    sources = distinct(find_sources(paths))
    if store is None:
        store = default_folder() / CONVERTED / key_of(sources, "convert", "quick")
    known = _stored(store)
    if known is None:
        convert(paths, store)
        return Stored.at(Path(store))
    held = known.manifest.sources
    if {each.name: each.fingerprint for each in sources} != {
        name: each.fingerprint for name, each in held.items()
    }:
        raise ValueError(
            f"{store} holds a log of other files, or as they were before "
            f"({', '.join(held) or 'none'}): name another folder, or remove it"
        )
    return known


class _Frame:
    """A frame of the log as a Dask DataFrame."""

    def __set_name__(self, owner: type, name: str) -> None:
        self._name = name

    def __get__(self, log: ClusterLog | None, owner: type | None = None) -> Any:
        return self if log is None else log.frame(self._name)


@dataclass(frozen=True, repr=False)
class ClusterLog:
    """A log in parts, with the frames of a `CompletionLog` as Dask DataFrames.

    Columns, dtypes and categories are the same, and rows are in the same order, with a plain index
    of their own in each partition. `ca.select` and the statistics made of counts, sums and ranks
    take it as they take a `CompletionLog`, and read the columns they need, part by part: `summary`,
    rates, totals, histograms, percentiles, and all of these over time. Percentiles are within
    0.25 %; their table says so in ``attrs["relative_error"]``. What looks at all rows at once takes
    what `compute` gives.
    """

    pieces: Pieces
    client: Any = None
    _known: dict[str, Words] = field(default_factory=dict, compare=False)
    """The words of categories, once they are known."""

    completions = _Frame()
    choices = _Frame()
    usage = _Frame()
    tags = _Frame()
    messages = _Frame()
    tool_calls = _Frame()
    stacktrace = _Frame()
    logprobs = _Frame()
    feedback = _Frame()

    def frame(self, name: str) -> Any:
        """A frame by name, as a Dask DataFrame.

        Raises:
            AttributeError: the log was loaded without it.
        """
        if name in self.left_out:
            raise not_built(name)
        return dask_frame(self._pieces_of(name), name, self._words(name))

    if not TYPE_CHECKING:  # hidden from type checkers, so that they still find a misspelt name

        def __getattr__(self, name: str) -> Any:
            if name in FRAMES:  # as `frame` has said, but Python asks here then
                raise not_built(name)
            has_one = not name.startswith("_") and hasattr(CompletionLog, name)
            hint = ": what compute() of a selection gives has one" if has_one else ""
            raise AttributeError(f"a log in parts has no {name!r}{hint}")

    @property
    def frames(self) -> dict[str, Any]:
        """Every frame of the data by name, without findings and what was left out."""
        return {name: self.frame(name) for name in FRAMES if name not in self.left_out}

    @property
    def left_out(self) -> Sequence[str]:
        """What was not asked for, as `CompletionLog.left_out` has it."""
        return self.pieces.stored.manifest.left_out

    @property
    def rejects(self) -> pd.DataFrame:
        """What could not be kept, as it was loaded; here and not on the cluster."""
        return self.pieces.stored.frame("rejects")

    @property
    def counts(self) -> pd.DataFrame:
        """Records by source, as they were loaded; here and not on the cluster."""
        return self.pieces.stored.frame("counts")

    @property
    def issues(self) -> pd.DataFrame:
        """What is doubtful, as `CompletionLog.issues` has it; here and not on the cluster."""
        found = self.pieces.fold(_concerned, Concerned.merge, self.client)
        return issues_of(found, self.pieces.stored.manifest.source_issues)

    def selected(self, conditions: Sequence[Condition]) -> ClusterLog:
        """What `ca.select` keeps: nothing is read before a frame or a statistic asks for it.

        Raises:
            KeyError, TypeError: as `ca.select` does.
        """
        select(self.empty(), *conditions)
        return replace(
            self, pieces=replace(self.pieces, conditions=(*self.pieces.conditions, *conditions))
        )

    def compute(self, *, most: int | None = None) -> CompletionLog:
        """The same as a `CompletionLog` in this process, other frames read when they are needed.

        Args:
            most: how many completions are taken at most.

        Raises:
            ValueError: there are more.
        """
        if most is not None:
            rows = self.pieces.fold(_rows, int.__add__, self.client)
            if rows > most:
                raise ValueError(
                    f"these are {rows:,} completions, and at most {most:,} are taken into one "
                    "process: select fewer first"
                )
        return self.pieces.log()

    def empty(self) -> CompletionLog:
        """The same without rows."""
        stored = self.pieces.stored
        return opened(stored.none(), stored.columns("completions"))

    def fold(
        self,
        work: Callable[[CompletionLog], Made],
        merge: Callable[[Made, Made], Made],
        columns: Sequence[str],
    ) -> Made:
        """What `work` makes of the logs of some parts each, with these columns, merged."""
        return self.pieces.fold(partial(_with_columns, work, columns), merge, self.client)

    def _words(self, name: str) -> Words:
        """The words of a frame's categories in all parts: read once, for every frame."""
        if not self._known:
            words = self.pieces.fold(words_of, merged_words, self.client)
            self._known.update(words)
        return self._known[name]

    def _pieces_of(self, name: str) -> Pieces:
        """Feedback may stand in another part than its completion: all that is kept goes along."""
        if name != "feedback" or not self.pieces.conditions:
            return self.pieces
        rated = self.pieces.fold(_rated, np.union1d, self.client)
        kept = self.pieces.fold(partial(_kept_of, rated), np.union1d, self.client)
        return replace(self.pieces, row_ids=kept)

    def __repr__(self) -> str:
        stored = self.pieces.stored
        selected = f", selected by {self.pieces.conditions}" if self.pieces.conditions else ""
        return f"<ClusterLog: {len(stored.parts)} parts in {str(stored.folder)!r}{selected}>"


def _with_columns(
    work: Callable[[CompletionLog], Made], columns: Sequence[str], piece: Pieces
) -> Made:
    return work(piece.log(columns))


def _concerned(piece: Pieces) -> Concerned:
    log = piece.log(["row_id", "source"])
    return concerned(log.row_issues, log.completions)


def _rows(piece: Pieces) -> int:
    return len(piece.frame("completions", ["row_id"]))


def _rated(piece: Pieces) -> RowIds:
    row_ids = replace(piece, conditions=()).frame("feedback", ["row_id"])["row_id"]
    return np.unique(row_ids.dropna().to_numpy(dtype=np.int64))


def _kept_of(row_ids: RowIds, piece: Pieces) -> RowIds:
    return np.intersect1d(row_ids, rows_kept(piece.stored, piece.conditions))
