"""What only all facts together can decide: how each of them is to be read."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence, Set
from dataclasses import dataclass
from typing import Literal, NamedTuple

import numpy as np
import pandas as pd

from .callsites import shorten
from .clocks import Clock, clock_counts, floored_clocks
from .units import Undecided, UnitDecision, decide_units, seconds_of, undecided

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
    """Sources of Log10's compact exports: they cut prompts, and no answered row has a stack."""
    floored: frozenset[Clock]
    callsites: Mapping[str, str]
    """The short form of each call site."""


def decide(batches: Iterable[pd.DataFrame], duration_unit: Literal["auto", "s", "ms"]) -> Decisions:
    """Decide from the columns `DECIDING` of all facts, which are gone through twice.

    Of each row only the duration is kept, so that there may be more facts than memory holds.
    """
    looks = list(map(_look, batches))
    marked = _all(look.marked for look in looks)
    units = decide_units((look.durations for look in looks), marked, duration_unit)
    compact = _all(look.answered for look in looks) - _all(look.stacked for look in looks)
    callsites = sorted(_all(look.callsites for look in looks))
    del looks
    counts = (clock_counts(facts, seconds_of(facts, units)) for facts in batches)
    return Decisions(units, compact, floored_clocks(counts), shorten(callsites))


class _Look(NamedTuple):
    """What some facts tell."""

    durations: Mapping[str, Undecided]
    marked: Set[str]
    """Sources with a mark of Log10's writers."""
    answered: Set[str]
    """Sources with answered rows of Log10's lists."""
    stacked: Set[str]
    """Those with a stack in one of these."""
    callsites: Set[str]


def _look(facts: pd.DataFrame) -> _Look:
    is_answered = (
        facts["form"].isin(LOG10_FORMS).to_numpy(bool)
        & facts["has_list_marks"].to_numpy(bool)
        & (facts["n_choices"] > 0).to_numpy(bool)
    )
    return _Look(
        undecided(facts),
        marked=_sources(facts, facts["has_log10_mark"].to_numpy(bool)),
        answered=_sources(facts, is_answered),
        stacked=_sources(facts, is_answered & facts["has_stack_key"].to_numpy(bool)),
        callsites=set(facts["callsite"].cat.categories),
    )


def _all(sets: Iterable[Set[str]]) -> frozenset[str]:
    return frozenset().union(*sets)


def _sources(facts: pd.DataFrame, mask: np.ndarray) -> set[str]:
    return set(facts["source"].array[mask].unique().astype("str"))
