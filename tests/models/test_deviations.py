"""Single deviations of real payloads: accepted, or refused at the right place."""

from __future__ import annotations

import pytest
from pydantic import ValidationError

from completion_analytics.models import (
    Completion,
    CreateChatCompletionResponse,
    CreateCompletionResponse,
    first_complaint,
)

REFUSED = {
    "bad_top_list_of_str": ("", "expected an object, got a list"),
    "bad_choices_of_str": ("choices.0", "expected an object, got str 'hi'"),
    "bad_usage_list": ("usage", "expected an object, got a list"),
    "bad_usage_bool": ("usage.prompt_tokens", "expected a count, got bool True"),
    "bad_message_str": ("choices.0.message", "expected an object, got str 'hi'"),
    "bad_created_words": ("created", "expected a time, got str 'yesterday'"),
    "bad_text_list": ("choices.0.text", "expected text, got a list"),
}
# These are no completions at all, which the format decides and no field.
NO_COMPLETION = {"bad_request_only", "bad_finetune", "bad_unrelated"}


def model_of(payload):
    if isinstance(payload, dict) and "text" in payload.get("object", ""):
        return CreateCompletionResponse
    is_row = isinstance(payload, dict) and "request" in payload
    return Completion if is_row else CreateChatCompletionResponse


def test_a_deviation_is_accepted_or_refused_as_it_says(fixture):
    name, payload = fixture["name"], fixture["payload"]
    model = model_of(payload)
    if fixture["expect"] == "accept" or name in NO_COMPLETION:
        model.model_validate(payload)
    else:
        with pytest.raises(ValidationError) as refused:
            model.model_validate(payload)
        assert first_complaint(refused.value, payload) == REFUSED[name]


def test_a_deviation_is_the_same_as_the_response_of_a_row(fixture):
    payload = fixture["payload"]
    if fixture["expect"] == "reject" or model_of(payload) is Completion:
        return
    alone = model_of(payload).model_validate(payload)
    inside = Completion.model_validate({"response": payload}).response
    assert inside.model_dump(exclude_unset=True) == alone.model_dump(exclude_unset=True)
