"""One figure that says how it goes."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import matplotlib as mpl
import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from .. import stats
from ..stats.inputs import By, Data
from .answering import answered_within
from .colours import word_colour
from .failures import failure_kinds
from .figures import new_axes, new_figure, within
from .parts import by_columns, name_parts
from .rates import failure_rates
from .spans import edges_of, width_in_words
from .spread import latency_histogram
from .ticks import counts_axis, human_seconds, human_share, time_axis
from .tokens import tokens_over_time
from .words import Tally, count, literal, note, nothing

_INCHES = (15.0, 8.6)
_FONT_SIZE = 9.0
_SMALLER: Any = {"font.size": _FONT_SIZE, "axes.titlesize": "medium"}


def overview(data: Data, *, by: By = "model", tz: str = "UTC") -> Figure:
    r"""How it goes, at a glance: a sentence, and six plots of outcomes, waiting, tokens, failures.

    The sentence tells the number of calls, their span of time, the failure rate and the median and
    95th percentile of durations, each with its interval. Below it calls by outcome over time,
    `answered_within` by group, `latency_histogram`, `tokens_over_time`, `failure_kinds` and
    `failure_rates` by group. A figure and not axes, for it is six of them.

    Args:
        data: a frame, or a log.
        by: the columns that tell groups apart where groups are compared.
        tz: IANA name of the zone whose clock the time axes follow.

    Raises:
        KeyError: a column is not there.
        TypeError: a column of `by` is continuous, or `created_at` holds no instants.
        ValueError: the zone is unknown.

    >>> from completion_analytics.frames import TABLES
    >>> calls = TABLES["completions"].build({"row_id": [0], "outcome": ["failed"]})
    >>> overview(calls).get_suptitle()
    '1 call, undated · 100 % failed [20.7, 100] (1/1)\nno duration known'
    """
    panels: dict[str, Callable[[Axes], Any]] = {
        "What became of the calls": lambda ax: _outcomes(ax, data, tz),
        "How soon they were answered": lambda ax: answered_within(data, by=by, ax=ax),
        "How long answers took": lambda ax: latency_histogram(data, ax=ax),
        "Tokens": lambda ax: tokens_over_time(data, tz=tz, ax=ax),
        "What failed": lambda ax: failure_kinds(data, ax=ax),
        f"Who failed, by {' and '.join(by_columns(by))}" if by else "How often they failed": (
            lambda ax: failure_rates(data, by=by, ax=ax)
        ),
    }
    figure = _shown_once(new_figure(figsize=_INCHES))
    with within(_SMALLER):
        # Each panel is laid out by itself: long names in one take no room from the others.
        parts: Any = figure.subfigures(2, 3)
        for part, (title, draw) in zip(parts.flat, panels.items(), strict=True):
            ax = part.add_subplot()
            draw(ax)
            ax.set_title(title, loc="left", fontweight="bold")
        said = figure.suptitle("", x=0.01, ha="left", fontsize="large")
        literal(said, _sentence(data, tz))
    return figure


def _shown_once(figure: Figure) -> Figure:
    """The figure; where a notebook shows it as a cell's value, pyplot forgets it.

    The inline backend would show it below the cell once more.
    """
    # Asked plainly for its backend, matplotlib would choose one, and load pyplot to do so.
    backend = mpl.get_backend(auto_select=False)
    if backend is not None and backend.lower().endswith("inline"):
        from matplotlib import pyplot as plt

        plt.close(figure)
    return figure


def _outcomes(ax: Axes, data: Data, tz: str) -> Axes:
    """How many calls of each window finished, failed, or never ended, stacked."""
    table = stats.failures_over_time(data, tz=tz)
    counts = {
        "finished": table["n"] - table["k"],
        "failed": table["k"],
        "unresolved": table["n_unresolved"],
    }
    new_axes(ax)
    time_axis(ax.xaxis, tz)
    counts_axis(ax.yaxis)
    ax.set_ylabel("calls")
    below, ends = np.zeros(len(table)), []
    for word, k in counts.items():
        top = below + k.to_numpy()
        if len(table):
            colour = word_colour(ax, "outcome", word)
            ax.stairs(top, edges_of(table), baseline=below, fill=True, facecolor=colour)
            ends.append(float((below + top)[-1]) / 2)
        below = top
    if len(table):
        ax.set_ylim(bottom=0)
        names = [f"{word} {count(k.sum())}" for word, k in counts.items()]
        name_parts(ax, list(ax.patches), names, ends, loc="upper left")
    else:
        nothing(ax, "No call that has a time (n = 0)")
    dated = int((table["n"] + table["n_excluded"]).sum())
    note(
        ax, Tally(int(below.sum()), {"without a time": _calls(data) - dated}), width_in_words(table)
    )
    return ax


def _sentence(data: Data, tz: str) -> str:
    rates = stats.failure_rates(data).iloc[0]
    calls = _calls(data)
    if not calls:
        return "No calls"
    return f"{count(calls, 'call')}, {_span(data, tz)} · {_failed(rates)}\n{_waits(data)}"


def _calls(data: Data) -> int:
    """How many calls there are, mock ones aside."""
    rates = stats.failure_rates(data).iloc[0]
    return int(rates["n"] + rates["n_excluded"] - rates["n_mock"])


def _span(data: Data, tz: str) -> str:
    frame = data if isinstance(data, pd.DataFrame) else data.completions
    dated = frame["created_at"].dropna()
    if dated.empty:
        return "undated"
    first, last = (_day(pd.Timestamp(moment), tz) for moment in (dated.min(), dated.max()))
    return first if first == last else f"{first} to {last}"


def _day(moment: pd.Timestamp, tz: str) -> str:
    local = (moment.tz_localize("UTC") if moment.tz is None else moment).tz_convert(tz)
    return f"{local.day} {local:%b %Y}"


def _failed(rates: pd.Series) -> str:
    waiting = int(rates["n_unresolved"])
    more = [f"{count(waiting)} unresolved"] if waiting else []
    if not rates["n"]:
        return ", ".join(["none known to have finished or failed", *more])
    limits = [human_share(rates[name]).removesuffix(" %") for name in ("lo", "hi")]
    rate = f"{human_share(rates['value'])} failed [{', '.join(limits)}]"
    return ", ".join([f"{rate} ({count(rates['k'])}/{count(rates['n'])})", *more])


def _waits(data: Data) -> str:
    """The median and the 95th percentile of durations, as far as so many calls tell them."""
    table = stats.percentiles(data, q=[0.5, 0.95])
    n = int(table["n"].iloc[0])
    if not n:
        return "no duration known"
    half, most = (_wait(row) for row in table.to_dict("records"))
    return f"durations: median {half}, p95 {most} (n = {count(n)})"


def _wait(row: dict[Any, Any]) -> str:
    low, high = (human_seconds(row[name]) for name in ("lo", "hi"))
    if low and high:
        return f"{human_seconds(row['value'])} [{low}, {high}]"
    return f"≥ {low}" if low else f"≤ {high}" if high else "cannot be told of so few"
