"""Failure rates, kinds of failure, finish reasons: the right denominators, nothing invented."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import binomtest

from completion_analytics.frames import TABLES
from completion_analytics.stats.failures import (
    failure_kinds,
    failure_rates,
    failures_over_time,
    finish_reasons,
)


def outcomes(finished: int = 0, failed: int = 0, unresolved: int = 0) -> list[str]:
    return ["finished"] * finished + ["failed"] * failed + ["unresolved"] * unresolved


def calls(finished: int = 0, failed: int = 0, unresolved: int = 0) -> pd.DataFrame:
    return pd.DataFrame({"outcome": outcomes(finished, failed, unresolved)}, dtype="str")


def a_log(**columns: list[object]) -> pd.DataFrame:
    return TABLES["completions"].build(columns)


class TestFailureRates:
    def test_the_rate_is_of_resolved_calls_and_unresolved_ones_stand_beside_it(self) -> None:
        found = failure_rates(calls(886, 19, 95)).iloc[0]
        assert (found["k"], found["n"], found["n_unresolved"]) == (19, 905, 95)
        assert found["value"] == 19 / 905
        assert found["unresolved_share"] == 0.095
        assert (round(found["lo"], 4), round(found["hi"], 4)) == (0.0135, 0.0326)

    def test_the_interval_is_wilsons(self) -> None:
        found = failure_rates(calls(97, 3)).iloc[0]
        oracle = binomtest(3, 100).proportion_ci(method="wilson")
        assert (found["lo"], found["hi"]) == pytest.approx((oracle.low, oracle.high), abs=1e-12)

    @given(st.integers(0, 9), st.integers(0, 9), st.integers(0, 9))
    @settings(deadline=None)
    def test_unresolved_calls_change_nothing_but_what_is_said_of_them(
        self, finished: int, failed: int, unresolved: int
    ) -> None:
        with_them = failure_rates(calls(finished, failed, unresolved)).iloc[0]
        without = failure_rates(calls(finished, failed)).iloc[0]
        same = ["value", "lo", "hi", "k", "n", "reliable"]
        pd.testing.assert_series_equal(with_them[same], without[same], check_names=False)

    def test_where_more_are_unresolved_than_failed_the_rate_is_a_floor(self) -> None:
        found = failure_rates(calls(6, 1, 3)).iloc[0]
        assert found["is_floor"]
        assert found["ceiling"] == 0.4
        plain = failure_rates(calls(6, 3, 1)).iloc[0]
        assert not plain["is_floor"]
        assert np.isnan(plain["ceiling"])

    def test_truncated_and_filtered_answers_are_soft_failures_of_finished_calls(self) -> None:
        frame = calls(4, 1).assign(
            finish_class=["stop", "length", "content_filter", "length", "length"],
            is_truncated=pd.array([True, None, False, True, True], dtype="boolean"),
        )
        found = failure_rates(frame).iloc[0]
        assert (found["k"], found["n_truncated"], found["n_filtered"]) == (1, 3, 1)

    def test_mock_calls_are_left_out_and_counted(self) -> None:
        frame = calls(2, 2).assign(is_mock=[False, True, False, True])
        found = failure_rates(frame).iloc[0]
        assert (found["k"], found["n"], found["n_mock"], found["n_excluded"]) == (1, 2, 2, 2)

    def test_groups_come_sorted_with_the_missing_one_last(self) -> None:
        frame = calls(1, 2).assign(model=["b", None, "a"])
        found = failure_rates(frame, by="model")
        assert found["model"].tolist()[:2] == ["a", "b"]
        assert found["model"].isna().tolist() == [False, False, True]
        assert found["k"].tolist() == [1, 0, 1]

    def test_no_row_gives_one_row_without_a_rate(self) -> None:
        found = failure_rates(TABLES["completions"].empty())
        assert found["n"].tolist() == [0]
        assert found[["value", "lo", "hi", "unresolved_share", "ceiling"]].isna().all(axis=None)

    def test_an_index_with_repeated_labels_plays_no_part(self) -> None:
        frame = calls(3, 1).set_axis([7, 7, 7, 7])
        pd.testing.assert_frame_equal(failure_rates(frame), failure_rates(calls(3, 1)))

    def test_the_frame_is_left_as_it_was(self) -> None:
        frame = calls(3, 1).assign(model="a", is_mock=False)
        before = frame.copy(deep=True)
        failure_rates(frame, by="model")
        failures_over_time(frame.assign(created_at=pd.Timestamp("2026-01-01", tz="UTC")))
        pd.testing.assert_frame_equal(frame, before)

    def test_a_frame_without_outcomes_is_refused(self) -> None:
        with pytest.raises(KeyError, match="failure_rates needs the column 'outcome'"):
            failure_rates(pd.DataFrame({"model": ["a"]}))


class TestFailuresOverTime:
    def test_a_window_without_calls_is_empty_and_not_zero(self) -> None:
        frame = calls(1, 1).assign(
            created_at=pd.to_datetime(["2026-11-05T11:20Z", "2026-11-05T09:10Z"])
        )
        found = failures_over_time(frame, every="1h")
        assert found["value"].tolist()[::2] == [1.0, 0.0]
        assert np.isnan(found["value"][1])
        assert found["n"].tolist() == [1, 0, 1]
        assert found["elapsed_s"].tolist() == [3600.0] * 3

    def test_the_repeated_hour_stays_two_windows(self) -> None:
        frame = calls(1, 1).assign(
            created_at=pd.to_datetime(["2026-10-25T00:30Z", "2026-10-25T01:30Z"])
        )
        found = failures_over_time(frame, every="1h", tz="Europe/Berlin")
        assert found["value"].tolist() == [0.0, 1.0]
        assert found["start_at"].dt.strftime("%H%z").tolist() == ["02+0200", "02+0100"]

    def test_every_group_has_every_window_and_its_undated_rows_are_counted(self) -> None:
        frame = a_log(
            row_id=[0, 1, 2],
            outcome=["failed", "finished", "failed"],
            model=["a", "b", "b"],
            created_at=[0, 3_600_000_000, None],
        )
        found = failures_over_time(frame, by="model", every="1h")
        assert found["model"].tolist() == ["a", "a", "b", "b"]
        assert found["k"].tolist() == [1, 0, 0, 0]
        assert found["n_undated"].tolist() == [0, 0, 1, 1]

    def test_without_a_time_there_is_no_window(self) -> None:
        frame = a_log(row_id=[0], outcome=["failed"])
        assert len(failures_over_time(frame)) == 0


REASONS = [
    "Rate limit reached for gpt-4o. Try again in 1.4s.",
    "Rate limit reached for gpt-4o. Try again in 20ms.",
    "Request timed out.",
    None,
]


def failed_calls() -> pd.DataFrame:
    return a_log(
        row_id=[0, 1, 2, 3, 4],
        outcome=["failed"] * 4 + ["finished"],
        failure_class=["rate_limit", "rate_limit", "timeout", "other", None],
        failure_kind=["RateLimitError", "RateLimitError", "APITimeoutError", None, None],
        failure_reason=[*REASONS, None],
        model_requested=["gpt-4o"] * 5,
        created_at=[2_000_000, 1_000_000, 5_000_000, None, 9_000_000],
    )


class TestFailureKinds:
    def test_reasons_that_differ_in_masked_parts_are_one_kind(self) -> None:
        found = failure_kinds(failed_calls()).iloc[0]
        assert found["reason"] == "Rate limit reached for {model}. Try again in {time}."
        assert (found["k"], found["n"], found["share"]) == (2, 4, 0.5)
        assert found["first_seen_at"] == pd.Timestamp(1, unit="s", tz="UTC")
        assert found["last_seen_at"] == pd.Timestamp(2, unit="s", tz="UTC")

    def test_the_commonest_comes_first_and_the_line_ends_at_one(self) -> None:
        found = failure_kinds(failed_calls())
        assert found["failure_class"].tolist() == ["rate_limit", "other", "timeout"]
        assert found["k"].tolist() == [2, 1, 1]
        assert found["cumulative_share"].tolist() == [0.5, 0.75, 1.0]

    def test_a_missing_reason_is_a_line_of_its_own(self) -> None:
        found = failure_kinds(failed_calls()).set_index("failure_class").loc["other"]
        assert pd.isna(found["reason"])
        assert pd.isna(found["example"])
        assert pd.isna(found["first_seen_at"])

    def test_an_example_is_the_latest_and_shows_no_key(self) -> None:
        frame = a_log(
            row_id=[0, 1],
            outcome=["failed", "failed"],
            failure_class=["auth", "auth"],
            failure_reason=["Incorrect API key provided: sk-abcdefgh12345678. 2"] * 2,
            created_at=[2, 1],
        )
        assert failure_kinds(frame)["example"].tolist() == ["Incorrect API key provided: {key}. 2"]

    @pytest.mark.parametrize(
        ("detail", "keys"),
        [
            ("class", ["failure_class"]),
            ("kind", ["failure_class", "failure_kind"]),
            ("reason", ["failure_class", "failure_kind", "reason"]),
        ],
    )
    def test_the_detail_says_what_a_row_is(self, detail: str, keys: list[str]) -> None:
        found = failure_kinds(failed_calls(), detail=detail)
        assert found.columns[: len(keys) + 1].tolist() == [*keys, "k"]
        assert found["k"].sum() == 4

    def test_each_group_has_its_own_shares(self) -> None:
        frame = failed_calls().assign(tier=["x", "y", "y", "y", "x"])
        found = failure_kinds(frame, by="tier", detail="class")
        assert found["tier"].tolist() == ["x", "y", "y", "y"]
        assert found["n"].tolist() == [1, 3, 3, 3]
        assert found.groupby("tier")["cumulative_share"].max().tolist() == [1.0, 1.0]

    def test_the_order_of_rows_plays_no_part(self) -> None:
        frame = failed_calls()
        pd.testing.assert_frame_equal(
            failure_kinds(frame), failure_kinds(frame.iloc[::-1]), check_categorical=False
        )

    @pytest.mark.parametrize("n", [0, 1])
    def test_without_a_failure_there_is_no_row(self, n: int) -> None:
        frame = a_log(row_id=list(range(n)), outcome=["finished"] * n)
        found = failure_kinds(frame)
        assert len(found) == 0
        assert "cumulative_share" in found

    def test_an_unknown_detail_is_refused(self) -> None:
        with pytest.raises(ValueError, match="knows no detail='all'; it knows 'class', 'kind'"):
            failure_kinds(failed_calls(), detail="all")  # type: ignore[arg-type]  # the point


class TestFinishReasons:
    def test_shares_are_of_the_calls_that_tell_and_the_others_are_counted(self) -> None:
        frame = a_log(
            row_id=list(range(55)),
            outcome=["finished"] * 54 + ["failed"],
            finish_class=["length"] * 3 + ["stop"] * 37 + [None] * 14 + ["stop"],
        )
        found = finish_reasons(frame).set_index("finish_class")
        assert found.index.tolist() == ["stop", "length"]
        assert found.loc["length", "value"] == 3 / 40
        assert found["k"].tolist() == [37, 3]
        assert found["n_unknown"].tolist() == [14, 14]
        assert found["n_excluded"].tolist() == [15, 15]

    def test_every_group_has_a_row_for_every_class(self) -> None:
        frame = pd.DataFrame(
            {"outcome": "finished", "model": ["a", "b"], "finish_class": ["stop", "length"]}
        )
        found = finish_reasons(frame, by="model")
        assert found["finish_class"].tolist() == ["stop", "length"] * 2
        assert found["k"].tolist() == [1, 0, 0, 1]

    def test_all_unknown_gives_no_row(self) -> None:
        assert len(finish_reasons(a_log(row_id=[0], outcome=["finished"]))) == 0
