"""Do 95 % intervals hold the truth about 95 times in 100? Small runs; the long ones are a bench.

Every repetition is a group of one call, so that the public function itself is tried.
"""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from scipy.stats import norm

from completion_analytics import stats

MADE = pd.Timestamp("2026-01-01", tz="UTC")


def repeated(seconds, **columns):
    """A row of the array is one repetition."""
    runs, n = seconds.shape
    frame = {"run": np.repeat(np.arange(runs), n), "duration_s": seconds.ravel()}
    return pd.DataFrame(frame | {"outcome": "finished"} | columns)


def share_held(table, truth, lo="lo", hi="hi"):
    """An open end holds everything beyond."""
    low = np.nan_to_num(table[lo].to_numpy(), nan=-np.inf)
    high = np.nan_to_num(table[hi].to_numpy(), nan=np.inf)
    return ((low <= truth) & (truth <= high)).mean()


@pytest.mark.parametrize(("n", "q"), [(40, 0.5), (200, 0.9), (100, 0.99)])
def test_limits_of_percentiles(n, q):
    frame = repeated(np.random.default_rng(1).lognormal(0, 1, (1000, n)))
    table = stats.percentiles(frame, by="run", q=[q])
    assert share_held(table, np.exp(norm.ppf(q))) >= 0.94


def test_the_band_of_a_whole_curve():
    frame = repeated(np.random.default_rng(2).lognormal(0, 1, (500, 200)))
    table = stats.latency_ecdf(frame, by="run")
    truth = norm.cdf(np.log(table["duration_s"]))
    width = (table["hi"] - table["value"]).groupby(table["run"]).transform("max")
    # Just before a step the curve is one value lower than at it.
    inside = (truth <= table["value"] - 1 / 200 + width) & (table["value"] - width <= truth)
    assert inside.groupby(table["run"]).all().mean() >= 0.93


def test_limits_of_answered_within_are_wilsons():
    rng = np.random.default_rng(3)
    frame = repeated(rng.lognormal(0, 1, (1000, 100)))
    frame["outcome"] = np.where(rng.random(len(frame)) < 0.1, "failed", "finished")
    table = stats.answered_within(frame, 2.0, by="run")
    assert 0.92 <= share_held(table, 0.9 * norm.cdf(np.log(2))) <= 0.98


def test_limits_of_answered_within_beside_open_calls():
    rng = np.random.default_rng(4)
    true, age = rng.lognormal(0, 1, (120, 150)), rng.uniform(0.2, 12, (120, 150))
    still_open = true > age
    frame = repeated(np.where(still_open, np.nan, true))
    frame["outcome"] = np.where(still_open, "unresolved", "finished").ravel()
    frame["created_at"] = MADE - pd.to_timedelta(age.ravel(), unit="s")
    table = stats.answered_within(frame, 2.0, by="run", now=MADE)
    assert set(table["method"]) == {"aalen-johansen"}
    assert 0.89 <= share_held(table, norm.cdf(np.log(2))) <= 0.99


def test_limits_of_survival_and_of_its_median():
    rng = np.random.default_rng(5)
    true = rng.lognormal(0, 1, (400, 200))
    given_up = np.minimum(rng.exponential(6, true.shape), 5)
    frame = repeated(np.minimum(true, given_up))
    late = (true > given_up).ravel()
    frame["outcome"] = np.where(late, "failed", "finished")
    frame["failure_class"] = pd.Series(np.where(late, "timeout", "other"))
    curve = stats.survival(frame, by="run")
    last = curve[curve["duration_s"] <= 1.5].groupby("run").last()
    assert 0.92 <= share_held(last, 1 - norm.cdf(np.log(1.5))) <= 0.98
    medians = stats.survival_percentiles(frame, by="run", q=[0.5])
    assert 0.92 <= share_held(medians, 1.0) <= 0.98


def test_limits_of_the_token_times():
    rng = np.random.default_rng(6)
    prompt, completion = rng.integers(50, 4000, (60, 200)), rng.integers(5, 800, (60, 200))
    noise = rng.normal(0, 1, (60, 200))
    frame = repeated(5 + 0.0002 * prompt + 0.01 * completion + noise)
    frame["prompt_tokens"], frame["completion_tokens"] = prompt.ravel(), completion.ravel()
    table = stats.latency_by_tokens(frame, by="run", q=[0.5])
    truths = {"overhead_s": 5, "s_per_prompt_token": 0.0002, "s_per_completion_token": 0.01}
    for term, truth in truths.items():
        assert 0.86 <= share_held(table[table["term"] == term], truth) <= 1.0
