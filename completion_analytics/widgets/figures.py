"""The figures of the selection beside those of the whole, as a small table of HTML."""

from __future__ import annotations

from collections.abc import Callable
from html import escape
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
import pandas as pd

from ..plot.ticks import human_quantile, human_seconds, human_share
from ..stats.groups import Groups, groups_of
from ..stats.intervals import quantile_ranks, wilson
from ..stats.usable import QUALITY_COLUMNS, upper_ends, usable_durations
from .crossfilter import Flags

_QUANTILES = (0.5, 0.9, 0.95, 0.99)
_DURATION, _OUTCOME, _PLACE = "duration_s", "outcome", "its place"
Floats = npt.NDArray[np.float64]


class Figure(NamedTuple):
    """A number with its interval, in words."""

    name: str
    value: str
    interval: str
    n: int


class _Ascending:
    """Values sorted once, so that those of a selection need no sorting."""

    def __init__(self, values: Floats, places: npt.NDArray[np.intp]) -> None:
        order = np.argsort(values)[: int(np.count_nonzero(~np.isnan(values)))]
        self._values, self._places = values[order], places[order]

    def among(self, kept: Flags) -> Floats:
        return self._values[kept[self._places]]


class Figures:
    """Percentiles of durations and the rate of failures, of any selection of a frame's rows.

    The numbers are those of `stats.percentiles` and `stats.failure_rates`, without their sorting.
    A frame without the columns has none.
    """

    def __init__(self, frame: pd.DataFrame) -> None:
        known = [n for n in (_DURATION, *QUALITY_COLUMNS, "is_mock") if n in frame]
        needed = frame[known].assign(**{_PLACE: np.arange(len(frame))})
        groups = groups_of(needed, "explore", [], optional=[*known, _PLACE])
        places = groups.frame[_PLACE].to_numpy(dtype=np.intp)
        self._durations = _both_ends(groups, places) if _DURATION in known else None
        self._outcomes = None
        if _OUTCOME in known:
            self._outcomes = [
                _marked(len(frame), places[groups.matches(_OUTCOME, word)])
                for word in ("failed", "finished")
            ]

    def of(self, kept: Flags) -> list[Figure]:
        """The figures of the rows kept; a limit that so few rows cannot give is –."""
        figures = []
        if self._durations is not None:
            low, high = (end.among(kept) for end in self._durations)
            figures = [_percentile(share, low, high) for share in _QUANTILES]
        if self._outcomes is not None:
            k, others = (int(np.count_nonzero(kept & flags)) for flags in self._outcomes)
            figures.append(_rate(k, k + others))
        return figures


def _both_ends(groups: Groups, places: npt.NDArray[np.intp]) -> tuple[_Ascending, _Ascending]:
    """Durations, and where those given in whole seconds end."""
    durations = usable_durations(groups)
    ends = upper_ends(groups, durations)
    low = _Ascending(durations, places)
    same = np.array_equal(durations, ends, equal_nan=True)
    return low, low if same else _Ascending(ends, places)


def _marked(n_rows: int, places: npt.NDArray[np.intp]) -> Flags:
    flags = np.zeros(n_rows, dtype=np.bool_)
    flags[places] = True
    return flags


def _percentile(share: float, low: Floats, high: Floats) -> Figure:
    ranks = quantile_ranks([len(low)], share)
    value, lo, hi = (
        _at(values, int(rank[0]))
        for values, rank in ((low, ranks.value), (low, ranks.lo), (high, ranks.hi))
    )
    return _figure(human_quantile(share), (value, lo, hi), len(low), human_seconds)


def _at(ascending: Floats, rank: int) -> float:
    """The value at a rank counted from 1; NaN where there is none."""
    return float(ascending[rank - 1]) if 1 <= rank <= len(ascending) else np.nan


def _rate(k: int, n: int) -> Figure:
    interval = wilson(k, n)
    numbers = (k / n if n else np.nan, float(interval.lo), float(interval.hi))
    return _figure("failed", numbers, n, human_share)


def _figure(
    name: str, numbers: tuple[float, float, float], n: int, says: Callable[[float], str]
) -> Figure:
    value, lo, hi = ("–" if np.isnan(number) else says(number) for number in numbers)
    return Figure(name, value, f"{lo} to {hi}", n)


def as_html(selected: list[Figure], whole: list[Figure]) -> str:
    """The figures of the selection above those of all rows."""
    if not whole:
        return ""
    heads = "".join(f"<th scope='col'>{escape(figure.name)}</th>" for figure in whole)
    lines = (("selected", selected), ("all", whole))
    return (
        "<div class='ca ca-explore ca-summary'><table>"
        f"<tr><td></td>{heads}</tr>{''.join(_line(*line) for line in lines)}</table>"
        "<p class='ca-note'>Durations of finished calls, the share of resolved calls that failed, "
        "and below each its 95 % interval; – is a limit that so few calls cannot give.</p></div>"
    )


def _line(title: str, figures: list[Figure]) -> str:
    cells = "".join(
        f"<td>{escape(each.value)}<small>{escape(each.interval)}</small>"
        f"<small>of {each.n:,}</small></td>"
        for each in figures
    )
    return f"<tr><th scope='row'>{title}</th>{cells}</tr>"
