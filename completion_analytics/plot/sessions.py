"""Calls that belong together: how large sessions are, and how each went call by call."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd
from matplotlib import cbook, rcParams
from matplotlib.axes import Axes
from matplotlib.collections import PolyCollection
from matplotlib.patches import Patch, StepPatch
from matplotlib.ticker import FixedLocator

from .. import stats
from ..frames.completions import OUTCOMES
from ..stats.inputs import Data, Floats
from .colours import SLOTS, look
from .figures import new_axes
from .rows import legend_below, legend_room, name_rows
from .spans import elapsed_axis
from .ticks import counts_axis, human_seconds
from .words import Tally, count, note, nothing, plain

_MOST_ROWS_OF_CALLS = 24
_MOST_LANES = 4
_MOST_CALLS = 3_000
_HATCHES = {"finished": "", "failed": "////", "unresolved": "...."}
_HEIGHT = 0.72
_SEEN = 150
"""The usual call is seen if it takes no less than this part of the longest session."""
_FOLDS_S = (1, 2, 5, 10, 30, 60, 120, 300, 600, 1_800, 3_600, 7_200, 21_600, 86_400)
_MOST_EDGES = 24
"""Edges of the bins of calls per session, at most."""


def sessions(data: Data, *, ax: Axes | None = None, **stairs: Any) -> Axes:
    """How many sessions have how many calls, by the worst outcome of the session.

    Stacked bars over calls per session on a logarithmic axis, counted from `stats.sessions`.
    `stairs` goes to `Axes.stairs`.

    Raises:
        KeyError: a column is not there.
        TypeError: `created_at` holds no instants.

    >>> calls = pd.DataFrame({
    ...     "session_id": ["a", "a", "b"], "outcome": ["finished", "failed", "finished"],
    ...     "created_at": pd.to_datetime([0, 10, 20], unit="s", utc=True), "duration_s": 2.0,
    ... })
    >>> [layer.get_data().values.tolist() for layer in sessions(calls).patches]
    [[1.0, 0.0], [1.0, 1.0]]
    """
    table = stats.sessions(data)
    ax = new_axes(ax)
    counts_axis(ax.xaxis, log=True)
    counts_axis(ax.yaxis)
    ax.set(xlabel="calls per session", ylabel="sessions")
    edges = _edges(table["n"].to_numpy(dtype=np.float64))
    ladder = (1, 2, 5) if edges[-1] < 1_000 else (1,)
    ax.xaxis.set_major_locator(FixedLocator([m * 10.0**p for p in range(8) for m in ladder]))
    below: Floats = np.zeros(len(edges) - 1) if len(table) else np.empty(0)
    words = [word for word in OUTCOMES if (table["outcome"] == word).any()]
    for word in words:
        sizes = table.loc[table["outcome"] == word, "n"].to_numpy(dtype=np.float64)
        top = below + np.histogram(sizes, edges)[0]
        style = _filling(ax, word) | {"fill": True} | cbook.normalize_kwargs(stairs, StepPatch)
        ax.stairs(top, edges, baseline=below, **style)
        below = top
    if words:
        ax.set_ylim(0, 1.18 * float(below.max()))
        names = [f"{word} throughout" if word == "finished" else f"some {word}" for word in words]
        _legend_above(ax, words, names)
    else:
        nothing(ax, "No session with a call (n = 0)")
    note(ax, _sessions_and_calls(data, table), _typical(table))
    return ax


def session_timeline(
    data: Data,
    *,
    session: str | Sequence[str] | None = None,
    latest: int = 10,
    ax: Axes | None = None,
    **boxes: Any,
) -> Axes:
    """The calls of some sessions one after another, as boxes from start to end: a waterfall.

    As `stats.session_timeline` has them. A row per session, calls that overlap below each other;
    of a single session a row per call. Colour and hatch tell the outcome, a mere stroke a call of
    unknown duration, a number the attempt of a retry. Time counts from the session's first call;
    where idle gaps would leave no room for the calls, long ones are folded, a dotted line each.
    `boxes` goes to `PolyCollection`.

    Raises:
        KeyError: a column, or a session, is not there.
        TypeError: `created_at` holds no instants.

    >>> calls = pd.DataFrame({
    ...     "session_id": "a", "outcome": ["finished", "failed"],
    ...     "created_at": pd.to_datetime([0, 10], unit="s", utc=True), "duration_s": [2.0, 3.0],
    ... })
    >>> [len(boxes.get_paths()) for boxes in session_timeline(calls).collections]
    [1, 1]
    """
    table = stats.session_timeline(data, session=session, latest=latest)
    ax = new_axes(ax)
    fold_s = _fold(table)
    shown = _placed(_folded(table.iloc[:_MOST_CALLS], fold_s))
    ax.set_xlabel("time since the session's first call")
    words = [word for word in OUTCOMES if (shown["outcome"] == word).any()]
    for word in words:
        _boxes(ax, shown[shown["outcome"] == word], word, boxes)
    if len(shown):
        _name(ax, shown)
        _attempts(ax, shown)
        _breaks(ax, shown, fold_s)
        _legend_under(ax, shown, words)
    else:
        nothing(ax, "No session with a dated call (n = 0)")
    cut = len(table) - len(shown)
    more = f"{count(cut)} later calls not drawn" if cut else ""
    folded = f"idle gaps of more than {human_seconds(fold_s)} folded" if np.isfinite(fold_s) else ""
    n_sessions = count(table["session_id"].nunique(), "session")
    note(ax, Tally(len(shown), {}), n_sessions if len(shown) else "", folded, more)
    return ax


def _edges(sizes: Floats) -> Floats:
    """Edges halfway between whole numbers, growing evenly on a logarithmic axis."""
    if not len(sizes):
        return np.array([0.5, 1.5])
    steps = np.geomspace(1, sizes.max() + 1, _MOST_EDGES)
    return np.asarray(np.unique(np.floor(steps)) - 0.5, dtype=np.float64)


def _filling(ax: Axes, word: str) -> dict[str, Any]:
    ground = ax.get_facecolor()
    colour = look(ax, SLOTS["outcome"][word]).colour
    return {
        "facecolor": colour,
        "edgecolor": ground,
        "hatch": _HATCHES[word],
        "linewidth": 0.6,
    }


def _patches(ax: Axes, words: Sequence[str]) -> list[Patch]:
    return [Patch(**_filling(ax, word)) for word in words]


def _legend_above(ax: Axes, words: Sequence[str], names: Sequence[str]) -> None:
    ax.legend(
        _patches(ax, words), names, loc="upper right", ncols=3, fontsize="small", frameon=False
    )


def _sessions_and_calls(data: Data, table: pd.DataFrame) -> Tally:
    """Sessions, and the calls that belong to none."""
    if len(table):
        return Tally(len(table), {"of the calls, in no session": int(table["n_excluded"].iloc[0])})
    calls = stats.failure_rates(data).iloc[0]
    return Tally(0, {"of the calls, in no session": int(calls["n"] + calls["n_unresolved"])})


def _typical(table: pd.DataFrame) -> str:
    if table.empty:
        return ""
    middle = table[["n", "span_s"]].median()
    span = "" if np.isnan(middle["span_s"]) else f" over {human_seconds(middle['span_s'])}"
    return f"sessions, in the median of {count(middle['n'], 'call')}{span}"


def _fold(table: pd.DataFrame) -> float:
    """The idle time above which a gap is folded; infinite where calls are seen as they are."""
    usual = float(table["duration_s"].median())
    if np.isnan(usual) or table["end_s"].max() < _SEEN * usual:
        return np.inf
    return next((float(step) for step in _FOLDS_S if step > 3 * usual), np.inf)


def _folded(table: pd.DataFrame, fold_s: float) -> pd.DataFrame:
    """Starts and ends without what gaps have above the limit."""
    saved = (table["gap_s"] - fold_s).where(table["gap_s"] > fold_s, 0)  # the first has no gap
    saved = saved.groupby(table["session_id"], sort=False).cumsum()
    return table.assign(start_s=table["start_s"] - saved, end_s=table["end_s"] - saved)


def _breaks(ax: Axes, shown: pd.DataFrame, fold_s: float) -> None:
    """A dotted line in the middle of each folded gap, with its length where rows are calls."""
    folded = shown[shown["gap_s"] > fold_s]
    if folded.empty:
        return
    middle = folded["start_s"] - fold_s / 2
    style = {"linewidth": 1, "linestyle": ":", "color": rcParams["text.color"], "alpha": 0.7}
    ax.vlines(middle, folded["row"] - 0.36, folded["row"] + 0.36, **style)
    if (shown["row"].value_counts() == 1).all():
        for at, gap, row in zip(middle, folded["gap_s"], folded["row"], strict=True):
            text = ax.annotate(human_seconds(gap), (at, row), (-4, 0), textcoords="offset points")
            text.set(ha="right", va="center", fontsize="x-small")


def _placed(table: pd.DataFrame) -> pd.DataFrame:
    """Each call's row, and its lane within the row, counted from 0."""
    if len(set(table["session_id"])) == 1 and len(table) <= _MOST_ROWS_OF_CALLS:
        return table.assign(row=np.arange(len(table)), lane=0, lanes=1)
    row = pd.factorize(table["session_id"])[0]
    lane = np.concatenate(
        [*(_lanes(part) for _, part in table.groupby(row)), np.empty(0, dtype=np.int64)]
    )
    lanes = pd.Series(lane).groupby(row).transform("max") + 1 if len(table) else lane
    return table.assign(row=row, lane=lane, lanes=np.asarray(lanes))


def _lanes(calls: pd.DataFrame) -> Any:
    """The first lane that is free as each call begins; the last one takes what is left."""
    free = [-np.inf] * _MOST_LANES
    lanes = []
    for start, end in zip(calls["start_s"], calls["end_s"], strict=True):
        lane = next((place for place, at in enumerate(free) if at <= start), _MOST_LANES - 1)
        free[lane] = max(free[lane], end)
        lanes.append(lane)
    return np.array(lanes, dtype=np.int64)


def _boxes(ax: Axes, calls: pd.DataFrame, word: str, boxes: dict[str, Any]) -> None:
    height = _HEIGHT / calls["lanes"].to_numpy()
    top = calls["row"].to_numpy() - _HEIGHT / 2 + calls["lane"].to_numpy() * height
    corners = [
        [(start, low), (end, low), (end, high), (start, high)]
        for start, end, low, high in zip(
            calls["start_s"], calls["end_s"], top, top + 0.94 * height, strict=True
        )
    ]
    style = _filling(ax, word) | {"edgecolor": look(ax, SLOTS["outcome"][word]).colour}
    if _HATCHES[word]:
        style["facecolor"] = ax.get_facecolor()
    drawn = PolyCollection(corners, **(style | boxes))
    ax.add_collection(drawn)
    ax.autoscale_view()


def _name(ax: Axes, shown: pd.DataFrame) -> None:
    """Rows by session; of a single session by model and, for failures, what failed."""
    first = shown.drop_duplicates("row")
    if len(set(shown["session_id"])) > 1 or len(first) == 1:
        names = [plain(name, 20) for name in first["session_id"]]
        told = [count(n, "call") for n in shown.groupby("row").size()]
    else:
        names = [plain(row.get("model")) if "model" in row else "" for row in _records(first)]
        told = [_took(row) for row in _records(first)]
    end = float(shown["end_s"].max())
    # Before calls in rows of their own stands how long a gap was.
    left = 0.02 if shown["row"].duplicated().any() else 0.12
    ax.set_xlim(*((-left * end, 1.01 * end) if end > 0 else (-0.5, 0.5)))
    elapsed_axis(ax.xaxis, end)
    name_rows(ax, names, told, below=legend_room(len(first)))


def _records(rows: pd.DataFrame) -> list[dict[Any, Any]]:
    return rows.to_dict("records")


def _took(row: dict[Any, Any]) -> str:
    """How long a call took, and of what it failed."""
    seconds = "" if np.isnan(row["duration_s"]) else human_seconds(row["duration_s"])
    failed = row.get("failure_class")
    return " ".join(filter(None, [seconds, "" if pd.isna(failed) else str(failed)]))


def _attempts(ax: Axes, shown: pd.DataFrame) -> None:
    again = shown[(shown["attempt"] > 1).fillna(False).to_numpy(dtype=np.bool_)]
    if len(again) > 2 * _MOST_ROWS_OF_CALLS or shown["lanes"].max() > 1:
        return
    for row in _records(again):
        text = ax.annotate(
            str(row["attempt"]),
            (row["start_s"], row["row"]),
            (-3, 0),
            textcoords="offset points",
        )
        text.set(ha="right", va="center", fontsize="x-small")


def _legend_under(ax: Axes, shown: pd.DataFrame, words: Sequence[str]) -> None:
    handles, names = _patches(ax, words), list(words)
    for handle, word in zip(handles, words, strict=True):
        handle.set_edgecolor(look(ax, SLOTS["outcome"][word]).colour)
        if _HATCHES[word]:
            handle.set_facecolor(ax.get_facecolor())
    if shown["attempt"].notna().any() and (shown["attempt"] > 1).any():
        handles.append(Patch(facecolor="none", edgecolor="none"))
        names.append("2, 3 …: attempt of a retry")
    legend_below(ax, handles, names)
