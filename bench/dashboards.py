"""Four linked histograms as one would write them in a notebook: yardsticks for the explorer.

Their counting is as quick as the explorer's, so that what differs is how the picture gets there.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import ipywidgets as widgets
import matplotlib.pyplot as plt
import numpy as np
import numpy.typing as npt
import pandas as pd
from IPython import display

COLUMNS = ("duration_s", "prompt_tokens", "completion_tokens", "created_at")
BINS = 60
_FIRST_RANGE = (15, 45)
_INCHES = (8, 4)
_clear: Any = display.clear_output  # it has no types

Counts = npt.NDArray[np.int64]


class Binned:
    """Each column as the bins of its rows, and what a range of the first leaves of them."""

    def __init__(self, frame: pd.DataFrame) -> None:
        self._bins = [_bins(frame[name]) for name in COLUMNS]
        self.whole = [np.bincount(bins, minlength=BINS + 1)[:BINS] for bins in self._bins]

    def within(self, low: int, high: int) -> list[Counts]:
        first = self._bins[0]
        kept = (first >= low) & (first < high)
        return [np.bincount(bins[kept], minlength=BINS + 1)[:BINS] for bins in self._bins]


def with_output(frame: pd.DataFrame) -> widgets.Widget:
    """A new figure of pyplot for each change, printed into an `Output`."""
    binned, slider, output = Binned(frame), _slider(), widgets.Output()

    def draw(_: Any = None) -> None:
        with output:
            _clear(wait=True)
            _, axes = plt.subplots(2, 2, figsize=_INCHES, layout="constrained")
            _draw(axes.ravel(), binned, slider.value)
            plt.show()

    slider.observe(draw, "value")
    draw()
    return widgets.VBox([slider, output])


def with_ipympl(frame: pd.DataFrame) -> widgets.Widget:
    """One live figure of ipympl, whose steps get new values."""
    plt.switch_backend("module://ipympl.backend_nbagg")
    binned, slider = Binned(frame), _slider()
    with plt.ioff():
        figure, axes = plt.subplots(2, 2, figsize=_INCHES)
    steps = _draw(axes.ravel(), binned, slider.value)

    def follow(change: Any) -> None:
        for step, counts in zip(steps, binned.within(*change["new"]), strict=True):
            step.set_data(values=counts)
        figure.canvas.draw_idle()

    slider.observe(follow, "value")
    return widgets.VBox([slider, figure.canvas])


def _bins(values: pd.Series) -> npt.NDArray[np.uint8]:
    numbers = values.to_numpy(dtype="float64", na_value=np.nan)
    edges = np.quantile(numbers[~np.isnan(numbers)], np.linspace(0, 1, BINS + 1))
    places = np.clip(np.searchsorted(edges, numbers, side="right") - 1, 0, BINS - 1)
    return np.where(np.isnan(numbers), BINS, places).astype(np.uint8)


def _slider() -> widgets.IntRangeSlider:
    layout = widgets.Layout(width="600px")
    return widgets.IntRangeSlider(value=_FIRST_RANGE, min=0, max=BINS, layout=layout)


def _draw(axes: Sequence[Any], binned: Binned, ends: tuple[int, int]) -> list[Any]:
    steps = []
    both = zip(axes, COLUMNS, binned.whole, binned.within(*ends), strict=True)
    for ax, name, whole, counts in both:
        ax.stairs(whole, fill=True, color="#D9D9D9")
        steps.append(ax.stairs(counts, fill=True, color="#0072B2"))
        ax.set_title(name)
    return steps
