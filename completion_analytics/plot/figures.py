"""Where plots are drawn: new axes, and styles that read well on light and dark pages."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Literal

import matplotlib as mpl
from cycler import cycler
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure

from .colours import DARK, LIGHT

Theme = Literal["light", "dark"]


def _theme(back: str, ink: str, faint: str, hues: tuple[str, ...]) -> Any:
    text = ("text.color", "axes.labelcolor", "axes.titlecolor", "xtick.labelcolor")
    lines = ("axes.edgecolor", "xtick.color", "ytick.color", "legend.edgecolor")
    faces = ("figure.facecolor", "axes.facecolor", "savefig.facecolor", "legend.facecolor")
    return {
        **dict.fromkeys((*text, "ytick.labelcolor"), ink),
        **dict.fromkeys(lines, ink),
        **dict.fromkeys(faces, back),
        "grid.color": faint,
        "axes.prop_cycle": cycler(color=hues),
    }


THEMES: dict[Theme, Any] = {
    "light": _theme("#ffffff", "#222222", "#d4d4d4", LIGHT),
    "dark": _theme("#111111", "#e6e6e6", "#3d3d3d", DARK),
}


@contextmanager
def style(theme: Theme) -> Iterator[None]:
    """Plots made within are light or dark throughout, their background opaque.

    Without it the colours of text, grid, spines and background are matplotlib's rcParams, so a
    style of your own works too; the colours of groups follow how dark the background is.

    Raises:
        ValueError: there is no such theme.

    >>> with style("dark"):
    ...     ax = new_axes()
    >>> mpl.colors.to_hex(ax.get_facecolor())
    '#111111'
    """
    if theme not in THEMES:
        raise ValueError(f"style knows no theme {theme!r}; it knows {', '.join(map(repr, THEMES))}")
    with within(THEMES[theme]):
        yield


@contextmanager
def within(settings: Any) -> Iterator[None]:
    """Some rcParams for a while, and a notebook that goes on showing figures afterwards.

    A notebook's backend wakes up with the first figure, and turns `interactive` on for good; where
    that happens in an `rc_context`, its end turns it off, and nothing is shown ever after.
    """
    is_interactive = mpl.is_interactive()
    try:
        with mpl.rc_context(settings):
            try:
                yield
            finally:
                is_interactive = mpl.is_interactive()
    finally:
        mpl.interactive(is_interactive)


def new_axes(ax: Axes | None = None) -> Axes:
    """The axes given, or those of a figure made for them, never the current ones.

    In a notebook, and wherever pyplot is in use, pyplot makes the figure: so it is shown below the
    cell, and by `plt.show()`. Elsewhere nobody would show or close it, and a figure that pyplot
    does not know is freed with its last reference; its `savefig` works all the same.
    """
    if ax is None:
        ax = new_figure().add_subplot()
    ax.set_axisbelow(True)
    ax.grid(True, linewidth=0.6)
    ax.spines[["top", "right"]].set_visible(False)
    return ax


def new_figure(**options: Any) -> Figure:
    """A figure that lays itself out; pyplot's, where pyplot is there to show it."""
    if "matplotlib.pyplot" in sys.modules or _in_ipython():
        from matplotlib import pyplot as plt

        return plt.figure(layout="constrained", **options)
    figure = Figure(layout="constrained", **options)
    FigureCanvasAgg(figure)
    return figure


def _in_ipython() -> bool:
    ipython = sys.modules.get("IPython")
    return ipython is not None and ipython.get_ipython() is not None
