"""Frames of a stored log as Dask DataFrames: a partition per part, with the declared dtypes."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import dask.config
import dask.dataframe as dd
import pandas as pd

from ..frames.building import CHILDREN
from ..storage import STORED
from .pieces import Numbers, Pieces, Words

FRAMES = ("completions", *(table.name for table in CHILDREN), "feedback")


def dask_frame(pieces: Pieces, name: str, words: Words) -> Any:
    """A frame whose partitions are read when they are needed, and of these only the columns."""
    options = {"pieces": pieces, "name": name, "words": words}
    names = pieces.stored.columns(name)
    meta = _with_words(pieces.stored.none().frame(name, names), words)
    from_map: Any = dd.from_map
    # Otherwise Dask would give texts another dtype than the declared one.
    with dask.config.set({"dataframe.convert-string": False}):
        return from_map(_partition, pieces.cut(), meta=meta, label=name, **options)


def _partition(
    part: Numbers,
    columns: Sequence[str] | None = None,
    *,
    pieces: Pieces,
    name: str,
    words: Words,
) -> pd.DataFrame:
    return _with_words(pieces.only(part).frame(name, columns), words)


def _with_words(frame: pd.DataFrame, words: Words) -> pd.DataFrame:
    """Open categories with all the words there are in any part."""
    known = {name: of_all for name, of_all in words.items() if name in frame}
    return frame.assign(
        **{name: frame[name].cat.set_categories(of_all) for name, of_all in known.items()}
    )


def words_of(pieces: Pieces) -> dict[str, Words]:
    """By frame, the words of its open categories, whatever the conditions."""
    return {name: _words_in(pieces, name) for name in FRAMES}


def _words_in(pieces: Pieces, name: str) -> Words:
    columns = [
        column.name
        for column in STORED[name]
        if column.dtype == "category" and column.categories is None
    ]
    if not columns:
        return {}
    frame = pieces.stored.frame(name, columns)
    return {column: frame[column].cat.categories for column in columns}


def merged_words(some: dict[str, Words], others: dict[str, Words]) -> dict[str, Words]:
    """The words of both, in order."""
    return {
        name: {column: known.union(others[name][column]) for column, known in words.items()}
        for name, words in some.items()
    }
