"""The parts of a stored log, and what is made of each of them, anywhere, and merged."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import reduce
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
Part = tuple[int, ...]
"""Its number."""
Words = dict[str, pd.Index]
"""By column, the words of an open category."""
_MERGED_AT_ONCE = 16


@dataclass(frozen=True)
class Pieces:
    """Some parts of a stored log, and the conditions that their rows fulfil."""

    stored: Stored
    conditions: tuple[Condition, ...] = ()
    row_ids: npt.NDArray[np.int64] | None = None
    """Takes the place of conditions where the rows kept are known."""

    @property
    def each(self) -> list[Part]:
        """The parts one by one; a log without parts is one that holds nothing."""
        return [(part,) for part in self.stored.parts] or [()]

    def piece(self, part: Part) -> Pieces:
        """One of them."""
        return replace(self, stored=replace(self.stored, parts=part))

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
        """What `work` makes of every part, merged in the order of the parts.

        With a client this is done on its cluster; without one, where Dask does its work by default.
        """
        task = delayed(_Task(self, work, merge), pure=False, traverse=False)
        made = [delayed(_made, pure=False)(task, part) for part in self.each]
        while len(made) > 1:
            groups = [
                made[at : at + _MERGED_AT_ONCE] for at in range(0, len(made), _MERGED_AT_ONCE)
            ]
            made = [delayed(_merged, pure=False)(task, group) for group in groups]
        found: Made = made[0].compute() if client is None else client.compute(made[0]).result()
        return found


@dataclass(frozen=True)
class _Task:
    """What is the same for every part, sent once."""

    pieces: Pieces
    work: Callable[[Pieces], Any]
    merge: Callable[[Any, Any], Any]


def _made(task: _Task, part: Part) -> Any:
    return task.work(task.pieces.piece(part))


def _merged(task: _Task, made: Sequence[Any]) -> Any:
    return reduce(task.merge, made)
