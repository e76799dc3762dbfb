"""Chains of attempts: what was tried again, and whether it helped."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from completion_analytics.frames import TABLES
from completion_analytics.stats.groups import groups_of
from completion_analytics.stats.retries import (
    CHAIN_COLUMNS,
    CHAIN_OPTIONS,
    Chains,
    chains_of,
    retry_rates,
)


def calls(rows: list[tuple[float | None, str, float | None]], **columns: object) -> pd.DataFrame:
    """Rows of (start in seconds, outcome, duration), all of the same prompt."""
    return pd.DataFrame(
        {
            "created_at": pd.to_datetime([start for start, _, _ in rows], unit="s", utc=True),
            "outcome": pd.array([outcome for _, outcome, _ in rows], dtype="str"),
            "duration_s": pd.array([duration for *_, duration in rows], dtype="float64"),
            "prompt_hash": "same",
            **columns,
        }
    )


def chains(frame: pd.DataFrame, window_s: float = 120) -> Chains:
    return chains_of(groups_of(frame, "test", CHAIN_COLUMNS, optional=CHAIN_OPTIONS), window_s)


THREE = [(0.0, "failed", None), (2.0, "failed", None), (6.0, "finished", 1.2)]


def test_a_call_sent_again_until_it_finishes_is_one_chain() -> None:
    found = chains(calls(THREE))
    assert found.attempt.tolist() == [1, 2, 3]
    assert found.size.tolist() == [3]
    assert found.effective_s.round(6).tolist() == [7.2]


def test_two_of_three_attempts_fail_and_no_chain_does() -> None:
    found = retry_rates(calls(THREE)).iloc[0]
    assert (found["k"], found["n"], found["n_chains"], found["rescued"]) == (2, 3, 1, 1.0)
    assert found["failed_per_call"] == 2 / 3
    assert found["failed_per_chain"] == 0.0


def test_after_an_answer_the_same_request_begins_a_new_chain() -> None:
    found = chains(calls([(0.0, "finished", 1.0), (3.0, "finished", 1.0)]))
    assert found.attempt.tolist() == [1, 1]


def test_the_window_runs_from_the_end_of_the_attempt_before_where_it_is_known() -> None:
    known = [(0.0, "failed", 100.0), (210.0, "finished", 1.0)]
    unknown = [(0.0, "failed", None), (121.0, "finished", 1.0)]
    assert chains(calls(known)).attempt.tolist() == [1, 2]
    assert chains(calls(unknown)).attempt.tolist() == [1, 1]


@pytest.mark.parametrize("column", ["prompt_hash", "model_requested", "session_id", "callsite"])
def test_another_prompt_model_session_or_place_is_another_chain(column: str) -> None:
    frame = calls(THREE, **{column: ["a", "b", "b"]})
    assert chains(frame).attempt.tolist() == [1, 1, 2]


def test_the_session_counts_before_the_call_site() -> None:
    frame = calls(THREE, session_id=["s", "s", "s"], callsite=["a:1", "a:2", "a:3"])
    assert chains(frame).attempt.tolist() == [1, 2, 3]


def test_a_row_without_a_prompt_or_a_time_continues_nothing() -> None:
    frame = calls([(0.0, "failed", None), (1.0, "failed", None), (None, "failed", None)])
    unhashed = frame.assign(prompt_hash=pd.array([None, None, "same"], dtype="str"))
    assert chains(unhashed).attempt.tolist() == [1, 1, 0]
    assert chains(frame).chain.tolist() == [0, 0, -1]


def test_groups_are_told_by_the_last_attempt() -> None:
    found = retry_rates(calls(THREE, model=[None, None, "gpt-4o-2024-08-06"]), by="model")
    assert found["n_chains"].tolist() == [1, 0]
    assert found["k"].tolist() == [1, 1]


def test_a_chain_counts_for_each_of_its_tags() -> None:
    @dataclass
    class Log:
        completions: pd.DataFrame
        tags: pd.DataFrame

    tags = TABLES["tags"].build({"row_id": [0, 1, 2, 2], "tag": ["x", "x", "x", "y"]})
    found = retry_rates(Log(calls(THREE, row_id=[0, 1, 2]), tags), by="tag")
    assert found["n_chains"].tolist() == [1, 1]
    assert found["k"].tolist() == [2, 1]


def test_mock_calls_and_empty_frames_are_no_retries() -> None:
    found = retry_rates(calls(THREE, is_mock=[False, True, False])).iloc[0]
    assert (found["k"], found["n"], found["n_mock"]) == (1, 2, 1)
    assert retry_rates(calls([]))["n"].tolist() == [0]


rows = st.lists(
    st.tuples(
        st.none() | st.integers(0, 300).map(float),
        st.sampled_from(["failed", "finished", "unresolved"]),
        st.none() | st.integers(1, 90).map(float),
    ),
    min_size=1,
    max_size=12,
)


@given(rows)
@settings(max_examples=50, deadline=None)
def test_chains_are_a_partition_of_the_dated_rows(rows: list) -> None:
    found = chains(calls(rows))
    dated = sum(start is not None for start, _, _ in rows)
    assert found.size.sum() == dated
    assert (found.attempt > 0).sum() == dated
    assert sorted(found.attempt[found.attempt == 1]) == [1] * len(found.size)


@given(rows)
@settings(max_examples=50, deadline=None)
def test_a_window_of_zero_leaves_no_chain_over_a_gap(rows: list) -> None:
    apart = [
        (None if start is None else i * 100.0, word, d) for i, (start, word, d) in enumerate(rows)
    ]
    assert set(chains(calls(apart), window_s=0).attempt) <= {0, 1}
