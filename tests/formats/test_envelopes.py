"""Answers in envelopes: recorded pairs, batches, OpenPipe, evaluations, unknown wrappers."""

from __future__ import annotations

import pytest

from completion_analytics.formats import NotACompletion


def test_a_recorded_pair_has_an_http_status_a_time_and_a_duration_in_seconds(told, a_body):
    record = {
        "status": 200,
        "latencyMs": 1200,
        "recorded_at": "2024-06-06T16:58:30+00:00",
        "request": {"model": "m"},
        "response": a_body(),
        "team": "blue",
    }
    row = told(record)
    assert (row["http_status"], row["duration_s"]) == (200, 1.2)
    assert row["created_at"] == "2024-06-06T16:58:30+00:00"
    assert (row["request.model"], row["team"]) == ("m", "blue")
    assert row.canonical.keys().isdisjoint({"status", "latencyMs", "recorded_at"})


@pytest.mark.parametrize(
    ("origin", "name"),
    [
        ("openai-processing-ms", "server_duration_s"),
        ("x-envoy-upstream-service-time", "server_duration_s"),
        ("usage.total_time", "server_duration_s"),
        ("stopwatch", "duration_s"),
        (None, "duration_s"),
    ],
)
def test_a_duration_that_the_server_measured_is_the_servers(told, a_body, origin, name):
    record = {"status": 200, "duration_s": 0.5, "duration_from": origin, "response": a_body()}
    times = {"duration_s", "server_duration_s"} & told(record).canonical.keys()
    assert times == {name}


@pytest.mark.parametrize(
    ("key", "value", "seconds"),
    [("duration_ms", "250", 0.25), ("latency_ns", 5e8, 0.5), ("elapsed_seconds", 2, 2.0)],
)
def test_the_unit_in_a_durations_name_is_believed(told, a_body, key, value, seconds):
    assert told({"status": 200, key: value, "response": a_body()})["duration_s"] == seconds


def test_a_duration_in_no_unit_is_left_raw(told, a_body):
    row = told({"status": 200, "duration": 812, "response": a_body()})
    assert row["duration"] == 812
    assert "duration_s" not in row.canonical


@pytest.mark.parametrize("answer", ["upstream connect error", "<html>no</html>", "{broken"])
def test_text_is_an_answer_of_a_failed_call_only(told, answer):
    row = told({"status": 503, "request": {}, "response": answer})
    assert (row["failure_kind"], row["failure_reason"], row["response"]) == ("503", answer, None)
    with pytest.raises(NotACompletion, match=r"^response: expected a completion as an object"):
        told({"status": 200, "request": {}, "response": answer})


def test_a_streams_text_as_answer_is_refused_with_a_hint(told):
    with pytest.raises(NotACompletion) as caught:
        told({"status": 200, "request": {}, "response": 'data: {"choices": []}'})
    assert ".sse" in caught.value.hint


def test_json_text_as_answer_is_read_and_noted(told):
    row = told({"status": 200, "request": {}, "response": '{"choices": []}'})
    assert row["response"] == {"choices": []}
    assert row.codes == ["json_string_payload"]


def test_no_answer_is_a_failed_call_or_an_unresolved_one(told):
    failed = told({"status": 500, "request": {}, "response": None})
    unresolved = told({"status": 200, "request": {}, "response": None})
    assert (failed["failure_kind"], failed["http_status"]) == ("500", 500)
    assert "failure_kind" not in unresolved.canonical


def test_an_error_with_http_200_fails_the_call(told):
    error = {"message": "filtered", "type": None, "code": "content_filter", "status": 400}
    row = told({"status": 200, "request": {}, "response": {"error": error}})
    assert (row["failure_kind"], row["http_status"]) == ("content_filter", 200)


def test_an_answer_that_is_no_completion_is_refused_with_its_keys(told):
    with pytest.raises(NotACompletion, match=r"only the keys \['method', 'path'\]"):
        told({"status": 200, "request": {}, "response": {"path": "/", "method": "POST"}})


def test_a_body_under_wrappers_of_its_own_is_found_and_noted(told, a_body):
    answer = {"status": "OK", "data": {"status": "OK", "data": a_body()}}
    row = told({"status": 200, "request": {}, "response": answer})
    assert row["response.id"] == "chatcmpl-1"
    assert list(row.notes) == [("unknown_wrapper", "response.data.data")]


def test_a_request_that_failed_for_its_own_shape_is_kept_aside(told):
    row = told({"status": 422, "request": {"messages": "Hi", "model": "m"}, "response": "no"})
    assert row["request"] == {"model": "m", "malformed_messages": "Hi"}
    assert row.completion.kind == "chat"


def test_a_batch_line_is_named_by_its_custom_id(told, a_body):
    outer = {"status_code": 200, "request_id": "q", "body": a_body()}
    row = told({"id": "batch_req_1", "custom_id": "r1", "response": outer, "error": None})
    assert (row["id"], row["custom_id"], row["batch_request_id"]) == ("r1", "r1", "batch_req_1")
    assert (row["http_status"], row["response.id"]) == (200, "chatcmpl-1")


def test_a_batch_line_that_expired_has_failed(told):
    error = {"code": "batch_expired", "message": "m"}
    row = told({"id": "b", "custom_id": "r1", "response": None, "error": error})
    assert (row["failure_kind"], row["failure_reason"]) == ("batch_expired", "m")


def test_a_batch_line_may_fail_by_its_status_code_alone(told):
    body = {"error": {"message": "slow down", "code": "rate_limit_exceeded"}}
    outer = {"status_code": 429, "body": body}
    row = told({"custom_id": "r1", "response": outer, "error": None})
    assert (row["failure_kind"], row["http_status"]) == ("rate_limit_exceeded", 429)


def test_a_batch_line_with_an_error_may_lack_its_body(told):
    outer = {"status_code": 400, "request_id": "q"}
    row = told({"custom_id": "r1", "response": outer, "error": {"message": "bad"}})
    assert (row["failure_reason"], row["response"], row["http_status"]) == ("bad", None, 400)


@pytest.mark.parametrize(
    ("body", "kind"),
    [
        ({"object": "response", "status": "completed", "output": []}, "response"),
        ({"object": "list", "data": [{"embedding": [0.5]}]}, "embedding"),
    ],
)
def test_a_batch_may_be_of_any_endpoint(told, body, kind):
    outer = {"status_code": 200, "body": body}
    row = told({"custom_id": "r1", "response": outer, "error": None})
    assert kind in (row.get("kind"), row["response.object"])


@pytest.mark.parametrize(
    ("result", "status", "kind"),
    [
        ({"type": "expired"}, "failed", "expired"),
        ({"type": "canceled"}, "failed", "canceled"),
        (
            {"type": "errored", "error": {"type": "error", "error": {"type": "api_error"}}},
            None,
            "api_error",
        ),
    ],
)
def test_an_anthropic_batch_line_without_a_message_has_failed(told, result, status, kind):
    row = told({"custom_id": "a1", "result": result})
    assert (row["id"], row.get("status"), row["failure_kind"]) == ("a1", status, kind)


def test_an_anthropic_batch_line_that_succeeded_holds_a_message(told):
    message = {"type": "message", "content": [{"text": "hi"}], "stop_reason": "end_turn"}
    row = told({"custom_id": "a1", "result": {"type": "succeeded", "message": message}})
    assert row["response.choices.0.message.content"] == "hi"


def test_openpipes_input_and_output_are_request_and_response(told, a_body):
    record = {
        "input": {"model": "m", "messages": []},
        "output": a_body(),
        "tags": {"promptId": "x"},
    }
    row = told(record)
    assert row["request.model"] == "m"
    assert row["response.id"] == "chatcmpl-1"
    assert row.completion.tags == ["promptId=x"]


def test_an_evaluation_items_grade_is_no_status(told):
    sample = {"model": "m", "output": [{"role": "assistant", "content": "hi"}], "input": []}
    row = told({"object": "eval.run.output_item", "id": "o", "status": "fail", "sample": sample})
    assert (row.get("status"), row["eval_status"]) == (None, "fail")
    assert row["response.choices.0.message.content"] == "hi"


def test_an_unknown_wrapper_is_opened_noted_and_keeps_its_own_keys(told, a_body):
    row = told({"team": "blue", "tags": ["a"], "answer": {"body": a_body()}})
    assert row.format.name == "wrapped"
    assert (row["team"], row["tags"], row["response.id"]) == ("blue", ["a"], "chatcmpl-1")
    assert list(row.notes) == [("unknown_wrapper", "answer.body")]


def test_a_wrapper_around_two_bodies_is_refused(told, a_body):
    with pytest.raises(NotACompletion, match="no known form has the keys left, right"):
        told({"left": a_body(), "right": a_body()})


def test_a_wrapped_log10_row_keeps_its_envelope(told):
    row = told({"data": {"id": "a", "status": "started", "kind": "chat", "request": {}}})
    assert (row["id"], row["status"]) == ("a", "started")


def test_an_integer_status_on_a_wrapper_is_an_http_status(told, a_body):
    row = told({"status": 200, "data": a_body()})
    assert row["http_status"] == 200
    assert "status" not in row.canonical
