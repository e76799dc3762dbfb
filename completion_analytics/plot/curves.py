"""Lines with their bands, of a few points however long the table is."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd
from matplotlib import cbook
from matplotlib.axes import Axes
from matplotlib.lines import Line2D

from ..stats.inputs import Counts
from .colours import faded
from .parts import Part

_MOST_POINTS = 2_000
_BAND_ALPHA = 0.16


def curve(ax: Axes, part: Part, x: str, line: dict[str, Any], *, steps: bool = True) -> Line2D:
    """A group's `value` over a column, with the band from `lo` to `hi` where there is one.

    A long curve is drawn through some 2,000 of its points, its ends included; one that is not
    `reliable` anywhere is faded; a single point is a marker.
    """
    rows = thinned(part.rows)
    style = part.look.line | {"linewidth": 1.7}
    if steps:
        style["drawstyle"] = "steps-post"
    if len(rows) == 1:
        style["marker"] = part.look.marker
    if "reliable" in rows and not rows["reliable"].any():
        style["color"] = faded(part.look.colour, ax, 0.5)
    style |= cbook.normalize_kwargs(line, Line2D)
    (drawn,) = ax.plot(rows[x], rows["value"], **style)
    if "lo" in rows and rows["lo"].notna().any():
        band(ax, rows, x, ("lo", "hi"), drawn, steps=steps)
    return drawn


def sure_curve(ax: Axes, part: Part, x: str, line: dict[str, Any]) -> Line2D:
    """A line thin and pale, and over it in full those of its points that are `reliable`."""
    pale = faded(part.look.colour, ax, 0.6)
    style = (
        part.look.line | cbook.normalize_kwargs(line, Line2D) | {"color": pale, "linewidth": 1.2}
    )
    ax.plot(part.rows[x], part.rows["value"], **style)
    value = part.rows["value"].where(part.rows["reliable"])
    rows = part.rows.assign(value=value).drop(columns="reliable")
    return curve(ax, replace(part, rows=rows), x, line, steps=False)


def band(
    ax: Axes, rows: pd.DataFrame, x: str, ends: tuple[str, str], line: Line2D, *, steps: bool
) -> None:
    """The area between two columns, in the colour of a line."""
    ax.fill_between(
        rows[x],
        rows[ends[0]],
        rows[ends[1]],
        step="post" if steps else None,
        color=line.get_color(),
        alpha=_BAND_ALPHA,
        linewidth=0,
    )


def thinned(rows: pd.DataFrame, most: int = _MOST_POINTS) -> pd.DataFrame:
    """At most some `most` rows of a long curve, evenly chosen, and denser towards its ends.

    >>> len(thinned(pd.DataFrame({"value": range(1_000_000)}), most=100)) < 130
    True
    """
    return rows if len(rows) <= most else rows.iloc[_places(len(rows), most)]


def _places(length: int, most: int) -> Counts:
    last = length - 1
    towards_end = np.unique(np.geomspace(1, last, most // 8).astype(np.int64))
    even = np.linspace(0, last, most * 3 // 4).astype(np.int64)
    return np.unique(np.concatenate([even, towards_end, last - towards_end]))
