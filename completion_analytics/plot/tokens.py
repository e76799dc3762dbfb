"""How many tokens calls use, and when."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd
from matplotlib import cbook
from matplotlib.axes import Axes
from matplotlib.patches import StepPatch
from matplotlib.ticker import EngFormatter

from .. import stats
from ..stats.inputs import By, Data, Floats
from .colours import Look, look
from .figures import new_axes
from .parts import Part, Parts, legend, name_parts, parts_of
from .spans import edges_of, width_in_words
from .ticks import counts_axis, shares_axis, time_axis
from .words import Tally, note, nothing, tally

_KINDS = ("prompt", "completion")


def token_histogram(
    data: Data,
    column: str = "total_tokens",
    *,
    by: By = None,
    ax: Axes | None = None,
    **stairs: Any,
) -> Axes:
    """How many finished calls have how many tokens, in bins equally wide on a logarithmic axis.

    Counts for all calls together; shares of the group's calls where `by` tells groups apart, which
    are outlines then. Zeros stand apart at the left, as in `stats.token_histogram`. Of more than 8
    groups the 7 largest are drawn. `stairs` goes to `Axes.stairs`.

    Raises:
        KeyError: a column is not there.
        TypeError: the column holds no numbers, or a column of `by` is continuous.

    >>> calls = pd.DataFrame({"total_tokens": [0, 10, 10]})
    >>> [patch.get_data().values.tolist() for patch in token_histogram(calls).patches]
    [[2], [1]]
    """
    table = stats.token_histogram(data, column, by=by)
    ax = new_axes(ax)
    parts = parts_of(ax, table[table["n"] > 0], data, by)
    height = "value" if by is None else "share"
    (counts_axis if by is None else shares_axis)(ax.yaxis)
    counts_axis(ax.xaxis, log=True)
    ax.xaxis.set_major_formatter(EngFormatter(sep=""))
    handles = [_stairs(ax, part, height, filled=by is None, stairs=stairs) for part in parts.shown]
    if any(part.rows["value"].iloc[0] for part in parts.shown):
        _zeros_apart(ax, parts.shown, height)
    ax.set_ylim(bottom=0)
    words = column.removesuffix("_tokens") + " tokens" if column.endswith("_tokens") else column
    ax.set(xlabel=words, ylabel="calls" if by is None else "share of the group's calls")
    if not parts.shown:
        nothing(ax, f"No finished call with known {words} (n = 0)")
    elif by is not None:
        legend(ax, handles, [part.label for part in parts.shown], loc="upper right")
    note(ax, tally(data, "token_histogram", column), parts.more)
    return ax


def tokens_over_time(
    data: Data,
    *,
    by: By = None,
    every: str | None = None,
    tz: str = "UTC",
    ax: Axes | None = None,
    **stairs: Any,
) -> Axes:
    """Tokens of the calls made in each window of time: prompt and completion, or groups, stacked.

    Sums of what is known, as `stats.tokens_over_time` has them: without `by` a layer for prompt and
    one for completion tokens, with it a layer per group of both together. A window in which no call
    tells a count is a gap. Of more than 8 groups the 7 largest are drawn. `stairs` goes to
    `Axes.stairs`.

    Raises:
        KeyError: a column is not there.
        TypeError: a column of `by` is continuous, or `created_at` holds no instants.
        ValueError: a width or zone is unknown.

    >>> calls = pd.DataFrame({
    ...     "prompt_tokens": [600, 50], "completion_tokens": [120, 10],
    ...     "created_at": pd.to_datetime(["2026-11-05T09:10Z", "2026-11-05T10:20Z"]),
    ... })
    >>> [layer.get_data().values.tolist() for layer in tokens_over_time(calls, every="1h").patches]
    [[600.0, 50.0], [720.0, 60.0]]
    """
    table = stats.tokens_over_time(data, by=by, every=every, tz=tz)
    ax = new_axes(ax)
    counts_axis(ax.yaxis)
    ax.yaxis.set_major_formatter(EngFormatter(sep=""))
    time_axis(ax.xaxis, tz)
    parts = parts_of(ax, table, data, by) if (table["n"] > 0).any() else Parts((), 0)
    layers = _kinds(ax, parts) if by is None else _groups(parts)
    tops = _stack(ax, layers, stairs)
    ax.set(ylabel="tokens per window")
    ax.set_ylim(bottom=0)
    if layers:
        ends = [float(np.nan_to_num(top[-1])) for top in tops]
        names = [part.name for part in layers]
        name_parts(ax, list(ax.patches), names, ends, loc="upper left")
    else:
        nothing(ax, "No call with a known count of tokens and a time (n = 0)")
    windows = layers[0].rows if layers else table.iloc[:0]
    note(
        ax,
        _counted(data, every, tz, table if by is None else None),
        width_in_words(windows),
        parts.more,
    )
    return ax


def _kinds(ax: Axes, parts: Parts) -> list[Part]:
    """The only group's prompt and completion tokens as layers."""
    return [
        Part(kind, _of_kind(part, kind), look(ax, place), part.n)
        for part in parts.shown
        for place, kind in enumerate(_KINDS)
    ]


def _groups(parts: Parts) -> list[Part]:
    """Each group's prompt and completion tokens together."""
    return [Part(part.name, _both(part), part.look, part.n) for part in parts.shown]


def _of_kind(part: Part, kind: str) -> pd.DataFrame:
    rows = part.rows[part.rows["tokens"] == kind].reset_index(drop=True)
    return rows.assign(value=rows["value"].astype("float64"))


def _both(part: Part) -> pd.DataFrame:
    prompt, completion = (_of_kind(part, kind) for kind in _KINDS)
    # Where only one of the two is known, it counts alone.
    return prompt.assign(value=prompt["value"].add(completion["value"], fill_value=0.0))


def _stack(ax: Axes, layers: Sequence[Part], stairs: dict[str, Any]) -> list[Floats]:
    """Each layer on those before it; a gap is where the layer itself has no value."""
    below: Floats = np.zeros(len(layers[0].rows)) if layers else np.empty(0)
    tops: list[Floats] = []
    for part in layers:
        value = part.rows["value"].to_numpy()
        top = below + value
        style = _filling(ax, part.look) | cbook.normalize_kwargs(stairs, StepPatch)
        ax.stairs(top, edges_of(part.rows), baseline=np.where(np.isnan(top), 0, below), **style)
        below = np.where(np.isnan(value), below, top)
        tops.append(top)
    return tops


def _filling(ax: Axes, of: Look) -> dict[str, Any]:
    style = {"fill": True, "facecolor": of.colour, "hatch": of.hatch, "linewidth": 0.4}
    return style | {"edgecolor": ax.get_facecolor()}


def _counted(data: Data, every: str | None, tz: str, table: pd.DataFrame | None) -> Tally:
    """Calls of a known number of prompt tokens, and why others are not there."""
    if table is None:
        table = stats.tokens_over_time(data, every=every, tz=tz)
    told = table[table["tokens"] == "prompt"]
    undated = int(told["n_undated"].iloc[0]) if len(told) else 0
    return Tally(
        int(told["n"].sum()),
        {"without prompt tokens": int(told["n_excluded"].sum()), "without a time": undated},
    )


def _stairs(
    ax: Axes, part: Part, height: str, *, filled: bool, stairs: dict[str, Any]
) -> StepPatch:
    """The bins of a group, without that of zeros."""
    rows = part.rows.iloc[1:]
    colour = part.look.colour
    style: dict[str, Any] = {"edgecolor": colour, "linestyle": part.look.dash, "linewidth": 1.7}
    if filled:
        style |= {"fill": True, "facecolor": colour, "linewidth": 0}
    heights = rows[height].to_numpy() if len(rows) else np.array([0])
    edges = np.append(rows["from_tokens"], rows["to_tokens"].iloc[-1:])
    places = edges if len(rows) else np.array([1.0, 10.0])
    return ax.stairs(heights, places, **(style | cbook.normalize_kwargs(stairs, StepPatch)))


def _zeros_apart(ax: Axes, parts: Sequence[Part], height: str) -> None:
    """Left of all bins, hatched, how many calls have no token at all."""
    low, high = ax.get_xlim()
    width = (high / low) ** 0.05
    edges = [low / width**1.5, low / width**0.5]
    for part in parts:
        style: dict[str, Any] = {
            "edgecolor": part.look.colour,
            "facecolor": "none",
            "hatch": "////",
        }
        ax.stairs([part.rows[height].iloc[0]], edges, fill=True, **style)
    ax.set_xlim(low / width**2, high)
    tallest = max(float(part.rows[height].iloc[0]) for part in parts)
    ax.annotate(
        "zero",
        (float(np.sqrt(edges[0] * edges[1])), tallest),
        (0, 3),
        textcoords="offset points",
        ha="center",
        va="bottom",
        fontsize="small",
    )
