"""What follows from finished columns."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest
from scipy.stats import binomtest

from completion_analytics.frames.choices import CHOICES
from completion_analytics.frames.clocks import _wilson_low
from completion_analytics.frames.decisions import decide
from completion_analytics.frames.derive import completions_from
from completion_analytics.frames.facts import FACTS

PLAIN = {"source": "f.jsonl", "form": "log10", "n_choices": 1, "usage_quality": "reported"}
FALSE = dict.fromkeys(
    ("has_error", "has_log10_mark", "has_list_marks", "has_stack_key", "is_mock"), False
)


def completions(*rows: dict[str, Any], choices: pd.DataFrame | None = None) -> pd.DataFrame:
    """The frame of some facts, each a row of what matters."""
    full = [PLAIN | FALSE | row for row in rows]
    names = sorted({name for row in full for name in row})
    columns = {name: [row.get(name) for row in full] for name in names}
    facts = FACTS.build({"row_id": range(len(rows)), **columns})
    return completions_from(
        facts, CHOICES.empty() if choices is None else choices, decide([facts], "auto")
    )


@pytest.mark.parametrize(
    ("row", "outcome"),
    [
        ({"status": "finished"}, "finished"),
        ({"status": "SUCCESS"}, "finished"),
        ({"status": " completed "}, "finished"),
        ({"status": "finished", "n_choices": 0, "has_error": True}, "failed"),
        ({"status": "failed"}, "failed"),
        ({"status": "error", "n_choices": 0}, "failed"),
        ({"status": "started"}, "finished"),
        ({"status": "started", "n_choices": 0}, "unresolved"),
        ({"http_status": 429, "n_choices": 0}, "failed"),
        ({"http_status": 200}, "finished"),
        ({"has_error": True, "http_status": 200}, "failed"),
        ({"finish_reason": "network_error"}, "failed"),
        ({"finish_reason": "length"}, "finished"),
        ({"finish_reason": "content_filter"}, "finished"),
        ({}, "finished"),
        ({"n_choices": 0}, "unresolved"),
        ({"status": "flying"}, "finished"),
        ({"n_choices": 0, "failure_kind": "RateLimitError"}, "failed"),
    ],
)
def test_the_outcome_is_told_by_the_first_rule_that_fits(row: dict[str, Any], outcome: str) -> None:
    assert completions(row)["outcome"].tolist() == [outcome]


def test_zero_is_below_resolution_when_finished_and_a_placeholder_when_not() -> None:
    frame = completions(
        {"status": "finished", "duration_raw": 0, "has_log10_mark": True},
        {"status": "failed", "duration_raw": 0, "n_choices": 0},
        {"status": "started", "duration_raw": 0, "n_choices": 0},
    )
    assert frame["duration_quality"].tolist() == ["below_resolution", "missing", "missing"]
    np.testing.assert_array_equal(frame["duration_s"], [0, np.nan, np.nan])


def test_a_duration_of_known_unit_needs_no_decision() -> None:
    frame = completions({"known_duration_s": 2.5, "duration_raw": None})
    assert frame["duration_s"].tolist() == [2.5]


def test_streams_floored_to_seconds_are_told_from_exact_ones() -> None:
    """5 of 20 are whole seconds where 0.1 % would be: floored. 1 of 20 is chance."""
    floored = [{"model": "a", "is_stream": True, "known_duration_s": 2.0}] * 5
    floored += [{"model": "a", "is_stream": True, "known_duration_s": 2.345}] * 15
    exact = [{"model": "a", "is_stream": False, "known_duration_s": 2.0}]
    exact += [{"model": "a", "is_stream": False, "known_duration_s": 2.345}] * 19
    quality = completions(*floored, *exact)["duration_quality"].tolist()
    assert quality == ["whole_second"] * 5 + ["exact"] * 35


def test_speed_needs_an_exact_duration_of_a_finished_call() -> None:
    frame = completions(
        {"completion_tokens": 100, "known_duration_s": 2.0},
        {"completion_tokens": 100, "known_duration_s": 0.0, "status": "finished"},
        {"completion_tokens": None, "known_duration_s": 2.0},
        {"completion_tokens": 100, "known_duration_s": 2.0, "status": "failed"},
    )
    np.testing.assert_array_equal(frame["tokens_per_s"], [50, np.nan, np.nan, np.nan])


def test_any_truncated_choice_truncates_the_call() -> None:
    choices = CHOICES.build(
        {
            "row_id": [0, 0, 1],
            "choice_index": [0, 1, 0],
            "finish_class": ["stop", "length", "stop"],
        }
    )
    frame = completions({}, {}, {}, choices=choices)
    assert frame["is_truncated"].isna().tolist() == [False, False, True]
    assert frame["is_truncated"].tolist()[:2] == [True, False]


def test_failures_have_a_class_and_others_none() -> None:
    frame = completions(
        {"status": "failed", "n_choices": 0, "failure_kind": "RateLimitError"},
        {"status": "finished", "failure_kind": "RateLimitError"},
    )
    assert frame["failure_class"].isna().tolist() == [False, True]
    assert frame["failure_class"].iloc[0] == "rate_limit"


def test_a_file_whose_answers_have_no_stack_is_compact() -> None:
    listed = {"has_list_marks": True, "n_messages": 3, "prompt_hash": "x"}
    compact = completions(listed, listed)
    full = completions(listed, listed | {"has_stack_key": True})
    assert compact["form"].tolist() == ["log10_compact"] * 2
    assert compact["n_messages"].isna().all()
    assert full["form"].tolist() == ["log10"] * 2
    assert full["n_messages"].tolist() == [3, 3]


@pytest.mark.parametrize(("k", "n"), [(5, 5), (5, 40), (5, 1_000_000), (999, 1_000)])
def test_the_interval_that_tells_a_floored_clock_is_the_one_of_scipy(k: int, n: int) -> None:
    theirs = binomtest(k, n).proportion_ci(0.95, method="wilson")
    assert _wilson_low(k, n) == pytest.approx(theirs.low, rel=1e-12)
