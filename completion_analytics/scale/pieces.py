"""The parts of a stored log, and what is made of each of them, anywhere, and merged."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import reduce
from os import cpu_count
from typing import Any, TypeVar

import numpy as np
import numpy.typing as npt
import pandas as pd
from dask.delayed import delayed

from ..filters import Condition
from ..log import CompletionLog
from ..opening import opened
from ..storage import Stored
from ..storage.finding import rows_kept
from ..storage.pushing import among

Made = TypeVar("Made")
Numbers = tuple[int, ...]
"""Some parts."""
Words = dict[str, pd.Index]
"""By column, the words of an open category."""
_PARTS_AT_ONCE, _TASKS_PER_THREAD = 8, 4
"""What a task costs besides its rows is paid seldom, and no thread waits long for the others."""
_MERGED_AT_ONCE = 16


@dataclass(frozen=True)
class Pieces:
    """Some parts of a stored log, and the conditions that their rows fulfil."""

    stored: Stored
    conditions: tuple[Condition, ...] = ()
    row_ids: npt.NDArray[np.int64] | None = None
    """Takes the place of conditions where the rows kept are known."""

    def cut(self, size: int = 1) -> list[Numbers]:
        """So many parts at a time, in order; a log without parts is one that holds nothing."""
        parts = self.stored.parts
        return [tuple(parts[at : at + size]) for at in range(0, len(parts), size)] or [()]

    def only(self, parts: Numbers) -> Pieces:
        """Some of the parts."""
        return replace(self, stored=replace(self.stored, parts=parts))

    def kept(self) -> Any:
        """An expression that keeps the rows; None where all are kept."""
        if self.row_ids is not None:
            return among(self.row_ids)
        return among(rows_kept(self.stored, self.conditions)) if self.conditions else None

    def log(self, columns: Sequence[str] | None = None) -> CompletionLog:
        """The log of the parts, read here."""
        return opened(self.stored, columns, self.kept())

    def frame(self, name: str, columns: Sequence[str] | None = None) -> pd.DataFrame:
        """One frame of it."""
        return self.stored.frame(name, columns, self.kept())

    def fold(
        self, work: Callable[[Pieces], Made], merge: Callable[[Made, Made], Made], client: Any
    ) -> Made:
        """What `work` makes of the parts, a few at a time, merged in their order.

        With a client this is done on its cluster; without one, where Dask does its work by default.
        """
        threads = sum(client.nthreads().values()) if client else cpu_count() or 1
        size = len(self.stored.parts) // (_TASKS_PER_THREAD * max(threads, 1))
        numbers = self.cut(min(max(size, 1), _PARTS_AT_ONCE))
        task = delayed(_Task(self, work, merge), pure=False, traverse=False)
        made = [delayed(_made, pure=False)(task, some) for some in numbers]
        while len(made) > 1:
            groups = [
                made[at : at + _MERGED_AT_ONCE] for at in range(0, len(made), _MERGED_AT_ONCE)
            ]
            made = [delayed(_merged, pure=False)(task, group) for group in groups]
        found: Made = made[0].compute() if client is None else client.compute(made[0]).result()
        return found


@dataclass(frozen=True)
class _Task:
    """What is the same for all parts, sent once."""

    pieces: Pieces
    work: Callable[[Pieces], Any]
    merge: Callable[[Any, Any], Any]


def _made(task: _Task, parts: Numbers) -> Any:
    return task.work(task.pieces.only(parts))


def _merged(task: _Task, made: Sequence[Any]) -> Any:
    return reduce(task.merge, made)
