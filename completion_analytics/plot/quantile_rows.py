"""Percentiles as rows of points, each with its interval, for any column."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Any, Literal

import numpy as np
import pandas as pd
from matplotlib.axes import Axes

from .. import stats
from ..stats.inputs import By, Data
from .colours import faded
from .figures import new_axes
from .parts import Part, parts_of
from .rows import name_rows
from .ticks import counts_axis, human_quantile, human_seconds, seconds_axis
from .words import count, literal, note, nothing, tally

_MOST_GROUPS = 12
_MOST_PRINTED = 24
_WORDS = 75
"""Room for what is printed beside an interval, in points."""
_SPREAD = 0.76
"""The part of a group's row that its percentiles share."""


def percentiles(
    data: Data,
    column: str = "duration_s",
    *,
    by: By = None,
    q: Sequence[float] = (0.5, 0.9, 0.95, 0.99),
    level: float = 0.95,
    failures: Literal["separate", "inf", "exclude"] = "separate",
    ax: Axes | None = None,
    **points: Any,
) -> Axes:
    """Percentiles of a column, a row of points per group, each with the interval around it.

    As `stats.percentiles` has them, lowest percentile on top. An interval without an end is an
    arrow; a percentile that so few values cannot bound is hollow and pale; one that lies among
    the failed requests stands at the right edge as ∞. Of more than 12 groups the 11 largest are
    drawn. `points` goes to `Axes.scatter`.

    Raises:
        KeyError: a column is not there.
        TypeError: the column holds no numbers, or a column of `by` is continuous.
        ValueError: a share is not between 0 and 1, or a word is unknown.

    >>> waits = pd.DataFrame({"duration_s": [0.8, 1.1, 1.3, 2.0, 2.4, 3.1, 3.3, 4.0, 5.2, 9.7]})
    >>> ax = percentiles(waits, q=[0.5, 0.9])
    >>> [text.get_text() for text in ax.texts]
    ['p50 2.4 s', 'p90 ≥ 3.3 s']
    """
    table = stats.percentiles(data, column, by=by, q=q, level=level, failures=failures)
    ax = new_axes(ax)
    parts = parts_of(ax, table[table["n"] > 0], data, by, most=_MOST_GROUPS)
    seconds = column.endswith("_s") and not column.endswith("per_s")
    positive = bool((table["value"].dropna() > 0).all())
    (seconds_axis if seconds else counts_axis)(ax.xaxis, log=positive)
    ax.set_xlabel("duration" if column == "duration_s" else column)
    if parts.shown:
        _rows(ax, parts.shown, human_seconds if seconds else count, points)
    else:
        nothing(ax, f"No call with a usable {column} (n = 0)")
    whole = tally(data, "percentiles", column)
    crowded = len(parts.shown) * len(q) > _MOST_PRINTED
    sure = all(part.rows["reliable"].all() for part in parts.shown)
    order = ", ".join(map(human_quantile, q))
    note(
        ax,
        whole.counting("failed") if failures == "inf" else whole,
        f"in each row {order} from the top" if crowded else "",
        "" if sure else "hollow: too few calls to bound it",
        parts.more,
    )
    return ax


def _rows(
    ax: Axes, parts: Sequence[Part], say: Callable[[float], str], points: dict[str, Any]
) -> None:
    """A band of the vertical axis for each group, the first on top."""
    frames = [_placed(part, place) for place, part in enumerate(parts)]
    every = pd.concat(frames)
    left, beyond, right = _ends(ax, every)
    printed = len(every) <= _MOST_PRINTED
    for part, rows in zip(parts, frames, strict=True):
        colours = [
            part.look.colour if sure else faded(part.look.colour, ax, 0.55)
            for sure in rows["reliable"]
        ]
        _intervals(ax, rows, colours, left, beyond)
        style: dict[str, Any] = {
            "color": colours,
            "facecolor": [
                colour if sure else ax.get_facecolor()
                for colour, sure in zip(colours, rows["reliable"], strict=True)
            ],
            "marker": part.look.marker,
            "s": 30,
            "zorder": 3,
        }
        ax.scatter(rows["value"], rows["y"], **(style | points))
        if printed:
            _print(ax, rows, beyond, say)
    ax.set_xlim(left, right if printed else beyond)
    if parts[0].name:
        counts = [f"n = {count(part.n)}" for part in parts]
        name_rows(ax, [part.name for part in parts], counts)
    else:
        name_rows(ax, [""], [])


def _placed(part: Part, place: int) -> pd.DataFrame:
    rows = part.rows
    offset = (np.arange(len(rows)) + 0.5) / len(rows) - 0.5
    return rows.assign(y=place + _SPREAD * offset)


def _ends(ax: Axes, rows: pd.DataFrame) -> tuple[float, float, float]:
    """Where the axis begins, where open intervals end, and the end with room for words."""
    numbers = rows[["lo", "value", "hi"]].to_numpy().ravel()
    numbers = numbers[np.isfinite(numbers)]
    if not len(numbers):
        return 0.1, 10.0, 100.0
    low, high = numbers.min(), numbers.max()
    # Names at the left take a third of the width, so this is what words at the right need of it.
    room = min(_WORDS / (ax.bbox.width * 72 / ax.figure.dpi * 0.65), 0.45)
    beyond = 0.1 + room / (1 - room)
    if ax.get_xscale() == "log":
        span = max(high / low, 1.5)
        return low / span**0.07, high * span**0.1, high * span**beyond
    span = max(high - low, abs(high) * 0.2, 1e-9)
    return low - 0.07 * span, high + 0.1 * span, high + beyond * span


def _intervals(
    ax: Axes, rows: pd.DataFrame, colours: Sequence[Any], left: float, beyond: float
) -> None:
    """Lines from end to end; an open end has an arrow head."""
    ax.hlines(rows["y"], rows["lo"].fillna(left), _far(rows, beyond), colors=colours, linewidth=2)
    open_above = ~np.isfinite(rows["hi"])
    for y, below, above, colour in zip(
        rows["y"], rows["lo"].isna(), open_above, colours, strict=True
    ):
        for there, x, head in ((above, beyond, ">"), (below, left, "<")):
            if there:
                ax.plot([x], [y], marker=head, color=colour, markersize=6, linestyle="none")


def _far(rows: pd.DataFrame, beyond: float) -> pd.Series:
    return rows["hi"].where(np.isfinite(rows["hi"]), beyond)


def _print(ax: Axes, rows: pd.DataFrame, beyond: float, say: Callable[[float], str]) -> None:
    named: Iterable[Any] = rows.itertuples()
    for row, far in zip(named, _far(rows, beyond), strict=True):
        text = ax.annotate(
            "", (far, row.y), (7, 0), textcoords="offset points", va="center", fontsize="small"
        )
        literal(text, f"{human_quantile(row.q)} {_bounded(row, say)}")


def _bounded(row: Any, say: Callable[[float], str]) -> str:
    """The value, or the limit that so few values still give."""
    if np.isposinf(row.value):
        return "∞: among the failed"
    if row.reliable:
        return say(row.value)
    if not np.isnan(row.lo):
        return f"≥ {say(row.lo)}"
    return f"≤ {say(row.hi)}" if np.isfinite(row.hi) else "cannot be told"
