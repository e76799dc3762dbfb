"""What the demo holds, counted in its records without the loader."""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from itertools import pairwise

import pytest
from scipy.stats import binomtest

from completion_analytics.synthetic import CLIENTS, QUIRKS, demo_records
from completion_analytics.synthetic.scenario import END, FEATURES, ROUTES, START


def digest(n, seed):
    text = "\n".join(json.dumps(record) for record in demo_records(n, seed))
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def test_the_same_seed_gives_the_same_records_on_every_machine():
    """When the demo is changed on purpose, the new digest belongs here."""
    assert digest(500, seed=7) == "3df189f0d625a1a8"


def test_another_seed_gives_other_records():
    assert digest(20, seed=1) != digest(20, seed=2)


@pytest.mark.parametrize("n", [0, 1, 2, 49, 500])
def test_there_are_exactly_as_many_records_as_asked_for(n):
    assert sum(1 for _ in demo_records(n)) == n


def test_a_negative_number_of_records_is_refused():
    with pytest.raises(ValueError, match="-1 is negative"):
        demo_records(-1)


def test_records_are_newest_first_and_within_two_weeks(records):
    times = [record["created_at"] for record in records if "created_at" in record]
    assert all(later >= earlier for later, earlier in pairwise(times))
    assert times[0] < END.isoformat()
    assert times[-1] >= START.isoformat()


def test_a_few_records_are_spread_over_the_two_weeks_too():
    days = {record["created_at"][:10] for record in demo_records(100) if "created_at" in record}
    assert len(days) >= 10


def test_changing_a_record_leaves_the_others_as_they_were():
    untouched = list(demo_records(40))
    changed = []
    for record in demo_records(40):
        changed.append(json.loads(json.dumps(record)))
        for frame in record.get("stacktrace") or ():
            frame["file"] = "?"
    assert changed == untouched


def choices(record):
    return (record.get("response") or {}).get("choices") or []


def calls(record):
    messages = [choice.get("message") or choice for choice in choices(record)]
    held = [each.get("tool_calls") or [] for each in messages]
    return [call["function"] for each in held for call in each] + [
        each["function_call"] for each in messages if "function_call" in each
    ]


def is_json(text):
    try:
        json.loads(text)
    except ValueError:
        return False
    return True


def logprobs(record):
    return [choice["logprobs"] for choice in choices(record) if choice.get("logprobs")]


def usage(record):
    return (record.get("response") or {}).get("usage") or {}


def request(record):
    return record.get("request") or {}


SIGNS = {
    "abandoned_stream": lambda r: r.get("status") == "started" and request(r).get("stream"),
    "stale_status": lambda r: r.get("status") == "started" and r["response"],
    "two_choices": lambda r: len(choices(r)) == 2,
    "image": lambda r: "image_url" in json.dumps(request(r)),
    "logprobs": lambda r: logprobs(r),
    "logprob_sentinel": lambda r: "-9999.0" in json.dumps(logprobs(r)),
    "huge_seed": lambda r: request(r).get("seed", 0) >= 2**64,
    "broken_arguments": lambda r: any(
        call["arguments"].startswith('{"') and not is_json(call["arguments"]) for call in calls(r)
    ),
    "refusal": lambda r: any(c.get("message", {}).get("refusal") for c in choices(r)),
    "content_filter": lambda r: (
        any(c["finish_reason"] == "content_filter" for c in choices(r))
        and "completion_tokens" not in usage(r)
    ),
    "total_beyond_sum": lambda r: (
        usage(r).get("total_tokens", 0)
        > usage(r).get("prompt_tokens", 0) + usage(r).get("completion_tokens", 0) >= 0
    ),
    "tags_unresolved": lambda r: r.get("tags") and not r["tagResolved"],
    "stack_as_text": lambda r: isinstance(r.get("stacktrace"), str),
    "negative_duration": lambda r: (r.get("duration") or 0) < 0,
    "request_only": lambda r: "messages" in r and "status" not in r,
    "feedback": lambda r: "task_id" in r,
}  # fmt: skip
# These need more than one record to be seen.
REPEATS = {"two_posts", "appended_again", "copied_requests"}


def test_every_quirk_has_a_sign():
    assert set(SIGNS) | REPEATS == set(QUIRKS)


@pytest.mark.parametrize("name", sorted(SIGNS))
def test_a_quirk_occurs(records, name):
    assert any(SIGNS[name](record) for record in records)


def test_some_ids_stand_twice_as_a_start_and_an_end_or_as_equal_records(records):
    known = {}
    kinds = Counter()
    for record in records:
        if "status" in record and record["id"] in known:
            first = known[record["id"]]
            kinds["equal" if record == first else record["status"]] += 1
        known[record.get("id")] = record
    assert kinds["equal"] > 0
    assert kinds["started"] > 0
    assert set(kinds) == {"equal", "started"}


def test_concurrent_calls_may_share_the_request_of_the_last(records):
    sharing = Counter(
        (record["session_id"], json.dumps(record["request"]))
        for record in records
        if record.get("orig_module") == "openai.api_resources.chat_completion"
        and "announcement" in json.dumps(record["request"])
        and not (record["tags"] and record["status"] != "finished")
    )
    assert 3 in sharing.values()


@pytest.mark.parametrize("name", ["feedback", "stale_status", "tags_unresolved"])
def test_the_drawn_oddities_are_as_frequent_as_their_table_says(records, name):
    among = [r for r in records if "status" in r and (name == "tags_unresolved" or r["response"])]
    found = sum(bool(SIGNS[name](record)) for record in records)
    likely = binomtest(found, len(among)).proportion_ci(0.9999)
    assert likely.low < QUIRKS[name].share < likely.high


def test_every_client_writes_rows(records):
    written = {
        (record.get("orig_module"), record.get("orig_qualname"), choice_object(record))
        for record in records
        if record.get("response")
    }
    for client in CLIENTS.values():
        assert (client.module, client.qualname, client.object) in written


def choice_object(record):
    return record["response"]["object"]


def test_every_route_leads_from_a_feature_to_a_client():
    assert {route[0] for route in ROUTES} == set(FEATURES)
    assert {route[2] for route in ROUTES} == set(CLIENTS)


def test_keys_in_reasons_are_masked_as_vendors_mask_them(records):
    refused = [r for r in records if r.get("failure_kind") == "AuthenticationError"]
    assert refused
    assert all("***" in record["failure_reason"] for record in refused)


def test_nothing_lasts_longer_than_the_timeout(records):
    assert max(record.get("duration") or 0 for record in records) <= 60_000
    timeouts = [r for r in records if r.get("failure_kind") == "APITimeoutError"]
    assert timeouts
    assert {record["duration"] for record in timeouts} == {None}


def test_weekdays_are_busier_than_weekends_and_days_busier_than_nights(records):
    helped = [r["created_at"] for r in records if r.get("tagResolved") and
              "help" in [tag["name"] for tag in r["tagResolved"]]]  # fmt: skip
    by_day = Counter(time[:10] for time in helped)
    assert by_day["2025-05-10"] + by_day["2025-05-11"] < by_day["2025-05-06"] * 1.5
    by_hour = Counter(time[11:13] for time in helped)
    assert by_hour["03"] * 5 < by_hour["10"]
