from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from scipy.stats import mannwhitneyu
from statsmodels.stats.multitest import multipletests

from completion_analytics import stats
from completion_analytics.stats.comparison import holm

QUICK = settings(max_examples=30, deadline=None)
SECONDS = arrays(np.float64, st.integers(2, 30), elements=st.integers(1, 20))
PAIR = {"between": "model", "a": "a", "b": "b"}


def two(a, b):
    model = pd.Categorical(["a"] * len(a) + ["b"] * len(b), categories=["a", "b"])
    return pd.DataFrame({"model": model, "duration_s": np.append(a, b), "outcome": "finished"})


def only(table):
    assert len(table) == 1
    return table.iloc[0]


def test_eleven_wins_three_losses_and_two_ties_are_a_delta_of_a_half():
    found = only(stats.cliffs_delta(two([1.0, 2, 3, 4], [2.0, 3, 5, 9]), **PAIR))
    assert found["value"] == 0.5
    assert found["p_value"] == pytest.approx(0.306, abs=5e-4)
    assert found["lo"] < 0.5 < found["hi"]


@QUICK
@given(SECONDS, SECONDS)
def test_delta_is_what_mann_and_whitney_count(a, b):
    found = only(stats.cliffs_delta(two(a, b), **PAIR))
    u = mannwhitneyu(b, a).statistic
    assert found["value"] == pytest.approx(2 * u / (len(a) * len(b)) - 1)
    assert np.nan_to_num(found["lo"], nan=-1) <= found["value"] + 1e-12
    assert np.nan_to_num(found["hi"], nan=1) >= found["value"] - 1e-12


@QUICK
@given(SECONDS, SECONDS)
def test_swapping_groups_flips_signs_and_increasing_functions_change_no_delta(a, b):
    one = only(stats.cliffs_delta(two(a, b), **PAIR))
    swapped = only(stats.cliffs_delta(two(b, a), **PAIR))
    squared = only(stats.cliffs_delta(two(a**2, b**2), **PAIR))
    assert one["value"] == pytest.approx(-swapped["value"])
    assert one["value"] == squared["value"]


def test_failed_rows_are_equal_endless_waits_to_delta():
    frame = two([1.0, 2.0], [1.0, 9.0]).assign(outcome=["finished", "failed"] * 2)
    assert only(stats.cliffs_delta(frame, **PAIR))["value"] == 0.0


def test_the_difference_of_percentiles_and_their_ratio():
    frame = two(np.arange(1.0, 101), 2 * np.arange(1.0, 101))
    found = only(stats.quantile_difference(frame, q=[0.5], **PAIR))
    assert (found["value"], found["ratio"], found["reliable"]) == (50.0, 2.0, True)
    assert found["lo"] < 50 < found["hi"]
    assert found["p_value"] == pytest.approx(0.001)


def test_limits_of_a_difference_are_those_of_drawing_rows_again():
    rng = np.random.default_rng(1)
    a, b = rng.lognormal(0, 1, 80), rng.lognormal(0.4, 1, 90)
    found = only(stats.quantile_difference(two(a, b), q=[0.5], **PAIR))
    again = [
        np.quantile(rng.choice(b, 90), 0.5, method="inverted_cdf")
        - np.quantile(rng.choice(a, 80), 0.5, method="inverted_cdf")
        for _ in range(2000)
    ]
    lo, hi = np.quantile(again, [0.025, 0.975])
    assert (found["lo"], found["hi"]) == pytest.approx((lo, hi), abs=0.1)


def test_few_rows_beyond_a_quantile_give_a_point_only():
    frame = two(np.arange(1.0, 41), np.arange(1.0, 41))
    table = stats.quantile_difference(frame, q=[0.5, 0.9], **PAIR)
    assert table["value"].tolist() == [0.0, 0.0]
    assert table["reliable"].tolist() == [True, False]
    assert table["lo"].isna().tolist() == [False, True]


@QUICK
@given(st.lists(st.floats(0, 1), min_size=1, max_size=9))
def test_several_quantiles_are_allowed_for_as_statsmodels_does(p_values):
    found = holm(np.array(p_values))
    assert found == pytest.approx(multipletests(p_values, method="holm")[1])


def test_quantiles_without_a_p_value_do_not_count_among_several():
    assert holm(np.array([np.nan, 0.01, 0.04])) == pytest.approx([np.nan, 0.02, 0.04], nan_ok=True)


def test_the_difference_of_rates_is_newcombes():
    late = [True] * 48 + [False] * 32 + [True] * 56 + [False] * 14
    frame = two(np.ones(80), np.ones(70)).assign(late=late)
    found = only(stats.rate_difference(frame, "late", **PAIR))
    assert (found["value"], found["lo"], found["hi"]) == pytest.approx(
        (0.2, 0.0524, 0.3339), abs=5e-5
    )
    assert (found["k_a"], found["n_a"], found["k_b"], found["n_b"]) == (48, 80, 56, 70)


@pytest.mark.parametrize("name", ["quantile_difference", "cliffs_delta"])
def test_a_group_that_is_not_there_is_named_with_those_that_are(name):
    with pytest.raises(KeyError, match="finds no 'c' in 'model'; there is 'a', 'b'"):
        getattr(stats, name)(two([1.0], [2.0]), between="model", a="a", b="c")


def test_a_group_without_rows_is_empty_and_its_difference_unknown():
    found = only(stats.quantile_difference(two([1.0], []), q=[0.5], **PAIR))
    assert (found["n_a"], found["n_b"]) == (1, 0)
    assert np.isnan(found["value"])


def covered(statistic, truth, make):
    held = []
    for seed in range(150):
        found = only(statistic(make(np.random.default_rng(seed)), **PAIR))
        held.append(found["lo"] <= truth <= found["hi"])
    return np.mean(held)


def test_limits_of_a_difference_of_medians_cover():
    truth = 0.5

    def make(rng):
        return two(rng.lognormal(0, 1, 200), 1.5 * rng.lognormal(0, 1, 200))

    def median(frame, **pair):
        return stats.quantile_difference(frame, q=[0.5], **pair)

    assert 0.89 <= covered(median, truth, make) <= 1.0


def test_limits_of_delta_cover():
    def make(rng):
        return two(rng.exponential(1, 100), rng.exponential(2, 100))

    assert 0.89 <= covered(stats.cliffs_delta, 1 / 3, make) <= 1.0
