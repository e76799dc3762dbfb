"""The unit of `duration`: documented in seconds, written in milliseconds, decided per file."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence, Set
from typing import Literal, NamedTuple

import numpy as np
import numpy.typing as npt
import pandas as pd

Unit = Literal["s", "ms"]
PER_SECOND: dict[Unit, float] = {"s": 1.0, "ms": 1e3}

# No single call lasts this long in the middle of a file, so such medians are milliseconds.
_LONGEST_MEDIAN_S = 600
_SHORTEST_MEDIAN_MS = 100
_LARGE_WHOLE = 1000


class UnitDecision(NamedTuple):
    """Which unit a file's durations have, and why."""

    source: str
    form: str
    unit: Unit
    reason: str
    is_guess: bool
    """Neither the caller nor a mark of the writer settled it."""
    is_mixed: bool
    """Fractions beside whole numbers: two units may be mixed."""


class Undecided(NamedTuple):
    """Durations of a source whose unit nothing fixes."""

    form: str
    values: npt.NDArray[np.float64]


def undecided(facts: pd.DataFrame) -> dict[str, Undecided]:
    """The durations of unknown unit by source, in order of appearance."""
    is_undecided = facts["duration_raw"].notna() & facts["known_duration_s"].isna()
    found = facts.loc[is_undecided, ["source", "form", "duration_raw"]]
    return {
        str(source): Undecided(str(part["form"].iloc[0]), part["duration_raw"].to_numpy())
        for source, part in found.groupby("source", observed=True, sort=False)
    }


def decide_units(
    found: Iterable[Mapping[str, Undecided]],
    marked: Set[str],
    duration_unit: Literal["auto", "s", "ms"],
) -> list[UnitDecision]:
    """One decision per source that holds durations of unknown unit, in order of appearance.

    Rule: an explicit `duration_unit`; else seconds where at least half of the non-zero values have
    a fraction (milliseconds if their median exceeds 600); else milliseconds where Log10's writers
    left a mark; else milliseconds where whole numbers have a median of at least 100; else seconds.

    Args:
        found: The durations of unknown unit, some rows at a time.
        marked: The sources in which Log10's writers left a mark.
        duration_unit: What the caller wants.
    """
    forms: dict[str, str] = {}
    values: dict[str, list[npt.NDArray[np.float64]]] = {}
    for some in found:
        for source, (form, part) in some.items():
            forms.setdefault(source, form)
            values.setdefault(source, []).append(part)
    return [
        _decision(source, form, np.concatenate(values.pop(source)), source in marked, duration_unit)
        for source, form in forms.items()
    ]


def _decision(
    source: str,
    form: str,
    values: npt.NDArray[np.float64],
    has_mark: bool,
    wanted: Literal["auto", "s", "ms"],
) -> UnitDecision:
    values = values[values != 0]
    return UnitDecision(source, form, *_verdict(values, has_mark, wanted), _is_mixed(values))


def seconds_of(facts: pd.DataFrame, units: Sequence[UnitDecision]) -> npt.NDArray[np.float64]:
    """The durations in seconds: those of known unit, and those whose unit was decided."""
    per_second = {decision.source: PER_SECOND[decision.unit] for decision in units}
    sources = facts["source"].cat
    divisors = np.array([*(per_second.get(name, np.nan) for name in sources.categories), np.nan])
    decided = facts["duration_raw"].to_numpy() / divisors[sources.codes.to_numpy()]
    known = facts["known_duration_s"].to_numpy()
    return np.where(np.isnan(known), decided, known)


def _verdict(
    values: np.ndarray, has_mark: bool, wanted: Literal["auto", "s", "ms"]
) -> tuple[Unit, str, bool]:
    if wanted != "auto":
        return wanted, f"duration_unit={wanted!r} was given", False
    median = float(np.median(values)) if len(values) else 0.0
    fractional = np.mean(values % 1 != 0) if len(values) else 0.0
    if fractional >= 0.5 and median > _LONGEST_MEDIAN_S:
        return "ms", f"the values have fractions, but a median of {median:,.6g}", True
    if fractional >= 0.5:
        return "s", f"{fractional:.0%} of the values have fractions", False
    if has_mark:
        return "ms", "Log10's own writers made the file", False
    if fractional == 0 and len(values) and median >= _SHORTEST_MEDIAN_MS:
        return "ms", f"whole numbers with a median of {median:,.6g}", True
    return "s", "nothing in the file says otherwise", True


def _is_mixed(values: np.ndarray) -> bool:
    """Few fractions, or fractions beside whole numbers that no call in seconds would last."""
    has_fraction = values % 1 != 0
    share = has_fraction.mean() if len(values) else 0.0
    return bool(0 < share < 0.5 or (share and (values[~has_fraction] >= _LARGE_WHOLE).any()))
