"""A table's groups as they are drawn: which of them, how, and how each is named."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
import pandas as pd
from matplotlib import rcParams
from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.collections import Collection
from matplotlib.font_manager import FontProperties
from matplotlib.lines import Line2D
from matplotlib.patches import Patch

from ..stats.inputs import By, Data
from .colours import Look, look, neutral, slots_of
from .words import count, literal, plain

Corner = Literal["upper left", "upper right", "lower left", "lower right", "center right"]
MOST_LINES = 8
MOST_ROWS = 20
_MOST_NAMED_AT_ENDS = 5


@dataclass(frozen=True)
class Part:
    """One group of a table."""

    name: str
    """Its key in words; empty where there is no `by`."""
    rows: pd.DataFrame
    """Its rows of the table, on a plain index."""
    look: Look
    n: int
    """The largest `n` of its rows."""

    @property
    def label(self) -> str:
        """Its name with its n."""
        return f"{self.name} (n = {count(self.n)})" if self.name else f"n = {count(self.n)}"


@dataclass(frozen=True)
class Parts:
    """The groups that are drawn, in the order of the table."""

    shown: tuple[Part, ...]
    n_more: int
    """How many smaller groups are not."""

    @property
    def more(self) -> str:
        """That there are others, in words; empty if there are none."""
        return f"{count(self.n_more)} more not drawn" if self.n_more else ""


def by_columns(by: By) -> list[str]:
    """The columns of `by` as a list."""
    if by is None:
        return []
    return [by] if isinstance(by, str) else list(dict.fromkeys(by))


def parts_of(
    ax: Axes, table: pd.DataFrame, data: Data, by: By, *, most: int = MOST_LINES, size: str = "n"
) -> Parts:
    """The groups of a table; of more than `most` those with the largest `size`, one fewer.

    With one column of `by` hue, dash and marker tell groups apart; with several the first decides
    the hue and the others dash and marker.
    """
    names = by_columns(by)
    if table.empty:
        return Parts((), 0)
    if not names:
        rows = table.reset_index(drop=True)
        return Parts((Part("", rows, look(ax, 0), int(rows[size].max())),), 0)
    grouped = table.groupby(names, observed=True, dropna=False, sort=False)
    number, sizes = grouped.ngroup(), grouped[size].max()
    first = table.loc[~number.duplicated(), names]
    looks = _looks(ax, first, data)
    kept = list(range(len(sizes)))
    if len(sizes) > most:
        order = sizes.reset_index(drop=True).sort_values(ascending=False, kind="stable")
        kept = sorted(order.index[: most - 1])
    shown = tuple(
        Part(
            " · ".join(_named(name, first[name].iloc[place]) for name in names),
            table[(number == place).to_numpy()].reset_index(drop=True),
            looks[place],
            int(sizes.iloc[place]),
        )
        for place in kept
    )
    return Parts(shown, len(sizes) - len(shown))


def name_parts(
    ax: Axes,
    handles: Sequence[Artist],
    labels: Sequence[str],
    ends: Sequence[float],
    *,
    loc: Corner,
) -> None:
    """Name each line: at its right end if they are few, else in a legend.

    A single nameless line needs none. Where the figure has no layout engine nothing would make
    room at the right, so the legend is taken there.

    Args:
        ax: axes whose limits are final.
        handles: one artist per line.
        labels: its name.
        ends: the height in data units where it ends.
        loc: the corner where a legend covers least.
    """
    if not labels:
        return
    if len(labels) <= _MOST_NAMED_AT_ENDS and ax.figure.get_layout_engine() is not None:
        _name_ends(ax, handles, labels, ends)
    else:
        legend(ax, handles, labels, loc=loc)


def legend(ax: Axes, handles: Sequence[Artist], labels: Sequence[str], *, loc: Corner) -> None:
    """A legend whose names stand as they are in the file.

    It stands right of the axes where a layout engine makes room, else in the corner `loc`.
    """
    numbers = [str(place) for place in range(len(labels))]
    if ax.figure.get_layout_engine() is None:
        made = ax.legend(handles, numbers, loc=loc, fontsize="small")
    else:
        made = ax.legend(
            handles,
            numbers,
            loc="upper left",
            bbox_to_anchor=(1.0, 1.02),
            fontsize="small",
            frameon=False,
        )
    for text, said in zip(made.get_texts(), labels, strict=True):
        literal(text, said)


def _name_ends(
    ax: Axes, handles: Sequence[Artist], labels: Sequence[str], ends: Sequence[float]
) -> None:
    """Names right of the axes, each as near to its line as the others allow."""
    order = np.argsort(np.asarray(ends, dtype=np.float64), kind="stable")
    size = FontProperties(size="small").get_size_in_points() * ax.figure.dpi / 72
    wanted = _heights(ax, [ends[place] for place in order])
    for place, height in zip(order, _apart(wanted, 1.4 * size / ax.bbox.height), strict=True):
        text = ax.annotate(
            "",
            (1, height),
            (5, 0),
            xycoords="axes fraction",
            textcoords="offset points",
            color=_colour_of(handles[place]),
            va="center",
            fontsize="small",
            annotation_clip=False,
        )
        literal(text, labels[place])


def _heights(ax: Axes, ends: Sequence[float]) -> list[float]:
    """Where the heights lie between the bottom and the top of the axes, within 0 and 1."""
    x = ax.get_xlim()[1]
    points = ax.transAxes.inverted().transform(ax.transData.transform([(x, y) for y in ends]))
    return [float(height) for height in np.clip(np.nan_to_num(points[:, 1], nan=0.5), 0, 1)]


def _apart(wanted: Sequence[float], gap: float) -> list[float]:
    """The ascending heights, moved so that neighbours are a gap apart and none is cut on top."""
    heights = list(wanted)
    for place in range(1, len(heights)):
        heights[place] = max(heights[place], heights[place - 1] + gap)
    limit = 1 - gap / 2
    for place in reversed(range(len(heights))):
        heights[place] = min(heights[place], limit)
        limit = heights[place] - gap
    return heights


def _colour_of(handle: Artist) -> Any:
    if isinstance(handle, Line2D):
        return handle.get_color()
    if isinstance(handle, Collection):
        return handle.get_facecolor()[0]
    return handle.get_facecolor() if isinstance(handle, Patch) else rcParams["text.color"]


def _named(column: str, value: Any) -> str:
    if isinstance(value, bool | np.bool_):
        return column if value else f"not {column}"
    return f"({column} missing)" if pd.isna(value) else plain(value)


def _looks(ax: Axes, keys: pd.DataFrame, data: Data) -> list[Look]:
    slots = [slots_of(name, list(keys[name]), _declared(data, name)) for name in map(str, keys)]
    hues, others = slots[0], slots[1:]
    found = []
    for place, hue in enumerate(hues):
        if hue is None:
            found.append(neutral(ax))
        else:
            second = sum(slot[place] or 0 for slot in others) if others else None
            found.append(look(ax, hue, second))
    return found


def _declared(data: Data, name: str) -> list[Any] | None:
    """Every category of a column, also those that no row has; None if it has no categories."""
    frame = data if isinstance(data, pd.DataFrame) else data.completions
    if name == "tag" and name not in frame and not isinstance(data, pd.DataFrame):
        frame = data.tags
    dtype = frame[name].dtype
    return list(dtype.categories) if isinstance(dtype, pd.CategoricalDtype) else None
