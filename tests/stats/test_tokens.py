"""Token totals, speeds, limits and shares: unknown is not zero, and both n are told."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from completion_analytics.frames import TABLES
from completion_analytics.stats.limits import max_tokens_use, truncation
from completion_analytics.stats.shares import token_shares
from completion_analytics.stats.speeds import throughput
from completion_analytics.stats.tokens import token_histogram, token_totals, tokens_over_time

HOUR = 3_600_000_000


def a_log(**columns: list[object]) -> pd.DataFrame:
    length = len(next(iter(columns.values())))
    return TABLES["completions"].build(
        {"row_id": list(range(length)), "outcome": ["finished"] * length, **columns}
    )


def plain(**columns: list[object]) -> pd.DataFrame:
    return pd.DataFrame(columns, dtype="float64")


class TestTokenTotals:
    def test_unknown_counts_add_nothing_and_are_counted(self) -> None:
        found = token_totals(a_log(prompt_tokens=[10, None, 5], completion_tokens=[None] * 3))
        found = found.set_index("tokens")
        assert found.index.tolist() == ["prompt", "completion", "total", "cached", "reasoning"]
        assert found.loc["prompt", "value"] == 15
        assert found.loc["prompt", "mean"] == 7.5
        assert found["n_excluded"].tolist() == [1, 3, 3, 3, 3]

    def test_without_any_count_the_total_is_missing_and_not_zero(self) -> None:
        found = token_totals(a_log(prompt_tokens=[None], completion_tokens=[0]))
        assert found["value"].isna().tolist() == [True, False, True, True, True]
        assert found["value"][1] == 0

    def test_a_completion_counts_for_each_of_its_tags(self) -> None:
        class Log:
            completions = a_log(prompt_tokens=[10, 1], completion_tokens=[1, 1])
            tags = TABLES["tags"].build({"row_id": [0, 0], "tag": ["x", "y"]})

        found = token_totals(Log(), by="tag")
        assert found[found["tokens"] == "prompt"]["value"].tolist() == [10, 10, 1]

    def test_mock_calls_use_no_tokens(self) -> None:
        frame = a_log(prompt_tokens=[10, 1], completion_tokens=[1, 1], is_mock=[True, False])
        found = token_totals(frame).iloc[0]
        assert (found["value"], found["n"], found["n_mock"]) == (1, 1, 1)

    def test_no_row_gives_missing_totals(self) -> None:
        assert token_totals(TABLES["completions"].empty())["value"].isna().all()


class TestTokensOverTime:
    def test_an_empty_window_has_no_tokens_rather_than_zero(self) -> None:
        frame = a_log(prompt_tokens=[60, 5], completion_tokens=[0, None], created_at=[0, 2 * HOUR])
        found = tokens_over_time(frame, every="1h")
        prompt = found[found["tokens"] == "prompt"]
        assert prompt["value"].tolist() == [60, pd.NA, 5]
        assert prompt["per_minute"].tolist()[0] == 1.0
        assert found[found["tokens"] == "completion"]["n"].tolist() == [1, 0, 0]

    def test_a_rate_divides_by_the_time_that_passed(self) -> None:
        sunday = pd.Timestamp("2026-10-25T12:00Z").value // 1000
        frame = a_log(prompt_tokens=[25 * 60], completion_tokens=[0], created_at=[sunday])
        found = tokens_over_time(frame, every="1D", tz="Europe/Berlin").iloc[0]
        assert found["elapsed_s"] == 25 * 3600
        assert found["per_minute"] == 1.0

    @given(st.lists(st.tuples(st.integers(0, 72 * HOUR), st.integers(0, 99)), min_size=1))
    @settings(deadline=None)
    def test_windows_add_up_to_the_total(self, rows: list[tuple[int, int]]) -> None:
        times, tokens = map(list, zip(*rows, strict=True))
        frame = a_log(prompt_tokens=tokens, completion_tokens=tokens, created_at=times)
        over_time = tokens_over_time(frame, every="6h", tz="Asia/Kathmandu")
        assert over_time["value"].sum() == 2 * sum(tokens)
        assert over_time["n"].sum() == 2 * len(rows)

    def test_undated_rows_are_counted(self) -> None:
        frame = a_log(prompt_tokens=[1, 1], completion_tokens=[1, 1], created_at=[0, None])
        assert tokens_over_time(frame)["n_undated"].tolist() == [1, 1]


class TestTokenHistogram:
    def test_zeros_have_a_bin_of_their_own_and_missing_counts_none(self) -> None:
        found = token_histogram(a_log(total_tokens=[0, 0, 10, 1000, None]))
        assert (found["from_tokens"][0], found["to_tokens"][0], found["value"][0]) == (0, 0, 2)
        assert found["value"].sum() == 4
        assert found["n"].unique().tolist() == [4]
        assert found["n_excluded"].unique().tolist() == [1]

    def test_edges_are_whole_numbers_even_where_counts_are_small(self) -> None:
        tokens = list(np.random.default_rng(3).integers(1, 40, 3_000))
        found = token_histogram(a_log(total_tokens=tokens))
        edges = found["from_tokens"].to_numpy()[1:]
        assert (edges == np.round(edges)).all()
        assert len(set(edges)) == len(edges)
        assert found["value"].sum() == 3_000
        assert (found["value"][1:] > 0).all()

    @given(st.lists(st.integers(0, 10_000) | st.none()))
    @settings(deadline=None)
    def test_every_known_count_falls_into_one_bin(self, tokens: list[int | None]) -> None:
        known = [count for count in tokens if count is not None]
        found = token_histogram(plain(total_tokens=tokens))
        assert found["value"].sum() == len(known)
        for row in found[1:].itertuples():
            last = row.Index == len(found) - 1
            inside = [
                count
                for count in known
                if row.from_tokens <= count and (count < row.to_tokens or (last and count))
            ]
            assert row.value == len([count for count in inside if count > 0])

    def test_a_column_of_words_is_refused(self) -> None:
        with pytest.raises(TypeError, match="needs a column of numbers, and 'model' holds"):
            token_histogram(a_log(model=["a"]), "model")


class TestThroughput:
    def test_the_mean_of_rates_and_the_rate_of_totals_are_told_apart(self) -> None:
        found = throughput(a_log(completion_tokens=[100, 100], duration_s=[2.0, 10.0])).iloc[0]
        assert found["mean_of_rates"] == 30.0
        assert found["rate_of_totals"] == 200 / 12
        assert pd.isna(found["wall_clock_rate"])

    def test_the_wall_clock_runs_from_the_first_start_to_the_last_end(self) -> None:
        frame = a_log(
            completion_tokens=[100, 100], duration_s=[30.0, 1.0], created_at=[0, 9_000_000]
        )
        assert throughput(frame)["wall_clock_rate"].tolist() == [200 / 30]

    def test_five_calls_have_no_interval_and_six_have_one(self) -> None:
        for n, has in ((5, False), (6, True)):
            frame = a_log(completion_tokens=[10] * n, duration_s=[float(i + 1) for i in range(n)])
            found = throughput(frame)[["p50_lo", "p50_hi"]].notna()
            assert found.to_numpy().tolist() == [[has, has]]

    def test_what_makes_no_rate_is_left_out_and_counted(self) -> None:
        frame = a_log(
            completion_tokens=[10, 10, 10, None, 10, 10],
            duration_s=[1.0, 2.0, 0.0, 1.0, None, 1.0],
            duration_quality=[
                "exact",
                "whole_second",
                "below_resolution",
                "exact",
                "missing",
                "exact",
            ],
            outcome=["finished"] * 5 + ["failed"],
        )
        found = throughput(frame).iloc[0]
        assert (found["mean_of_rates"], found["n"], found["n_excluded"]) == (10.0, 1, 5)

    @given(st.lists(st.tuples(st.integers(0, 999), st.integers(1, 999)), min_size=1, max_size=20))
    @settings(deadline=None)
    def test_the_rate_of_totals_lies_between_the_calls_rates(
        self, rows: list[tuple[int, int]]
    ) -> None:
        tokens, seconds = (list(column) for column in zip(*rows, strict=True))
        frame = plain(completion_tokens=tokens, duration_s=seconds).assign(outcome="finished")
        found = throughput(frame).iloc[0]
        rates = [c / d for c, d in rows]
        assert min(rates) - 1e-9 <= found["rate_of_totals"] <= max(rates) + 1e-9

    def test_a_published_run_gives_both_rates(self, exports: Path) -> None:
        path = next((exports / "real" / "llmperf").glob("*together*13b*individual*"))
        rows = json.loads(path.read_text(encoding="utf-8"))
        frame = pd.DataFrame(
            {
                "outcome": ["failed" if row["error_code"] else "finished" for row in rows],
                "completion_tokens": [int(row["number_output_tokens"]) for row in rows],
                "duration_s": [row["end_to_end_latency_s"] for row in rows],
            }
        )
        found = throughput(frame).iloc[0].round(2)
        assert (found["mean_of_rates"], found["rate_of_totals"]) == (100.92, 55.14)


class TestTruncation:
    def test_the_rate_is_of_calls_that_tell_and_unknown_ones_stand_apart(self) -> None:
        frame = a_log(finish_class=["length"] * 3 + ["stop"] * 37 + [None] * 12)
        found = truncation(frame).iloc[0]
        assert (found["k"], found["n"], found["n_unknown"]) == (3, 40, 12)
        assert found["value"] == 0.075
        assert (round(found["lo"], 3), round(found["hi"], 3)) == (0.026, 0.199)

    def test_any_choice_that_was_cut_off_makes_the_call_truncated(self) -> None:
        frame = a_log(finish_class=["stop", "stop", None], is_truncated=[True, False, None])
        found = truncation(frame).iloc[0]
        assert (found["k"], found["n"], found["n_unknown"]) == (1, 2, 1)

    def test_failed_calls_play_no_part(self) -> None:
        frame = a_log(finish_class=["length", "length"], outcome=["failed", "finished"])
        assert truncation(frame)[["k", "n", "n_unknown"]].to_numpy().tolist() == [[1, 1, 0]]


class TestMaxTokensUse:
    def test_the_share_of_the_limit_is_told_where_both_are_known(self) -> None:
        frame = a_log(completion_tokens=[50, 100, 30, None], max_tokens=[100, 100, None, 10])
        found = max_tokens_use(frame).iloc[0]
        assert (found["k"], found["n"], found["n_excluded"]) == (1, 2, 2)
        assert (found["p50"], found["p90"]) == (0.5, 1.0)
        assert np.isnan(found["p50_lo"])

    def test_a_limit_of_zero_is_none(self) -> None:
        found = max_tokens_use(a_log(completion_tokens=[0], max_tokens=[0])).iloc[0]
        assert found["n"] == 0
        assert np.isnan(found["value"])


class TestTokenShares:
    def test_a_share_is_a_ratio_of_totals_over_the_rows_that_tell_both(self) -> None:
        frame = a_log(prompt_tokens=[2006, 1000, 500], cached_tokens=[1920, 0, None])
        found = token_shares(frame).iloc[0]
        assert (found["k"], found["of"], found["n"], found["n_excluded"]) == (1920, 3006, 2, 1)
        assert round(found["value"], 3) == 0.639
        assert found["per_call_p50"] == 0.0

    def test_more_cached_than_prompt_tokens_is_left_out_and_not_clipped(self) -> None:
        frame = a_log(prompt_tokens=[10, 10, 0], cached_tokens=[20, 5, 0])
        found = token_shares(frame).iloc[0]
        assert (found["value"], found["n"], found["n_inconsistent"]) == (0.5, 1, 1)

    @given(st.lists(st.tuples(st.integers(0, 99), st.integers(1, 99)), min_size=20, max_size=30))
    @settings(max_examples=30, deadline=None)
    def test_a_share_lies_within_its_interval_and_between_0_and_1(
        self, rows: list[tuple[int, int]]
    ) -> None:
        cached, more = (list(column) for column in zip(*rows, strict=True))
        prompt = [a + b for a, b in rows]
        frame = plain(
            prompt_tokens=prompt,
            cached_tokens=cached,
            completion_tokens=[None] * len(rows),
            reasoning_tokens=[None] * len(rows),
        )
        found = token_shares(frame).iloc[0]
        assert 0 <= found["lo"] <= found["value"] <= found["hi"] <= 1
        assert sum(more) == found["of"] - found["k"]
        shuffled = token_shares(frame.sample(frac=1, random_state=5)).iloc[0]
        assert shuffled["lo"] == found["lo"]

    def test_nineteen_calls_have_no_interval(self) -> None:
        frame = a_log(prompt_tokens=[10] * 19, cached_tokens=[5] * 19)
        assert token_shares(frame)[["lo", "hi"]].isna().all(axis=None)

    @pytest.mark.parametrize("n", [60, 600])
    def test_intervals_cover_the_true_share(self, n: int) -> None:
        random, hits, runs = np.random.default_rng(7), 0, 150
        for _ in range(runs):
            prompt = np.ceil(random.lognormal(6, 0.6, n))
            cached = np.floor(prompt * random.beta(2, 3, n))
            frame = pd.DataFrame(
                {
                    "prompt_tokens": prompt,
                    "cached_tokens": cached,
                    "completion_tokens": 1.0,
                    "reasoning_tokens": np.nan,
                }
            )
            found = token_shares(frame).iloc[0]
            hits += bool(found["lo"] <= 0.4 <= found["hi"])
        assert 0.90 <= hits / runs <= 0.99

    def test_nothing_known_gives_nothing(self) -> None:
        found = token_shares(TABLES["completions"].empty())
        assert found["n"].tolist() == [0, 0]
        assert found[["value", "lo", "hi", "k", "of"]].isna().all(axis=None)
