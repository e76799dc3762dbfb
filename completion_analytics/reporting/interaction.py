"""The views of a report that follow a brush, and what their table of rates and percentiles needs.

The page counts by itself, from a few codes per call. Durations go there as bins so narrow that a
percentile is known to a fraction of a per cent; rates are exact.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from ..plot.words import plain
from ..stats.groups import groups_of
from ..stats.usable import usable_durations
from ..widgets.choices import TAG, Choice, tags_of
from ..widgets.filtering import DEFAULT_FILTERS, Filtering
from ..widgets.page import labels_of, packed, packed_column, page_data
from ..widgets.ranges import is_range
from .veiling import Shown

_LEFT_OUT = ("session_id", "callsite", "kind")
"""Views that a notebook has and a page does without: their codes weigh most, or tell least."""
_MOST_VALUES = 200
_MOST_BINS = 1_000
_RARER = "(rarer ones)"
_WORDS = ("finished", "failed", "unresolved")
_PLACE = "its place"


def live(shown: Shown, by: Sequence[str]) -> dict[str, Any]:
    """Everything the page needs to filter, count and compare by itself, in plain values."""
    known: Any = _without_rare_values(shown, by)
    wanted = [*(name for name in DEFAULT_FILTERS if name not in _LEFT_OUT), *by]
    filtering = Filtering(known, [name for name in wanted if _is_known(known, name)])
    return {
        **page_data(filtering),
        "facts": facts(known.completions),
        "by": _by(filtering, known, by),
    }


def _is_known(shown: Shown, name: str) -> bool:
    if name == TAG:
        return bool(len(shown.tags))
    return name in shown.completions and bool(shown.completions[name].notna().any())


def _without_rare_values(shown: Shown, by: Sequence[str]) -> Shown:
    """Columns to tick with as many values as a page can list; of tags only the frequent ones."""
    frame = shown.completions
    columns = {
        name: _frequent(frame[name])
        for name in {*DEFAULT_FILTERS, *by} & set(frame)
        if not is_range(frame[name])
    }
    often = shown.tags["tag"].value_counts().index[:_MOST_VALUES]
    return Shown(frame.assign(**columns), shown.tags[shown.tags["tag"].isin(often)])


def _frequent(values: pd.Series) -> pd.Series:
    often = values.value_counts()
    if len(often) <= _MOST_VALUES:
        return values
    is_rare = values.notna() & ~values.isin(often.index[: _MOST_VALUES - 1])
    return values.astype("str").mask(is_rare, _RARER)


def facts(frame: pd.DataFrame) -> dict[str, Any]:
    """What each call adds to rates and percentiles, as one code per row.

    The codes of timed answers are bins, `low` and `high` the least and the largest duration in
    each; then come answers without a usable duration, failed, unresolved, calls of unknown outcome
    and mock ones. `error` is the largest part by which the middle of a bin may miss a duration.
    """
    needed = frame[
        [n for n in ("outcome", "duration_s", "duration_quality", "is_mock") if n in frame]
    ]
    groups = groups_of(
        needed.assign(**{_PLACE: np.arange(len(frame))}),
        "report",
        ["outcome", "duration_s"],
        optional=["duration_quality", _PLACE],
    )
    durations = usable_durations(groups)
    is_timed = ~np.isnan(durations)
    bins, low, high = _bins(durations[is_timed])
    size = len(low)
    codes = np.full(len(groups.frame), size + len(_WORDS))
    for place, word in enumerate(_WORDS):
        codes[groups.matches("outcome", word)] = size + place
    codes[is_timed] = bins
    every = np.full(len(frame), size + len(_WORDS) + 1)
    every[groups.frame[_PLACE].to_numpy(dtype=np.intp)] = codes
    error = float(np.max((high - low) / (high + low), initial=0.0))
    return {"codes": packed(every), "low": low.tolist(), "high": high.tolist(), "error": error}


def _bins(values: npt.NDArray[np.float64]) -> tuple[Any, Any, Any]:
    """The bin of each value, and the least and the largest value of each bin; none is empty."""
    if not len(values):
        return np.empty(0, dtype=np.intp), np.empty(0), np.empty(0)
    edges = np.geomspace(values.min(), values.max(), _MOST_BINS + 1)[1:-1]
    _, bins = np.unique(np.searchsorted(edges, values, side="right"), return_inverse=True)
    size = int(bins.max()) + 1
    low, high = np.full(size, np.inf), np.zeros(size)
    np.minimum.at(low, bins, values)
    np.maximum.at(high, bins, values)
    return bins, low, high


def _by(filtering: Filtering, shown: Shown, by: Sequence[str]) -> dict[str, Any] | None:
    """The groups of the table that follows: those of a list to tick, or some of its own."""
    if not by:
        return None
    name = " and ".join(by)
    listed = filtering.controls.get(by[0])
    if len(by) == 1 and isinstance(listed, Choice) and not listed.is_tags:
        return {"name": name, "view": by[0]}
    groups = _groups(shown, by)
    return {"name": name, "labels": labels_of(groups), "column": packed_column(groups)}


def _groups(shown: Shown, by: Sequence[str]) -> Choice:
    """The groups that `by` makes as tags: of columns one per row, of tags perhaps several."""
    places = pd.Series(np.arange(len(shown.completions)))
    frame = shown.completions.reset_index(drop=True).assign(**{_PLACE: places})
    unmocked = Shown(frame.drop(columns="is_mock", errors="ignore"), shown.tags)
    groups = groups_of(unmocked, "report", [_PLACE], by=by)
    keys = groups.keys.itertuples(index=False)
    labels = pd.Series([", ".join(plain(value) for value in key) for key in keys], dtype="str")
    pairs = pd.DataFrame({"row_id": groups.frame[_PLACE], "tag": labels.take(groups.codes).array})
    often = pairs["tag"].value_counts().index[:_MOST_VALUES]
    return tags_of(places, pairs[pairs["tag"].isin(often)])
