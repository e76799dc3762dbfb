from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from completion_analytics import stats
from completion_analytics.stats.bins import log_bins

QUICK = settings(max_examples=30, deadline=None)
SECONDS = arrays(np.float64, st.integers(1, 60), elements=st.floats(0.001, 1000))


def test_the_curve_leaves_out_missing_durations(calls):
    table = stats.latency_ecdf(calls(duration_s=[1.0, None, 3.0]))
    assert table["value"].tolist() == [0.5, 1.0]
    assert table["n_excluded"].tolist() == [1, 1]


def test_failures_as_endless_waits_end_the_curve_below_one(calls):
    frame = calls(duration_s=[1.0, 2.0, None], outcome=["finished", "finished", "failed"])
    table = stats.latency_ecdf(frame, failures="inf")
    assert table["duration_s"].tolist() == [1.0, 2.0]
    assert table["value"].tolist() == pytest.approx([1 / 3, 2 / 3])


@QUICK
@given(SECONDS, st.sampled_from([0.1, 0.5, 0.9]))
def test_the_curve_at_a_percentile_is_at_least_its_share(seconds, q):
    frame = pd.DataFrame({"outcome": "finished", "duration_s": seconds})
    curve = stats.latency_ecdf(frame).set_index("duration_s")["value"]
    at = stats.percentiles(frame, q=[q])["value"].iloc[0]
    assert curve[at] >= q


@QUICK
@given(SECONDS)
def test_two_curves_hold_that_of_the_durations_before_they_were_floored(seconds):
    floored = np.floor(seconds)
    quality = np.where(floored == 0, "below_resolution", "whole_second")
    frame = pd.DataFrame(
        {"outcome": "finished", "duration_s": floored, "duration_quality": quality}
    )
    table = stats.latency_ecdf_ranges(frame)
    true = np.array([(seconds <= t).mean() for t in table["duration_s"]])
    assert (table["value_from"] <= true + 1e-12).all()
    assert (true <= table["value_to"] + 1e-12).all()


def test_exact_durations_give_one_curve_twice(calls):
    frame = calls(duration_s=[1.5, 2.5, 2.5])
    table = stats.latency_ecdf_ranges(frame)
    assert table["value_from"].tolist() == table["value_to"].tolist()
    assert table["value_to"].tolist() == stats.latency_ecdf(frame)["value"].tolist()


def test_a_histogram_counts_every_duration_once_and_zeros_apart(calls):
    seconds = np.random.default_rng(1).lognormal(0, 1, 500)
    frame = calls(
        duration_s=[0.0, 0.0, *seconds],
        duration_quality=["below_resolution"] * 2 + ["exact"] * 500,
    )
    table = stats.latency_histogram(frame)
    assert table["value"].iloc[0] == 2
    assert table["value"].sum() == table["n"].iloc[0] == 502
    edges = 10 ** np.histogram_bin_edges(np.log10(seconds), bins="fd")
    assert table["from_s"].iloc[1:].tolist() == pytest.approx(edges[:-1])
    counted, _ = np.histogram(seconds, bins=[*table["from_s"].iloc[1:], table["to_s"].iloc[-1]])
    assert table["value"].iloc[1:].tolist() == counted.tolist()


def test_groups_share_the_bins_of_a_histogram(calls):
    frame = calls(model=list("aabb"), duration_s=[1.0, 2.0, 50.0, 100.0])
    table = stats.latency_histogram(frame, by="model")
    a, b = (part[["from_s", "to_s"]].to_numpy() for _, part in table.groupby("model"))
    assert (a == b).all()


def test_shares_of_a_histogram_end_at_one(calls):
    table = stats.latency_histogram(calls(duration_s=[1.0, 2.0, 4.0, 8.0]))
    assert table["share"].sum() == pytest.approx(1.0)


@QUICK
@given(SECONDS, st.integers(1, 20))
def test_bins_hold_every_value_and_are_no_more_than_asked(seconds, most):
    bins = log_bins(seconds, most)
    place = bins.place(seconds)
    assert 1 <= bins.size <= most
    assert ((place >= 0) & (place < bins.size)).all()
    assert (bins.edges[place] <= seconds).all()
    assert (seconds <= bins.edges[place + 1]).all()


def test_ties_in_the_middle_half_fall_back_to_sturges():
    assert log_bins(np.array([1.0] * 14 + [10.0, 100.0]), 500).size == 5


def test_nines_are_the_percentiles_of_ninety_nine_and_so_on(calls):
    frame = calls(duration_s=[float(v) for v in range(1, 1001)])
    table = stats.latency_nines(frame).set_index("nines")
    assert table.loc[[1.0, 2.0, 3.0], "q"].tolist() == [0.9, 0.99, 0.999]
    assert table.loc[[1.0, 2.0, 3.0], "value"].tolist() == [900.0, 990.0, 999.0]
    assert table.index.max() == 3.0


def test_a_small_group_reaches_fewer_nines_than_a_large_one(calls):
    frame = calls(model=["a"] * 10 + ["b"] * 100, duration_s=[float(v) for v in range(1, 111)])
    table = stats.latency_nines(frame, by="model")
    assert table.groupby("model")["nines"].max().tolist() == [1.0, 2.0]
