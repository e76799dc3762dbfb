from __future__ import annotations

import json

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from completion_analytics import stats

QUICK = settings(max_examples=30, deadline=None)
NUMBERS = arrays(np.float64, st.integers(1, 50), elements=st.floats(-1e6, 1e6, width=32))
LLMPERF_RUNS = ("anyscale_70b", "bedrock_13b", "lepton_7b", "together_13b")
LLMPERF_COLUMNS = (
    "ttft_s",
    "end_to_end_latency_s",
    "inter_token_latency_s",
    "request_output_throughput_token_per_s",
    "number_input_tokens",
    "number_output_tokens",
)
LLMPERF_NAMES = {
    "p25": "quantiles_p25",
    "p50": "quantiles_p50",
    "p75": "quantiles_p75",
    "p90": "quantiles_p90",
    "p95": "quantiles_p95",
    "p99": "quantiles_p99",
    "mean": "mean",
    "min": "min",
    "max": "max",
    "std": "stddev",
}


@pytest.mark.parametrize("run", LLMPERF_RUNS)
def test_describe_reproduces_the_summaries_that_llmperf_published(exports, run):
    folder = exports / "real" / "llmperf"
    if not folder.is_dir():
        pytest.skip(reason="the recorded exports hold no llmperf runs")
    rows = pd.DataFrame(json.loads((folder / f"{run}.individual.json").read_text()))
    summary = json.loads((folder / f"{run}.summary.json").read_text())
    rows["outcome"] = np.where(rows["error_code"].isna(), "finished", "failed")
    compared = 0
    for column in LLMPERF_COLUMNS:
        found = stats.describe(rows, column).iloc[0]
        for ours, theirs in LLMPERF_NAMES.items():
            published = float(summary[f"results_{column}_{theirs}"])
            assert found[ours] == pytest.approx(published, rel=0, abs=1e-9), (column, ours)
            compared += 1
    assert compared == 60


@QUICK
@given(NUMBERS)
def test_describe_agrees_with_numpy(numbers):
    found = stats.describe(pd.DataFrame({"size": numbers}), "size").iloc[0]
    assert found["mean"] == pytest.approx(numbers.mean(), abs=1e-6)
    assert (found["min"], found["max"]) == (numbers.min(), numbers.max())
    assert found["p95"] == pytest.approx(np.quantile(numbers, 0.95), abs=1e-6)
    if len(numbers) > 1:
        assert found["std"] == pytest.approx(numbers.std(ddof=1), abs=1e-6)


def test_one_value_has_no_spread():
    found = stats.describe(pd.DataFrame({"size": [4]}), "size").iloc[0]
    assert (found["n"], found["mean"], found["p99"]) == (1, 4.0, 4.0)
    assert np.isnan(found["std"])


def test_describe_leaves_out_failures_and_counts_them(calls):
    frame = calls(completion_tokens=[10, 20, 1], outcome=["finished", "finished", "failed"])
    found = stats.describe(frame, "completion_tokens").iloc[0]
    assert (found["mean"], found["n"], found["n_excluded"]) == (15.0, 2, 1)


def test_no_value_is_described_as_missing_and_not_as_zero(calls):
    found = stats.describe(calls(completion_tokens=[None]), "completion_tokens").iloc[0]
    assert found["n"] == 0
    assert found[["mean", "std", "min", "p50", "max"]].isna().all()


def test_the_distribution_function_steps_once_per_distinct_value():
    table = stats.ecdf(pd.DataFrame({"size": [2, 1, 2, None]}), "size")
    assert table["size"].tolist() == [1.0, 2.0]
    assert table["value"].tolist() == pytest.approx([1 / 3, 1.0])
    assert table["n_excluded"].tolist() == [1, 1]


@QUICK
@given(NUMBERS)
def test_the_distribution_function_is_the_empirical_one(numbers):
    table = stats.ecdf(pd.DataFrame({"size": numbers}), "size")
    shares = [(numbers <= value).mean() for value in table["size"]]
    assert table["value"].tolist() == pytest.approx(shares)
    assert table["value"].iloc[-1] == 1.0
    assert table["size"].is_monotonic_increasing


def test_the_band_of_a_hundred_values_is_the_published_one():
    table = stats.ecdf(pd.DataFrame({"size": range(100)}), "size")
    half = table[table["value"] == 0.5].iloc[0]
    assert (half["lo"], half["hi"]) == pytest.approx((0.364, 0.636), abs=5e-4)


@pytest.mark.parametrize(("n", "has_band"), [(29, False), (30, True)])
def test_fewer_than_thirty_values_have_no_band(n, has_band):
    table = stats.ecdf(pd.DataFrame({"size": range(n)}), "size")
    assert table["lo"].notna().all() == has_band


def test_a_column_named_like_a_result_is_refused(calls):
    with pytest.raises(ValueError, match="ecdf has a result column named 'n'"):
        stats.ecdf(calls(n=[1, 2]), "n")


def test_a_rate_is_of_the_rows_where_it_is_known(calls):
    frame = calls(is_truncated=[True] * 3 + [False] * 37 + [None] * 12)
    found = stats.rate(frame, "is_truncated").iloc[0]
    assert (found["k"], found["n"], found["n_excluded"]) == (3, 40, 12)
    assert (found["value"], found["lo"], found["hi"]) == pytest.approx(
        (0.075, 0.026, 0.199), abs=5e-4
    )


def test_a_rate_of_flags_takes_them_in_the_order_of_the_rows(calls):
    frame = calls(model=["a", "b", "a"], duration_s=[1.0, 2.0, 9.0]).set_axis([5, 5, 1])
    table = stats.rate(frame, frame["duration_s"] > 5, by="model")
    assert table["k"].tolist() == [1, 0]
    assert table["n"].tolist() == [2, 1]


def test_a_rate_of_numbers_is_refused(calls):
    with pytest.raises(TypeError, match="rate needs a boolean column or one flag per row"):
        stats.rate(calls(duration_s=[1.0]), "duration_s")


def test_fewer_than_ten_rows_give_no_reliable_rate(calls):
    frame = calls(is_stream=[True] * 9 + [False] * 10, model=["a"] * 9 + ["b"] * 10)
    assert stats.rate(frame, "is_stream", by="model")["reliable"].tolist() == [False, True]
