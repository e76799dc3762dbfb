"""Which format a record has: exactly one, or a sentence that says what it is."""

from __future__ import annotations

import copy
import csv
import json
from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from completion_analytics import formats
from completion_analytics.formats import FORMATS, REFUSALS, NotACompletion, recognise
from completion_analytics.models.notes import Notes

HERE = Path(__file__).parent
SAMPLES = [json.loads(line) for line in (HERE / "samples.jsonl").read_text().splitlines()]
RECORDED = sorted((HERE.parent / "data" / "log10").iterdir())
FIXTURES = (HERE.parent / "data" / "fixtures.jsonl").read_text(encoding="utf-8").split("\n")


def claimants(record):
    formats = [name for name, known in FORMATS.items() if known.claims(record)]
    return formats + [f"refused:{no.name}" for no in REFUSALS if no.claims(record)]


def records_of(path):
    """Every object of a file that is or holds a record, read without the package's readers."""
    text = path.read_text(encoding="utf-8")
    if path.suffix == ".csv":
        return list(csv.DictReader(text.splitlines()))
    try:
        documents = [json.loads(text)]
    except ValueError:
        documents = [json.loads(line) for line in text.split("\n") if line.strip()]
    if len(documents) == 1 and isinstance(documents[0], dict):
        pages = [v for k, v in documents[0].items() if k in ("data", "completions")]
        documents += [row for page in pages if isinstance(page, list) for row in page]
    return [row for one in documents for row in (one if isinstance(one, list) else [one])]


@pytest.mark.parametrize("sample", SAMPLES, ids=lambda sample: sample["form"])
def test_each_sample_is_claimed_by_its_own_form_alone(sample):
    assert claimants(sample["record"]) == [sample["form"]]


def test_every_form_and_every_refusal_has_a_sample():
    known = set(FORMATS) | {f"refused:{no.name}" for no in REFUSALS}
    assert {sample["form"] for sample in SAMPLES} == known


@pytest.mark.parametrize("path", RECORDED, ids=lambda path: path.name)
def test_every_recorded_row_is_claimed_once(path):
    for record in records_of(path):
        assert len(claimants(record)) == 1, claimants(record)


def test_a_deviation_never_makes_two_forms_claim_a_record():
    payloads = [json.loads(line)["payload"] for line in FIXTURES if line]
    counts = [len(claimants(payload)) for payload in payloads if isinstance(payload, dict)]
    assert counts.count(0) == 1  # {"foo": 1, "bar": 2}
    assert max(counts) == 1


def test_every_record_of_the_given_exports_is_claimed_once(exports):
    files = [p for p in exports.rglob("*") if p.suffix in (".json", ".jsonl", ".ndjson", ".csv")]
    for path in files:
        if path.name.startswith("fixtures"):
            continue
        for record in records_of(path):
            assert len(claimants(record)) == 1, (path.name, claimants(record))


def test_the_table_names_each_format_as_it_names_itself():
    assert [known.name for known in FORMATS.values()] == list(FORMATS)
    modules = {path.stem for path in Path(formats.__file__).parent.glob("*.py")}
    assert set(FORMATS) <= modules


def test_only_feedback_makes_feedback():
    assert [name for name, known in FORMATS.items() if known.makes == "feedback"] == ["feedback"]


def test_the_last_format_is_tried_first():
    last = FORMATS["log10"]
    assert recognise({"request": {}, "status": "finished"}, last) is last
    assert recognise({"choices": []}, last) is FORMATS["openai_body"]


@pytest.mark.parametrize(
    ("value", "said"),
    [(["a"], "got list"), ("hi", "got str"), (None, "got null"), (3, "got int")],
)
def test_what_is_no_object_is_refused_by_its_type(value, said):
    with pytest.raises(NotACompletion, match=f"expected an object, {said}"):
        recognise(value)


def test_a_refusal_says_what_the_record_is_and_what_to_load_instead():
    with pytest.raises(NotACompletion, match="a request without its response") as caught:
        recognise({"model": "m", "messages": []})
    assert caught.value.path == ""
    assert caught.value.hint.startswith("load what came back")


def test_an_unknown_record_is_refused_with_its_keys_and_the_known_forms():
    with pytest.raises(NotACompletion, match="no known form has the keys bar, foo") as caught:
        recognise({"foo": 1, "bar": 2})
    assert "log10, log10_camel" in caught.value.hint


def test_at_most_a_dozen_keys_of_an_unknown_record_are_named():
    with pytest.raises(NotACompletion, match=r"keys k00, .*, k11$"):
        recognise({f"k{number:02}": 1 for number in range(40)})


def test_a_record_of_two_forms_is_refused_with_both_names():
    with pytest.raises(NotACompletion, match="could be pair and openai_batch; its keys: custom_id"):
        recognise({"custom_id": "a", "response": {}, "status": 200})


KEYS = sorted(
    {key for sample in SAMPLES for key in sample["record"]}
    | {"delta", "message", "text", "usage", "tool_calls", "function", "arguments", "type", "code"}
    | {"input_tokens", "index", "logprobs", "content_block", "item", "input", "thinking", "body"}
)
WORDS = ("response", "message", "stream", "error", "chat.completion", "text_delta", "tool_use")
LEAVES = (
    st.none() | st.booleans() | st.integers(-5, 600) | st.floats() | st.sampled_from(WORDS)
) | st.text(max_size=5)
VALUES = st.recursive(
    LEAVES,
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(KEYS), inner, max_size=5)
    ),
    max_leaves=15,
)
VARIED = st.builds(
    lambda sample, changes: {**sample["record"], **changes},
    st.sampled_from(SAMPLES),
    st.dictionaries(st.sampled_from(KEYS), VALUES, max_size=3),
)
STREAMED = st.builds(
    lambda events: {"object": "stream", "events": events, "done": False},
    st.lists(st.dictionaries(st.sampled_from(KEYS), VALUES, max_size=4), max_size=4),
)


@settings(max_examples=400, deadline=None)
@given(VARIED | STREAMED | st.dictionaries(st.sampled_from(KEYS), VALUES, max_size=6))
def test_any_object_becomes_an_object_or_is_refused_and_is_never_changed(record):
    before = copy.deepcopy(record)
    with suppress(NotACompletion):
        assert isinstance(recognise(record).canonical(record, Notes()), dict)
    assert repr(record) == repr(before)  # NaN differs from itself


@settings(max_examples=200, deadline=None)
@given(VARIED, VARIED)
def test_what_is_made_of_one_record_never_depends_on_the_one_before(first, second):
    def form(record, last=None):
        try:
            return recognise(record, last)
        except NotACompletion:
            return None

    last = form(first)
    if last is not None and not (last.claims(second) and len(claimants(second)) > 1):
        assert form(second, last) is form(second)
