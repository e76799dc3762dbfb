"""Rows of the child frames, from validated records."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pandas as pd
import pytest

from completion_analytics.frames.answers import answers_of
from completion_analytics.frames.building import FrameBuilder
from completion_analytics.frames.counts import counts_of
from completion_analytics.frames.duplicates import IDENTITIES, repeats_among
from completion_analytics.models import Completion, CompletionUsage
from completion_analytics.reading import Origin


def frames_of(**record: Any) -> dict[str, pd.DataFrame]:
    builder = FrameBuilder()
    builder.add_completion(7, Origin("f", 1), "log10", Completion.model_validate(record))
    return builder.build()


def answered(**choice: Any) -> dict[str, pd.DataFrame]:
    return frames_of(response={"choices": [choice]})


def counts_in(usage: dict[str, Any] | None) -> dict[str, Any]:
    given = None if usage is None else CompletionUsage.model_validate(usage)
    return {name: column[0].as_py() for name, column in counts_of([given], [False]).items()}


UNKNOWN = (None, None, None)


def usage_of(prompt: int | None, completion: int | None, total: int | None) -> dict[str, Any]:
    return {"prompt_tokens": prompt, "completion_tokens": completion, "total_tokens": total}


@pytest.mark.parametrize(
    ("usage", "quality", "known"),
    [
        (None, "missing", UNKNOWN),
        ({}, "missing", UNKNOWN),
        (usage_of(None, None, 0), "missing", UNKNOWN),
        (usage_of(0, 0, 0), "zero_filled", UNKNOWN),
        (usage_of(-1, -1, -1), "sentinel", UNKNOWN),
        (usage_of(5, 0, 5), "reported", (5, 0, 5)),
        (usage_of(5, None, 5), "reported", (5, None, 5)),
        (usage_of(3017, 570, 3857), "inconsistent", (3017, 570, 3857)),
    ],
)
def test_placeholders_are_told_from_counts(
    usage: dict[str, Any] | None, quality: str, known: tuple[int | None, ...]
) -> None:
    counts = counts_in(usage)
    names = ("prompt_tokens", "completion_tokens", "total_tokens")
    assert counts["usage_quality"] == quality
    assert tuple(counts[name] for name in names) == known


def test_what_the_total_holds_besides_is_kept_apart() -> None:
    usage = {"prompt_tokens": 3017, "completion_tokens": 570, "total_tokens": 3857}
    assert counts_in(usage)["other_tokens"] == 270


@pytest.mark.parametrize(
    "usage",
    [
        {"prompt_tokens_details": {"cached_tokens": 3}},
        {"prompt_cache_hit_tokens": 3},
        {"cached_tokens": 3},
        {"num_cached_tokens": 3},
    ],
)
def test_cached_tokens_are_found_under_every_name(usage: dict[str, Any]) -> None:
    counts = {"prompt_tokens": 5, "completion_tokens": 1, "total_tokens": 6}
    assert counts_in(counts | usage)["cached_tokens"] == 3


def test_a_sentinel_is_unknown_among_the_details_as_well() -> None:
    usage = {"prompt_tokens": 9, "prompt_tokens_details": {"cached_tokens": -1}, "cached_tokens": 3}
    counts = counts_in(usage | {"completion_tokens_details": {"text_tokens": -1}})
    assert (counts["cached_tokens"], counts["completion_text_tokens"]) == (3, None)


def test_a_rest_that_no_column_can_hold_is_unknown() -> None:
    most = 2**63 - 1
    usage = {"prompt_tokens": most, "completion_tokens": most, "total_tokens": 0}
    assert counts_in(usage)["other_tokens"] is None


def test_parts_are_joined_and_other_parts_counted() -> None:
    parts = [
        {"type": "text", "text": "Look: "},
        {"type": "image_url"},
        {"type": "text", "text": "!"},
    ]
    choices = answered(message={"content": parts})["choices"]
    assert choices[["text", "n_other_parts"]].to_numpy().tolist() == [["Look: !", 1]]


def test_a_left_over_delta_is_read_where_there_is_no_message() -> None:
    assert answered(delta={"content": "hi"})["choices"]["text"].tolist() == ["hi"]


def test_a_function_call_at_the_choice_is_a_tool_call() -> None:
    calls = answered(function_call={"name": "f", "arguments": "{}"})["tool_calls"]
    assert calls[["name", "arguments", "arguments_valid"]].to_numpy().tolist() == [
        ["f", "{}", True]
    ]


@pytest.mark.parametrize("arguments", ["{'unit': None}", '{"unit": NaN}'])
def test_arguments_that_are_no_json_are_kept_as_invalid(arguments: str) -> None:
    call = {"id": "c", "type": "function", "function": {"name": "f", "arguments": arguments}}
    calls = answered(message={"tool_calls": [call]})["tool_calls"]
    assert calls["arguments"].tolist() == [arguments]
    assert calls["arguments_valid"].tolist() == [False]


def test_an_empty_file_or_function_of_a_stack_frame_is_missing() -> None:
    stack = frames_of(stacktrace=[{"file": "", "line": "", "lineno": 1, "name": ""}])["stacktrace"]
    assert stack[["file", "line", "name"]].isna().all(axis=None)


def test_tool_calls_say_where_they_stood() -> None:
    call = {"id": "c", "type": "function", "function": {"name": "f", "arguments": "{}"}}
    frames = frames_of(
        request={"messages": [{"role": "user"}, {"role": "assistant", "tool_calls": [call]}]},
        response={"choices": [{"index": 2, "message": {"tool_calls": [call, call]}}]},
    )
    calls = frames["tool_calls"]
    assert calls["message_index"].tolist()[0] == 1
    assert calls["choice_index"].tolist()[1:] == [2, 2]
    assert calls["tool_call_index"].tolist() == [0, 0, 1]


def test_prompts_of_a_text_request_are_messages() -> None:
    messages = frames_of(request={"prompt": ["One?", "Two?"]})["messages"]
    assert messages["role"].tolist() == ["prompt", "prompt"]
    assert messages["text"].tolist() == ["One?", "Two?"]


def test_token_ids_have_no_text() -> None:
    assert frames_of(request={"prompt": [1, 2, 3]})["messages"]["text"].isna().tolist() == [True]


def test_chat_logprobs_are_a_row_per_token() -> None:
    tokens = [
        {"token": "a", "logprob": -0.5, "top_logprobs": [{"token": "b", "logprob": -1.0}]},
        {"token": "c", "logprob": -9999.0, "top_logprobs": []},
    ]
    frame = answered(message={"content": "ac"}, logprobs={"content": tokens})["logprobs"]
    assert frame["token"].tolist() == ["a", "c"]
    assert frame["logprob"].tolist() == [-0.5, -math.inf]
    assert frame["is_sentinel"].tolist() == [False, True]
    assert frame["top_logprobs"].iloc[0] == '{"b": -1.0}'


def test_legacy_logprobs_may_begin_with_null() -> None:
    logprobs = {
        "tokens": ["a", "b"],
        "token_logprobs": [None, -1.0],
        "top_logprobs": [None, {"b": -1.0}],
    }
    frame = answered(text="ab", logprobs=logprobs)["logprobs"]
    assert frame["logprob"].isna().tolist() == [True, False]
    assert frame["token_index"].tolist() == [0, 1]


def test_resolved_tags_win_over_ids_and_stand_once() -> None:
    tags = frames_of(
        tags=["5f0e"],
        tagResolved=[{"id": "5f0e", "name": "maths"}, {"name": "maths"}, {"name": "b"}],
    )["tags"]
    assert tags["tag"].tolist() == ["maths", "b"]


@pytest.mark.parametrize(
    ("response", "server_duration_s"),
    [
        ({"usage": {"prompt_tokens": 1, "total_time": 0.096}}, 0.096),
        ({"timings": {"prompt_ms": 12.5, "predicted_ms": 30.0}}, 0.0425),
        ({"time_info": {"total_time": 0.25}}, 0.25),
        ({"timings": {"prompt_ms": 12.5}}, None),
    ],
)
def test_the_providers_own_time_is_read(
    response: dict[str, Any], server_duration_s: float | None
) -> None:
    facts = frames_of(response={"choices": []} | response)["facts"]
    if server_duration_s is None:
        assert facts["server_duration_s"].isna().all()
    else:
        assert facts["server_duration_s"].tolist() == [pytest.approx(server_duration_s)]


def test_choices_keep_their_own_numbers() -> None:
    record = Completion.model_validate(
        {"response": {"choices": [{"index": 1, "text": "b"}, {"index": 0, "text": "a"}]}}
    )
    assert list(answers_of([record.response]).choice_index) == [1, 0]


def test_an_index_that_is_repeated_is_replaced_by_positions() -> None:
    record = {"response": {"choices": [{"index": 0, "text": "a"}, {"index": 0, "text": "b"}]}}
    assert frames_of(**record)["choices"]["choice_index"].tolist() == [0, 1]


def test_the_same_prompt_has_the_same_hash_whatever_the_order_of_keys() -> None:
    one = frames_of(request={"messages": [{"role": "user", "content": "hi"}], "model": "a"})
    two = frames_of(request={"model": "b", "messages": [{"content": "hi", "role": "user"}]})
    three = frames_of(request={"messages": [{"role": "user", "content": "ho"}]})
    hashes = [frames["facts"]["prompt_hash"].iloc[0] for frames in (one, two, three)]
    assert hashes[0] == hashes[1] != hashes[2]


def test_of_two_rows_with_one_identity_the_better_stays() -> None:
    outcomes = np.array(["unresolved", "finished", "failed", "finished", "finished"])
    identities = IDENTITIES.build(
        {"row_id": range(5), "key": [*"aaabb"], "size": [9, 5, 9, 5, 5]},
    )
    # a: finished beats failed beats unresolved, whatever their size. b: the later of equals.
    repeats = repeats_among(identities, outcomes)
    assert repeats.dropped.tolist() == [0, 2, 3]
    assert repeats.standing.tolist() == [1, 4]


def test_of_two_finished_rows_the_fuller_stays() -> None:
    identities = IDENTITIES.build({"row_id": range(2), "key": [*"aa"], "size": [9, 5]})
    assert repeats_among(identities, np.array(["finished"] * 2)).dropped.tolist() == [1]


@pytest.mark.parametrize("lineno", [2**63, -(2**70), 1e300, float("inf")])
def test_a_line_number_that_no_file_has_is_missing(lineno: float) -> None:
    frame = {"file": "app.py", "line": "ask()", "lineno": lineno, "name": "main"}
    stack = frames_of(stacktrace=[frame])["stacktrace"]
    assert stack["lineno"].isna().all()
    assert stack["file"].tolist() == ["app.py"]
