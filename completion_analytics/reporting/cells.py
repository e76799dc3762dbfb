"""Frames as tables of words: each column says how it writes a row."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, Literal, NamedTuple

import pandas as pd

from ..plot.ticks import human_seconds, human_share
from ..plot.words import MISSING, count

Row = dict[str, Any]
Kind = Literal["number", "word", "time", "id", "prose"]
UNKNOWN = "–"
_LONGEST = 120


class Cell(NamedTuple):
    """What stands in a cell, and what stands below it in small."""

    text: str
    note: str = ""


class Column(NamedTuple):
    """A head, and how a row's cell below it is written."""

    head: str
    write: Callable[[Row], Cell]
    kind: Kind = "number"


class Table(NamedTuple):
    """A table as a page shows it; the first column names the row."""

    caption: str
    columns: Sequence[Column]
    rows: Sequence[Sequence[Cell]]
    n_more: int
    """Rows that are not shown."""


def table_of(
    frame: pd.DataFrame, caption: str, columns: Sequence[Column], most: int | None = None
) -> Table:
    """The first rows of a frame in words.

    >>> frame = pd.DataFrame({"model": ["a", None], "n": [1200, 7]})
    >>> table_of(frame, "Calls", [named("model"), counted("calls", "n")], most=1).rows
    [[Cell(text='a', note=''), Cell(text='1,200', note='')]]
    """
    rows = frame.head(len(frame) if most is None else most).to_dict("records")
    cells = [[column.write(row) for column in columns] for row in rows]  # type: ignore[arg-type]  # because the columns of a frame are named by texts
    return Table(caption, columns, cells, len(frame) - len(rows))


def named(name: str, head: str | None = None) -> Column:
    """A text or a word."""
    return Column(head or name, lambda row: Cell(written(row[name])), kind="word")


def told(name: str, head: str | None = None, kind: Kind = "word") -> Column:
    """A text that need not be there."""
    return Column(
        head or name,
        lambda row: Cell(UNKNOWN if is_missing(row[name]) else written(row[name])),
        kind=kind,
    )


def counted(head: str, name: str, note: Callable[[Row], str] = lambda _: "") -> Column:
    """A whole number."""
    return Column(head, lambda row: Cell(_or_unknown(row[name], count), note(row)))


def seconds(head: str, name: str, limits: tuple[str, str] | None = None) -> Column:
    """A duration, its interval below it."""
    return _measured(head, name, limits, human_seconds)


def share(head: str, name: str, limits: tuple[str, str] | None = None) -> Column:
    """A share in per cent, its interval below it."""
    return _measured(head, name, limits, human_share)


def speed(head: str, name: str) -> Column:
    """Tokens per second."""
    return _measured(head, name, None, lambda value: f"{value:,.3g}")


def moment(head: str, name: str) -> Column:
    """An instant, to the second of UTC."""
    return Column(head, lambda row: Cell(instant(row[name])), kind="time")


def instant(at: Any) -> str:
    """An instant to the second.

    >>> instant(pd.Timestamp("2026-11-05T09:10:11Z")), instant(pd.NaT)
    ('2026-11-05 09:10:11', '–')
    """
    # strftime knows no year before 1, which a wrong clock may well have written.
    return UNKNOWN if pd.isna(at) else at.isoformat(sep=" ", timespec="seconds")[:19]


def written(value: Any, longest: int = _LONGEST) -> str:
    """A value of a cell as one line of text, cut where it is endless."""
    if value is None or pd.isna(value):
        return MISSING
    text = " ".join(str(value).split()) or repr(str(value))
    return text if len(text) <= longest else f"{text[: longest - 1]}…"


def interval(lo: Any, hi: Any, say: Callable[[float], str]) -> str:
    """Two limits in words; one that so few values cannot give is a dash."""
    if is_missing(lo) and is_missing(hi):
        return "too few"
    return f"{_or_unknown(lo, say)} to {_or_unknown(hi, say)}"


def _measured(
    head: str, name: str, limits: tuple[str, str] | None, say: Callable[[float], str]
) -> Column:
    def write(row: Row) -> Cell:
        is_known = not pd.isna(row[name])
        lo, hi = limits or (name, name)
        note = interval(row[lo], row[hi], say) if limits and is_known else ""
        return Cell(_or_unknown(row[name], say), note)

    return Column(head, write)


def is_missing(value: Any) -> bool:
    """Whether a cell of a frame holds nothing."""
    return bool(pd.isna(value))


def _or_unknown(value: Any, say: Callable[[Any], str]) -> str:
    return UNKNOWN if pd.isna(value) else say(value)
