"""Log10's own forms: rows, TypeScript's spelling, benchmarks, feedback."""

from __future__ import annotations

import pytest

from completion_analytics.formats import FORMATS, NotACompletion
from completion_analytics.models.notes import Notes


def test_a_clean_row_is_returned_as_it_is(a_body):
    row = {"id": "a", "status": "finished", "kind": "chat", "request": {}, "response": a_body()}
    assert FORMATS["log10"].canonical(row, Notes()) is row


@pytest.mark.parametrize("payload", [None, '{"choices": []}'])
def test_json_texts_and_nulls_are_left_to_the_models(payload):
    row = {"status": "started", "kind": "chat", "request": payload, "response": payload}
    assert FORMATS["log10"].canonical(row, Notes()) is row


def test_a_row_without_response_is_a_started_call_not_a_request(told):
    row = told({"id": "u", "kind": "chat", "status": "started", "request": {"model": "m"}})
    assert row.format.name == "log10"


def test_an_error_body_as_response_is_told_beside_the_rows_own_status(told):
    row = {"id": "a", "status": "finished", "request": {}, "response": {"error": {"code": "x"}}}
    row = told(row)
    assert (row["status"], row["failure_kind"], row["response"]) == ("finished", "x", None)


def test_the_rows_own_failure_wins_over_the_bodys(told, a_body):
    body = a_body(error={"message": "slow down", "code": "rate_limit_exceeded"})
    row = {"status": "failed", "failure_kind": "RateLimitError", "request": {}, "response": body}
    row = told(row)
    assert row["failure_kind"] == "RateLimitError"
    assert row["failure_reason"] == "slow down"
    assert row["error.code"] == "rate_limit_exceeded"


def test_a_top_level_error_text_becomes_an_error_object(told):
    row = told({"status": "failed", "kind": "chat", "request": {}, "error": "boom"})
    assert row["error.message"] == "boom"
    assert row.get("failure_kind") is None


@pytest.mark.parametrize("nothing", [False, "", {}, []])
def test_an_empty_error_is_none(told, nothing):
    row = told({"status": "finished", "kind": "chat", "request": {}, "error": nothing})
    assert "error" not in row.canonical


def test_another_providers_body_inside_a_row_takes_openais_shape(told):
    body = {"type": "message", "content": [{"type": "text", "text": "hi"}], "stop_reason": "x"}
    row = told({"status": "finished", "duration": 60, "request": {}, "response": body})
    assert row["response.choices.0.message.content"] == "hi"
    assert row["duration"] == 60


def test_camel_case_is_mapped_at_every_level(told):
    row = told(
        {
            "organizationId": "o1",
            "sessionId": "s9",
            "status": "finished",
            "request": {"maxTokens": 40, "tools": [{"function": {"parameters": {"topP": 1}}}]},
            "response": {
                "systemFingerprint": "fp",
                "choices": [{"finishReason": "stop", "message": {"toolCalls": []}}],
                "usage": {"promptTokens": 9, "completionTokensDetails": {"reasoningTokens": 4}},
            },
        }
    )
    assert (row["organization_id"], row["session_id"]) == ("o1", "s9")
    assert row["request.max_tokens"] == 40
    assert row["request.tools.0.function.parameters"] == {"topP": 1}
    assert row["response.choices.0.finish_reason"] == "stop"
    assert row["response.choices.0.message.tool_calls"] == []
    assert row["response.usage.prompt_tokens"] == 9
    assert row["response.usage.completion_tokens_details.reasoning_tokens"] == 4


@pytest.mark.parametrize(
    "name", ["arguments", "parameters", "metadata", "jsonValues", "logitBias", "schema"]
)
def test_the_users_own_words_keep_their_spelling(told, name):
    row = told({"createdAt": "2024-01-01", "request": {name: {"maxTokens": 1, "a": {"topP": 2}}}})
    (kept,) = row["request"].values()
    assert kept == {"maxTokens": 1, "a": {"topP": 2}}


BENCHMARK = {
    "completion_id": "b1",
    "tags": "['nightly']",
    "prompt_messages": '[{"role": "user", "content": "Hi"}]',
    "model": "gpt-4o (original model)",
    "content": "Hello",
    "prompt_tokens": "8",
    "completion_tokens": "1",
    "total_tokens": "9",
    "duration_ms": "911",
}


def test_a_benchmark_row_is_a_chat_completion_with_seconds_and_no_status(told):
    row = told(BENCHMARK)
    assert (row["id"], row["duration_s"], row["response.model"]) == ("b1", 0.911, "gpt-4o")
    assert row["is_original_model"] is True
    assert row["request.messages"] == [{"role": "user", "content": "Hi"}]
    assert row["response.choices.0.message.content"] == "Hello"
    assert row.completion.response.usage.total_tokens == 9
    assert row.completion.tags == ["nightly"]
    assert "status" not in row.canonical


def test_a_benchmark_row_under_the_headings_of_version_0_10_4_says_the_same(told):
    headings = {"duration_ms": "Duration (ms)", "completion_id": "Completion ID"}
    row = {headings.get(k, k.replace("_", " ").title()): v for k, v in BENCHMARK.items()}
    assert told(row).canonical == told(BENCHMARK).canonical


def test_a_benchmarked_models_own_name_stays(told):
    row = told({**BENCHMARK, "model": "gpt-3.5-turbo", "duration_ms": ""})
    assert (row["response.model"], row["is_original_model"]) == ("gpt-3.5-turbo", False)
    assert row["duration_s"] is None


@pytest.mark.parametrize(
    ("field", "value", "reason"),
    [("duration_ms", "soon", "expected a number"), ("prompt_messages", "Hi", "expected JSON text")],
)
def test_a_benchmark_row_that_cannot_be_read_says_where(told, field, value, reason):
    with pytest.raises(NotACompletion, match=f"^{field}: {reason}"):
        told({**BENCHMARK, field: value})


def test_feedback_keeps_its_values_as_they_are(told):
    row = told({"taskId": "t", "jsonValues": {"maxTokens": 7}, "matchedCompletionIds": ["c"]})
    assert row.format.makes == "feedback"
    assert row.canonical == {
        "task_id": "t",
        "json_values": {"maxTokens": 7},
        "matched_completion_ids": ["c"],
    }
