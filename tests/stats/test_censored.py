from __future__ import annotations

import warnings

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import CensoredData
from scipy.stats import ecdf as scipy_ecdf

from completion_analytics import stats
from completion_analytics.stats.censored import kaplan_meier

QUICK = settings(max_examples=30, deadline=None)
MADE = 1_700_000_000_000_000
NOW = pd.Timestamp(MADE, unit="us", tz="UTC") + pd.Timedelta("10s")


@pytest.fixture
def eight(calls):
    """Events at 1 2 3 4 5, given up at 3, 10 and 10; and a refusal, which is neither."""
    return calls(
        duration_s=[1.0, 2.0, 3.0, 3.0, 4.0, 5.0, 10.0, None, 0.1],
        outcome=["finished"] * 3
        + ["failed"]
        + ["finished"] * 2
        + ["failed", "unresolved", "failed"],
        failure_class=[None] * 3 + ["timeout"] + [None] * 2 + ["timeout", None, "bad_request"],
        created_at=[MADE] * 9,
    )


def test_the_curve_of_eight_calls_is_the_published_one(eight):
    table = stats.survival(eight, now=NOW)
    assert table["duration_s"].tolist() == [1.0, 2.0, 3.0, 4.0, 5.0, 10.0]
    assert table["value"].tolist() == pytest.approx([0.875, 0.75, 0.625, 0.46875, 0.3125, 0.3125])
    three = table.iloc[2]
    assert (three["lo"], three["hi"]) == pytest.approx((0.229, 0.861), abs=5e-4)
    assert table["n_at_risk"].tolist() == [8, 7, 6, 4, 3, 2]
    assert table["n_censored"].tolist() == [0, 0, 1, 0, 0, 2]
    assert (three["n"], three["n_refused"], three["n_excluded"]) == (8, 1, 1)


def test_the_median_of_eight_calls_is_4_with_an_open_end(eight):
    found = stats.survival_percentiles(eight, q=[0.5], now=NOW).iloc[0]
    assert (found["value"], found["lo"], found["reliable"]) == (4.0, 1.0, False)
    assert np.isnan(found["hi"])


def test_a_percentile_that_the_curve_never_reaches_is_missing(eight):
    assert np.isnan(stats.survival_percentiles(eight, q=[0.95], now=NOW)["value"].iloc[0])


def test_the_timeout_that_was_set_replaces_what_the_rows_say(eight):
    table = stats.survival(eight, timeout=10, now=NOW)
    assert table["n_at_risk"].tolist() == [8, 7, 6, 5, 4, 3]


def test_an_open_call_of_unknown_age_is_left_out(eight):
    assert stats.survival(eight)["n"].iloc[0] == 7


def test_fewer_than_five_events_have_no_band(calls):
    table = stats.survival(calls(duration_s=[1.0, 2.0, 3.0, 4.0]))
    assert table["lo"].isna().all()


EVENTS = st.lists(st.tuples(st.integers(1, 20), st.booleans()), min_size=1, max_size=60)


@QUICK
@given(EVENTS)
def test_the_curve_and_its_limits_agree_with_scipy(events):
    time = np.array([t for t, _ in events], dtype=float)
    is_event = np.array([event for _, event in events])
    found = kaplan_meier(time, is_event)
    oracle = scipy_ecdf(CensoredData(uncensored=time[is_event], right=time[~is_event])).sf
    assert found.value == pytest.approx(oracle.evaluate(found.time))
    inside = (found.value > 0) & (found.value < 1)
    if is_event.sum() >= 5 and inside.any():
        with warnings.catch_warnings():
            # scipy says that limits are undefined where the curve is 0 or 1; ours are missing.
            warnings.simplefilter("ignore", RuntimeWarning)
            limits = oracle.confidence_interval(method="log-log")
        assert found.lo[inside] == pytest.approx(limits.low.evaluate(found.time)[inside])
        assert found.hi[inside] == pytest.approx(limits.high.evaluate(found.time)[inside])


@QUICK
@given(st.lists(st.integers(1, 50), min_size=1, max_size=200), st.integers(1, 99))
def test_without_giving_up_the_percentiles_are_the_plain_ones(seconds, per_cent):
    frame = pd.DataFrame(
        {"outcome": "finished", "duration_s": np.array(seconds, float), "failure_class": None}
    )
    q = [per_cent / 100]
    plain, curve = stats.percentiles(frame, q=q), stats.survival_percentiles(frame, q=q)
    assert curve["value"].tolist() == plain["value"].tolist()
    shares = stats.latency_ecdf(frame)["value"]
    assert (1 - stats.survival(frame)["value"]).tolist() == pytest.approx(shares.tolist())


def test_giving_up_at_one_common_time_leaves_the_curve_before_it(calls):
    rng = np.random.default_rng(0)
    true = rng.lognormal(np.log(2), 1, 400)
    late = true > 10
    frame = calls(
        duration_s=list(np.minimum(true, 10)),
        outcome=list(np.where(late, "failed", "finished")),
        failure_class=["timeout" if is_late else None for is_late in late],
    )
    table = stats.survival(frame)
    before = table[table["duration_s"] < 10]
    expected = [(true > t).mean() for t in before["duration_s"]]
    assert before["value"].tolist() == pytest.approx(expected)


@pytest.mark.parametrize("timeout", [0, -1, float("nan")])
def test_a_timeout_that_is_none_is_refused(eight, timeout):
    with pytest.raises(ValueError, match="survival needs a timeout above 0 seconds"):
        stats.survival(eight, timeout=timeout)


def test_a_frame_that_does_not_say_which_failures_are_timeouts_is_refused():
    frame = pd.DataFrame({"outcome": ["finished"], "duration_s": [1.0]})
    with pytest.raises(KeyError, match="survival needs the column 'failure_class'"):
        stats.survival(frame)
