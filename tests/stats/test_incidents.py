"""Bursts of failures: found where they are, not where chance makes them."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from completion_analytics.stats.incidents import _maximal, bursts


def calls(outcomes: str, **columns: object) -> pd.DataFrame:
    """One call a minute: `f` failed, `.` finished, `u` unresolved."""
    words = {"f": "failed", ".": "finished", "u": "unresolved"}
    return pd.DataFrame(
        {
            "outcome": [words[letter] for letter in outcomes],
            "created_at": pd.date_range("2026-11-05", periods=len(outcomes), freq="min", tz="UTC"),
            **columns,
        }
    )


def test_a_burst_is_found_with_its_rate_and_the_rate_elsewhere() -> None:
    frame = calls("." * 50 + "ff.fff" + "." * 50 + "f" + "." * 49)
    found = bursts(frame).iloc[0]
    assert (found["k"], found["n"], found["rest_k"], found["rest_n"]) == (5, 6, 1, 150)
    assert found["start_at"] == pd.Timestamp("2026-11-05T00:50Z")
    assert found["end_at"] == pd.Timestamp("2026-11-05T00:55Z")
    assert found["span_s"] == 300
    assert len(bursts(frame)) == 1


def test_two_outages_are_two_bursts_in_order_of_time() -> None:
    found = bursts(calls("." * 90 + "f" * 8 + "." * 90 + "f" * 7 + "." * 90))
    assert found["k"].tolist() == [8, 7]
    assert found["start_at"].is_monotonic_increasing


def test_a_burst_names_its_commonest_class_and_its_share() -> None:
    classes = [None] * 60 + ["timeout"] + ["rate_limit"] * 5 + [None] * 60
    found = bursts(calls("." * 60 + "f" * 6 + "." * 60, failure_class=classes)).iloc[0]
    assert found["failure_class"] == "rate_limit"
    assert found["class_share"] == 5 / 6


def test_each_group_has_its_own_bursts() -> None:
    quiet, broken = calls("." * 100), calls("." * 60 + "f" * 6 + "." * 60)
    both = pd.concat([quiet.assign(model="a"), broken.assign(model="b")])
    found = bursts(both, by="model")
    assert found["model"].tolist() == ["b"]
    assert found["n"].tolist() == [6]


@pytest.mark.parametrize(
    "outcomes",
    ["", ".", "f", "f" * 50, "." * 50, "." * 20 + "ffff" + "." * 20, "f." * 50, "u" * 20],
)
def test_without_a_stretch_that_stands_out_there_is_no_burst(outcomes: str) -> None:
    found = bursts(calls(outcomes))
    assert len(found) == 0
    assert str(found["start_at"].dtype) == "datetime64[us, UTC]"


def test_unresolved_and_undated_calls_play_no_part() -> None:
    frame = calls("." * 50 + "ffuufff" + "." * 50)
    undated = calls("f" * 30).assign(
        created_at=lambda rows: rows["created_at"].where(rows.index < 0)
    )
    found = bursts(pd.concat([frame, undated])).iloc[0]
    assert (found["k"], found["n"]) == (5, 5)


def test_the_order_of_rows_plays_no_part() -> None:
    frame = calls("." * 50 + "ff.fff" + "." * 50).assign(
        created_at=lambda rows: rows["created_at"].dt.floor("5min")
    )
    shuffled = frame.sample(frac=1, random_state=1)
    pd.testing.assert_frame_equal(bursts(frame), bursts(shuffled))


def test_independent_failures_rarely_make_a_burst() -> None:
    random = np.random.default_rng(11)
    logs = ["".join(random.choice([".", "f"], 400, p=[0.9, 0.1])) for _ in range(60)]
    assert sum(len(bursts(calls(log))) for log in logs) <= 3


def _recursively(values: list[int], start: int = 0) -> list[tuple[int, int]]:
    """The definition of maximal stretches: the best one, then the same on either side."""
    if not values:
        return []
    sums = {
        (sum(values[i:j]), -(j - i), -i): (i, j)
        for i in range(len(values))
        for j in range(i + 1, len(values) + 1)
    }
    best = max(sums)
    if best[0] <= 0:
        return []
    i, j = sums[best]
    left = _recursively(values[:i], start)
    return [*left, (start + i, start + j - 1), *_recursively(values[j:], start + j)]


@given(st.lists(st.sampled_from([3, -1]), max_size=14))
@settings(deadline=None)
def test_stretches_are_those_of_the_definition(values: list[int]) -> None:
    failures = [place for place, value in enumerate(values) if value > 0]
    sums = np.cumsum([0, *values])[failures] / 3
    found = [(failures[first], failures[last]) for first, last in _maximal(np.asarray(sums))]
    assert sorted(found) == _recursively(values)
