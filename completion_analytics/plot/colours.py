"""Colours that keep their meaning: for a group while others come and go, for a word everywhere.

A group has a slot, and a slot has a hue, a dash, a marker and a hatch, so that hue never stands
alone. Hues come in two variants, at least 3:1 on white and on near-black.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from zlib import crc32

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.colors import LinearSegmentedColormap, to_rgb, to_rgba

Dash = str | tuple[int, tuple[float, ...]]

# Descended from Okabe & Ito 2008; where a hue of theirs is too pale for white it is darkened.
LIGHT = ("#0072B2", "#D55E00", "#006B45", "#A5246F", "#8A8A8A", "#735800", "#5F2D9C", "#55101B")
DARK = ("#6CB0F2", "#F5913E", "#2FD6A0", "#DB62BC", "#EEEEEE", "#F0E442", "#8F7BF5", "#DE503C")
DASHES: tuple[Dash, ...] = ("-", (0, (6, 1.5)), (0, (7, 1.5, 1.5, 1.5)), (0, (2, 1.2)))
MARKERS = ("o", "s", "^", "D", "v", "P", "X", "*")
HATCHES = ("", "////", "....", "\\\\\\\\", "xxxx")
_NEUTRAL = 4

# Words whose colour is part of their meaning, by the column that holds them.
SLOTS: Mapping[str, Mapping[str, int]] = {
    "outcome": {"finished": 0, "failed": 1, "unresolved": _NEUTRAL},
    "finish_class": {
        "stop": 0,
        "length": 1,
        "tool_calls": 2,
        "content_filter": 3,
        "error": 7,
        "other": _NEUTRAL,
    },
    "failure_class": {
        "rate_limit": 0,
        "timeout": 1,
        "context_length": 2,
        "auth": 3,
        "content_filter": 5,
        "server": 7,
        "network": 6,
        "bad_request": 8,
        "cancelled": 9,
        "other": _NEUTRAL,
    },
}


@dataclass(frozen=True)
class Look:
    """How one group is drawn."""

    colour: str
    dash: Dash
    marker: str
    hatch: str

    @property
    def line(self) -> dict[str, Any]:
        """Keywords of a line."""
        return {"color": self.colour, "linestyle": self.dash}


def is_dark(ax: Axes) -> bool:
    """Whether the axes have a dark background; transparent axes show that of their figure."""
    face = to_rgba(ax.get_facecolor())
    if face[3] < 0.5:
        face = to_rgba(ax.figure.get_facecolor())
    red, green, blue, alpha = face
    return alpha >= 0.5 and 0.2126 * red + 0.7152 * green + 0.0722 * blue < 0.4


def look(ax: Axes, slot: int, second: int | None = None) -> Look:
    """How a slot is drawn on these axes; a second slot decides dash, marker and hatch alone.

    Hues repeat after eight slots, with another dash each time.
    """
    hues = DARK if is_dark(ax) else LIGHT
    other = slot + slot // len(hues) if second is None else second
    return Look(
        hues[slot % len(hues)],
        DASHES[other % len(DASHES)],
        MARKERS[other % len(MARKERS)],
        HATCHES[(slot // len(hues) if second is None else second) % len(HATCHES)],
    )


def neutral(ax: Axes) -> Look:
    """How a group without a name is drawn, and what stands for no group."""
    return look(ax, _NEUTRAL)


def word_colour(ax: Axes, column: str, word: str) -> str:
    """The colour of a word of a closed vocabulary: an outcome, a failure class, a finish class.

    >>> from completion_analytics.plot.figures import new_axes
    >>> word_colour(new_axes(), "outcome", "failed")
    '#D55E00'
    """
    return look(ax, SLOTS[column].get(word, _NEUTRAL)).colour


def slots_of(
    column: str, values: Sequence[Any], declared: Sequence[Any] | None
) -> list[int | None]:
    """The slot of each value of a column; None for a missing one.

    A word of a closed vocabulary has the slot it is given above, a value of a categorical column
    the place of its category, so both keep theirs whatever else is drawn. Any other has that of a
    hash of its name, or the next free one where two would share a hue.
    """
    known = [value for value in values if not pd.isna(value)]
    place: dict[Any, int] = {}
    if column in SLOTS:
        place = {value: SLOTS[column].get(str(value), _NEUTRAL) for value in known}
    elif declared is not None:
        place = {value: slot for slot, value in enumerate(declared)}
    else:
        for value in known:
            place.setdefault(value, _free(_hashed(value), set(place.values())))
    return [None if pd.isna(value) else place[value] for value in values]


def ramp(ax: Axes) -> LinearSegmentedColormap:
    """A scale of one hue for counts, from near the background to far from it."""
    hues = ("#12304a", "#6CB0F2", "#f4f9ff") if is_dark(ax) else ("#dcebf5", "#0072B2", "#00202f")
    return LinearSegmentedColormap.from_list("counts", hues)


def greys(ax: Axes) -> LinearSegmentedColormap:
    """The same without a hue, for what stands behind lines."""
    hues = ("#262626", "#8c8c8c") if is_dark(ax) else ("#ececec", "#7d7d7d")
    return LinearSegmentedColormap.from_list("greys", hues)


def faded(colour: str, ax: Axes, share: float = 0.35) -> tuple[float, float, float]:
    """A colour moved towards the background, for what is less sure; opaque, unlike with alpha."""
    back = (0.07, 0.07, 0.07) if is_dark(ax) else (1.0, 1.0, 1.0)
    red, green, blue = (
        share * a + (1 - share) * b for a, b in zip(to_rgb(colour), back, strict=True)
    )
    return red, green, blue


def _hashed(value: Any) -> int:
    if isinstance(value, bool | np.bool_):
        return int(value)
    return crc32(str(value).encode()) % len(LIGHT)


def _free(start: int, taken: Collection[int]) -> int:
    slot = start
    while slot in taken:
        slot += 1
    return slot
