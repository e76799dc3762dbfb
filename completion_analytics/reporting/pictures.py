"""The plots of a report as small pictures, for light and for dark pages."""

from __future__ import annotations

import base64
import io
from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from PIL import Image

from ..plot import style
from ..plot.figures import Theme, within

_DPI, _RATIO = 96, 2
_FONT: Any = {"font.size": 9.0, "axes.titlesize": "medium"}
_COLOURS = 96
"""Enough for the hues of any plot with their edges; a third of the bytes of all colours."""

Draw = Callable[[Axes], Axes]


class Picture(NamedTuple):
    """One plot, drawn twice."""

    title: str
    alt: str
    width: int
    height: int
    light: str
    dark: str
    """The two as data URLs."""


def picture(title: str, alt: str, draw: Draw, size: tuple[float, float]) -> Picture:
    """A plot as PNG, twice as fine as a plain screen shows it."""
    wide, high = (round(inches * _DPI) for inches in size)
    return Picture(title, alt, wide, high, _drawn(draw, size, "light"), _drawn(draw, size, "dark"))


def _drawn(draw: Draw, size: tuple[float, float], theme: Theme) -> str:
    with style(theme), within(_FONT):
        figure = Figure(figsize=size, dpi=_DPI * _RATIO, layout="constrained")
        canvas: Any = FigureCanvasAgg(figure)
        draw(figure.add_subplot())
        canvas.draw()
    return _data_url(np.asarray(canvas.buffer_rgba())[..., :3])


def _data_url(pixels: np.ndarray) -> str:
    few = Image.fromarray(pixels).quantize(
        _COLOURS, Image.Quantize.MEDIANCUT, dither=Image.Dither.NONE
    )
    out = io.BytesIO()
    few.save(out, "png", optimize=True)
    return f"data:image/png;base64,{base64.b64encode(out.getvalue()).decode()}"
