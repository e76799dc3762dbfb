"""Log10's record: shapes told from the payload, JSON inside strings, tags and stacks."""

from __future__ import annotations

import json

import pytest
from pydantic import ValidationError

from completion_analytics.models import (
    Completion,
    CompletionUsage,
    CreateChatCompletionRequest,
    CreateChatCompletionResponse,
    CreateCompletionRequest,
    CreateCompletionResponse,
    Notes,
    Stacktrace,
)

CHAT, TEXT = CreateChatCompletionResponse, CreateCompletionResponse


@pytest.mark.parametrize(
    ("request_body", "expected"),
    [
        ({"messages": []}, CreateChatCompletionRequest),
        ({"prompt": "Say hi"}, CreateCompletionRequest),
        ({"prompt": "Say hi", "messages": None}, CreateCompletionRequest),
        ({"prompt": "Say hi", "messages": []}, CreateChatCompletionRequest),
        ({"prompt": None}, CreateChatCompletionRequest),
        ({}, CreateChatCompletionRequest),
    ],
)
def test_a_prompt_without_messages_makes_a_text_request(request_body, expected):
    for request in (request_body, json.dumps(request_body)):
        assert type(Completion.model_validate({"request": request}).request) is expected


@pytest.mark.parametrize(
    ("choices", "expected"),
    [
        ([{"text": "hi"}], TEXT),
        ([{"text": None}], TEXT),
        ([{"message": {"content": "hi"}, "text": ""}], CHAT),
        ([{"delta": {"content": "hi"}, "text": "hi"}], CHAT),
        ([{"message": {}}, {"text": "hi"}], TEXT),
        ([], CHAT),
        (None, CHAT),
    ],
)
def test_a_choice_with_text_and_no_message_makes_a_text_response(choices, expected):
    body = {"object": "completion", "choices": choices}
    assert type(Completion.model_validate({"response": body}).response) is expected


def test_models_may_be_given_in_place_of_objects():
    response = CreateCompletionResponse(id="r1")
    request = CreateCompletionRequest(prompt="Say hi")
    completion = Completion.model_validate({"request": request, "response": response})
    assert completion.request is request
    assert completion.response is response
    assert completion.model_dump(exclude_unset=True)["request"] == {"prompt": "Say hi"}


def test_payloads_in_strings_are_decoded_once_and_noted():
    row = {"request": '{"model": "m"}', "response": "", "stacktrace": "null", "tags": "a,b"}
    notes = Notes()
    completion = Completion.model_validate(row, context=notes)
    assert completion.request.model == "m"
    assert completion.response is completion.stacktrace is None
    assert completion.tags == ["a", "b"]
    fields = [field for code, field in notes if code == "json_string_payload"]
    assert fields == ["request", "stacktrace"]


@pytest.mark.parametrize("text", ["upstream connect error", "{", '"twice"', "[1]"])
def test_a_payload_that_is_no_object_is_refused(text):
    with pytest.raises(ValidationError, match="expected an object"):
        Completion.model_validate({"response": text})


def test_both_names_of_the_stack_are_kept_apart():
    frame = {"file": "app.py", "line": None, "lineno": 3.0, "name": "main"}
    row = {"stack_trace": [frame]}
    completion = Completion.model_validate(row)
    assert completion.stacktrace is None
    assert completion.model_dump(mode="json", exclude_unset=True) == row


@pytest.mark.parametrize("left_out", ["file", "lineno", "name"])
def test_a_stack_frame_without_one_of_its_parts_is_noted(left_out):
    whole = {"file": "app.py", "line": "ask()", "lineno": 9, "name": "main"}
    notes = Notes()
    Stacktrace.model_validate(whole | {left_out: None}, context=notes)
    partial = {key: value for key, value in whole.items() if key != left_out}
    again = Stacktrace.model_validate(partial, context=notes)
    assert list(notes) == [("stacktrace_partial", "stacktrace")]
    assert getattr(again, left_out) is None


def test_tags_are_resolved_by_name_or_given_as_names():
    completion = Completion.model_validate({"tagResolved": [{"id": "0f", "name": "maths"}, "web"]})
    assert [tag.name for tag in completion.tagResolved] == ["maths", "web"]


def test_fractional_counts_are_rounded_and_noted():
    notes = Notes()
    usage = CompletionUsage.model_validate({"prompt_tokens": 14417.92}, context=notes)
    assert usage.prompt_tokens == 14418
    assert list(notes) == [("usage_fractional", "usage.prompt_tokens")]


def test_unknown_counts_stay_unknown():
    usage = CompletionUsage.model_validate({"prompt_tokens": None, "total_tokens": 0})
    assert (usage.prompt_tokens, usage.completion_tokens, usage.total_tokens) == (None, None, 0)


def test_a_cost_may_be_a_breakdown():
    usage = CompletionUsage.model_validate({"cost": {"total_cost": 0.005}})
    assert usage.cost == {"total_cost": 0.005}


def test_notes_are_kept_once_and_cleared():
    notes = Notes()
    notes.add("index_filled", "choices.index")
    notes.add("index_filled", "choices.index")
    assert (list(notes), len(notes)) == ([("index_filled", "choices.index")], 1)
    assert repr(notes) == "Notes([('index_filled', 'choices.index')])"
    notes.clear()
    assert list(notes) == []
