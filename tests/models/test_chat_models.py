"""Requests and responses of chat endpoints."""

from __future__ import annotations

import json

import pytest
from pydantic import ValidationError

from completion_analytics.models import (
    ChatCompletionRequestAssistantMessage,
    ChatCompletionRequestMessage,
    ChatCompletionRequestSystemMessage,
    Completion,
    CreateChatCompletionRequest,
    CreateChatCompletionResponse,
    Notes,
)

UNSET = "__SPEAKEASY_UNSET__"


def notes_of(choice):
    notes = Notes()
    CreateChatCompletionResponse.model_validate({"choices": [choice]}, context=notes)
    return list(notes)


def call(arguments):
    function = {"name": "f"} if arguments is None else {"name": "f", "arguments": arguments}
    message = {"tool_calls": [{"id": "c1", "function": function}]}
    notes = Notes()
    body = {"choices": [{"index": 0, "message": message}]}
    response = CreateChatCompletionResponse.model_validate(body, context=notes)
    found = response.choices[0].message.tool_calls[0].function.arguments
    return found, [code for code, _ in notes]


def test_a_message_has_the_class_of_its_role():
    messages = [{"role": "system", "content": "a"}, {"role": "assistant"}, {"role": "model"}]
    request = CreateChatCompletionRequest.model_validate({"messages": messages})
    assert [type(message) for message in request.messages] == [
        ChatCompletionRequestSystemMessage,
        ChatCompletionRequestAssistantMessage,
        ChatCompletionRequestMessage,
    ]


@pytest.mark.parametrize(
    "message",
    [
        {"role": "tool", "content": None, "tool_call_id": "c1"},
        {"role": "user", "content": [{"type": "image_url", "image_url": {"url": "u"}}]},
        {"role": "user", "content": [{"type": "tool_result", "content": [{"type": "text"}]}]},
        {"content": "no role"},
        {"role": None, "content": ["bare", {"type": "text", "text": "x"}]},
    ],
)
def test_messages_come_back_as_they_were(message):
    request = CreateChatCompletionRequest.model_validate({"messages": [message]})
    assert request.model_dump(mode="json", exclude_unset=True) == {"messages": [message]}


def test_the_word_for_unset_is_absent_anywhere_in_a_request():
    message = {"role": "user", "content": UNSET, "name": UNSET}
    wishes = dict.fromkeys(("model", "temperature", "seed", "stream", "tools", "stop", "n"), UNSET)
    request = CreateChatCompletionRequest.model_validate(wishes | {"messages": [message]})
    assert request.model_dump(exclude_none=True) == {"messages": [{"role": "user"}]}


def test_an_answer_may_say_the_word_for_unset():
    body = {"choices": [{"index": 0, "message": {"content": UNSET}}]}
    response = CreateChatCompletionResponse.model_validate(body)
    assert response.choices[0].message.content == UNSET


def test_a_request_that_was_wrong_is_no_reason_to_lose_the_row():
    notes = Notes()
    row = {"status": "failed", "request": {"messages": "hi", "temperature": "hot", "n": True}}
    request = Completion.model_validate(row, context=notes).request
    assert [message.content for message in request.messages] == ["hi"]
    assert (request.temperature, request.n) == (None, None)
    assert {code for code, _ in notes} == {"request_invalid"}


def test_a_choice_without_index_gets_its_position():
    choices = [{"message": {"content": "a"}}, {"index": None, "message": {"content": "b"}}]
    notes = Notes()
    response = CreateChatCompletionResponse.model_validate({"choices": choices}, context=notes)
    assert [choice.index for choice in response.choices] == [0, 1]
    assert list(notes) == [("index_filled", "choices.index")]


@pytest.mark.parametrize(
    "choice",
    [
        {"index": 0, "finish_reason": "content_filter"},
        {"index": 0, "function_call": {"name": "f", "arguments": "{}"}},
        {"index": 0, "delta": {"content": "a"}},
        {"index": 0, "text": "a"},
        {"index": 0, "message": {}},
    ],
)
def test_a_choice_that_says_something_misses_no_message(choice):
    assert notes_of(choice) == []


@pytest.mark.parametrize("choice", [{"index": 0}, {"index": 0, "message": None}])
def test_a_choice_that_says_nothing_is_noted(choice):
    assert notes_of(choice) == [("message_missing", "choices.message")]


@pytest.mark.parametrize("message", ["hi", ["hi"], 5])
def test_a_message_is_an_object(message):
    with pytest.raises(ValidationError):
        notes_of({"index": 0, "message": message})


@pytest.mark.parametrize("reason", [{}, []])
def test_a_finish_reason_is_a_word(reason):
    with pytest.raises(ValidationError, match="expected text"):
        notes_of({"index": 0, "message": {}, "finish_reason": reason})


def test_arguments_are_kept_as_text_whether_json_or_not():
    assert call('{"a":1}') == ('{"a":1}', [])
    assert call("{'unit': None}") == ("{'unit': None}", [])


def test_arguments_given_as_an_object_become_canonical_text():
    assert call({"b": 1, "a": "é"}) == ('{"a":"é","b":1}', ["arguments_not_text"])


def test_missing_arguments_are_noted():
    assert call(None) == (None, ["arguments_invalid"])


@pytest.mark.parametrize("calls", [{"id": "c"}, "f()", ["f()"]])
def test_tool_calls_are_a_list_of_objects(calls):
    with pytest.raises(ValidationError):
        notes_of({"index": 0, "message": {"tool_calls": calls}})


def test_the_pieces_of_a_stream_may_hold_one_tool_call_alone():
    body = {"choices": [{"index": 0, "delta": {"tool_calls": {"id": "c"}}}]}
    response = CreateChatCompletionResponse.model_validate(body)
    assert [each.id for each in response.choices[0].delta.tool_calls] == ["c"]


@pytest.mark.parametrize(
    ("given_error", "message"),
    [("boom", "boom"), ({"message": "boom"}, "boom"), (["boom"], '["boom"]'), (True, "true")],
)
def test_an_error_has_a_message_however_it_was_written(given_error, message):
    body = {"choices": None, "error": given_error}
    assert CreateChatCompletionResponse.model_validate(body).error.message == message


@pytest.mark.parametrize("nothing", [None, False, "", {}, [], {"message": "", "code": None}])
def test_an_error_in_which_nothing_stands_is_none(nothing):
    assert CreateChatCompletionResponse.model_validate({"error": nothing}).error is None


def test_unknown_keys_are_kept_at_every_depth():
    message = {"role": "assistant", "content": "a", "mood": "calm"}
    usage = {"prompt_tokens": 1, "cost_in_usd_ticks": 158500}
    body = {"choices": [{"index": 0, "message": message}], "usage": usage, "copy": 1}
    response = CreateChatCompletionResponse.model_validate(body)
    assert response.model_extra == {"copy": 1}
    assert response.choices[0].message.model_extra == {"mood": "calm"}
    assert response.usage.model_extra == {"cost_in_usd_ticks": 158500}
    assert json.loads(response.model_dump_json(exclude_unset=True)) == body
