"""What matplotlib draws for the explorer: a plot of the selection, and a still of everything."""

from __future__ import annotations

import base64
import io
from html import escape
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure

from ..plot import PLOTS, style
from ..plot.words import count, literal
from .filtering import Filtering
from .ranges import Range
from .views import LABELS

_SIZE = (8.4, 4.2)
_STILL_WIDTH, _STILL_ROW = 9.6, 1.9
_DPI = 96
_FRONT, _BEHIND = "#0072B2", "#D9D9D9"


class Selected:
    """A log's frames as far as they belong to selected rows; each is filtered when asked for."""

    def __init__(self, log: Any, completions: pd.DataFrame) -> None:
        self._log, self.completions = log, completions

    def __getattr__(self, name: str) -> Any:
        if name.startswith("_"):
            raise AttributeError(name)
        whole = getattr(self._log, name)
        if not (isinstance(whole, pd.DataFrame) and "row_id" in whole):
            return whole
        kept = whole[whole["row_id"].isin(self.completions["row_id"])]
        setattr(self, name, kept)
        return kept


def plot_of(filtering: Filtering, name: str, *, is_dark: bool, ratio: float) -> str:
    """A plot of the catalogue, drawn for the selected rows, as HTML."""
    everything = filtering.log if filtering.log is not None else filtering.frame
    is_whole = filtering.crossfilter.count == len(filtering.frame)
    data = everything if is_whole else _selected(filtering)
    with style("dark" if is_dark else "light"):
        figure = Figure(figsize=_SIZE, layout="constrained")
        FigureCanvasAgg(figure)
        PLOTS[name].draw(data, ax=figure.add_subplot())
        png = _png(figure, _DPI * float(np.clip(ratio, 1, 3)))
    alt = f"{name} of {count(filtering.crossfilter.count, 'completion')}"
    width = int(_SIZE[0] * _DPI)
    source = base64.b64encode(png).decode()
    return (
        f'<div class="ca ca-plot"><img alt="{escape(alt)}" width="{width}" '
        f'src="data:image/png;base64,{source}"></div>'
    )


def still(filtering: Filtering) -> bytes:
    """All histograms with the selection in front, as PNG: what is left when the kernel is gone."""
    ranges = [(n, c) for n, c in filtering.controls.items() if isinstance(c, Range) and c.n_bins]
    rows = max(1, -(-len(ranges) // 2))
    with style("light"):
        figure = Figure(figsize=(_STILL_WIDTH, 0.5 + _STILL_ROW * rows), layout="constrained")
        FigureCanvasAgg(figure)
        literal(figure.suptitle("", x=0.01, ha="left", fontsize="medium"), heading(filtering))
        axes = figure.subplots(rows, 2, squeeze=False).ravel()
        for ax, (name, control) in zip(axes, ranges, strict=False):
            _histogram(ax, filtering, name, control)
        for ax in axes[len(ranges) :]:
            ax.set_axis_off()
        return _png(figure, _DPI)


def heading(filtering: Filtering) -> str:
    """How many rows are selected, of how many, and by what.

    One line each, fit for a text-only page.
    """
    n, total = filtering.crossfilter.count, len(filtering.frame)
    share = f" ({100 * n / total:.0f} %)" if total else ""
    conditions = "\n".join(map(repr, filtering.conditions))
    by = f"\n{conditions}" if conditions else ""
    return f"{n:,} of {count(total, 'completion')}{share}{by}"


def _selected(filtering: Filtering) -> Any:
    rows = filtering.selected
    return rows if filtering.log is None else Selected(filtering.log, rows)


def _histogram(ax: Axes, filtering: Filtering, name: str, control: Range) -> None:
    edges = control.places
    whole, counts = control.dimension.whole, filtering.crossfilter.counts(name)
    condition: Any = filtering.held(name)
    ax.stairs(whole[:-1], edges, fill=True, color=_BEHIND)
    ax.stairs(counts[:-1], edges, fill=True, color=_FRONT)
    if condition is not None:
        low, high = np.interp(control.brush(condition), np.arange(len(edges)), edges)
        ax.axvspan(low, high, color=_FRONT, alpha=0.12)
    ticks = control.ticks()
    ax.set_xticks([place for place, _ in ticks], [text for _, text in ticks], fontsize="small")
    ax.tick_params(axis="y", labelsize="small")
    ax.locator_params(axis="y", nbins=3)
    ax.spines[["top", "right"]].set_visible(False)
    missing = f", {int(whole[-1]):,} without a value" if whole[-1] else ""
    literal(ax.set_title("", loc="left", fontsize="small"), LABELS.get(name, name) + missing)


def _png(figure: Figure, dpi: float) -> bytes:
    out = io.BytesIO()
    figure.savefig(out, format="png", dpi=dpi, pil_kwargs={"compress_level": 3})
    return out.getvalue()
