from __future__ import annotations

from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from completion_analytics import stats
from completion_analytics.frames import TABLES
from completion_analytics.stats.competing import Calls, incidence, resampled

QUICK = settings(max_examples=30, deadline=None)
WAITS = [0.5, 0.8, 1.0, 1.2, 2.0, 3.0, 6.0]
MADE = 1_700_000_000_000_000
LATER = pd.Timestamp(MADE, unit="us", tz="UTC") + pd.Timedelta("1.5s")


def seven_and(calls, outcomes, durations):
    return calls(
        outcome=["finished"] * 7 + outcomes,
        duration_s=WAITS + durations,
        created_at=[MADE] * (7 + len(outcomes)),
    )


def test_failures_stay_in_the_denominator(calls):
    frame = seven_and(calls, ["failed"] * 3, [None] * 3)
    two, ever = stats.answered_within(frame, [2, np.inf]).to_dict("records")
    assert (two["k"], two["n"], two["value"]) == (5, 10, 0.5)
    assert (two["lo"], two["hi"]) == pytest.approx((0.237, 0.763), abs=5e-4)
    assert ever["value"] == 0.7
    assert (ever["lo"], ever["hi"]) == pytest.approx((0.397, 0.892), abs=5e-4)


def test_941_of_1000_have_the_published_limits(calls):
    frame = calls(
        duration_s=[1.0] * 941 + [9.0] * 38 + [None] * 21,
        outcome=["finished"] * 979 + ["failed"] * 21,
    )
    five, ever = stats.answered_within(frame, [5, np.inf]).to_dict("records")
    assert (five["value"], five["lo"], five["hi"]) == pytest.approx((0.941, 0.925, 0.954), abs=1e-3)
    assert ever["value"] == 0.979


def test_an_open_call_younger_than_t_may_yet_be_answered(calls):
    frame = seven_and(calls, ["failed", "failed", "unresolved"], [0.2, 1.1, None])
    table = stats.answered_within(frame, [1, 2, 10], now=LATER)
    assert table["value"].tolist() == pytest.approx([3 / 10, 8 / 15, 4 / 5])
    assert table["method"].tolist() == ["wilson", "aalen-johansen", "aalen-johansen"]
    assert (table["lo"] <= table["value"]).all()
    assert (table["value"] <= table["hi"]).all()


def test_failures_of_unknown_time_leave_bounds_and_no_value(calls):
    frame = seven_and(calls, ["failed", "failed", "unresolved"], [None, 0.0, None])
    table = stats.answered_within(frame, [2, 10], now=LATER)
    assert table["value"].isna().all()
    assert table["bound_lo"].tolist() == pytest.approx([13 / 25, 19 / 25])
    assert table["bound_hi"].tolist() == pytest.approx([8 / 15, 4 / 5])


def test_an_open_call_older_than_t_is_a_miss(calls):
    frame = seven_and(calls, ["unresolved"] * 3, [None] * 3)
    found = stats.answered_within(frame, 2, now=LATER + pd.Timedelta("1h")).iloc[0]
    assert (found["value"], found["n"], found["method"]) == (0.5, 10, "wilson")


def test_an_open_call_of_unknown_age_is_a_miss_and_counted(calls):
    frame = seven_and(calls, ["unresolved"] * 3, [None] * 3)
    found = stats.answered_within(frame, 2).iloc[0]
    assert (found["value"], found["n_unknown_age"]) == (0.5, 3)


def test_the_log_says_when_it_was_exported(calls):
    frame = seven_and(calls, ["failed", "failed", "unresolved"], [0.2, 1.1, None])
    log = SimpleNamespace(completions=frame, tags=TABLES["tags"].empty(), exported_at=LATER)
    assert stats.answered_within(log, 10)["value"].tolist() == pytest.approx([4 / 5])


def test_finished_rows_without_a_duration_leave_bounds(calls):
    frame = calls(
        outcome=["finished"] * 5 + ["failed"], duration_s=[1.0, 2.0, 9.0, None, 0.0, None]
    )
    found = stats.answered_within(frame, 2).iloc[0]
    assert (found["k"], found["n"], found["n_excluded"]) == (2, 4, 2)
    assert (found["bound_lo"], found["bound_hi"]) == pytest.approx((2 / 6, 4 / 6))


def test_a_whole_second_is_in_time_for_certain_only_when_it_is_over(calls):
    frame = calls(duration_s=[1.0, 2.0], duration_quality=["whole_second"] * 2)
    found = stats.answered_within(frame, 2).iloc[0]
    assert (found["bound_lo"], found["value"], found["bound_hi"]) == (0.5, 1.0, 1.0)


def test_without_times_the_curve_is_at_the_durations_that_occurred(calls):
    frame = calls(duration_s=[3.0, 1.0, 3.0, None], outcome=["finished"] * 3 + ["failed"])
    table = stats.answered_within(frame, slo_s=2)
    assert table["t_s"].tolist() == [1.0, 2.0, 3.0]
    assert table["value"].tolist() == [0.25, 0.25, 0.75]


def test_the_curve_of_many_durations_has_500_steps_and_reaches_its_end(calls):
    frame = calls(duration_s=[float(v) for v in range(1, 1001)])
    table = stats.answered_within(frame)
    assert len(table) == 500
    assert table["value"].iloc[-1] == 1.0


def test_with_failures_and_silence_as_endless_waits_it_is_the_distribution_function(calls):
    frame = calls(duration_s=[1.0, 2.0, None], outcome=["finished", "finished", "failed"])
    curve = stats.latency_ecdf(frame, failures="inf")
    answered = stats.answered_within(frame)
    assert answered["value"].tolist() == curve["value"].tolist()


@pytest.mark.parametrize("t", [0, -1, [1, float("nan")]])
def test_a_time_that_is_none_is_refused(calls, t):
    with pytest.raises(ValueError, match="answered_within needs times above 0 seconds"):
        stats.answered_within(calls(duration_s=[1.0]), t)


TIMES = st.lists(st.integers(1, 30), max_size=15).map(lambda v: np.array(v, dtype=float))


@QUICK
@given(TIMES.filter(len), TIMES, st.integers(0, 5))
def test_without_open_calls_the_incidence_is_k_of_n_whenever_failures_come(answered, failed, never):
    at = np.unique(answered)
    n = len(answered) + len(failed) + never
    expected = [(answered <= t).sum() / n for t in at]
    for times in (failed, np.full(len(failed), -np.inf), np.full(len(failed), np.inf)):
        calls = Calls(answered, times, np.empty(0), never)
        assert incidence(calls, at) == pytest.approx(expected)


@QUICK
@given(TIMES.filter(len), TIMES, TIMES, st.integers(0, 5))
def test_the_incidence_is_the_product_limit_sum_done_by_hand(answered, failed, still_open, never):
    at = np.arange(1.0, 31.0)
    survival, total, expected = 1.0, 0.0, []
    for t in at:
        at_risk = sum((times >= t).sum() for times in (answered, failed, still_open)) + never
        if at_risk:
            total += survival * (answered == t).sum() / at_risk
            survival *= 1 - ((answered == t).sum() + (failed == t).sum()) / at_risk
        expected.append(total)
    found = incidence(Calls(answered, failed, still_open, never), at)
    assert found == pytest.approx(expected)
    assert (np.diff(found) >= -1e-12).all()


def test_resampling_is_seeded_and_centred_on_the_estimate():
    rng = np.random.default_rng(3)
    calls = Calls(rng.exponential(1, 300), rng.exponential(5, 40), rng.exponential(4, 400), 3)
    at = np.array([0.5, 2.0])
    samples = resampled(calls, at, seed=1)
    assert (samples == resampled(calls, at, seed=1)).all()
    assert samples.mean(axis=0) == pytest.approx(incidence(calls, at), abs=0.01)
