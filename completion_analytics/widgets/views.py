"""What the page gets to draw: the views that never change, and the state that follows a filter."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from .choices import Choice, counts_of
from .crossfilter import CrossFilter, Single
from .filtering import Control, Filtering
from .ranges import Range

LABELS = {
    "duration_s": "Duration",
    "created_at": "Time (UTC)",
    "prompt_tokens": "Prompt tokens",
    "completion_tokens": "Completion tokens",
    "model": "Model",
    "outcome": "Outcome",
    "failure_class": "Failure class",
    "finish_class": "Finish class",
    "kind": "Kind",
    "tag": "Tag",
    "session_id": "Session",
    "callsite": "Call site",
}
_MOST_LIVE = 256
"""Lists with more values than this follow a brush only once it is released."""


def view_of(name: str, control: Control) -> dict[str, Any]:
    """A control as `brush.js` takes it, in plain values."""
    view: dict[str, Any] = {"name": name, "label": LABELS.get(name, name)}
    if isinstance(control, Choice):
        return {**view, "kind": "choice", "isTags": control.is_tags}
    return {
        **view,
        "kind": "range",
        "places": [float(place) for place in control.places],
        "said": control.said(),
        "ticks": [[float(place), text] for place, text in control.ticks()],
        "whole": [int(n) for n in control.dimension.whole],
        "typed": True,
    }


def ranges_state(filtering: Filtering) -> dict[str, Any]:
    """Counts of all histograms, and where their brushes are."""
    counts, chosen, typed, ends = {}, {}, {}, {}
    for name, control in filtering.controls.items():
        if not isinstance(control, Range):
            continue
        counts[name] = [int(n) for n in filtering.crossfilter.counts(name)]
        condition: Any = filtering.held(name)
        typed[name] = control.typed(condition)
        if condition is not None:
            chosen[name] = control.brush(condition)
            ends[name] = control.ends(condition)
    return {"counts": counts, "chosen": chosen, "typed": typed, "ends": ends}


def choices_state(filtering: Filtering, searches: Mapping[str, str]) -> dict[str, Any]:
    """The lists as far as they are shown, with counts and ticks."""
    lists, chosen = {}, {}
    for name, control in filtering.controls.items():
        if not isinstance(control, Choice):
            continue
        ticked, mode = control.ticked(filtering.held(name))
        codes, found = control.listed(searches.get(name, ""), ticked)
        whole = counts_of(control.dimension.whole, codes)
        counts = counts_of(filtering.crossfilter.counts(name), codes)
        labels = map(control.label, codes)
        is_missing = [code == len(control.values) for code in codes]
        rows = zip(codes, labels, whole, counts, is_missing, strict=True)
        lists[name] = {
            "rows": [list(row) for row in rows],
            "found": found,
            "values": len(control.order),
        }
        if ticked:
            chosen[name] = {"codes": ticked, "mode": mode}
    return {"lists": lists, "chosen": chosen}


def cubes(
    crossfilter: CrossFilter, active: str, controls: Mapping[str, Control], lists: Mapping[str, Any]
) -> tuple[list[tuple[str, int]], bytes]:
    """Which views follow a brush over `active` with how many columns, and their tables.

    The bytes are uint32, little-endian: the tables in that order, then the totals of `active`.
    """
    across, tables = [], []
    for name, control in controls.items():
        dimension = control.dimension
        if name == active or not isinstance(dimension, Single) or dimension.size > _MOST_LIVE:
            continue
        table = crossfilter.cube(active, name)
        if isinstance(control, Choice):
            table = table[:, [row[0] for row in lists[name]["rows"]]]
        across.append((name, table.shape[1]))
        tables.append(table)
    tables.append(crossfilter.prefix(active))
    return across, b"".join(np.ascontiguousarray(table, dtype="<u4").tobytes() for table in tables)
