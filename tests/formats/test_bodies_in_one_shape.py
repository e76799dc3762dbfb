"""Bare bodies of every provider, in OpenAI's shape."""

from __future__ import annotations

import pytest

from completion_analytics.formats import NotACompletion


def test_an_openai_body_is_the_response(told, a_body):
    body = a_body()
    assert told(body).canonical == {"response": body}


def test_a_router_that_fails_with_http_200_says_so_in_the_body(told):
    body = {"id": "gen-1", "choices": None, "error": {"code": 429, "message": "slow down"}}
    row = told(body)
    assert (row["failure_kind"], row["failure_reason"]) == ("429", "slow down")
    assert row["response"] == body


def test_an_error_in_a_choice_is_told_beside_the_body(told):
    choice = {"index": 0, "message": {"content": "par"}, "error": {"code": 502, "message": "gone"}}
    assert told({"choices": [choice]})["failure_reason"] == "gone"


def test_azures_first_chunk_needs_no_choices(told):
    assert told({"prompt_filter_results": [{"prompt_index": 0}]}).format.name == "openai_body"


def test_a_tool_call_that_stands_alone_becomes_a_list_of_one(told):
    call = {"id": "", "function": {"name": "f", "arguments": "{}"}}
    row = told({"choices": [{"index": 0, "delta": {"tool_calls": call}}, {"index": 1, "text": ""}]})
    assert row["response.choices.0.delta.tool_calls"] == [call]
    assert row["response.choices.1"] == {"index": 1, "text": ""}
    assert row.codes == ["object_mismatch"]


RESPONSES = {
    "id": "resp_1",
    "object": "response",
    "created_at": 1760000000.0,
    "completed_at": 1760000003.0,
    "status": "completed",
    "model": "gpt-5",
    "output": [
        {"type": "reasoning", "summary": [{"type": "summary_text", "text": "Think."}]},
        {
            "type": "message",
            "content": [
                {"type": "output_text", "text": "hi", "logprobs": [{"token": "hi"}]},
                {"type": "output_text", "text": " you"},
            ],
        },
        {"type": "function_call", "id": "fc", "call_id": "c1", "name": "f", "arguments": "{}"},
        {"type": "custom_tool_call", "call_id": "c2", "name": "g", "input": "ls"},
    ],
    "usage": {
        "input_tokens": 7,
        "input_tokens_details": {"cached_tokens": 3},
        "output_tokens": 2,
        "output_tokens_details": {"reasoning_tokens": 1},
        "total_tokens": 9,
    },
}


def test_the_output_items_of_the_responses_api_become_one_choice(told):
    row = told(RESPONSES)
    assert (row["status"], row["server_duration_s"]) == ("finished", 3.0)
    assert (row["response.object"], row["response.created"]) == ("response", 1760000000.0)
    (choice,) = row["response.choices"]
    assert choice["finish_reason"] == "completed"
    assert choice["message"]["content"] == "hi you"
    assert choice["message"]["reasoning"] == "Think."
    assert choice["logprobs"] == {"content": [{"token": "hi"}]}
    function, custom = choice["message"]["tool_calls"]
    assert function["id"] == "c1"
    assert function["function"] == {"name": "f", "arguments": "{}"}
    assert custom == {"id": "c2", "type": "custom", "custom": {"name": "g", "input": "ls"}}
    usage = row.completion.response.usage
    assert (usage.prompt_tokens, usage.completion_tokens, usage.total_tokens) == (7, 2, 9)
    assert usage.prompt_tokens_details.cached_tokens == 3
    assert usage.completion_tokens_details.reasoning_tokens == 1


def test_an_incomplete_response_without_output_still_says_why_it_ended(told):
    details = {"reason": "max_output_tokens"}
    row = told(RESPONSES | {"status": "incomplete", "incomplete_details": details, "output": []})
    assert row["response.choices.0.finish_reason"] == "max_output_tokens"
    assert row.completion is not None
    assert row.codes == []


def test_an_incomplete_response_is_finished_and_says_why_it_ended(told):
    row = {**RESPONSES, "status": "incomplete", "incomplete_details": {"reason": "content_filter"}}
    row = told(row)
    assert row["status"] == "finished"
    assert row["response.choices.0.finish_reason"] == "content_filter"


@pytest.mark.parametrize("word", ["in_progress", "queued"])
def test_a_response_in_progress_keeps_what_came_of_it_and_has_not_ended(told, word):
    row = told({**RESPONSES, "status": word})
    assert (row["status"], row["response.choices.0.finish_reason"]) == (word, None)
    assert row["response.choices.0.message.content"] == "hi you"


def test_a_failed_response_tells_its_error_and_a_cancelled_one_that_it_was(told):
    error = {"code": "server_error", "message": "oops"}
    failed = told({"object": "response", "status": "failed", "output": [], "error": error})
    cancelled = told({"object": "response", "status": "cancelled", "output": [], "error": None})
    assert (failed["status"], failed["failure_kind"]) == ("failed", "server_error")
    assert (cancelled["status"], cancelled["failure_kind"]) == ("failed", "cancelled")


def test_a_refusal_of_the_responses_api_is_no_content(told):
    item = {"type": "message", "content": [{"type": "refusal", "refusal": "No."}]}
    message = told({"object": "response", "output": [item]})["response.choices.0.message"]
    assert (message["refusal"], message["content"]) == ("No.", None)


@pytest.mark.parametrize(
    ("output", "path"),
    [(["hi"], "output.0"), ([{"type": "message", "content": ["hi"]}], "output.0.content.0")],
)
def test_an_output_that_holds_no_objects_is_refused_with_its_place(told, output, path):
    with pytest.raises(NotACompletion, match=f"^{path}: expected an object, got str"):
        told({"object": "response", "output": output})


def test_anthropics_blocks_become_one_message_and_its_counts_include_the_cache(told):
    row = told(
        {
            "id": "msg_1",
            "type": "message",
            "role": "assistant",
            "model": "claude",
            "content": [
                {"type": "thinking", "thinking": "Hm."},
                {"type": "text", "text": "Look: "},
                {"type": "tool_use", "id": "t1", "name": "f", "input": {"a": 1}},
                {"type": "text", "text": "there."},
            ],
            "stop_reason": "tool_use",
            "usage": {
                "input_tokens": 5,
                "cache_read_input_tokens": 3,
                "cache_creation_input_tokens": 2,
                "output_tokens": 4,
            },
        }
    )
    message = row["response.choices.0.message"]
    assert message["content"] == "Look: there."
    assert message["reasoning"] == "Hm."
    assert message["tool_calls"][0]["function"] == {"name": "f", "arguments": '{"a": 1}'}
    assert row["response.choices.0.finish_reason"] == "tool_use"
    assert row["response.usage.prompt_tokens"] == 10
    assert row["response.usage.completion_tokens"] == 4
    assert row["response.usage.prompt_tokens_details"] == {
        "cached_tokens": 3,
        "cache_write_tokens": 2,
    }
    assert len(row.completion.response.choices) == 1
    assert row.codes == []


def test_unknown_counts_of_anthropic_stay_unknown(told):
    row = told({"type": "message", "content": [], "usage": {"cache_read_input_tokens": 3}})
    assert row["response.usage.prompt_tokens"] is None
    assert row["response.usage.completion_tokens"] is None


def test_anthropics_older_bodies_are_text_completions(told):
    row = told({"completion": " hi", "stop_reason": "stop_sequence", "model": "claude-2"})
    assert row["response.choices"] == [
        {"index": 0, "finish_reason": "stop_sequence", "text": " hi"}
    ]


def test_ollamas_nanoseconds_become_seconds(told):
    row = told(
        {
            "model": "llama3.2",
            "created_at": "2025-02-01T10:00:00.123456789Z",
            "response": "hi",
            "done": True,
            "done_reason": "stop",
            "total_duration": 2_400_000_000,
            "prompt_eval_count": 6,
            "eval_count": 2,
        }
    )
    assert (row["duration_s"], row["created_at"]) == (2.4, "2025-02-01T10:00:00.123456789Z")
    assert row["response.choices.0.text"] == "hi"
    assert row["response.choices.0.finish_reason"] == "stop"
    assert row["response.usage"] == {"prompt_tokens": 6, "completion_tokens": 2}
    assert row["response.model"] == "llama3.2"


def test_ollamas_tool_arguments_are_text_as_everywhere(told):
    call = {"function": {"name": "f", "arguments": {"a": 1}}}
    message = {"role": "assistant", "content": "", "tool_calls": [call]}
    row = told({"model": "m", "message": message, "done": True})
    function = row["response.choices.0.message.tool_calls.0.function"]
    assert function == {"name": "f", "arguments": '{"a": 1}'}
    assert row.completion is not None
    assert row.codes == []


def test_an_ollama_answer_that_is_not_done_and_says_nothing_is_unresolved(told):
    message = {"role": "assistant", "content": ""}
    row = told({"model": "m", "message": message, "done": False})
    assert (row["status"], row["response.choices"]) == ("started", [])


def test_embeddings_are_finished_and_of_their_own_kind(told):
    body = {"object": "list", "data": [{"embedding": [0.5]}], "model": "e"}
    assert told(body).canonical == {"kind": "embedding", "status": "finished", "response": body}


def test_counts_under_other_names_or_in_groqs_own_object_are_found(told):
    body = {"object": "chat.completion", "choices": [{"message": {"content": "hi"}}]}
    counts = {"input_tokens": 7, "output_tokens": 2, "total_tokens": 9}
    renamed = told({**body, "usage": counts})
    usual = {"prompt_tokens": 7, "completion_tokens": 2, "total_tokens": 9}
    in_groq = told({**body, "x_groq": {"usage": usual}})
    for row in (renamed, in_groq):
        assert (row["response.usage.prompt_tokens"], row["response.usage.completion_tokens"]) == (
            7,
            2,
        )
