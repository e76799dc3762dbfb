"""Templates of failure reasons: what differs per call is masked, and no key survives."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from completion_analytics.stats.templates import template, templates, without_secrets


def test_a_rate_limits_message_keeps_only_what_is_common() -> None:
    reason = (
        "Rate limit reached for gpt-4o in organization org-a1 on tokens per min (TPM): "
        "Limit 30000, Used 29500, Requested 1200. Please try again in 1.4s."
    )
    assert template(reason, {"gpt-4o"}) == (
        "Rate limit reached for {model} in organization {id} on tokens per min (TPM): "
        "Limit {n}, Used {n}, Requested {n}. Please try again in {time}."
    )


@pytest.mark.parametrize(
    ("reason", "expected"),
    [
        ("Incorrect API key provided: DEADBEEF. See", "Incorrect API key provided: {key}. See"),
        ("api key: ****-key is invalid", "api key: {key} is invalid"),
        ("key in***ey.", "key {key}."),
        ("Authorization: Bearer abc.DEF-123_456", "Authorization: {key}"),
        ("see https://example.com/a?b=1.", "see {url}."),
        ("mail jo.e+x@example.co.uk!", "mail {email}!"),
        ("id 4b5cefdf-f272-4954-a3f2-7b6fbb138e8f", "id {id}"),
        ("(id 634bbb2997303741ee738863c4acfa1f)", "(id {id})"),
        ("req_011CSHoEeqs5C35K2UUqR7Fy failed", "{id} failed"),
        ("call_a1B2 and user-agent", "{id} and user-agent"),
        ("at 2026-11-05T09:15:30.25+00:00, again", "at {time}, again"),
        ("since 2026-11-05", "since {time}"),
        ("Wed, 05 Nov 2026 09:15:30 GMT", "{time}"),
        ("in 6m0s or 20ms or 5 minutes", "in {time} or {time} or {time}"),
        ("messages[3] of 1,048,576 (99.5%) 128k", "messages[{n}] of {n} ({n}%) {n}"),
        ("Error code: 429 - x", "Error code: {n} - x"),
        ("gpt-4-turbo and h264 stay", "gpt-4-turbo and h264 stay"),
        ("skipping hfsomething1, rkwordslong", "skipping hfsomething1, rkwordslong"),
        ("  two\n\tblanks ", "two blanks"),
    ],
)
def test_each_thing_that_differs_has_its_mask(reason: str, expected: str) -> None:
    assert template(reason) == expected


def test_a_model_is_masked_only_as_a_whole_word() -> None:
    assert template("`gpt-4o`, gpt-4o-mini: gpt-4o.", {"gpt-4o"}) == (
        "`{model}`, gpt-4o-mini: {model}."
    )


words = st.sampled_from(
    [
        *("Limit", "30000", "1.4s", "org-a1", "sk-abcdefgh1234", "https://a.b/c?d=1", "x@y.zz"),
        *("5", "minutes", "gpt-4o", "{", "}", "'429'", "2026-11-05", "12:30:01", "**", "key:"),
        *(
            "api_key=abc",
            "(1,000)",
            "[2]",
            "-3",
            "1e5",
            "6m0s",
            "{n}",
            "{id}",
            "s",
            "ms",
            ".",
            "7k",
        ),
    ]
)
reasons = st.lists(words | st.text(max_size=6), max_size=8).map(" ".join) | st.text(max_size=60)


@given(reasons)
@settings(deadline=None)
def test_a_template_is_its_own_template(reason: str) -> None:
    once = template(reason, {"gpt-4o"})
    assert template(once, {"gpt-4o"}) == once


@given(st.integers(0, 10**9), st.integers(0, 10**9), st.uuids(), st.uuids())
@settings(deadline=None)
def test_reasons_that_differ_only_in_masked_parts_meet(
    a: int, b: int, first: object, other: object
) -> None:
    assert template(f"used {a} of {b}, request {first}") == template(
        f"used {b} of {a}, request {other}"
    )


prefixes = st.sampled_from(["sk-", "sk-proj-", "sk-ant-api03-", "gsk_", "xai-", "hf_", "AIza"])
secrets = st.text("abcdefghijkXYZ0123456789_-", min_size=12, max_size=60)


@given(prefixes, secrets, st.integers(0, 1_000))
@settings(deadline=None)
def test_no_key_survives_wherever_the_text_is_cut(prefix: str, secret: str, before: int) -> None:
    reason = "x" * before + f" wrong key {prefix}{secret}, try another"
    for shown in (template(reason), without_secrets(reason)):
        assert prefix not in shown
        assert secret[:8] not in shown


def test_what_is_no_secret_stays_in_the_example() -> None:
    assert without_secrets("Used 29500 of 30000, key sk-abcdefgh1234") == (
        "Used 29500 of 30000, key {key}"
    )


@given(st.lists(reasons, max_size=6))
@settings(deadline=None)
def test_many_reasons_have_the_templates_that_each_has_alone(several: list[str]) -> None:
    models = {"gpt-4o", "m1"}
    assert templates(several, models) == [template(reason, models) for reason in several]


def test_models_that_differ_in_a_digit_are_told_apart() -> None:
    assert templates(["m gpt-4o", "m gpt-5o"], {"gpt-4o"}) == ["m {model}", "m gpt-5o"]
