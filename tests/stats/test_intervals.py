from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import binom, binomtest, quantile_test

from completion_analytics.stats.intervals import (
    dkw,
    nearest_rank,
    newcombe,
    quantile_coverage,
    quantile_ranks,
    wilson,
)

QUICK = settings(max_examples=30, deadline=None)


@pytest.mark.parametrize(
    ("k", "n", "lo", "hi"),
    [
        (0, 20, 0.0, 0.161),
        (1, 20, 0.009, 0.236),
        (20, 20, 0.839, 1.0),
        (3, 100, 0.010, 0.085),
        (30, 1000, 0.021, 0.043),
        (19, 905, 0.0135, 0.0326),
        (50, 100, 0.404, 0.596),
    ],
)
def test_wilson_gives_the_published_limits(k, n, lo, hi):
    found = wilson(k, n)
    assert float(found.lo) == pytest.approx(lo, abs=5e-4)
    assert float(found.hi) == pytest.approx(hi, abs=5e-4)


@QUICK
@given(st.integers(1, 2000), st.data())
def test_wilson_agrees_with_scipy(n, data):
    k = data.draw(st.integers(0, n))
    oracle = binomtest(k, n).proportion_ci(method="wilson")
    found = wilson(k, n)
    assert float(found.lo) == pytest.approx(oracle.low, abs=1e-12)
    assert float(found.hi) == pytest.approx(oracle.high, abs=1e-12)


def test_wilson_ends_at_zero_and_one_exactly_and_knows_nothing_of_no_trials():
    lo, hi = wilson([0, 7, 0], [7, 7, 0])
    assert lo[0] == 0.0
    assert hi[1] == 1.0
    assert np.isnan(lo[2])
    assert np.isnan(hi[2])


@QUICK
@given(st.integers(1, 500), st.data())
def test_wilson_mirrors_when_successes_become_failures(n, data):
    k = data.draw(st.integers(0, n))
    one, other = wilson(k, n), wilson(n - k, n)
    assert float(one.lo) == pytest.approx(1 - float(other.hi), abs=1e-12)


@pytest.mark.parametrize("n", [20, 50, 100, 1000])
def test_wilson_covers_95_percent_on_average_over_rates(n):
    k = np.arange(n + 1)
    lo, hi = wilson(k, n)
    rates = np.arange(0.02, 0.9801, 0.002)
    covered = [binom.pmf(k, n, p)[(lo <= p) & (p <= hi)].sum() for p in rates]
    assert 0.94 <= np.mean(covered) <= 0.96


@pytest.mark.parametrize(
    ("counts", "lo", "hi"),
    [((56, 70, 48, 80), 0.0524, 0.3339), ((0, 10, 0, 20), -0.161, 0.278)],
)
def test_newcombe_gives_the_published_limits(counts, lo, hi):
    found = newcombe(*counts)
    assert float(found.lo) == pytest.approx(lo, abs=5e-4)
    assert float(found.hi) == pytest.approx(hi, abs=5e-4)


def test_newcombe_of_swapped_groups_changes_its_sign():
    one, other = newcombe(8, 20, 3, 30), newcombe(3, 30, 8, 20)
    assert float(one.lo) == pytest.approx(-float(other.hi))


def test_newcombe_of_an_empty_group_is_unknown():
    assert np.isnan(newcombe(0, 0, 3, 30).lo)


@pytest.mark.parametrize(("n", "p1", "p2"), [(100, 0.1, 0.2), (300, 0.02, 0.03)])
def test_newcombe_covers_about_95_percent(n, p1, p2):
    k1, k2 = np.meshgrid(np.arange(n + 1), np.arange(n + 1), indexing="ij")
    lo, hi = newcombe(k1, n, k2, n)
    chance = binom.pmf(k1, n, p1) * binom.pmf(k2, n, p2)
    assert 0.94 <= chance[(lo <= p1 - p2) & (p1 - p2 <= hi)].sum() <= 0.965


def test_a_rank_is_taken_from_the_decimal_that_was_written():
    assert nearest_rank(100, 0.07) == 7
    assert np.ceil(100 * 0.07) == 8


@pytest.mark.parametrize(
    ("q", "n", "lo", "hi"),
    [
        (0.5, 100, 40, 61),
        (0.5, 1000, 469, 532),
        (0.5, 5000, 2431, 2570),
        (0.9, 100, 84, 96),
        (0.9, 1000, 881, 919),
        (0.95, 100, 90, 100),
        (0.95, 1000, 936, 964),
        (0.99, 100, 97, 101),
        (0.99, 1000, 983, 997),
        (0.99, 5000, 4936, 4964),
        (0.999, 1000, 997, 1001),
        (0.999, 5000, 4990, 5000),
    ],
)
def test_ranks_of_limits_are_the_published_ones(q, n, lo, hi):
    ranks = quantile_ranks(n, q)
    assert (ranks.lo, ranks.hi) == (lo, hi)


@pytest.mark.parametrize(
    ("q", "least"), [(0.5, 6), (0.9, 36), (0.95, 72), (0.99, 368), (0.999, 3688)]
)
def test_an_upper_limit_needs_so_many_values(q, least):
    assert quantile_ranks(least, q).hi <= least
    assert quantile_ranks(least - 1, q).hi == least


@QUICK
@given(st.integers(2, 300), st.sampled_from([0.05, 0.25, 0.5, 0.9, 0.95, 0.99]))
def test_limits_of_a_quantile_agree_with_scipy(n, q):
    values = np.arange(1.0, n + 1)
    oracle = quantile_test(values, p=q).confidence_interval()
    ranks = quantile_ranks(n, q)
    found = [float(rank) if 1 <= rank <= n else np.nan for rank in (ranks.lo, ranks.hi)]
    assert found == pytest.approx([oracle.low, oracle.high], nan_ok=True)


@QUICK
@given(st.integers(1, 3000), st.integers(1, 999))
def test_limits_of_a_quantile_cover_at_least_95_percent(n, per_mille):
    assert quantile_coverage(n, per_mille / 1000) >= 0.95


@pytest.mark.parametrize(("n", "q"), [(1000, 0.5), (1000, 0.9), (1000, 0.95), (5000, 0.99)])
def test_limits_of_a_quantile_of_many_values_cover_hardly_more_than_they_say(n, q):
    assert 0.95 <= quantile_coverage(n, q) <= 0.96


def test_the_coverage_of_the_median_of_ten_is_known_exactly():
    assert quantile_coverage(10, 0.5) == pytest.approx(1 - 22 / 1024)


def test_ranks_of_no_value_do_not_exist():
    ranks = quantile_ranks([0, 1], 0.5)
    assert ranks.value.tolist() == [0, 1]
    assert ranks.lo.tolist() == [0, 0]
    assert ranks.hi.tolist() == [1, 2]


def test_the_band_of_a_whole_curve_has_the_published_width():
    assert dkw([100, 1000]) == pytest.approx([0.1358, 0.0429], abs=5e-5)
    assert np.isnan(dkw(0))
