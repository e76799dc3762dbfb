"""How durations are spread: the distribution function, the histogram, and the tail by its nines."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Literal

import numpy as np
from matplotlib import cbook
from matplotlib.axes import Axes
from matplotlib.patches import StepPatch
from matplotlib.ticker import FixedLocator, NullLocator

from .. import stats
from ..stats.inputs import By, Data
from .curves import curve, sure_curve
from .figures import new_axes
from .parts import Part, legend, name_parts, parts_of
from .ticks import counts_axis, nines_axis, seconds_axis, shares_axis
from .words import BELOW_RESOLUTION, Tally, count, note, nothing, tally

Failures = Literal["separate", "inf"]
NO_DURATION = "No call with a usable duration (n = 0)"


def latency_ecdf(
    data: Data,
    *,
    by: By = None,
    level: float = 0.95,
    failures: Failures = "separate",
    ax: Axes | None = None,
    **line: Any,
) -> Axes:
    """The share of calls answered within each duration, with a band that holds for whole curves.

    A step line per group over seconds on a logarithmic axis, as `stats.latency_ecdf` has it; with
    ``failures="inf"`` it ends below 100 %. Of more than 8 groups the 7 largest are drawn. `line`
    goes to `Axes.plot`.

    Raises:
        KeyError: a column is not there.
        TypeError: a column of `by` is continuous.
        ValueError: `level` is not between 0 and 1, or `failures` is unknown.

    >>> import pandas as pd
    >>> calls = pd.DataFrame({"outcome": "finished", "duration_s": [1.0, 3.0]})
    >>> latency_ecdf(calls).lines[0].get_ydata().tolist()
    [0.5, 1.0]
    """
    table = stats.latency_ecdf(data, by=by, level=level, failures=failures)
    ax = new_axes(ax)
    seconds_axis(ax.xaxis)
    shares_axis(ax.yaxis)
    parts = parts_of(ax, table, data, by)
    # All end near 100 %, so their names are stacked in the order in which the curves rise.
    shown = sorted(parts.shown, key=_median, reverse=True)
    handles = [curve(ax, part, "duration_s", line) for part in shown]
    ax.set_ylim(0, 1.03)
    ax.set(xlabel="duration", ylabel="share of calls answered")
    name_parts(
        ax,
        handles,
        [part.label for part in shown if part.name],
        [part.rows["value"].iloc[-1] for part in shown],
        loc="lower right",
    )
    if not shown:
        nothing(ax, NO_DURATION)
    note(ax, _counted(data, "latency_ecdf", failures), parts.more)
    return ax


def latency_histogram(data: Data, *, by: By = None, ax: Axes | None = None, **stairs: Any) -> Axes:
    """How many calls took how long, in bins equally wide on a logarithmic axis.

    Counts for all calls together; shares of the group's calls where `by` tells groups apart, which
    are outlines then. Durations below the resolution of their clock stand apart at the left, as in
    `stats.latency_histogram`. Of more than 8 groups the 7 largest are drawn. `stairs` goes to
    `Axes.stairs`.

    Raises:
        KeyError: a column is not there.
        TypeError: a column of `by` is continuous.

    >>> import pandas as pd
    >>> calls = pd.DataFrame({"outcome": "finished", "duration_s": [0.0, 2.0, 2.0]})
    >>> [patch.get_data().values.tolist() for patch in latency_histogram(calls).patches]
    [[2], [1]]
    """
    table = stats.latency_histogram(data, by=by)
    ax = new_axes(ax)
    parts = parts_of(ax, table[table["n"] > 0], data, by)
    column = "value" if by is None else "share"
    (counts_axis if by is None else shares_axis)(ax.yaxis)
    seconds_axis(ax.xaxis)
    handles = [_stairs(ax, part, column, filled=by is None, stairs=stairs) for part in parts.shown]
    if len(table) == 2:
        ax.set_xlim(table["from_s"].iloc[1] / 3, table["to_s"].iloc[1] * 3)
    if any(part.rows["value"].iloc[0] for part in parts.shown):
        _bars_apart(ax, parts.shown, column)
    ax.set_ylim(bottom=0)
    ax.set(xlabel="duration", ylabel="calls" if by is None else "share of the group's calls")
    if not parts.shown:
        nothing(ax, NO_DURATION)
    elif by is not None:
        legend(ax, handles, [part.label for part in parts.shown], loc="upper right")
    note(ax, tally(data, "latency_histogram").counting(BELOW_RESOLUTION), parts.more)
    return ax


def latency_nines(
    data: Data,
    *,
    by: By = None,
    level: float = 0.95,
    failures: Failures = "separate",
    ax: Axes | None = None,
    **line: Any,
) -> Axes:
    """The long tail: the duration at each percentile, p90, p99 and p99.9 equally far apart.

    A line per group over nines, seconds on a logarithmic axis, as `stats.latency_nines` has it;
    where so few calls cannot bound the percentile the line is thin and pale. Of more than 8 groups
    the 7 largest are drawn. `line` goes to `Axes.plot`.

    Raises:
        KeyError: a column is not there.
        TypeError: a column of `by` is continuous.
        ValueError: `level` is not between 0 and 1, or `failures` is unknown.

    >>> import pandas as pd
    >>> calls = pd.DataFrame({"outcome": "finished", "duration_s": range(1, 11)})
    >>> float(latency_nines(calls).lines[0].get_xdata()[-1])
    1.0
    """
    table = stats.latency_nines(data, by=by, level=level, failures=failures)
    ax = new_axes(ax)
    seconds_axis(ax.yaxis)
    nines_axis(ax.xaxis, float(table["nines"].max()) if len(table) else 2.0)
    parts = parts_of(ax, table, data, by)
    handles = [sure_curve(ax, part, "nines", line) for part in parts.shown]
    ax.set(xlabel="percentile", ylabel="duration")
    labels = [part.label for part in parts.shown] if by is not None else []
    name_parts(ax, handles, labels, [_highest(part) for part in parts.shown], loc="upper left")
    counted = _counted(data, "latency_nines", failures)
    if not parts.shown:
        nothing(ax, f"Too few calls with a usable duration (n = {count(counted.n)})")
    pale = "pale: too few calls to bound it" if not table["reliable"].all() else ""
    note(ax, counted, pale, parts.more)
    return ax


def _median(part: Part) -> float:
    reached = part.rows["value"].to_numpy() >= 0.5
    return float(part.rows["duration_s"][reached].min()) if reached.any() else np.inf


def _counted(data: Data, function: str, failures: Failures) -> Tally:
    counted = tally(data, function)
    return counted.counting("failed") if failures == "inf" else counted


def _stairs(
    ax: Axes, part: Part, column: str, *, filled: bool, stairs: dict[str, Any]
) -> StepPatch:
    """The bins of a group, without that of durations below the resolution."""
    rows = part.rows.iloc[1:]
    edges = np.append(rows["from_s"], rows["to_s"].iloc[-1:])
    colour = part.look.colour
    style: dict[str, Any] = {
        "fill": filled,
        "linewidth": 1.7,
        "edgecolor": colour,
        "linestyle": part.look.dash,
    }
    if filled:
        style |= {"facecolor": colour, "linewidth": 0}
    heights = rows[column].to_numpy() if len(rows) else np.array([0])
    places = edges if len(rows) else np.array([0.1, 1.0])
    return ax.stairs(heights, places, **(style | cbook.normalize_kwargs(stairs, StepPatch)))


def _bars_apart(ax: Axes, parts: Sequence[Part], column: str) -> None:
    """Left of all bins, hatched and side by side, how many durations were below the resolution."""
    low, high = ax.get_xlim()
    unit = (high / low) ** 0.12
    edges = low / unit * (unit**0.8) ** np.linspace(0, 1, len(parts) + 1)
    for part, left, right in zip(parts, edges[:-1], edges[1:], strict=True):
        colour = part.look.colour
        style: dict[str, Any] = {"edgecolor": colour, "facecolor": "none", "hatch": "////"}
        ax.stairs([part.rows[column].iloc[0]], [left, right], fill=True, **style)
    ax.set_xlim(low / unit**1.2, high)
    ax.xaxis.set_minor_locator(NullLocator())
    ax.xaxis.set_major_locator(FixedLocator(ax.xaxis.get_major_locator().tick_values(low, high)))
    ax.margins(y=0.18)
    ax.annotate(
        "below the\nresolution",
        (np.sqrt(edges[0] * edges[-1]), max(float(p.rows[column].iloc[0]) for p in parts)),
        (0, 3),
        textcoords="offset points",
        ha="center",
        va="bottom",
        fontsize="small",
    )


def _highest(part: Part) -> float:
    return float(part.rows["value"].iloc[-1])
