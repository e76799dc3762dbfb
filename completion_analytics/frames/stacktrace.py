"""The frame `stacktrace`: where in the code a call was made."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import msgspec
import numpy as np
import pandas as pd

from ..models import Stacktrace
from ..models.lenient import INT64
from .callsites import callsite
from .columns import Column, Table

STACKTRACE = Table(
    "stacktrace",
    "one row per stack frame, outermost first",
    (
        Column("row_id", "int64", "the completion"),
        Column("frame_index", "Int64", "position in the stack"),
        Column("file", "category", "path of the file"),
        Column("line", "category", "source text of the line"),
        Column("lineno", "Int64", "number of the line"),
        Column("name", "category", "name of the function"),
    ),
)


_Frame = tuple[str | None, str | None, int | None, str | None]


class Stacks:
    """The stacks of many completions, each distinct one once: programs call from few places."""

    def __init__(self) -> None:
        self._row_ids: list[int] = []
        self._numbers: list[int] = []
        self._known: dict[tuple[_Frame, ...], int] = {}
        self._callsites: list[str | None] = []
        self._numbers_of_json: dict[bytes, int] = {}

    def add(self, row_id: int, stack: Sequence[Stacktrace] | None) -> str | None:
        """Take the stack of a completion, if it has one, and give its call site."""
        if not stack:
            return None
        number = self._number(stack)
        self._row_ids.append(row_id)
        self._numbers.append(number)
        return self._callsites[number]

    def _number(self, stack: Sequence[Any]) -> int:
        """The number of a distinct stack; structs are known by their JSON, made at once."""
        if not isinstance(stack[0], msgspec.Struct):
            return self._numbered(tuple(map(_as_tuple, stack)))
        text = _as_json(stack)
        number = self._numbers_of_json.get(text)
        if number is None:
            number = self._numbers_of_json[text] = self._numbered(tuple(map(_as_tuple, stack)))
        return number

    def _numbered(self, stack: tuple[_Frame, ...]) -> int:
        number = self._known.get(stack)
        if number is None:
            number = self._known[stack] = len(self._known)
            self._callsites.append(callsite([(file, at, name) for file, _, at, name in stack]))
        return number

    def frame(self) -> pd.DataFrame:
        """The frame `stacktrace`: the distinct stacks' frames, repeated for their completions."""
        frames = [frame for stack in self._known for frame in stack]
        columns = zip(*frames, strict=True) if frames else ((),) * 4
        named = dict(zip(("file", "line", "lineno", "name"), columns, strict=True))
        distinct = STACKTRACE.build({"row_id": [0] * len(frames), **named})
        lengths = np.array([len(stack) for stack in self._known], dtype=np.int64)
        numbers = np.array(self._numbers, dtype=np.int64)
        starts, repeats = (np.cumsum(lengths) - lengths)[numbers], lengths[numbers]
        index = np.arange(repeats.sum()) - np.repeat(np.cumsum(repeats) - repeats, repeats)
        stacked = distinct.take(np.repeat(starts, repeats) + index).reset_index(drop=True)
        row_ids = np.repeat(np.array(self._row_ids, dtype=np.int64), repeats)
        return stacked.assign(row_id=row_ids, frame_index=pd.array(index, dtype="Int64"))


_as_json = msgspec.json.Encoder().encode


def _as_tuple(frame: Stacktrace) -> _Frame:
    return (frame.file or None, *_line_and_number(frame), frame.name or None)


def _line_and_number(frame: Stacktrace) -> tuple[str | None, int | None]:
    """Log10's JavaScript client writes the number into `line`."""
    number = _whole(frame.lineno)
    if isinstance(frame.line, int):
        return None, _whole(frame.line) if number is None else number
    return frame.line or None, number


def _whole(number: float | None) -> int | None:
    """A line's number; one that no file has, or that is none, is missing."""
    return int(number) if number is not None and abs(number) <= INT64 else None
