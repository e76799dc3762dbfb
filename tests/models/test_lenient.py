"""Each lenient type: what is clean, what is repaired and noted, what is refused."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import TypeAdapter, ValidationError

from completion_analytics.models import Notes, asked, completion, lenient, messages

NAN = math.nan
ACCEPTED = [
    (lenient.Text, "a", "a"),
    (lenient.Text, "", ""),
    (lenient.Text, 5, "5"),
    (lenient.Text, True, "true"),
    (lenient.Text, NAN, None),
    (lenient.Count, 0, 0),
    (lenient.Count, "12", 12),
    (lenient.Count, 12.0, 12),
    (lenient.Count, -1, -1),
    (lenient.Count, NAN, None),
    (lenient.Count, "", None),
    (lenient.Number, "16312", 16312.0),
    (lenient.Number, "1.5e0", 1.5),
    (lenient.Number, NAN, None),
    (lenient.FreeNumber, -2, -2),
    (lenient.Reading, "n/a", None),
    (lenient.Reading, -1, None),
    (lenient.Whole, "-1", -1),
    (lenient.Flag, "True", True),
    (lenient.Flag, "false", False),
    (lenient.Seed, 10570679248326920000, 10570679248326920000),
    (lenient.Seed, 7.0, 7),
    (lenient.Seed, "abc", "abc"),
    (lenient.Timestamp, 1757876416.5661082, 1757876416.5661082),
    (lenient.Timestamp, "2024-11-05T09:15:30.250000+00:00", "2024-11-05T09:15:30.250000+00:00"),
    (lenient.Timestamp, "2023-05-01 20:11:09.123456 UTC", "2023-05-01 20:11:09.123456 UTC"),
    (lenient.Timestamp, "2025-02-01T10:00:00.123456789Z", "2025-02-01T10:00:00.123456789Z"),
    (lenient.Timestamp, "1700000000", "1700000000"),
    (lenient.Timestamp, 0, None),
    (lenient.Timestamp, "0", None),
    (lenient.Timestamp, "", None),
    (lenient.JsonObject, "", None),
    (lenient.Tags, ["b", "a", "b"], ["b", "a"]),
    (lenient.Tags, {"promptId": "x", "n": 1}, ["promptId=x", "n=1"]),
    (lenient.Tags, "a, b", ["a", "b"]),
    (lenient.Tags, "['nightly', 'x']", ["nightly", "x"]),
    (lenient.Tags, [1, None, "a"], ["1", "a"]),
    (lenient.Tags, "[draft], b", ["[draft]", "b"]),
    (lenient.Tags, r"['\d']", [r"\d"]),
    (lenient.Tags, "", []),
    (asked.AskedText, "__SPEAKEASY_UNSET__", None),
    (asked.AskedText, "__init__", "__init__"),
    (asked.AskedText, "_", "_"),
    (asked.AskedNumber, "__SPEAKEASY_UNSET__", None),
    (asked.AskedLogprobs, True, True),
    (asked.AskedLogprobs, 5, 5),
    (messages.Content, None, None),
]
NOTED = [
    (lenient.JsonObject, '{"a": 1}', {"a": 1}, "json_string_payload"),
    (asked.AskedText, "a\ud83d", "a\ufffd", "surrogate_replaced"),
    (messages.Content, {"a": 1}, {"a": 1}, "content_not_text"),
    (completion.Stack, "[]", [], "json_string_payload"),
    (asked.AskedNumber, "hot", None, "request_invalid"),
    (asked.AskedWhole, [3], None, "request_invalid"),
]
REFUSED = [
    (lenient.Text, {"a": 1}, "expected text, got an object"),
    (lenient.Text, [], "expected text, got a list"),
    (lenient.Count, True, "expected a count, got bool True"),
    (lenient.Count, -2, "expected a count, got int -2"),
    (lenient.Count, "many", "expected a count, got str 'many'"),
    (lenient.Count, math.inf, "expected a count, got float inf"),
    (lenient.Count, 2**63, "expected a count, got int 9223372036854775808"),
    (lenient.Number, -0.5, "expected a number >= 0, got float -0.5"),
    (lenient.Number, "1_000", "expected a number >= 0, got str '1_000'"),
    (lenient.Number, False, "expected a number >= 0, got bool False"),
    (lenient.Number, 10**400, "expected a number >= 0, got int of 1329 bits"),
    (lenient.Flag, 1, "expected true or false, got int 1"),
    (lenient.Seed, True, "expected a number or text, got bool True"),
    (lenient.Timestamp, "yesterday", "expected a time, got str 'yesterday'"),
    (lenient.Timestamp, "2024-13-01", "expected a time, got str '2024-13-01'"),
    (lenient.Timestamp, 2e20, r"expected a time, got float 2e\+20"),
    (lenient.Timestamp, True, "expected a time, got bool True"),
    (lenient.Timestamp, {}, "expected a time, got an object"),
    (lenient.JsonObject, "{", "expected an object or its JSON text, got str '{'"),
    (lenient.JsonObject, "[]", "expected an object, got a list"),
    (lenient.Tags, 5, "expected a list of tags, got int 5"),
    (messages.Content, 5, "expected text or a list of parts, got int 5"),
    (completion.Stack, "app.py:9", "expected a list or its JSON text, got str 'app.py:9'"),
]


@pytest.mark.parametrize(("kind", "given_value", "expected"), ACCEPTED)
def test_is_read_as_what_it_means(kind, given_value, expected):
    found = TypeAdapter(kind).validate_python(given_value)
    assert found == expected
    assert type(found) is type(expected)


@pytest.mark.parametrize(("kind", "given_value", "expected", "code"), NOTED)
def test_a_repair_is_noted(kind, given_value, expected, code):
    notes = Notes()
    assert TypeAdapter(kind).validate_python(given_value, context=notes) == expected
    assert [noted for noted, _ in notes] == [code]


@pytest.mark.parametrize(("kind", "given_value", "expected", "code"), NOTED)
def test_a_repair_needs_nobody_to_listen(kind, given_value, expected, code):
    assert TypeAdapter(kind).validate_python(given_value) == expected


@pytest.mark.parametrize(("kind", "given_value", "sentence"), REFUSED)
def test_is_refused_in_one_sentence(kind, given_value, sentence):
    with pytest.raises(ValidationError, match=sentence):
        TypeAdapter(kind).validate_python(given_value)


def test_a_snippet_never_exceeds_forty_characters():
    with pytest.raises(ValidationError) as refused:
        TypeAdapter(lenient.Timestamp).validate_python("x" * 1000)
    said = refused.value.errors()[-1]["msg"]
    assert said == f"expected a time, got str '{'x' * 38}…"


@given(st.integers(0, 2**63 - 1))
def test_a_count_is_the_same_as_number_and_as_text(count):
    read = TypeAdapter(lenient.Count).validate_python
    assert read(count) == read(str(count)) == count


@given(st.datetimes(timezones=st.just(None) | st.timezones()))
def test_every_iso_time_is_kept_as_it_is_written(moment):
    written = moment.replace(microsecond=0, fold=0).isoformat()
    if len(written.rpartition("+")[2]) <= 5:  # offsets of before 1900 may have seconds
        assert TypeAdapter(lenient.Timestamp).validate_python(written) == written


@given(st.lists(st.text(st.characters(codec="utf-8"))))
def test_tags_keep_their_order_and_stand_once(tags):
    assert TypeAdapter(lenient.Tags).validate_python(tags) == list(dict.fromkeys(tags))
