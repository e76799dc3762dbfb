"""Filters to JSON and back."""

from __future__ import annotations

import json

import pytest

from completion_analytics import Between, Contains, HasTags, Missing, Not, OneOf
from completion_analytics.filters import CONDITIONS, Condition, from_json, to_json

SEVERAL = (
    OneOf("model", ["it's", 'two\n"lines"', None]),
    Between("duration_s", 0.1, None, inclusive="left"),
    Between("created_at", "2026-01-31", "2026-02-01"),
    Missing("ttft_s"),
    HasTags(any=["a"], none=["b"]),
    Contains("日本", where="prompts", case=True),
    Not(Not(Contains(r"\d+", regex=True))),
)


def test_conditions_survive_json_text() -> None:
    assert from_json(json.loads(json.dumps(to_json(*SEVERAL), allow_nan=False))) == SEVERAL


@pytest.mark.parametrize("condition", SEVERAL, ids=str)
def test_one_condition_survives_too(condition: Condition) -> None:
    assert from_json(to_json(condition)) == (condition,)


def test_no_conditions_are_a_document_too() -> None:
    assert from_json(to_json()) == ()


def test_the_document_is_versioned_and_plain() -> None:
    assert to_json(Not(Between("n", 1, None))) == {
        "version": 1,
        "conditions": [
            {
                "kind": "Not",
                "condition": {
                    "kind": "Between",
                    "column": "n",
                    "low": 1,
                    "high": None,
                    "inclusive": "both",
                },
            }
        ],
    }


def test_every_kind_of_condition_can_be_read() -> None:
    ours = {
        kind
        for kind in Condition.__subclasses__()
        if kind.__module__.startswith("completion_analytics.")
    }
    assert set(CONDITIONS.values()) == ours


@pytest.mark.parametrize(
    ("document", "sentence"),
    [
        ([], "takes a dict {'version': 1"),
        ({"version": 1}, "takes a dict {'version': 1"),
        ({"version": 2, "conditions": []}, "reads version 1, not 2"),
        ({"conditions": []}, "reads version 1, not None"),
        ({"version": 1, "conditions": ["x"]}, "no condition None; it knows OneOf, Between"),
        ({"version": 1, "conditions": [{"kind": "eval"}]}, "no condition 'eval'; it knows"),
        ({"version": 1, "conditions": [{"kind": "Missing"}]}, "cannot make Missing of {}: "),
        (
            {"version": 1, "conditions": [{"kind": "Missing", "column": "a", "b": 1}]},
            "cannot make Missing of {'column': 'a', 'b': 1}: ",
        ),
        (
            {"version": 1, "conditions": [{"kind": "Between", "column": "a", "low": 2, "high": 1}]},
            "low <= high",
        ),
    ],
)
def test_a_document_that_holds_no_conditions_is_refused(document, sentence: str) -> None:
    with pytest.raises(ValueError, match=sentence):
        from_json(document)


def test_only_conditions_become_json() -> None:
    with pytest.raises(TypeError, match=r"to_json takes conditions .* unpack them with \*"):
        to_json([Missing("model")])
