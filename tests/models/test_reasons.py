"""Where a record is wrong, and why, in one sentence."""

from __future__ import annotations

import json

import pytest
from pydantic import ValidationError

from completion_analytics.models import Completion, complaints


def complaints_of(record):
    with pytest.raises(ValidationError) as refused:
        Completion.model_validate(record)
    return complaints(refused.value, record)


def with_choice(choice):
    return {"response": {"choices": [{"index": 0, "message": {"content": "a"}}, choice]}}


@pytest.mark.parametrize(
    ("record", "path", "reason"),
    [
        (with_choice({"message": "hi"}), "response.choices.1.message",
         "expected an object, got str 'hi'"),
        (with_choice(None), "response.choices.1", "expected an object, got null"),
        ({"response": {"choices": {}}}, "response.choices", "expected a list, got an object"),
        ({"response": {"usage": "none"}}, "response.usage", "expected an object, got str 'none'"),
        ({"response": 5}, "response", "expected an object, got int 5"),
        ({"request": {"messages": [{"content": 5}]}}, "request.messages.0.content",
         "expected text or a list of parts, got int 5"),
        ({"stacktrace": ["app.py"]}, "stacktrace.0", "expected an object, got str 'app.py'"),
        ({"tags": 5}, "tags", "expected a list of tags, got int 5"),
        ({"duration": "long"}, "duration", "expected a number >= 0, got str 'long'"),
    ],
)  # fmt: skip
def test_a_complaint_names_the_place_and_what_was_expected(record, path, reason):
    assert complaints_of(record) == [(path, reason)]


def test_a_path_leads_into_json_text():
    body = json.dumps({"choices": [{"message": "hi"}]})
    assert complaints_of({"response": body}) == [
        ("response.choices.0.message", "expected an object, got str 'hi'")
    ]


def test_a_key_that_is_the_name_of_a_type_is_still_a_step():
    record = {"request": {"messages": [{"role": "user", "tool_calls": [{"function": 5}]}]}}
    assert complaints_of(record)[0][0] == "request.messages.0.tool_calls.0.function"


def test_every_complaint_is_told_once_in_order():
    record = {"id": [], "response": {"usage": {"prompt_tokens": True}}, "duration": -1}
    assert [path for path, _ in complaints_of(record)] == [
        "id",
        "response.usage.prompt_tokens",
        "duration",
    ]
