"""The one table a person pastes, and what tags share."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from completion_analytics import stats
from completion_analytics.frames import TABLES


@dataclass
class Log:
    completions: pd.DataFrame
    tags: pd.DataFrame


def calls() -> pd.DataFrame:
    return TABLES["completions"].build(
        {
            "row_id": [0, 1, 2, 3, 4, 5],
            "model": ["b", "a", "a", "a", "a", "b"],
            "outcome": ["finished", "finished", "finished", "failed", "unresolved", "finished"],
            "duration_s": [1.0, 2.0, 10.0, None, None, 3.0],
            "prompt_tokens": [5, 7, 9, None, None, None],
            "completion_tokens": [5, 100, 100, None, None, None],
            "finish_class": ["stop", "length", "stop", None, None, None],
            "is_mock": [False] * 5 + [True],
        }
    )


def a_log(pairs: list[tuple[int, str]]) -> Log:
    rows, tags = [row for row, _ in pairs], [tag for _, tag in pairs]
    return Log(calls(), TABLES["tags"].build({"row_id": rows, "tag": tags}))


class TestSummary:
    def test_each_number_is_that_of_its_own_statistic(self) -> None:
        frame = calls()
        found = stats.summary(frame).set_index("model")
        failures = stats.failure_rates(frame, by="model").set_index("model")
        waits = stats.percentiles(frame, by="model", q=[0.95]).set_index("model")
        speeds = stats.throughput(frame, by="model").set_index("model")
        cut = stats.truncation(frame, by="model").set_index("model")
        for name, table, column in (
            ("failure_rate", failures, "value"),
            ("failure_hi", failures, "hi"),
            ("n_unresolved", failures, "n_unresolved"),
            ("p95_s", waits, "value"),
            ("p95_lo", waits, "lo"),
            ("n_durations", waits, "n"),
            ("mean_of_rates", speeds, "mean_of_rates"),
            ("rate_of_totals", speeds, "rate_of_totals"),
            ("truncation_rate", cut, "value"),
            ("n_finish_known", cut, "n"),
        ):
            pd.testing.assert_series_equal(found[name], table[column], check_names=False)

    def test_numbers_can_be_checked_in_the_head(self) -> None:
        found = stats.summary(calls()).set_index("model").loc["a"]
        assert (found["n"], found["n_failed"], found["n_unresolved"]) == (4, 1, 1)
        assert found["failure_rate"] == 1 / 3
        assert (found["p50_s"], found["p99_s"]) == (2.0, 10.0)
        assert (found["prompt_tokens"], found["completion_tokens"]) == (16, 200)
        assert (found["mean_of_rates"], found["truncation_rate"]) == (30.0, 0.5)

    def test_mock_calls_are_left_out_and_counted(self) -> None:
        found = stats.summary(calls()).set_index("model").loc["b"]
        assert (found["n"], found["n_mock"], found["n_durations"]) == (1, 1, 1)

    def test_without_groups_there_is_one_row(self) -> None:
        found = stats.summary(calls(), by=None)
        assert found["n"].tolist() == [5]
        assert "model" not in found

    def test_no_call_gives_missing_numbers_and_counts_of_zero(self) -> None:
        found = stats.summary(TABLES["completions"].empty(), by=None).iloc[0]
        assert found.filter(regex=r"^n(_|$)").eq(0).all()
        assert found.filter(regex="rate|p50|tokens$|truncation").drop("n_tokens").isna().all()

    def test_a_missing_column_is_named(self) -> None:
        with pytest.raises(KeyError, match="summary needs the column 'duration_s'"):
            stats.summary(calls().drop(columns="duration_s"))


class TestTagSummary:
    def test_a_call_counts_for_each_of_its_tags(self) -> None:
        log = a_log([(0, "x"), (0, "y"), (1, "x"), (3, "y")])
        found = stats.tag_summary(log)
        assert found["tag"].tolist()[:2] == ["x", "y"]
        assert found["n"].tolist() == [2, 2, 2]
        assert found["share"].tolist() == [0.4, 0.4, 0.4]
        assert found["failure_rate"].tolist() == [0.0, 0.5, 0.0]

    def test_a_frame_alone_does_not_tell_tags(self) -> None:
        with pytest.raises(KeyError, match="by='tag' needs the log"):
            stats.tag_summary(calls())


class TestTagPairs:
    def test_a_pair_is_told_with_lift_and_jaccard(self) -> None:
        pairs = [(0, "x"), (0, "y"), (1, "x"), (1, "y"), (2, "x"), (3, "y"), (4, "z")]
        found = stats.tag_pairs(a_log(pairs)).iloc[0]
        assert (found["tag"], found["with_tag"]) == ("x", "y")
        assert (found["k"], found["n_tag"], found["n_with_tag"], found["n"]) == (2, 3, 3, 5)
        assert found["jaccard"] == 2 / 4
        assert found["lift"] == 2 * 5 / 9
        assert (found["share"], found["share_with"]) == (2 / 3, 2 / 3)

    def test_a_tag_named_twice_counts_once_and_mock_calls_not_at_all(self) -> None:
        pairs = [(0, "x"), (0, "x"), (0, "y"), (5, "x"), (5, "y")]
        found = stats.tag_pairs(a_log(pairs))
        assert found[["k", "n_tag", "n"]].to_numpy().tolist() == [[1, 1, 5]]

    @pytest.mark.parametrize("pairs", [[], [(0, "x")], [(0, "x"), (1, "y")]])
    def test_tags_that_never_meet_make_no_pair(self, pairs: list[tuple[int, str]]) -> None:
        assert len(stats.tag_pairs(a_log(pairs))) == 0

    @given(st.lists(st.tuples(st.integers(0, 6), st.sampled_from("abcd"))))
    @settings(deadline=None)
    def test_pairs_are_those_that_counting_by_hand_finds(
        self, pairs: list[tuple[int, str]]
    ) -> None:
        bearers = {tag: {row for row, name in pairs if name == tag} for tag in "abcd"}
        frame = pd.DataFrame(pairs, columns=["row_id", "tag"])
        found = stats.tag_pairs(frame)
        by_hand = {
            (a, b): len(bearers[a] & bearers[b])
            for a in "abcd"
            for b in "abcd"
            if a < b and bearers[a] & bearers[b]
        }
        told = zip(found["tag"], found["with_tag"], found["k"], strict=True)
        assert {(a, b): k for a, b, k in told} == by_hand
        assert found["k"].is_monotonic_decreasing

    def test_completions_alone_are_refused(self) -> None:
        with pytest.raises(KeyError, match="tag_pairs needs the column 'tag'"):
            stats.tag_pairs(calls())
