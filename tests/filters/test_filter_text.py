"""Conditions as they are written in a shell."""

from __future__ import annotations

import json

import pytest

import completion_analytics as ca
from completion_analytics.filters import from_text, to_json
from completion_analytics.frames import TABLES

NO_ROW = TABLES["completions"].empty()


def read(*texts):
    return from_text(texts, NO_ROW)


@pytest.mark.parametrize(
    ("text", "condition"),
    [
        ("model=gpt-4o", ca.OneOf("model", ["gpt-4o"])),
        ("model==gpt-4o", ca.OneOf("model", ["gpt-4o"])),
        (" model = a , b ", ca.OneOf("model", ["a", "b"])),
        ('model="a, b",c', ca.OneOf("model", ["a, b", "c"])),
        ("model=a,", ca.OneOf("model", ["a", None])),
        ("model=a>b", ca.OneOf("model", ["a>b"])),
        ("model!=a", ca.Not(ca.OneOf("model", ["a"]))),
        ("failure_class=", ca.Missing("failure_class")),
        ("failure_class!=", ca.Not(ca.Missing("failure_class"))),
        ("http_status=429,503", ca.OneOf("http_status", [429, 503])),
        ("seed=7", ca.OneOf("seed", ["7"])),
        ("is_stream=true", ca.OneOf("is_stream", [True])),
        ("outcome=failed", ca.OneOf("outcome", ["failed"])),
        ("duration_s>5", ca.Between("duration_s", 5, None, inclusive="right")),
        ("duration_s>=0.5", ca.Between("duration_s", 0.5, None)),
        ("total_tokens<2000", ca.Between("total_tokens", None, 2000, inclusive="left")),
        ("total_tokens<=-1", ca.Between("total_tokens", None, -1)),
        ("created_at>=2024-01-01", ca.Between("created_at", "2024-01-01", None)),
        ("created_at<2024-01-01T12:00+01:00", ca.Between("created_at", None, "2024-01-01T11:00Z",
                                                         inclusive="left")),
        ("tag=prod,web", ca.HasTags(any=["prod", "web"])),
        ("tag!=test", ca.HasTags(none=["test"])),
        ("prompts~refund, please", ca.Contains("refund, please", where="prompts")),
        ("failure_reason~time out", ca.Contains("time out", where="failure_reason")),
    ],
)  # fmt: skip
def test_a_text_stands_for_a_condition(text, condition):
    assert read(text) == (condition,)


def test_several_texts_are_several_conditions():
    assert read("model=a", "duration_s>5") == (*read("model=a"), *read("duration_s>5"))


def test_the_json_of_conditions_is_read_as_well():
    conditions = (ca.OneOf("model", ["a", None]), ca.HasTags(all=["x"], none=["y"]))
    assert read(json.dumps(to_json(*conditions))) == conditions


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("gpt-4o", r"'gpt-4o' is no condition; write for example model=gpt-4o"),
        ("duration_s>fast", r"'duration_s>fast': duration_s holds numbers, and 'fast' is none"),
        ("duration_s>8s", r"duration_s holds numbers, and '8s' is none"),
        ("model>b", r"model holds text values, which have no order; compare it with ="),
        ("created_at=2024-01-01", r"created_at holds times; compare it with >= or <"),
        ("created_at>yesterday", r"takes times as ISO 8601 text"),
        ("is_stream=yes", r"is_stream is true or false, and not 'yes'"),
        ("duration_s~5", r"duration_s holds no text; compare it with > or <"),
        ("model=a\nb", r"cannot read the condition"),
        ("tag=", r"a tag is missing; n_tags=0 keeps calls without any"),
        ('{"version": 1,', r"is no JSON"),
        ('{"version": 2, "conditions": []}', r"reads version 1, not 2"),
    ],
)
def test_what_is_no_condition_is_told_how_to_write_one(text, told):
    with pytest.raises(ValueError, match=told):
        read(text)


@pytest.mark.parametrize("text", ["modle=a", "modle!=", "modle>3", "modle~x"])
def test_a_column_that_is_not_there_is_told_what_there_is(text):
    with pytest.raises(KeyError, match=r"'modle' \(did you mean 'model'\?\); the frame has row_id"):
        read(text)


def test_a_column_that_a_user_asked_for_is_one():
    log = ca.load([{"choices": [{"text": "hi"}], "user": "u1"}], columns={"who": "user"})
    assert len(ca.select(log, *from_text(["who=u1"], log.completions))) == 1
