"""Requests and responses of text endpoints, and log-probabilities of either."""

from __future__ import annotations

import math

import pytest
from pydantic import ValidationError

from completion_analytics.models import (
    CreateCompletionRequest,
    CreateCompletionResponse,
    Logprobs,
    Notes,
)


def logprobs_of(value):
    body = {"choices": [{"index": 0, "text": "hi", "logprobs": value}]}
    return CreateCompletionResponse.model_validate(body).choices[0].logprobs


@pytest.mark.parametrize("prompt", ["a", ["a", "b"], [1, 2], [[1], [2, 3]], [], None, ["a", 1]])
def test_prompts_come_back_as_they_were(prompt):
    request = CreateCompletionRequest.model_validate({"prompt": prompt})
    assert request.model_dump(mode="json", exclude_unset=True) == {"prompt": prompt}


@pytest.mark.parametrize(
    "shape",
    [
        {
            "tokens": ["a"],
            "token_logprobs": [-1.0],
            "top_logprobs": [{"a": -1.0}],
            "text_offset": [0],
        },
        {"tokens": ["a"], "token_logprobs": [None], "top_logprobs": [None], "text_offset": [0]},
        {"content": [{"token": "a", "logprob": -0.5, "bytes": None, "top_logprobs": []}]},
        {"tokens": ["a", None], "token_logprobs": [-0.5, None]},
        {"content": [{"token": "a", "prob": 0.5, "top_probs": [{"token": "a", "prob": 0.5}]}]},
        {"content": None, "refusal": [{"token": "no", "logprob": -9999.0}]},
    ],
)
def test_log_probabilities_come_back_as_they_were(shape):
    assert logprobs_of(shape).model_dump(mode="json", exclude_unset=True) == shape


def test_a_bare_list_of_log_probabilities_is_kept():
    assert logprobs_of([-0.5, None]) == [-0.5, None]


@pytest.mark.parametrize("value", ["-0.5", -0.5])
def test_log_probabilities_are_no_scalar(value):
    with pytest.raises(ValidationError, match="expected an object or a list"):
        logprobs_of(value)


def test_sentinels_and_infinities_are_left_to_the_frames():
    lowest = -3.4028234663852886e38
    read = Logprobs.model_validate({"token_logprobs": [lowest, -math.inf]})
    assert read.token_logprobs == [lowest, -math.inf]


def test_a_log_probability_that_is_no_number_is_missing():
    notes = Notes()
    read = Logprobs.model_validate({"token_logprobs": [-1.0, "low"]}, context=notes)
    assert read.token_logprobs == [-1.0, None]
    assert list(notes) == [("logprob_invalid", "choices.logprobs")]


def test_text_may_be_null_but_no_list():
    assert (
        CreateCompletionResponse.model_validate({"choices": [{"text": None}]}).choices[0].text
        is None
    )
    with pytest.raises(ValidationError, match="expected text, got a list"):
        CreateCompletionResponse.model_validate({"choices": [{"text": ["a"]}]})
