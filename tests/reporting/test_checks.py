"""Limits on logs whose truth is known by construction."""

from __future__ import annotations

import re

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import completion_analytics as ca
from completion_analytics.reporting.limits import read_limit
from completion_analytics.reporting.measures import MEASURES, NUMBERS


def a_log(outcomes=(), *, model="m", seconds=1.0, **fields):
    """A log of calls with these outcomes; finished ones last as long as told."""
    status = {"finished": "finished", "failed": "failed", "unresolved": "started"}
    return ca.load(
        [
            {
                "id": f"{model}-{number}",
                "status": status[outcome],
                "kind": "chat",
                "duration": seconds if outcome == "finished" else None,
                "request": {"model": model, "messages": []},
                "response": {"choices": []} if outcome == "finished" else None,
                **fields,
            }
            for number, outcome in enumerate(outcomes)
        ],
        duration_unit="s",
    )


def timed(*seconds, **fields):
    records = [
        {
            "id": str(number),
            "status": "finished",
            "duration": value,
            "request": {"model": "m", "messages": []},
            "response": {"choices": []},
            **fields,
        }
        for number, value in enumerate(seconds)
    ]
    return ca.load(records, duration_unit="s")


def verdict(log, limit, **options):
    (breached,) = ca.check(log, [limit], **options)["breached"]
    return None if breached is pd.NA else bool(breached)


def why(log, limit, **options):
    (sentence,) = ca.check(log, [limit], **options)["sentence"]
    return sentence


FIVE_OF_100 = ["failed"] * 5 + ["finished"] * 95


@pytest.fixture(scope="module")
def five_of_100():
    return a_log(FIVE_OF_100)


@pytest.fixture(scope="module")
def thousand():
    return timed(*(np.arange(1000) + 0.5).tolist())


@pytest.fixture(scope="module")
def nothing():
    return ca.load([])


@pytest.mark.parametrize(
    ("limit", "breached"),
    [
        ("failure_rate>4%", True),
        ("failure_rate>0.04", True),
        ("failure_rate>5%", False),
        ("failure_rate>=5%", True),
        ("failure_rate<6%", True),
        ("failure_rate<=4.9%", False),
        # Wilson's interval of 5 of 100 is 2.2 % to 11.2 %.
        ("failure_rate>4%@95", False),
        ("failure_rate>2%@95", True),
        ("failure_rate>2.2%@95", False),
        ("failure_rate>2.2%@90", True),
        ("failure_rate<12%@95", True),
        ("failure_rate<11%@95", False),
        ("count<100", False),
        ("count<=100", True),
        ("count<0.2k", True),
        ("unresolved_rate>0", False),
        ("rejects>0", False),
        ("rejects>=0", True),
    ],
)
def test_five_failures_of_a_hundred(limit, breached, five_of_100):
    assert verdict(five_of_100, limit) is breached


@pytest.mark.parametrize(
    ("limit", "breached"),
    [
        # Of 0.5, 1.5, …, 999.5 the 950th is 949.5; its interval runs from rank 936 to rank 964.
        ("p95(duration_s)>949s", True),
        ("p95(duration_s)>949.5", False),
        ("p95(duration_s)>=949500ms", True),
        ("p95(duration_s)>935s@95", True),
        ("p95(duration_s)>936s@95", False),
        ("p95(duration_s)<963.4@95", False),
        ("p95(duration_s)<964@95", True),
        ("p50(duration_s)>499s", True),
        ("mean(duration_s)>499.9", True),
        ("mean(duration_s)>500", False),
        ("max(duration_s)>999s", True),
    ],
)
def test_a_thousand_durations(limit, breached, thousand):
    assert verdict(thousand, limit) is breached


def test_seven_per_cent_is_not_more_than_seven_per_cent():
    """In floating point 7 * 0.01 is more than 0.07."""
    log = a_log(["failed"] * 7 + ["finished"] * 93)
    assert verdict(log, "failure_rate>=7%") is True
    assert verdict(log, "failure_rate>7%") is False


def test_truncated_answers_are_counted_of_those_that_say_why_they_ended():
    def ended(number, reason):
        choice = {"index": 0, "finish_reason": reason, "message": {"content": "hi"}}
        return {
            "id": str(number),
            "status": "finished",
            "kind": "chat",
            "request": {"model": "m", "messages": []},
            "response": {"choices": [choice]},
        }

    reasons = ["length"] * 3 + ["stop"] * 97 + [None] * 50
    log = ca.load([ended(number, reason) for number, reason in enumerate(reasons)])
    assert verdict(log, "truncation>2.9%") is True
    assert verdict(log, "truncation>3%") is False
    assert ca.check(log, ["truncation>3%"])["n"].tolist() == [100]


def test_each_group_is_judged_by_itself():
    half = a_log(["failed", "finished"] * 20, model="bad")
    none = a_log(["finished"] * 40, model="good")
    records = [*half.records(), *none.records()]
    log = ca.load([record.model_dump(mode="json") for record in records])
    table = ca.check(log, ["failure_rate>20%", "count<41"], by="model")
    assert table["group"].tolist() == ["model=bad", "model=good"] * 2
    assert table["breached"].tolist() == [True, False, True, True]
    assert table["value"].tolist() == [0.5, 0.0, 40.0, 40.0]


def test_groups_may_be_tags_and_several_columns():
    log = a_log(["finished"] * 12, tags=["prod", "web"])
    assert ca.check(log, ["count<1"], by="tag")["group"].tolist() == ["tag=prod", "tag=web"]
    assert ca.check(log, ["count<1"], by=["model", "outcome"])["group"].tolist() == [
        "model=m, outcome=finished"
    ]
    assert ca.check(log, ["count<1"], by="session_id")["group"].tolist() == ["session_id=(missing)"]


def test_rejects_are_those_of_the_whole_log():
    log = ca.load([{"choices": "oops"}, {"choices": [{"text": "hi"}]}])
    table = ca.check(log, ["rejects>0"], by="model")
    told = table[["group", "value", "n", "breached"]].to_dict("records")
    assert told == [{"group": "all calls", "value": 1.0, "n": 2, "breached": True}]


def test_a_sentence_says_what_where_how_sure_and_of_how_many(five_of_100):
    assert why(five_of_100, "failure_rate > 2%") == (
        "breached: failure_rate > 2% for all calls: 5% (95% interval 2.2% to 11.2%, n = 100)"
    )


def test_the_level_is_that_of_the_interval(five_of_100):
    sentence = why(five_of_100, "failure_rate>2%@99", by="model")
    assert sentence == (
        "kept: failure_rate>2%@99 for model=m: 5% (99% interval 1.7% to 13.9%, n = 100)"
    )


# What cannot be known.


@pytest.mark.parametrize(
    "limit",
    ["failure_rate>2%", "failure_rate<2%", "p95(duration_s)>8s@95", "mean(cost_usd)>1",
     "truncation>=0%"],
)  # fmt: skip
def test_without_a_call_that_tells_it_nothing_is_judged(limit, nothing):
    assert verdict(nothing, limit) is None
    assert "because no call tells it" in why(nothing, limit)


def test_without_a_group_nothing_is_judged():
    assert why(ca.load([]), "failure_rate>2%", by="model") == (
        "not judged: failure_rate>2% for no group: –, because there are no calls"
    )


def test_an_empty_log_has_no_calls_and_that_is_known():
    assert verdict(ca.load([]), "count<1") is True


def test_few_calls_are_judged_where_their_interval_is_on_one_side():
    """The interval of 0 of 8 ends at 32 %, that of 8 of 8 begins at 67 %."""
    assert verdict(a_log(["finished"] * 8), "failure_rate>2%") is None
    assert verdict(a_log(["finished"] * 8), "failure_rate>33%") is False
    assert verdict(a_log(["failed"] * 8), "failure_rate>2%") is True
    sentence = why(a_log(["finished"] * 8), "failure_rate>2%")
    assert "because 8 calls are too few for the side of the limit it is on" in sentence


def test_an_open_percentile_is_judged_where_its_closed_end_is_past_the_limit():
    """Of 20 calls no order statistic lies surely above the 95th percentile."""
    log = timed(*(np.arange(20) + 0.5).tolist())
    assert verdict(log, "p95(duration_s)>8s") is True
    assert verdict(log, "p95(duration_s)>18s") is None
    assert verdict(log, "p95(duration_s)>100s") is None


def test_an_interval_is_judged_by_the_end_that_decides():
    log = timed(*(np.arange(20) + 0.5).tolist())
    assert verdict(log, "p95(duration_s)>8s@95") is True
    assert verdict(log, "p95(duration_s)>100s@95") is False
    assert verdict(log, "p95(duration_s)<100s@95") is None
    assert "leave that end of the interval open" in why(log, "p95(duration_s)<100s@95")


def test_durations_in_whole_seconds_may_be_a_second_more():
    """Log10's floored streams: 7 stands for anything from 7 up to 8."""
    floored = {"request": {"model": "m", "messages": [], "stream": True}}
    log = timed(*[7] * 100, **floored)
    assert (log.completions["duration_quality"] == "whole_second").all()
    assert verdict(log, "p50(duration_s)>6.5s") is True
    assert verdict(log, "p50(duration_s)>8s") is False
    assert verdict(log, "p50(duration_s)>7.5s") is None
    assert "whole seconds: it may be up to 8 s" in why(log, "p50(duration_s)>7.5s")
    assert verdict(log, "p50(duration_s)>6.5s@95") is True


@pytest.mark.parametrize(
    ("asked", "level"),
    [("max(duration_s)", ""), ("mean(duration_s)", ""), ("p50(duration_s)", "@95")],
)
def test_whole_seconds_leave_a_limit_within_the_second_open(asked, level):
    log = timed(*[3] * 100, request={"model": "m", "messages": [], "stream": True})
    verdicts = [verdict(log, f"{asked}>{limit}s{level}") for limit in (2.5, 3.5, 4)]
    assert verdicts == [True, None, False]
    assert [verdict(log, f"{asked}<{limit}s{level}") for limit in (3, 3.5, 4.5)] == [
        False, None, True,
    ]  # fmt: skip
    assert "whole seconds" in why(log, f"{asked}>3.5s{level}")


def test_a_mean_of_exact_and_whole_seconds_is_open_by_the_share_of_the_latter():
    log = timed(*[3] * 60, request={"model": "m", "messages": [], "stream": True})
    completions = log.completions.copy()
    completions.loc[:44, "duration_quality"] = "exact"
    mixed = log.changed(completions=completions)
    assert [verdict(mixed, f"mean(duration_s)>{limit}s") for limit in (3.2, 3.3)] == [None, False]


def test_a_failure_rate_is_a_floor_where_more_are_unresolved():
    log = a_log(["failed"] * 2 + ["finished"] * 78 + ["unresolved"] * 20)
    assert verdict(log, "failure_rate>2%") is True
    assert verdict(log, "failure_rate>5%") is None
    assert verdict(log, "failure_rate>23%") is False
    assert verdict(log, "failure_rate>5%@95") is None
    assert "unresolved than failed: it may be up to 22%" in why(log, "failure_rate>5%")
    assert verdict(log, "unresolved_rate>19%") is True


# What is asked wrongly.


@pytest.mark.parametrize(
    ("limit", "told"),
    [
        (
            "failure_rat>2%",
            r"no measure 'failure_rat' \(did you mean 'failure_rate'\?\); there are",
        ),
        ("p95(duration)>8s", r"no column of numbers 'duration' \(did you mean 'duration_s'\?\)"),
        ("median(duration_s)>8s", r"no function 'median'.*there are failure_rate.*p95\(…\)"),
        ("p0(duration_s)>8s", r"no function 'p0'"),
        ("p100(duration_s)>8s", r"no function 'p100'"),
        ("p95(model)>8", r"no column of numbers 'model'"),
        ("p95>8s", r"p95 is that of a column, as in p95\(duration_s\)"),
        ("failure_rate(model)>2%", r"failure_rate takes no column"),
        ("failure_rate>2s", r"failure_rate takes % behind its limit, and not 's'"),
        ("p95(duration_s)>2%", r"takes s, ms behind its limit, and not '%'"),
        ("p95(duration_s)>2k", r"takes s, ms behind its limit, and not 'k'"),
        ("mean(cost_usd)>2k", r"takes nothing behind its limit"),
        ("failure_rate>2", r"is a share, and none is above 100%: write 2%"),
        ("mean(cost_usd)>1@95", r"mean\(cost_usd\) has no interval that @95 could judge"),
        ("count>1@95", r"count has no interval"),
        ("failure_rate>2%@10", r"@10 is no level: it is from 50 to below 100"),
        ("failure_rate>2%@100", r"@100 is no level"),
        ("failure_rate=2%", r"write it as failure_rate>2%"),
        ("failure_rate>", r"cannot read the limit 'failure_rate>'"),
        ("", r"cannot read the limit ''"),
    ],
)
def test_a_limit_that_asks_nothing_known_is_told_what_can_be_asked(limit, told, nothing):
    with pytest.raises(ValueError, match=told):
        ca.check(nothing, [limit])


def test_limits_are_a_list():
    with pytest.raises(TypeError, match=r"write \['failure_rate>2%'\]"):
        ca.check(ca.load([]), "failure_rate>2%")


def test_a_column_of_groups_must_be_there():
    with pytest.raises(KeyError, match=r"cannot group by 'modle' \(did you mean 'model'\?\)"):
        ca.check(ca.load([]), ["count<1"], by="modle")


def test_no_limit_is_no_row():
    table = ca.check(ca.load([]), [])
    assert (len(table), table["breached"].dtype) == (0, "boolean")


@pytest.mark.parametrize("name", [*MEASURES, *(f"p50({column})" for column in NUMBERS),
                                  *(f"mean({column})" for column in NUMBERS)])  # fmt: skip
def test_everything_that_can_be_asked_is_answered(name, nothing, five_of_100):
    for log in (nothing, five_of_100):
        assert ca.check(log, [f"{name}>0.5"], by="model")["n"].notna().sum() <= 1


@settings(deadline=None)
@given(
    name=st.sampled_from([*MEASURES, "p99.9(duration_s)", "mean(total_tokens)"]),
    sign=st.sampled_from([">", ">=", "<", "<="]),
    number=st.decimals(0, 1, places=6),
    blank=st.sampled_from(["", " ", "  "]),
)
def test_a_limit_is_read_as_it_is_written(name, sign, number, blank):
    read = read_limit(blank.join(["", name, sign, str(number), ""]))
    assert (read.measure.name, read.sign, read.limit) == (name, sign, float(number))


@settings(deadline=None)
@given(k=st.sampled_from(range(0, 61, 6)), limit=st.integers(1, 99))
def test_a_value_past_the_limit_or_not_agrees_with_the_counts(k, limit):
    log = COUNTED[k]
    assert verdict(log, f"failure_rate>{limit}%") is (100 * k > limit * 60)


COUNTED = {k: a_log(["failed"] * k + ["finished"] * (60 - k)) for k in range(0, 61, 6)}


def test_numbers_are_those_of_the_statistics():
    log = ca.demo(500)
    table = ca.check(log, ["failure_rate>0%", "p95(duration_s)>0s"], by="model")
    rates = ca.stats.failure_rates(log, by="model")
    tails = ca.stats.percentiles(log, by="model", q=[0.95])
    expected = pd.concat([rates, tails])[["value", "lo", "hi"]].reset_index(drop=True)
    pd.testing.assert_frame_equal(table[["value", "lo", "hi"]], expected)


def test_a_sentence_is_one_line_whatever_the_group_is_called():
    log = a_log(["finished"] * 20, model="m\n::error::\u2028x")
    sentence = why(log, "count<1", by="model")
    assert re.fullmatch(r"kept: count<1 for model=m ::error:: x: 20 \(n = 20\)", sentence)
