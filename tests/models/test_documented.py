"""The models are what the founding documents name, public, documented and open."""

from __future__ import annotations

import typing
from types import ModuleType

import pytest
from pydantic import BaseModel, TypeAdapter, ValidationError

from completion_analytics import models
from completion_analytics.models.clean import Clean

MODELS = [
    model
    for model in map(vars(models).__getitem__, models.__all__)
    if isinstance(model, type) and issubclass(model, BaseModel)
]
COMPLETION = (
    "organization_id id kind status tags request response stacktrace session_id duration "
    "failure_kind failure_reason"
)
TEXT_RESPONSE = "choices created id model object system_fingerprint usage"
CHAT_REQUEST = (
    "messages model frequency_penalty logit_bias logprobs top_logprobs max_tokens n "
    "presence_penalty response_format seed stop stream stream_options temperature "
    "top_p tools tool_choice user function_call functions"
)


def test_all_is_sorted_and_exact():
    public = {
        name
        for name, value in vars(models).items()
        if name[0] != "_" and name != "annotations" and not isinstance(value, ModuleType)
    }
    assert models.__all__ == sorted(public)


@pytest.mark.parametrize(
    ("model", "fields"),
    [
        (models.Completion, COMPLETION),
        (models.CreateCompletionResponse, TEXT_RESPONSE),
        (models.CreateChatCompletionResponse, TEXT_RESPONSE + " service_tier"),
        (models.CreateCompletionResponseChoices, "finish_reason index logprobs text"),
        (models.CompletionUsage, "prompt_tokens completion_tokens total_tokens"),
        (models.Stacktrace, "file line lineno name"),
        (models.CreateChatCompletionRequest, CHAT_REQUEST),
        (models.CreateCompletionRequest, "prompt best_of echo suffix model user stop"),
    ],
)
def test_the_documented_fields_are_declared(model, fields):
    assert set(fields.split()) <= set(model.model_fields)


@pytest.mark.parametrize("model", MODELS, ids=lambda model: model.__name__)
def test_every_model_has_a_docstring_of_its_own_and_needs_no_field(model):
    assert model.__doc__
    assert model.__doc__ != BaseModel.__doc__
    assert model.model_validate({}).model_fields_set == set()


@pytest.mark.parametrize("model", MODELS, ids=lambda model: model.__name__)
def test_every_model_keeps_what_it_does_not_know_and_takes_null(model):
    nulls = {name: None for name in model.model_fields if name != "role"}
    assert model.model_validate({**nulls, "other": 1}).model_extra == {"other": 1}


@pytest.mark.parametrize("model", MODELS, ids=lambda model: model.__name__)
def test_every_model_has_a_json_schema_of_its_clean_form(model):
    assert model.model_json_schema()["type"] == "object"


def test_kind_and_status_are_the_documented_words():
    assert typing.get_args(models.Kind) == ("chat", "prompt")
    assert typing.get_args(models.Status) == ("started", "finished", "failed")


def test_fields_of_fixed_meaning_are_described():
    fields = models.Completion.model_fields
    assert fields["duration"].description == (
        "Documented in seconds; Log10's clients write milliseconds."
    )


def test_a_lenient_type_names_its_clean_form():
    (mark,) = models.CompletionUsage.model_fields["prompt_tokens"].metadata
    read = TypeAdapter(mark.form).validate_python
    assert isinstance(mark, Clean)
    assert (read(0), read(None)) == (0, None)
    for unclean in ("12", -1, 1.5, True, 2**63):
        with pytest.raises(ValidationError):
            read(unclean)
