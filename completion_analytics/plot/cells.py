"""Tables drawn as coloured cells, with their numbers or with a scale beside them."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt
from matplotlib.axes import Axes
from matplotlib.collections import QuadMesh
from matplotlib.colors import to_rgb

from .colours import ramp


def cells(ax: Axes, values: npt.ArrayLike, mesh: dict[str, Any], **scale: Any) -> QuadMesh:
    """A matrix as cells, its first row on top; what is missing shows the background.

    Columns and rows are centred on 0, 1, 2 …; `mesh` goes to `Axes.pcolormesh`.
    """
    table = np.ma.masked_invalid(np.asarray(values, dtype=np.float64))
    rows, columns = table.shape
    style = {"cmap": ramp(ax), "edgecolor": ax.get_facecolor(), "linewidth": 0.8} | scale
    drawn = ax.pcolormesh(
        np.arange(columns + 1) - 0.5, np.arange(rows + 1) - 0.5, table, **(style | mesh)
    )
    ax.set_xlim(-0.5, columns - 0.5)
    ax.set_ylim(rows - 0.5, -0.5)
    ax.grid(False)
    ax.tick_params(length=0)
    ax.spines[:].set_visible(False)
    return drawn


def scale_beside(ax: Axes, drawn: QuadMesh, label: str) -> Any:
    """What the colours mean, in a bar beside the axes."""
    bar = ax.figure.colorbar(drawn, ax=ax, label=label, pad=0.02)
    bar.outline.set_visible(False)
    return bar


def write(ax: Axes, drawn: QuadMesh, said: npt.ArrayLike) -> None:
    """A word in each cell, black or white, whichever is legible on its colour."""
    words = np.asarray(said)
    values: Any = drawn.get_array()
    table = values.reshape(words.shape)
    hidden = np.ma.getmaskarray(table)
    for place in np.ndindex(words.shape):
        if not words[place]:
            continue
        face = ax.get_facecolor() if hidden[place] else drawn.to_rgba(table[place])
        text = ax.text(place[1], place[0], str(words[place]), ha="center", va="center")
        text.set(fontsize="small", color=_ink(face), parse_math=False)


def _ink(face: Any) -> str:
    red, green, blue = to_rgb(face)
    return "#111111" if 0.2126 * red + 0.7152 * green + 0.0722 * blue > 0.45 else "#ffffff"
