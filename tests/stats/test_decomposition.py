from __future__ import annotations

import numpy as np
import pytest
import statsmodels.api as sm
from hypothesis import given, settings
from hypothesis import strategies as st

from completion_analytics import stats
from completion_analytics.stats import decomposition
from completion_analytics.stats.quantile_regression import quantile_fit, resampled_fits

PROMPT = np.array([100.0, 1000, 100, 1000, 500, 2000, 800])
COMPLETION = np.array([10.0, 10, 200, 200, 100, 300, 50])
DESIGN = np.column_stack([np.ones(7), PROMPT, COMPLETION])
TRUE = [0.5, 0.0002, 0.01]


def random_calls(n, seed, noise=0.3):
    rng = np.random.default_rng(seed)
    prompt, completion = rng.integers(50, 4000, n), rng.integers(5, 800, n)
    seconds = 0.5 + 0.0002 * prompt + 0.01 * completion + rng.exponential(noise, n)
    return {
        "prompt_tokens": prompt.tolist(),
        "completion_tokens": completion.tolist(),
        "duration_s": seconds.tolist(),
    }


def test_the_published_line_is_recovered_beside_an_outlier():
    seconds = DESIGN @ TRUE
    seconds[4] += 30
    assert quantile_fit(DESIGN, seconds, 0.5) == pytest.approx(TRUE)
    least_squares = np.linalg.lstsq(DESIGN, seconds, rcond=None)[0]
    assert least_squares == pytest.approx([7.33, -0.0032, 0.0111], rel=0.02)


def test_an_outlier_at_a_leverage_point_breaks_the_line():
    seconds = DESIGN @ TRUE
    seconds[5] += 30
    assert quantile_fit(DESIGN, seconds, 0.5) != pytest.approx(TRUE, rel=0.5)


@pytest.mark.parametrize("q", [0.25, 0.5, 0.95])
def test_the_fit_agrees_with_statsmodels(q):
    columns = random_calls(300, seed=4)
    design = np.column_stack([np.ones(300), columns["prompt_tokens"], columns["completion_tokens"]])
    seconds = np.array(columns["duration_s"])
    oracle = sm.QuantReg(seconds, design).fit(q=q).params
    found = quantile_fit(design, seconds, q)
    assert found == pytest.approx(oracle, rel=0.01)
    residuals = (seconds - design @ coefficients for coefficients in (found, oracle))
    ours, theirs = (np.where(u < 0, (q - 1) * u, q * u).sum() for u in residuals)
    assert ours <= theirs


@settings(deadline=None, max_examples=25)
@given(st.integers(0, 10_000), st.sampled_from([0.1, 0.5, 0.9]))
def test_at_most_the_share_q_lies_below_the_plane_and_at_least_it_on_or_below(seed, q):
    rng = np.random.default_rng(seed)
    design = np.column_stack([np.ones(60), rng.integers(1, 50, (60, 2))])
    seconds = rng.exponential(1, 60)
    residual = seconds - design @ quantile_fit(design, seconds, q)
    below, on = (residual < -1e-9).sum(), (np.abs(residual) <= 1e-9).sum()
    assert below <= 60 * q + 1e-9
    assert 60 * q - 1e-9 <= below + on


def test_scaling_durations_scales_the_coefficients():
    seconds = DESIGN @ TRUE + np.arange(7) % 3
    once, twice = quantile_fit(DESIGN, seconds, 0.5), quantile_fit(DESIGN, 2 * seconds, 0.5)
    assert twice == pytest.approx(2 * once)


def test_resampled_fits_are_those_of_the_resampled_rows():
    columns = random_calls(200, seed=5)
    design = np.column_stack([np.ones(200), columns["prompt_tokens"], columns["completion_tokens"]])
    seconds = np.array(columns["duration_s"])
    start = quantile_fit(design, seconds, 0.5)
    fits = resampled_fits(design, seconds, 0.5, start, resamples=60, seed=7)
    drawn = np.random.default_rng(7).multinomial(200, np.full(200, 1 / 200), 60)
    exact = np.array(
        [quantile_fit(np.repeat(design, w, 0), np.repeat(seconds, w), 0.5) for w in drawn]
    )
    assert (np.abs(fits - exact).mean(axis=0) < 0.1 * exact.std(axis=0)).all()


def test_a_group_has_three_terms_per_quantile_with_limits_around_the_truth(calls):
    frame = calls(**random_calls(400, seed=6))
    table = stats.latency_by_tokens(frame, by=None, q=[0.5])
    assert table["term"].tolist() == [
        "overhead_s",
        "s_per_prompt_token",
        "s_per_completion_token",
    ]
    assert table["n"].tolist() == table["n_fitted"].tolist() == [400] * 3
    assert table["reliable"].all()
    slopes = table.iloc[1:]
    assert (slopes["lo"] <= TRUE[1:]).all()
    assert (TRUE[1:] <= slopes["hi"]).all()


def test_the_same_seed_gives_the_same_limits(calls):
    frame = calls(**random_calls(100, seed=6))
    one, other, else_ = (
        stats.latency_by_tokens(frame, by=None, q=[0.5], seed=seed)["lo"].tolist()
        for seed in (1, 1, 2)
    )
    assert one == other != else_


def test_a_large_group_is_sampled_and_says_so(calls, monkeypatch):
    monkeypatch.setattr(decomposition, "_SAMPLE", 600)
    frame = calls(model=["a"] * 700, **random_calls(700, seed=8))
    table = stats.latency_by_tokens(frame, by="model", q=[0.5])
    assert table["n"].tolist() == [700] * 3
    assert table["n_fitted"].tolist() == [600] * 3


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({}, None),
        ({"prompt_tokens": [7] * 100}, "fewer than 3 different prompt token counts"),
        ({"completion_tokens": [None] * 80 + list(range(20))}, "only 20 rows, 30 are needed"),
        ({"model": ["a", "b"] * 50}, "2 values of model together: group by it"),
        ({"is_stream": [True, False] * 50}, "2 values of is_stream together: group by it"),
        (
            {"prompt_tokens": list(range(100, 200)), "completion_tokens": list(range(100, 200))},
            "token counts move together, or hardly at all",
        ),
        ({"duration_quality": ["whole_second"] * 100}, "only 0 rows, 30 are needed"),
        ({"n_choices": [4] * 100}, "only 0 rows, 30 are needed"),
    ],
)
def test_what_cannot_be_told_apart_says_why(calls, change, reason):
    frame = calls(**(random_calls(100, seed=9) | change))
    table = stats.latency_by_tokens(frame, by=None, q=[0.5])
    reasons = [None if said != said else said for said in table["reason"]]
    assert reasons == [reason] * 3
    assert table["value"].isna().all() == (reason is not None)


def test_the_tail_needs_more_rows_than_the_middle(calls):
    frame = calls(**random_calls(100, seed=9))
    table = stats.latency_by_tokens(frame, by=None, q=[0.5, 0.95])
    assert table["reason"].iloc[3] == "only 100 rows, 300 are needed at q=0.95"


def test_a_negative_coefficient_is_shown_and_not_relied_on(calls):
    columns = random_calls(100, seed=9)
    columns["duration_s"] = [100 - seconds for seconds in columns["duration_s"]]
    table = stats.latency_by_tokens(calls(**columns), by=None, q=[0.5])
    assert table["value"].iloc[2] == pytest.approx(-0.01, rel=0.1)
    assert table["reliable"].tolist() == [True, False, False]
