"""Conditions as values: what they accept, how they print, when they are equal."""

from __future__ import annotations

from dataclasses import FrozenInstanceError
from datetime import UTC, date, datetime, timedelta, timezone

import numpy as np
import pandas as pd
import pytest

from completion_analytics import Between, Condition, Contains, HasTags, Missing, Not, OneOf

EXAMPLES = {
    "OneOf('model', ['gpt-4o', None])": OneOf("model", [None, "gpt-4o"]),
    "OneOf('is_stream', [True])": OneOf("is_stream", [True]),
    "Between('duration_s', 2.0, 60)": Between("duration_s", 2.0, 60),
    "Between('n', None, 3, inclusive='left')": Between("n", None, 3, inclusive="left"),
    "Missing('duration_s')": Missing("duration_s"),
    "HasTags(any=['a'], none=['b', 'c'])": HasTags(any=["a"], none=["c", "b"]),
    "Contains('x')": Contains("x"),
    "Contains('x', where='prompts', case=True)": Contains("x", "prompts", case=True),
    "Not(Missing('model'))": Not(Missing("model")),
}


@pytest.mark.parametrize(("code", "condition"), EXAMPLES.items())
def test_the_repr_is_the_code_that_makes_it(code: str, condition: Condition) -> None:
    assert repr(condition) == code
    assert eval(code) == condition


@pytest.mark.parametrize("condition", EXAMPLES.values(), ids=repr)
def test_a_condition_is_hashable_and_cannot_be_changed(condition: Condition) -> None:
    assert len({condition, eval(repr(condition))}) == 1
    with pytest.raises(FrozenInstanceError):
        condition.column = "other"


def test_everything_needed_to_read_a_repr_comes_with_a_star_import() -> None:
    names: dict[str, object] = {}
    exec("from completion_analytics import *", names)
    assert [eval(code, names) for code in EXAMPLES] == list(EXAMPLES.values())


def test_the_order_of_values_and_their_repetition_say_nothing() -> None:
    assert OneOf("model", ["b", "a", "b"]) == OneOf("model", {"a", "b"})
    assert HasTags(any=["b", "a"]) == HasTags(any=("a", "b", "a"))


@pytest.mark.parametrize("missing", [None, float("nan"), pd.NA, pd.NaT, np.float64("nan")])
def test_every_way_to_write_missing_is_none(missing: object) -> None:
    assert OneOf("duration_s", [missing, 1.0]) == OneOf("duration_s", [1.0, None])


def test_numbers_of_numpy_are_plain_numbers() -> None:
    assert repr(Between("n", np.int64(3), np.float64(4.5))) == "Between('n', 3, 4.5)"
    assert repr(OneOf("n", pd.Series([3, 4]))) == "OneOf('n', [3, 4])"
    assert repr(OneOf("is_stream", [np.bool_(True)])) == "OneOf('is_stream', [True])"


@pytest.mark.parametrize(
    "noon",
    [
        "2026-01-31T12:00",
        "2026-01-31 12:00:00Z",
        "2026-01-31T13:00+01:00",
        datetime(2026, 1, 31, 12),
        datetime(2026, 1, 31, 13, tzinfo=timezone(timedelta(hours=1))),
        pd.Timestamp("2026-01-31T12:00", tz=UTC),
    ],
    ids=str,
)
def test_a_time_is_kept_as_text_in_utc_which_is_assumed_without_an_offset(noon: object) -> None:
    assert Between("created_at", noon, None).low == "2026-01-31T12:00:00+00:00"


def test_a_date_is_its_first_moment() -> None:
    midnight = "2026-01-31T00:00:00+00:00"
    assert Between("created_at", date(2026, 1, 31), "2026-01-31").low == midnight


WRONG = [
    (lambda: OneOf("model", "gpt-4o"), TypeError, r"takes a list, so write \['gpt-4o'\]"),
    (lambda: OneOf("model", 3), TypeError, r"takes a list, so write \[3\]"),
    (lambda: OneOf("model", ["a", 1]), TypeError, "one kind, not number and text"),
    (lambda: OneOf("model", [True, 1]), TypeError, "one kind, not boolean and number"),
    (lambda: OneOf("model", [["a"]]), TypeError, r"text, numbers, booleans or None, not \['a'\]"),
    (lambda: OneOf("n", [2**63]), ValueError, "at most 64 bits, not 9223372036854775808"),
    (lambda: OneOf(["model"], ["a"]), TypeError, "the name of a column first, not list"),
    (lambda: Missing(3), TypeError, "the name of a column first, not int"),
    (lambda: Between("n", 2, 1), ValueError, "low <= high, and 2 is above 1"),
    (lambda: Between("t", "2026-02-01", "2026-01-31"), ValueError, "2026-02-01.* is above"),
    (lambda: Between("n", 1, "2026-01-31"), TypeError, "two numbers or two times"),
    (lambda: Between("n", True, None), TypeError, "numbers or times, not True"),
    (lambda: Between("n", [1], None), TypeError, r"not \[1\]"),
    (lambda: Between("n", float("nan"), None), ValueError, "cannot end at nan: None leaves"),
    (lambda: Between("n", 1, float("inf")), ValueError, "finite numbers, not inf; None leaves"),
    (lambda: Between("t", "yesterday", None), ValueError, "ISO 8601.*, not 'yesterday'"),
    (lambda: Between("t", "0001-01-01T00:00+01:00", None), ValueError, "ISO 8601"),
    (lambda: Between("t", pd.NaT, None), ValueError, "ISO 8601.*, not 'NaT'"),
    (lambda: Between("n", 1, 2, "open"), ValueError, "inclusive='open'; it knows both, left"),
    (lambda: HasTags(), ValueError, "needs a tag: any=, all= or none="),
    (lambda: HasTags(any="prod"), TypeError, r"HasTags\(any=…\) takes a list.*\['prod'\]"),
    (lambda: HasTags(all=[3]), TypeError, "a list of texts, and 3 is none"),
    (lambda: HasTags(all=["a", "b"], none=["b"]), ValueError, "both demand and forbid 'b'"),
    (lambda: Contains(3), TypeError, "a text to search for, not int"),
    (lambda: Contains("x", None), TypeError, "where=….*not NoneType"),
    (lambda: Contains("x", regex="yes"), TypeError, "regex=True or regex=False"),
    (lambda: Contains("a(b", regex=True), ValueError, r"'a\(b': missing \).* at position 1"),
    (lambda: Not("model"), TypeError, "Not takes conditions such as .*, not str"),
]


@pytest.mark.parametrize(("make", "error", "sentence"), WRONG)
def test_a_wrong_argument_raises_at_once_and_says_what_is_expected(make, error, sentence) -> None:
    with pytest.raises(error, match=sentence):
        make()
