"""Groups as rows: names at the left, marks along an axis, numbers at the right edge."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from matplotlib import cbook, rcParams
from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.font_manager import FontProperties
from matplotlib.lines import Line2D

from .colours import Look, faded
from .parts import Part
from .words import literal, plain

ALL = "all calls"
_CHARACTER = 0.6
"""Width of a character in parts of its size."""
_LONGEST_NAME = 28
_LEGEND_SHARE = 0.1
_LEAST_ROWS = 3
"""So much room, for a bar is not to be as high as the axes."""


@dataclass(frozen=True)
class Row:
    """A value with its interval, and what stands beside it."""

    name: str
    value: float
    lo: float
    hi: float
    look: Look
    reliable: bool
    """If not, it is drawn pale."""
    told: str
    """The numbers behind it, for the right edge."""

    def colour(self, ax: Axes) -> Any:
        """The hue of the group, pale where little is behind the value."""
        return self.look.colour if self.reliable else faded(self.look.colour, ax, 0.5)


def name_rows(ax: Axes, names: Sequence[str], told: Sequence[str], *, below: float = 0.0) -> None:
    """Rows from top to bottom, named at the left, with numbers at the right edge.

    Where the figure has no layout engine nothing makes room beside the axes: names are cut to the
    room there is, and numbers that have none are left out.

    Args:
        ax: axes that rows are drawn in, the first at height 0.
        names: one for each row.
        told: as many texts for the right edge.
        below: share of the height that stays free under the last row.
    """
    left, right = _room(ax)
    ax.set_yticks(range(len(names)), [plain(name, left) for name in names], parse_math=False)
    ax.tick_params(axis="y", length=0)
    ax.grid(False, axis="y")
    around = max(0.0, (_LEAST_ROWS - len(names)) / 2)
    height = len(names) + 2 * around
    ax.set_ylim(height / (1 - below) - 0.5 - around, -0.5 - around)
    for place, said in enumerate(_fitting(told, right)):
        beside(ax, place, said)


def beside(ax: Axes, place: float, said: str) -> None:
    """A text right of the axes, at the height of a row."""
    text = ax.annotate(
        "",
        (1, place),
        (5, 0),
        xycoords=("axes fraction", "data"),
        textcoords="offset points",
        va="center",
        fontsize="small",
        annotation_clip=False,
    )
    literal(text, said)


def forest(ax: Axes, rows: Sequence[Row], marks: Mapping[str, Any], *, below: float = 0.0) -> None:
    """Each row's value as a mark on the line from `lo` to `hi`; `marks` goes to `Axes.plot`."""
    for place, row in enumerate(rows):
        whisker(ax, place, row.lo, row.hi, row.colour(ax))
        point(ax, place, row.value, row.colour(ax), row.look.marker, marks)
    name_rows(ax, [row.name for row in rows], [row.told for row in rows], below=below)


def whisker(ax: Axes, place: float, lo: float, hi: float, colour: Any, **line: Any) -> None:
    """A line along a row."""
    ax.plot([lo, hi], [place, place], **{"color": colour, "linewidth": 1.7, **line})


def point(
    ax: Axes, place: float, value: float, colour: Any, marker: str, marks: Mapping[str, Any]
) -> Line2D:
    """A mark on a row."""
    style: dict[str, Any] = {"color": colour, "marker": marker, "linestyle": "none"}
    style |= cbook.normalize_kwargs(dict(marks), Line2D)
    (drawn,) = ax.plot([value], [place], **style)
    return drawn


def row_of(part: Part, told: str) -> Row:
    """The one row of a group's table; without `by` it stands for all calls."""
    (found,) = part.rows.to_dict("records")
    reliable = bool(found.get("reliable", True))
    limits = float(found["lo"]), float(found["hi"])
    return Row(part.name or ALL, float(found["value"]), *limits, part.look, reliable, told)


def legend_below(ax: Axes, handles: Sequence[Artist], labels: Sequence[str]) -> None:
    """What marks and fillings mean, in the free room under the last row."""
    made = ax.legend(
        handles,
        [str(place) for place in range(len(labels))],
        loc="lower left",
        ncols=max(len(labels), 1),
        fontsize="small",
        frameon=False,
        borderaxespad=0.2,
        handlelength=1.2,
        columnspacing=1.2,
    )
    for text, said in zip(made.get_texts(), labels, strict=True):
        literal(text, said)


def mark(marker: str, **style: Any) -> Line2D:
    """A mark for a legend, in the colour of text."""
    looks = {"color": rcParams["text.color"], "linestyle": "none", "marker": marker}
    return Line2D([], [], **(looks | style))


def legend_room(rows: int) -> float:
    """The share of the height that a legend under so many rows needs."""
    return _LEGEND_SHARE if rows else 0.0


def _fitting(told: Sequence[str], room: int) -> Sequence[str]:
    """The texts as they are, or without what follows a plus, or none."""
    brief = [said.partition(" + ")[0] for said in told]
    return next((texts for texts in (told, brief) if max(map(len, texts), default=0) <= room), [])


def _room(ax: Axes) -> tuple[int, int]:
    """How many characters fit left and right of the axes."""
    if ax.figure.get_layout_engine() is not None:
        return _LONGEST_NAME, 99
    box, points = ax.get_window_extent(), ax.figure.dpi / 72
    width = ax.figure.get_window_extent().width
    left = (box.x0 / points - 8) / (_size(rcParams["ytick.labelsize"]) * _CHARACTER)
    right = ((width - box.x1) / points - 8) / (_size("small") * _CHARACTER)
    return int(np.clip(left, 5, _LONGEST_NAME)), int(right)


def _size(size: Any) -> float:
    return float(FontProperties(size=size).get_size_in_points())
