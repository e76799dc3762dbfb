"""How much was answered in time, and how long calls would last if nobody gave up."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
from matplotlib import rcParams
from matplotlib.axes import Axes
from matplotlib.lines import Line2D

from .. import stats
from ..stats.groups import groups_of
from ..stats.inputs import By, Data
from ..stats.waiting import Now
from .curves import band, curve, thinned
from .figures import new_axes
from .parts import Part, by_columns, name_parts, parts_of
from .ticks import human_seconds, human_share, seconds_axis, shares_axis
from .words import Tally, count, note, nothing, tally


def answered_within(
    data: Data,
    *,
    by: By = None,
    slo_s: float | None = None,
    now: Now = None,
    level: float = 0.95,
    ax: Axes | None = None,
    **line: Any,
) -> Axes:
    """The share of all requests answered within each time: a curve that ends at the success rate.

    A step line per group over seconds on a logarithmic axis, with its pointwise band, as
    `stats.answered_within` has it; `slo_s` draws a line there and prints each group's share. Of
    more than 8 groups the 7 largest are drawn. `line` goes to `Axes.plot`.

    Raises:
        KeyError: a column is not there.
        TypeError: a column of `by` is continuous.
        ValueError: `slo_s` is not above 0, or `level` not between 0 and 1.

    >>> calls = pd.DataFrame({"outcome": ["finished", "failed"], "duration_s": [2.0, None]})
    >>> answered_within(calls).lines[0].get_ydata().tolist()
    [0.5]
    """
    table = stats.answered_within(data, by=by, slo_s=slo_s, now=now, level=level)
    table = table[table["n"] > 0]
    ax = new_axes(ax)
    parts = parts_of(ax, table, data, by)
    seconds_axis(ax.xaxis)
    shares_axis(ax.yaxis)
    ax.set_ylim(0, 1.03)
    handles = [_answered(ax, part, line) for part in parts.shown]
    ax.set(xlabel="time since the request", ylabel="share of all requests answered")
    if slo_s is not None and parts.shown:
        _slo_line(ax, slo_s)
    labels = [_answered_label(part, slo_s) for part in parts.shown]
    name_parts(ax, handles, labels, [_last(part) for part in parts.shown], loc="lower right")
    if not parts.shown:
        nothing(ax, "No request with a usable duration to draw (n = 0)")
    whole = tally(data, "answered_within")
    unknown = _unknown_ages(table, whole)
    note(ax, whole.counting("failed", "unresolved"), unknown, parts.more)
    return ax


def survival(
    data: Data,
    *,
    by: By = None,
    timeout: float | None = None,
    now: Now = None,
    level: float = 0.95,
    ax: Axes | None = None,
    **line: Any,
) -> Axes:
    """The share of calls that last longer than each time, had nobody given up waiting.

    A step line per group on two logarithmic axes, with its band, as `stats.survival` has it; small
    strokes mark calls that were given up or are still open. Of more than 8 groups the 7 largest
    are drawn. `line` goes to `Axes.plot`.

    Raises:
        KeyError: a column is not there.
        TypeError: a column of `by` is continuous.
        ValueError: `level` is not between 0 and 1, or `timeout` not above 0.

    >>> calls = pd.DataFrame({
    ...     "outcome": "finished", "duration_s": [1.0, 2.0, 4.0, 8.0], "failure_class": None
    ... })
    >>> survival(calls).lines[0].get_ydata().tolist()
    [0.75, 0.5, 0.25, 0.0]
    """
    table = stats.survival(data, by=by, timeout=timeout, now=now, level=level)
    ax = new_axes(ax)
    seconds_axis(ax.xaxis)
    above = table["value"][table["value"] > 0]
    ax.set_ylim(float(above.min()) / 2 if len(above) else 0.1, 1.15)
    shares_axis(ax.yaxis, log=True)
    parts = parts_of(ax, table, data, by)
    handles = [_survived(ax, part, line) for part in parts.shown]
    ax.set(xlabel="duration", ylabel="share of calls that last longer")
    ends = [part.rows["value"].iloc[-1] for part in parts.shown]
    labels = [part.label for part in parts.shown] if by is not None else []
    name_parts(ax, handles, labels, ends, loc="lower left")
    if not parts.shown:
        nothing(ax, "No call that ended, or was waited for, a known time (n = 0)")
    strokes = "strokes: given up or still open" if table["n_censored"].any() else ""
    names = by_columns(by)
    if "tag" in names:  # groups by tag count a call once for each of its tags
        names, table = [], stats.survival(data, timeout=timeout, now=now, level=level)
    each = table.drop_duplicates(names) if names else table.head(1)
    note(ax, _waited_for(data, int(each["n"].sum())), strokes, parts.more)
    return ax


def _survived(ax: Axes, part: Part, line: dict[str, Any]) -> Line2D:
    drawn = curve(ax, part, "duration_s", line)
    first = part.rows.iloc[0]
    ax.vlines(first["duration_s"], first["value"], 1, colors=drawn.get_color())
    given_up = thinned(part.rows[(part.rows["n_censored"] > 0) & (part.rows["value"] > 0)], 300)
    ax.plot(
        given_up["duration_s"],
        given_up["value"],
        color=drawn.get_color(),
        linestyle="none",
        marker="|",
        markersize=7,
    )
    return drawn


def _waited_for(data: Data, n: int) -> Tally:
    """Calls that were refused are left out; those given up or still open count."""
    groups = groups_of(data, "survival", ["outcome", "failure_class"])
    refused = groups.matches("outcome", "failed") & ~groups.matches("failure_class", "timeout")
    k = int(refused.sum())
    causes = {
        "failed otherwise than by a timeout": k,
        "of unknown duration": len(groups.frame) - n - k,
        "mock": int(groups.n_mock.sum()),
    }
    return Tally(n, causes)


def _answered(ax: Axes, part: Part, line: dict[str, Any]) -> Line2D:
    drawn = curve(ax, part, "t_s", line)
    if part.rows["value"].isna().any():
        band(ax, part.rows, "t_s", ("bound_lo", "bound_hi"), drawn, steps=True)
    return drawn


def _slo_line(ax: Axes, slo_s: float) -> None:
    ax.axvline(slo_s, color=rcParams["text.color"], linewidth=1, linestyle=(0, (1, 1.5)))
    ax.annotate(
        human_seconds(slo_s), (slo_s, 0.02), (4, 0), textcoords="offset points", fontsize="small"
    )


def _answered_label(part: Part, slo_s: float | None) -> str:
    """The group's name, its share at the SLO if there is one, and the share ever answered."""
    ever = f"{_share(part.rows.iloc[-1])} ever"
    if slo_s is None:
        return f"{part.name}: {ever}" if part.name else ever
    at = _share(part.rows[part.rows["t_s"] == slo_s].iloc[0])
    told = f"{at} in {human_seconds(slo_s)}"
    return f"{part.name}: {told}" if part.name else f"{told},\n{ever}"


def _share(row: pd.Series) -> str:
    if np.isnan(row["value"]):
        return f"{human_share(row['bound_lo'])} to {human_share(row['bound_hi'])}"
    return human_share(row["value"])


def _last(part: Part) -> float:
    row = part.rows.iloc[-1]
    return float(row["bound_hi"] if np.isnan(row["value"]) else row["value"])


def _unknown_ages(table: pd.DataFrame, whole: Tally) -> str:
    """How many calls might yet be answered for all anyone knows; tags may count one twice."""
    per_group = table["n_unknown_age"][table["t_s"] == table["t_s"].min()]
    unknown = min(int(per_group.sum()), whole.left_out["unresolved"])
    return f"{count(unknown)} unresolved of unknown age count as unanswered" if unknown else ""
