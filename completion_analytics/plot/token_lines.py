"""Duration against tokens: every call as a dot or a density, and the lines fitted through them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.collections import PathCollection, PolyCollection
from matplotlib.colors import LogNorm
from matplotlib.lines import Line2D

from .. import stats
from ..stats.decomposition import TERMS
from ..stats.groups import groups_of
from ..stats.inputs import By, Data, Floats
from ..stats.usable import DURATION_COLUMNS, QUALITY_COLUMNS, usable_durations
from .colours import greys
from .figures import new_axes
from .parts import Part, legend, parts_of
from .ticks import counts_axis, human_quantile, human_seconds, seconds_axis
from .words import Tally, count, note, nothing, tally

_MOST_DOTS = 3_000
_ALONG = 60
_NEEDS = (*DURATION_COLUMNS, "prompt_tokens", "completion_tokens")


def latency_by_tokens(
    data: Data,
    *,
    by: By = ("model", "is_stream"),
    q: Sequence[float] = (0.5,),
    level: float = 0.95,
    seed: int = 0,
    ax: Axes | None = None,
    **dots: Any,
) -> Axes:
    """Duration against completion tokens, and the line fitted through each group's calls.

    Both axes are logarithmic. Calls are dots, beyond 3,000 a density of hexagons. A line is what
    `stats.latency_by_tokens` returns, at the median number of the group's prompt tokens, and its
    name says overhead and time per completion token; a group whose line cannot be told has none.
    Of more than 8 groups the 7 largest have lines. `dots` goes to `Axes.scatter` or `Axes.hexbin`.

    Raises:
        KeyError: a column is not there.
        TypeError: a column of `by` is continuous.
        ValueError: a share is not between 0 and 1.

    >>> calls = pd.DataFrame({"outcome": "finished", "duration_s": [1.0, 2.0],
    ...                       "prompt_tokens": [10, 20], "completion_tokens": [5, 9]})
    >>> latency_by_tokens(calls, by=None).collections[0].get_offsets().tolist()
    [[5.0, 1.0], [9.0, 2.0]]
    """
    table = stats.latency_by_tokens(data, by=by, q=q, level=level, seed=seed)
    calls = _calls(data, None)
    ax = new_axes(ax)
    ax.set(xlabel="completion tokens", ylabel="duration")
    said = ""
    if len(calls):
        _draw_calls(ax, calls, dots)
        counts_axis(ax.xaxis, log=True)
        seconds_axis(ax.yaxis)
        said = _draw_lines(ax, table, data, by, q)
    else:
        nothing(ax, "No call with a usable duration and token counts (n = 0)")
    note(ax, _counted(data, len(calls)), said)
    return ax


def _calls(data: Data, by: By) -> pd.DataFrame:
    """Calls that stand on logarithmic axes, with the number of their group."""
    groups = groups_of(data, "latency_by_tokens", _NEEDS, by=by, optional=QUALITY_COLUMNS)
    calls = pd.DataFrame(
        {
            "group": groups.codes,
            "seconds": usable_durations(groups),
            "prompt": groups.floats("prompt_tokens"),
            "completion": groups.floats("completion_tokens"),
        }
    )
    return calls[calls["seconds"].notna() & calls["prompt"].notna() & (calls["completion"] > 0)]


def _draw_calls(
    ax: Axes, calls: pd.DataFrame, dots: dict[str, Any]
) -> PathCollection | PolyCollection:
    """Grey, so that lines stand out; never more than a few thousand shapes."""
    x, y, shades = calls["completion"], calls["seconds"], greys(ax)
    if len(calls) <= _MOST_DOTS:
        style: dict[str, Any] = {"color": shades(0.5), "s": 7, "linewidth": 0, "rasterized": True}
        return ax.scatter(x, y, **(style | dots))
    style = {"cmap": shades, "norm": LogNorm(), "gridsize": 70, "mincnt": 1, "linewidths": 0.1}
    return ax.hexbin(x, y, xscale="log", yscale="log", **(style | dots))


def _draw_lines(ax: Axes, table: pd.DataFrame, data: Data, by: By, q: Sequence[float]) -> str:
    """A line per group and quantile whose fit could be told; what to add to the note."""
    per_group = len(q) * len(TERMS)
    table = table.assign(group=np.arange(len(table)) // per_group)
    calls = _calls(data, by)
    parts = parts_of(ax, table[table["n"] > 0], data, by)
    fitted = [part for part in parts.shown if part.rows["value"].notna().any()]
    handles = [_draw_line(ax, part, calls, share) for part in fitted for share in q]
    labels = [_told(part, share, q) for part in fitted for share in q]
    if labels:
        legend(ax, handles, labels, loc="upper left")
    lacking = [part for part in parts.shown if part.rows["value"].isna().all()]
    if not lacking:
        return parts.more
    reason = str(lacking[0].rows["reason"].iloc[0])
    return f"no line for {count(len(lacking), 'group')}: {reason}"


def _draw_line(ax: Axes, part: Part, calls: pd.DataFrame, q: float) -> Line2D:
    """Over the middle 98 % of the group's completion tokens, at its median prompt."""
    own = calls[calls["group"] == part.rows["group"].iloc[0]]
    low, high = own["completion"].quantile([0.01, 0.99])
    x = np.geomspace(low, max(high, low * 1.01), _ALONG)
    overhead, per_prompt, per_completion = _coefficients(part, q)
    y = overhead + per_prompt * own["prompt"].median() + per_completion * x
    place = part.rows["q"].drop_duplicates().tolist().index(q)
    width = 2.4 if place == 0 else 1.4
    (line,) = ax.plot(x, np.where(y > 0, y, np.nan), linewidth=width, **part.look.line)
    return line


def _coefficients(part: Part, q: float) -> Floats:
    rows = part.rows[part.rows["q"] == q].set_index("term")["value"]
    return rows.loc[list(TERMS)].to_numpy()


def _told(part: Part, share: float, q: Sequence[float]) -> str:
    """The group, and its line in words."""
    overhead, _, per_completion = _coefficients(part, share)
    said = f"{human_seconds(overhead)} + {human_seconds(per_completion)}/token"
    names = [part.name, human_quantile(share) if len(q) > 1 else ""]
    return "\n".join([" · ".join(filter(None, names)), said]).strip()


def _counted(data: Data, n: int) -> Tally:
    whole = tally(data, "latency_by_tokens")
    return Tally(n, {**whole.left_out, "without token counts": whole.n - n})
