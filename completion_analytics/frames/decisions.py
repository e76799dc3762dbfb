"""What only all facts together can decide: how each of them is to be read."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
import pandas as pd

from .callsites import shorten
from .clocks import Clock, floored_clocks
from .units import UnitDecision, decide_units, seconds_of

LOG10_FORMS = ("log10", "log10_camel")
DECIDING = (
    "source",
    "form",
    "model",
    "is_stream",
    "duration_raw",
    "known_duration_s",
    "n_choices",
    "has_log10_mark",
    "has_list_marks",
    "has_stack_key",
    "callsite",
)
"""The columns of the facts that `decide` looks at."""


@dataclass(frozen=True, slots=True)
class Decisions:
    """What was decided from all facts, to be applied to any of them."""

    units: Sequence[UnitDecision]
    compact: frozenset[str]
    """Sources that are Log10's compact exports."""
    floored: frozenset[Clock]
    callsites: Mapping[str, str]
    """The short form of each call site."""


def decide(facts: pd.DataFrame, duration_unit: Literal["auto", "s", "ms"]) -> Decisions:
    """Decide from the columns `DECIDING` of all facts."""
    units = decide_units(facts, duration_unit)
    return Decisions(
        units,
        _compact_sources(facts),
        floored_clocks(facts, seconds_of(facts, units)),
        shorten(facts["callsite"].cat.categories),
    )


def _compact_sources(facts: pd.DataFrame) -> frozenset[str]:
    """Sources of Log10's lists in which no answered row has a stack: prompts were cut there."""
    answered = (
        facts["form"].isin(LOG10_FORMS).to_numpy(bool)
        & facts["has_list_marks"].to_numpy(bool)
        & (facts["n_choices"] > 0).to_numpy(bool)
    )
    with_stack = answered & facts["has_stack_key"].to_numpy(bool)
    return frozenset(_sources(facts, answered) - _sources(facts, with_stack))


def _sources(facts: pd.DataFrame, mask: np.ndarray) -> set[str]:
    return set(facts["source"].array[mask].unique().astype("str"))
