"""The unit of durations, decided per file."""

from __future__ import annotations

import numpy as np
import pytest

from completion_analytics.frames.facts import FACTS
from completion_analytics.frames.units import (
    Undecided,
    UnitDecision,
    decide_units,
    undecided,
)


def decided(
    durations: list[float | None], *, mark: bool = False, unit: str = "auto"
) -> UnitDecision:
    n = len(durations)
    facts = FACTS.build(
        {
            "row_id": range(n),
            "source": ["f.jsonl"] * n,
            "form": ["log10"] * n,
            "duration_raw": durations,
        }
    )
    sources = {"f.jsonl"} if mark else set()
    (decision,) = decide_units([undecided(facts)], sources, unit)  # type: ignore[arg-type]  # because tests pass any word
    return decision


@pytest.mark.parametrize(
    ("durations", "mark", "unit", "is_guess"),
    [
        ([0.5, 1.25, 3.0], False, "s", False),  # two of three have a fraction
        ([0.5, 1.25, 3.0], True, "s", False),  # fractions outweigh a mark
        ([700.5, 900.25, 1200.75], False, "ms", True),  # no call lasts 900 s in the middle
        ([412, 1840, 69], True, "ms", False),  # Log10's writers
        ([412, 1840, 669], False, "ms", True),  # whole numbers, large
        ([2, 4, 7], False, "s", True),  # whole numbers, small
        ([0, 0, 0], False, "s", True),  # nothing to tell
        ([2527.0, 412.0], True, "ms", False),  # 2527.0 has no fraction
    ],
)
def test_the_unit_follows_from_the_values_and_the_writer(
    durations: list[float], mark: bool, unit: str, is_guess: bool
) -> None:
    decision = decided([*durations, None], mark=mark)
    assert (decision.unit, decision.is_guess) == (unit, is_guess)


@pytest.mark.parametrize("unit", ["s", "ms"])
def test_a_given_unit_settles_it(unit: str) -> None:
    decision = decided([0.5, 412], mark=True, unit=unit)
    assert (decision.unit, decision.is_guess) == (unit, False)


def test_fractions_beside_large_whole_numbers_are_mixed() -> None:
    assert decided([0.5, 0.7, 1840]).is_mixed
    assert not decided([0.5, 0.7, 18]).is_mixed
    assert not decided([0.5, 0, 0]).is_mixed


def test_few_fractions_are_mixed_and_no_reason_calls_them_whole() -> None:
    decision = decided([0.5, 120, 130, 140])
    assert (decision.unit, decision.is_guess, decision.is_mixed) == ("s", True, True)
    assert "whole numbers" not in decision.reason


def test_a_file_without_durations_needs_no_decision() -> None:
    facts = FACTS.build({"row_id": [0], "source": ["f"], "has_log10_mark": [False]})
    assert undecided(facts) == {}
    assert decide_units([{}], set(), "auto") == []


def test_rows_may_come_in_any_number_of_pieces() -> None:
    pieces = [{"f": Undecided("log10", np.array([value]))} for value in (0.5, 1.25, 3.0)]
    (decision,) = decide_units(pieces, set(), "auto")
    assert (decision.source, decision.form, decision.unit) == ("f", "log10", "s")
    assert decision.reason == "67% of the values have fractions"
