from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from completion_analytics import stats

QUICK = settings(max_examples=30, deadline=None)
TEN = [0.8, 1.1, 1.3, 2.0, 2.4, 3.1, 3.3, 4.0, 5.2, 9.7]
SECONDS = arrays(np.float64, st.integers(1, 60), elements=st.floats(0.001, 1000))
SHARE = st.integers(1, 99).map(lambda q: q / 100)


def only(table: pd.DataFrame) -> dict:
    assert len(table) == 1
    return table.iloc[0].to_dict()


def test_percentiles_of_ten_waits_are_the_published_ones(calls):
    half, ninety = stats.percentiles(calls(duration_s=TEN), q=[0.5, 0.9]).to_dict("records")
    assert (half["value"], half["lo"], half["hi"], half["reliable"]) == (2.4, 1.1, 5.2, True)
    assert (ninety["value"], ninety["lo"], ninety["reliable"]) == (5.2, 3.3, False)
    assert np.isnan(ninety["hi"])


def test_linear_percentiles_are_those_of_other_tools(calls):
    table = stats.percentiles(calls(duration_s=TEN), q=[0.5], method="linear")
    assert only(table)["value"] == pytest.approx(2.75)


def test_a_failure_counted_as_an_endless_wait_moves_the_percentiles_up(calls):
    frame = calls(duration_s=[*TEN, 0.0], outcome=["finished"] * 10 + ["failed"])
    table = stats.percentiles(frame, q=[0.5, 0.95], failures="inf")
    assert table["value"].tolist() == [3.1, np.inf]
    assert table["n"].tolist() == [11, 11]
    assert table["n_failed"].tolist() == [1, 1]


def test_failures_kept_apart_are_counted_and_left_out(calls):
    frame = calls(
        duration_s=[*TEN, 0.1, None],
        outcome=["finished"] * 10 + ["failed", "unresolved"],
    )
    found = only(stats.percentiles(frame, q=[0.5]))
    assert (found["value"], found["n"], found["n_failed"], found["n_excluded"]) == (2.4, 10, 1, 2)


def test_failures_excluded_as_by_other_tools_are_in_no_count(calls):
    frame = calls(
        duration_s=[*TEN, 0.1, None],
        outcome=["finished"] * 10 + ["failed", "unresolved"],
    )
    found = only(stats.percentiles(frame, q=[0.5], failures="exclude"))
    assert (found["value"], found["n"], found["n_excluded"]) == (2.4, 10, 1)
    assert pd.isna(found["n_failed"])


def test_linear_percentiles_beside_infinities_are_missing(calls):
    frame = calls(duration_s=[1.0, 2.0, 3.0, None], outcome=["finished"] * 3 + ["failed"])
    table = stats.percentiles(frame, q=[0.5], method="linear", failures="inf")
    assert np.isnan(only(table)["value"])


def test_zeros_infinities_and_mocks_are_left_out_and_counted(calls):
    frame = calls(
        duration_s=[0.0, np.inf, None, 4.0, 5.0],
        duration_quality=["below_resolution", "exact", "missing", "exact", "exact"],
        is_mock=[False, False, False, False, True],
    )
    found = only(stats.percentiles(frame, q=[0.5]))
    assert (found["value"], found["n"], found["n_excluded"]) == (4.0, 1, 4)
    assert (found["n_below_resolution"], found["n_mock"]) == (1, 1)


def test_the_upper_limit_allows_for_durations_in_whole_seconds(calls):
    frame = calls(
        duration_s=[float(v) for v in range(1, 11)], duration_quality=["whole_second"] * 10
    )
    found = only(stats.percentiles(frame, q=[0.5]))
    assert (found["lo"], found["value"], found["hi"]) == (2.0, 5.0, 10.0)
    assert found["n_whole_second"] == 10


def test_any_column_of_numbers_has_percentiles(calls):
    frame = calls(completion_tokens=[3, None, 1, 2], outcome=["finished"] * 4)
    found = only(stats.percentiles(frame, "completion_tokens", q=[0.5]))
    assert (found["value"], found["n"], found["n_excluded"]) == (2.0, 3, 1)


def test_a_row_per_group_and_quantile_in_that_order(calls):
    frame = calls(model=["b", "a", "b"], duration_s=[3.0, 1.0, 4.0])
    table = stats.percentiles(frame, by="model", q=[0.5, 0.9])
    assert table["model"].tolist() == ["a", "a", "b", "b"]
    assert table["q"].tolist() == [0.5, 0.9, 0.5, 0.9]
    assert table["value"].tolist() == [1.0, 1.0, 3.0, 4.0]


@QUICK
@given(SECONDS, SHARE)
def test_a_percentile_is_a_value_that_occurred_and_numpy_agrees(seconds, q):
    found = only(stats.percentiles(pd.DataFrame({"duration_s": seconds}), q=[q]))
    assert found["value"] in seconds
    assert np.nan_to_num(found["lo"], nan=0.0) <= found["value"]
    assert found["value"] <= np.nan_to_num(found["hi"], nan=np.inf)
    rank = -(-len(seconds) * round(q * 100) // 100)
    assert found["value"] == np.sort(seconds)[rank - 1]


@QUICK
@given(SECONDS, SHARE)
def test_linear_percentiles_agree_with_numpy(seconds, q):
    found = only(stats.percentiles(pd.DataFrame({"duration_s": seconds}), q=[q], method="linear"))
    assert found["value"] == pytest.approx(np.quantile(seconds, q))


@QUICK
@given(SECONDS)
def test_percentiles_grow_with_q_and_commute_with_increasing_functions(seconds):
    q = [0.1, 0.5, 0.9]
    plain = stats.percentiles(pd.DataFrame({"duration_s": seconds}), q=q)["value"]
    squared = stats.percentiles(pd.DataFrame({"duration_s": seconds**2}), q=q)["value"]
    assert plain.is_monotonic_increasing
    assert squared.tolist() == (plain**2).tolist()


@QUICK
@given(SECONDS, st.integers(0, 20))
def test_more_failures_never_lower_a_percentile(seconds, failures):
    outcome = ["finished"] * len(seconds) + ["failed"] * failures
    frame = pd.DataFrame({"duration_s": np.append(seconds, np.zeros(failures)), "outcome": outcome})
    before = stats.percentiles(frame)["value"]
    after = stats.percentiles(frame, failures="inf")["value"]
    assert (after >= before).all()


def test_the_order_of_rows_changes_nothing(calls):
    frame = calls(model=list("abcab"), duration_s=[5.0, 1.0, 2.0, 4.0, 3.0])
    pd.testing.assert_frame_equal(
        stats.percentiles(frame, by="model"), stats.percentiles(frame.iloc[::-1], by="model")
    )


def test_a_median_in_whole_seconds_is_a_range(calls):
    frame = calls(
        duration_s=[0.0, 1.0, 1.0, 2.0, 3.0],
        duration_quality=["below_resolution"] + ["whole_second"] * 4,
    )
    found = only(stats.percentile_ranges(frame, q=[0.5]))
    assert (found["value_from"], found["value_to"]) == (1.0, 2.0)
    assert (found["n"], found["n_whole_second"], found["n_excluded"]) == (5, 5, 0)


def test_mixed_durations_give_the_quantile_of_lower_and_of_upper_ends(calls):
    frame = calls(duration_s=[1.0, 1.5, 2.5], duration_quality=["whole_second", "exact", "exact"])
    found = only(stats.percentile_ranges(frame, q=[0.5]))
    assert (found["value_from"], found["value_to"]) == (1.5, 2.0)


@QUICK
@given(SECONDS, SHARE)
def test_the_range_of_floored_durations_holds_the_percentile_of_the_true_ones(seconds, q):
    floored = np.floor(seconds)
    quality = np.where(floored == 0, "below_resolution", "whole_second")
    frame = pd.DataFrame(
        {"outcome": "finished", "duration_s": floored, "duration_quality": quality}
    )
    found = only(stats.percentile_ranges(frame, q=[q]))
    true = only(stats.percentiles(pd.DataFrame({"duration_s": seconds}), q=[q]))["value"]
    assert found["value_from"] <= true < found["value_to"]
    assert found["value_from"] == np.floor(true)


@pytest.mark.parametrize("q", [[0], [1], [0.5, 50], []])
def test_a_quantile_outside_0_and_1_is_refused(calls, q):
    with pytest.raises(ValueError, match=r"percentiles needs .*q between 0 and 1"):
        stats.percentiles(calls(duration_s=[1.0]), q=q)


def test_a_word_that_is_not_known_is_refused_with_those_that_are(calls):
    with pytest.raises(ValueError, match="no failures='drop'; it knows 'separate', 'inf', 'excl"):
        stats.percentiles(calls(duration_s=[1.0]), failures="drop")


def test_a_column_that_holds_no_numbers_is_refused(calls):
    with pytest.raises(TypeError, match="needs a column of numbers, and 'model' holds category"):
        stats.percentiles(calls(duration_s=[1.0]), "model")
