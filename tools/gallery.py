"""Draws every plot, light and dark, as pictures of 800 by 500 pixels and as two contact sheets.

python tools/gallery.py [FOLDER] [--log PATH ...]
"""

from __future__ import annotations

import argparse
import math
from inspect import signature
from pathlib import Path
from typing import Any, get_args

import numpy as np
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.image import imsave

import completion_analytics as ca
from completion_analytics.plot.figures import Theme

SAMPLE = Path(__file__).parents[1] / "data" / "samples" / "01_log10_download.jsonl.gz"
COLUMNS = 4


def main() -> None:
    """Load the logs, draw, and say where the pictures are."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("folder", nargs="?", type=Path, default=Path("gallery"))
    parser.add_argument("--log", nargs="+", default=[str(SAMPLE)], metavar="PATH")
    asked = parser.parse_args()
    log = ca.load(asked.log)
    asked.folder.mkdir(parents=True, exist_ok=True)
    for theme in get_args(Theme):
        with ca.plot.style(theme):
            pictures = {name: picture(log, *call) for name, call in calls().items()}
        for name, pixels in pictures.items():
            imsave(asked.folder / f"{name}.{theme}.png", pixels)
        imsave(asked.folder / f"contact-sheet.{theme}.png", sheet(list(pictures.values())))
    print(f"{len(pictures)} plots, light and dark, are in {asked.folder}")


def calls() -> dict[str, tuple[str, dict[str, Any]]]:
    """What is drawn: every plot by itself, and by model where that is not what it does anyway."""
    found: dict[str, tuple[str, dict[str, Any]]] = {}
    for name, plot in ca.plot.PLOTS.items():
        found[name] = (name, {})
        by = signature(plot.draw).parameters.get("by")
        if by is not None and by.default is None:
            found[f"{name}_by_model"] = (name, {"by": "model"})
    return found


def picture(log: ca.CompletionLog, name: str, options: dict[str, Any]) -> Any:
    """The pixels of one plot."""
    ax: Axes = Figure(figsize=(8, 5), dpi=100, layout="constrained").add_subplot()
    canvas: Any = FigureCanvasAgg(ax.figure.get_figure(root=True))
    ca.plot.PLOTS[name].draw(log, ax=ax, **options)
    canvas.draw()
    return np.asarray(canvas.buffer_rgba())


def sheet(pictures: list[Any]) -> Any:
    """All pictures in rows, the rest of the last row in the colour of a corner."""
    rows = math.ceil(len(pictures) / COLUMNS)
    height, width = pictures[0].shape[:2]
    tiled = np.empty((rows * height, COLUMNS * width, 4), dtype=np.uint8)
    tiled[:] = pictures[0][0, 0]
    for place, pixels in enumerate(pictures):
        row, column = divmod(place, COLUMNS)
        tiled[row * height :, column * width :][:height, :width] = pixels
    return tiled


if __name__ == "__main__":
    main()
