"""Streams, told as the full answers they amount to."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from completion_analytics.formats import FORMATS, NotACompletion
from completion_analytics.models.notes import Notes


def a_stream(*events, done=True):
    return {"object": "stream", "events": list(events), "done": done}


def a_chunk(delta=None, finish_reason=None, index=0, **fields):
    choice = {"index": index, "delta": delta or {}, "finish_reason": finish_reason}
    return {"id": "c1", "object": "chat.completion.chunk", "choices": [choice], **fields}


def test_the_chunks_of_the_documented_stream_say_hello(told):
    usage = {"prompt_tokens": 4, "completion_tokens": 2, "total_tokens": 6}
    row = told(
        a_stream(
            a_chunk({"role": "assistant", "content": "Hel"}, created=1700000000, model="m"),
            a_chunk({"content": "lo"}, "stop", created=1700000001, model="m"),
            {"id": "c1", "object": "chat.completion.chunk", "choices": [], "usage": usage},
        )
    )
    assert row.canonical == {
        "request": {"stream": True},
        "response": {
            "id": "c1",
            "object": "chat.completion",
            "created": 1700000000,
            "model": "m",
            "choices": [
                {
                    "index": 0,
                    "finish_reason": "stop",
                    "message": {"role": "assistant", "content": "Hello"},
                }
            ],
            "usage": usage,
        },
    }
    assert row.codes == []


def test_interleaved_choices_are_told_apart_by_index(told):
    row = told(
        a_stream(
            a_chunk({"content": "a"}, index=0),
            a_chunk({"content": "x"}, index=1),
            a_chunk({"content": "b"}, "stop", index=0),
            a_chunk({"content": "y"}, "length", index=1),
        )
    )
    said = [(c["message"]["content"], c["finish_reason"]) for c in row["response.choices"]]
    assert said == [("ab", "stop"), ("xy", "length")]


def test_empty_ids_are_passed_over_and_the_first_real_one_stays(told):
    first = {"id": "", "object": "", "created": 0, "model": "", "choices": []}
    row = told(a_stream(first, a_chunk({"content": "a"}), a_chunk({}, "stop", id="c2")))
    assert row["response.id"] == "c1"


def test_text_chunks_make_a_text_completion(told):
    chunks = [{"choices": [{"index": 0, "text": text}]} for text in ("Hel", "lo")]
    row = told(a_stream(*chunks))
    assert row["response.object"] == "text_completion"
    assert row["response.choices.0.text"] == "Hello"


def test_where_a_chunk_has_both_the_delta_counts(told):
    chunk = {"choices": [{"index": 0, "text": "hi", "delta": {"content": "hi"}}]}
    row = told(a_stream(chunk))
    assert row["response.choices.0.message.content"] == "hi"


def test_a_message_that_grows_beside_the_delta_is_not_added_to_it(told):
    chunks = [a_chunk({"content": "Hel"}), a_chunk({"content": "lo"}, "stop")]
    for chunk, so_far in zip(chunks, ("Hel", "Hello"), strict=True):
        chunk["choices"][0]["message"] = {"role": "assistant", "content": so_far}
    assert told(a_stream(*chunks))["response.choices.0.message.content"] == "Hello"


def test_tool_calls_grow_by_index_and_their_arguments_are_joined(told):
    def part(index, arguments, **more):
        return {"index": index, "function": {"arguments": arguments, **more.pop("f", {})}, **more}

    row = told(
        a_stream(
            a_chunk({"tool_calls": [part(0, "", id="t0", type="function", f={"name": "f"})]}),
            a_chunk({"tool_calls": [part(0, '{"a"'), part(1, "{", id="t1", f={"name": "g"})]}),
            a_chunk({"tool_calls": [part(1, "}", id=""), part(0, ":1}")]}, "tool_calls"),
        )
    )
    calls = row["response.choices.0.message.tool_calls"]
    assert [(call["id"], call["function"]) for call in calls] == [
        ("t0", {"name": "f", "arguments": '{"a":1}'}),
        ("t1", {"name": "g", "arguments": "{}"}),
    ]


def test_tool_calls_without_index_grow_by_their_id(told):
    def part(name, arguments):
        return {"id": name, "function": {"name": "f", "arguments": arguments}}

    deltas = [part("t0", "{"), part("t0", "}"), part(None, ""), part("t1", "{}")]
    chunks = [a_chunk({"tool_calls": [delta]}) for delta in deltas]
    calls = told(a_stream(*chunks))["response.choices.0.message.tool_calls"]
    assert [(call["id"], call["function"]["arguments"]) for call in calls] == [
        ("t0", "{}"),
        ("t1", "{}"),
    ]


def test_content_in_parts_stays_in_parts(told):
    parts = [{"type": "thinking", "thinking": []}]
    row = told(a_stream(a_chunk({"content": parts}), a_chunk({"content": "hi"}, "stop")))
    assert row["response.choices.0.message.content"] == [*parts, {"type": "text", "text": "hi"}]


def test_reasoning_refusal_and_logprobs_are_joined_too(told):
    first = a_chunk({"reasoning_content": "Hm", "refusal": "N"})
    first["choices"][0]["logprobs"] = {"content": [{"token": "N"}]}
    second = a_chunk({"reasoning_content": ".", "refusal": "o"}, "stop")
    second["choices"][0]["logprobs"] = {"content": [{"token": "o"}]}
    choice = told(a_stream(first, second))["response.choices.0"]
    assert choice["message"]["reasoning_content"] == "Hm."
    assert choice["message"]["refusal"] == "No"
    assert choice["logprobs"] == {"content": [{"token": "N"}, {"token": "o"}]}


def test_usage_is_the_last_reported_never_a_sum(told):
    chunks = [a_chunk({"content": "a"}, usage={"completion_tokens": n}) for n in (1, 2, 3)]
    row = told(a_stream(*chunks, a_chunk({}, "stop", usage=None)))
    assert row["response.usage"] == {"completion_tokens": 3}


def test_groqs_usage_stands_in_its_extras(told):
    row = told(a_stream(a_chunk({}, "stop", x_groq={"usage": {"prompt_tokens": 5}})))
    assert row["response.usage"] == {"prompt_tokens": 5}


def test_an_error_on_the_way_fails_the_call_and_keeps_what_came_before(told):
    error = {"message": "Tool call validation failed", "code": "tool_use_failed"}
    row = told(a_stream(a_chunk({"content": "par"}), {"error": error}, done=False))
    assert (row["status"], row["failure_kind"]) == ("failed", "tool_use_failed")
    assert row["response.choices.0.message.content"] == "par"
    assert row.codes == []


def test_a_stream_that_was_cut_is_unresolved_and_says_so(told):
    row = told(a_stream(a_chunk({"content": "par"}), done=False))
    assert row["status"] == "in_progress"
    assert row["response.choices.0.message.content"] == "par"
    assert row.codes == ["truncated_stream"]


@pytest.mark.parametrize(("reason", "done"), [("stop", False), (None, True)])
def test_a_finish_reason_or_the_done_mark_ends_a_stream(told, reason, done):
    assert told(a_stream(a_chunk({"content": "a"}, reason), done=done)).codes == []


def test_the_last_event_of_the_responses_api_holds_the_whole_answer(told):
    item = {"type": "message", "content": [{"type": "output_text", "text": "hi"}]}
    body = {"id": "resp_1", "object": "response", "status": "completed", "output": [item]}
    row = told(
        a_stream(
            {"type": "response.created", "response": {"id": "resp_1", "status": "in_progress"}},
            {"type": "response.output_text.delta", "output_index": 0, "delta": "hi"},
            {"type": "response.completed", "response": body},
            done=False,
        )
    )
    assert (row["status"], row["response.choices.0.message.content"]) == ("finished", "hi")
    assert row.codes == []


RESPONSES_DELTAS = (
    {"type": "response.created", "response": {"id": "resp_1", "status": "in_progress"}},
    {"type": "response.output_item.added", "output_index": 0, "item": {"type": "message"}},
    {"type": "response.output_text.delta", "output_index": 0, "delta": "h"},
    {"type": "response.output_text.delta", "output_index": 0, "delta": "i"},
    {
        "type": "response.output_item.added",
        "output_index": 1,
        "item": {"type": "function_call", "name": "f", "call_id": "t", "arguments": ""},
    },
    {"type": "response.function_call_arguments.delta", "output_index": 1, "delta": "{}"},
)


def test_without_its_last_event_the_deltas_are_put_together_and_the_call_is_unresolved(told):
    row = told(a_stream(*RESPONSES_DELTAS, done=False))
    (choice,) = row["response.choices"]
    assert choice["message"]["content"] == "hi"
    assert choice["message"]["tool_calls"][0]["function"] == {"name": "f", "arguments": "{}"}
    assert (row["status"], row["response.id"], row.codes) == (
        "in_progress",
        "resp_1",
        ["truncated_stream"],
    )


def test_an_error_event_of_the_responses_api_fails_the_call(told):
    error = {"type": "error", "code": "server_error", "message": "oops"}
    row = told(a_stream(*RESPONSES_DELTAS, error, done=False))
    assert (row["status"], row["failure_kind"]) == ("failed", "server_error")
    assert row["response.choices.0.message.content"] == "hi"


ANTHROPIC = (
    {
        "type": "message_start",
        "message": {"id": "msg_1", "model": "claude", "usage": {"input_tokens": 9}},
    },
    {"type": "content_block_start", "index": 0, "content_block": {"type": "text", "text": ""}},
    {"type": "content_block_delta", "index": 0, "delta": {"type": "text_delta", "text": "h"}},
    {"type": "ping"},
    {"type": "content_block_delta", "index": 0, "delta": {"type": "text_delta", "text": "i"}},
    {
        "type": "content_block_start",
        "index": 1,
        "content_block": {"type": "tool_use", "id": "t", "name": "f", "input": {}},
    },
    {
        "type": "content_block_delta",
        "index": 1,
        "delta": {"type": "input_json_delta", "partial_json": '{"a":1}'},
    },
    {
        "type": "message_delta",
        "delta": {"stop_reason": "tool_use"},
        "usage": {"output_tokens": 5},
    },
    {"type": "message_stop"},
)


def test_anthropics_events_amount_to_its_message(told):
    row = told(a_stream(*ANTHROPIC, done=False))
    (choice,) = row["response.choices"]
    assert choice["finish_reason"] == "tool_use"
    assert choice["message"]["content"] == "hi"
    assert choice["message"]["tool_calls"][0]["function"] == {"name": "f", "arguments": '{"a":1}'}
    assert (row["response.id"], row["response.model"]) == ("msg_1", "claude")
    usage = row.completion.response.usage
    assert (usage.prompt_tokens, usage.completion_tokens) == (9, 5)
    assert row.codes == []


def test_anthropics_stream_can_be_cut_or_fail(told):
    error = {"type": "error", "error": {"type": "overloaded_error", "message": "Overloaded"}}
    assert told(a_stream(*ANTHROPIC[:5], done=False)).codes == ["truncated_stream"]
    assert told(a_stream(*ANTHROPIC[:5], error, done=False))["failure_kind"] == "overloaded_error"


def test_an_empty_stream_is_refused(told):
    with pytest.raises(NotACompletion, match=r"^events: expected at least one event"):
        told(a_stream())


def test_an_event_that_is_no_object_is_refused_with_its_place(told):
    with pytest.raises(NotACompletion, match=r"^events.1: expected an object, got str"):
        told(a_stream({"choices": []}, "hi"))


@given(st.lists(st.text(max_size=4), min_size=1, max_size=8))
def test_however_a_text_is_cut_into_chunks_it_is_the_same_text(pieces):
    chunks = [a_chunk({"content": piece}) for piece in pieces]
    row = FORMATS["stream"].canonical(a_stream(*chunks, a_chunk({}, "stop")), Notes())
    assert row["response"]["choices"][0]["message"]["content"] == "".join(pieces)
