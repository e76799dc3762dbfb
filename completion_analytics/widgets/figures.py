"""The figures of the selection beside those of the whole, as a small table of HTML."""

from __future__ import annotations

from collections.abc import Callable
from html import escape
from typing import Any, NamedTuple

import pandas as pd

from .. import stats
from ..plot.ticks import human_quantile, human_seconds, human_share

_NEEDED = ("outcome", "duration_s", "duration_quality", "is_mock")


class Figure(NamedTuple):
    """A number with its interval, in words."""

    name: str
    value: str
    interval: str
    n: int


def needed_of(frame: pd.DataFrame) -> pd.DataFrame:
    """The columns that figures are made of: few of many, since a selection copies them."""
    return frame[[name for name in _NEEDED if name in frame]]


def figures_of(frame: pd.DataFrame) -> list[Figure]:
    """Percentiles of the durations and the rate of failures, each with its interval.

    A frame without the columns has none. A limit that so few rows cannot give is –.
    """
    figures = []
    if "duration_s" in frame:
        rows = stats.percentiles(frame).to_dict("records")
        figures += [_figure(human_quantile(row["q"]), row, human_seconds) for row in rows]
    if "outcome" in frame:
        rows = stats.failure_rates(frame).to_dict("records")
        figures += [_figure("failed", row, human_share) for row in rows]
    return figures


def as_html(selected: list[Figure], whole: list[Figure]) -> str:
    """The figures of the selection above those of all rows."""
    if not whole:
        return ""
    heads = "".join(f"<th scope='col'>{escape(figure.name)}</th>" for figure in whole)
    lines = (("selection", selected), ("all", whole))
    return (
        "<div class='ca ca-explore'><table class='ca-figures-table'>"
        f"<tr><td></td>{heads}</tr>{''.join(_line(*line) for line in lines)}</table></div>"
    )


def _line(title: str, figures: list[Figure]) -> str:
    cells = "".join(
        f"<td>{escape(each.value)} <small>{escape(each.interval)} · n = {each.n:,}</small></td>"
        for each in figures
    )
    return f"<tr><th scope='row'>{title}</th>{cells}</tr>"


def _figure(name: str, row: Any, says: Callable[[float], str]) -> Figure:
    lo, hi, value = (
        "–" if pd.isna(row[key]) else says(float(row[key])) for key in ("lo", "hi", "value")
    )
    return Figure(name, value, f"{lo} to {hi}", int(row["n"]))
