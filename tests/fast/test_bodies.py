"""Bare bodies on the fast path give what the plain path gives, identities included."""

from __future__ import annotations

import json
from itertools import islice
from random import Random
from typing import Any

import pytest

import completion_analytics as ca
from bench.fuzz import differences, fast_lines, file_of, seed_lines
from bench.mutations import mutated_lines
from completion_analytics.fast import bodies
from completion_analytics.fast.rows import clean_rows
from completion_analytics.formats import FORMATS
from completion_analytics.models import CreateChatCompletionResponse
from completion_analytics.models.text import CreateCompletionResponse
from completion_analytics.reading.json_values import parse

USAGE = {"prompt_tokens": 4, "completion_tokens": 2, "total_tokens": 6}
HEAD = {"id": "b-1", "created": 1_700_000_100, "model": "m", "usage": USAGE}
A_TEXT = {"index": 0, "text": " 4\n", "logprobs": None, "finish_reason": "stop"}
A_MESSAGE = {"index": 0, "message": {"role": "assistant", "content": "4"}, "finish_reason": "stop"}
A_CALL = {"id": "c", "type": "function", "function": {"name": "f", "arguments": "{}"}}
A_ROW = {
    "id": "c-1",
    "created_at": "2025-03-01T09:00:00+00:00",
    "status": "finished",
    "request": {"model": "m", "messages": [{"role": "user", "content": "2+2?"}]},
    "response": HEAD | {"choices": [A_MESSAGE]},
    "tagResolved": [],
    "stacktrace": [],
}


def text(**changed: Any) -> bytes:
    return json.dumps(HEAD | {"object": "text_completion", "choices": [A_TEXT]} | changed).encode()


def chat(**changed: Any) -> bytes:
    return json.dumps(
        HEAD | {"object": "chat.completion", "choices": [A_MESSAGE]} | changed
    ).encode()


def is_fast(raw: bytes) -> bool:
    return fast_lines([raw]) == 1


LOGPROBS = {"tokens": ["a"], "token_logprobs": [-1], "top_logprobs": [{"a": -0.5}]}


@pytest.mark.parametrize(
    "raw",
    [
        text(),
        chat(),
        text(choices=[A_TEXT, A_TEXT | {"index": 1, "text": ""}]),
        text(choices=[A_TEXT | {"logprobs": LOGPROBS | {"text_offset": [0]}}]),
        text(choices=[A_TEXT | {"text": 'says "message": no'}]),
        chat(choices=[A_MESSAGE | {"message": {"content": None, "tool_calls": [A_CALL]}}]),
        chat(choices=[A_MESSAGE | {"text": "both"}]),
        chat(usage=None),
        chat(id=""),
        chat(id=None, created=None, model=None),
        chat(object="response"),
        chat(object="embedding"),
        chat(object=None, error=None, provider="router", service_tier="flex"),
        chat(usage=USAGE | {"total_time": 0.5}),
        chat(timings={"prompt_ms": 5, "predicted_ms": 7.5}),
        chat(created="2025-02-30T10:00:00Z"),
        chat(created=1.7e9),
    ],
)
def test_a_clean_body_is_fast_and_gives_the_same_log_on_both_paths(raw: bytes) -> None:
    assert is_fast(raw)
    assert differences(b"\n".join([raw, text(id="2"), chat(id="3")])) == []


@pytest.mark.parametrize(
    "raw",
    [
        chat(object="chat.completion.chunk"),
        chat(choices=[{"index": 0, "delta": {"content": "4"}}]),
        chat(choices=[{"index": 0, "delta": {"tool_calls": A_CALL}}]),
        chat(choices=[{"index": 0}]),
        chat(choices=[A_MESSAGE | {"index": 1}]),
        chat(choices=[A_MESSAGE, A_MESSAGE]),
        chat(choices=[A_MESSAGE, A_TEXT | {"index": 1}]),
        chat(choices=[A_MESSAGE | {"error": {"message": "boom"}}]),
        chat(choices=[]),
        text(choices=None),
        text(choices=[A_TEXT | {"text": None}]),
        text(choices=[A_TEXT | {"index": None}]),
        chat(error={"message": "boom"}),
        chat(error="boom"),
        chat(error=False),
        chat(usage={"input_tokens": 4, "output_tokens": 2}),
        chat(usage=USAGE | {"prompt_tokens": -1}),
        chat(usage=None, x_groq={"usage": USAGE}),
        chat(created=0),
        chat(response={}),
        chat(request={}),
        chat(status="finished"),
        chat(team="blue"),
        json.dumps(HEAD | {"object": "chat.completion"}).encode(),
        text().replace(b'"stop"', rb'"\ud83d"'),
        text().replace(b'"stop"', b'"\xff"'),
        text().replace(b'"stop"', b"NaN"),
        text() + text(),
        b"[" + text() + b"]",
    ],
)
def test_a_body_that_is_not_clean_is_left_to_the_models(raw: bytes) -> None:
    assert not is_fast(raw)
    assert differences(b"\n".join([text(id="before"), raw, chat(id="behind")])) == []


@pytest.mark.parametrize("options", [{}, {"strict": True}, {"keep_raw": True}])
def test_rows_and_bodies_may_stand_in_one_file(options: dict[str, Any]) -> None:
    rows = [json.dumps(A_ROW | {"id": str(number)}).encode() for number in range(3)]
    chunk = b'{"id": "s", "object": "chat.completion.chunk", "choices": [{"delta": {}}]}'
    lines = [rows[0], text(id="1"), chat(id="2"), rows[1], chunk, chunk, text(id="3"), rows[2]]
    assert differences(b"\n".join(lines), **options) == []
    forms = ca.load(b"\n".join(lines), **options).completions["form"]
    body, row = "openai_body", "log10"
    assert forms.tolist() == [row, body, body, row, "stream", body, row]


def test_a_log_of_bodies_alone_has_no_mark_of_log10() -> None:
    log = ca.load(text() + b"\n" + chat(id="2"))
    assert log.completions["kind"].tolist() == ["text", "chat"]
    assert log.completions["duration_s"].isna().all()
    assert log.completions["total_tokens"].tolist() == [6, 6]


@pytest.mark.parametrize(
    "again",
    [
        text().replace(b": ", b":").replace(b", ", b" ,\t"),
        text().replace(b"stop", rb"\u0073top").replace(rb"\n", rb"\u000a"),
        json.dumps(dict(reversed(json.loads(text()).items()))).encode(),
        text(service_tier=None),
    ],
)
def test_a_body_is_a_repeat_however_it_is_written(again: bytes) -> None:
    assert is_fast(again)
    for file in (b"\n".join((text(), again)), b"[" + b",".join((text(), again)) + b"]"):
        assert ca.load(file).counts["duplicates"].tolist() == [1]
        assert differences(file) == []


def test_bodies_that_differ_in_anything_are_no_repeats() -> None:
    others = [
        text(team="blue"),
        text(choices=[A_TEXT | {"text": " 5"}]),
        text(usage=USAGE | {"total_tokens": 7}),
        text(created=1_700_000_101),
        text(choices=[A_TEXT | {"finish_reason": "length"}]),
        text(id="b-2"),
    ]
    assert ca.load(b"\n".join([text(), *others])).counts["duplicates"].tolist() == [0]


def test_a_decoded_line_is_known_by_the_digest_that_its_value_has() -> None:
    decode = clean_rows()
    assert decode is not None
    n_bodies = 0
    for line in islice(mutated_lines(seed_lines(), seed=3), 4_000):
        decoded = decode(line)
        if decoded and decoded.form == "openai_body":
            n_bodies += 1
            assert (decoded.key, decoded.size) == bodies.identity(parse(line).value)
    assert n_bodies > 100


@pytest.mark.parametrize("model", [CreateChatCompletionResponse, CreateCompletionResponse])
def test_nobody_else_claims_a_record_with_fields_of_a_body_alone(model: Any) -> None:
    values: tuple[Any, ...] = (None, "x", 1, [], {}, [{}])
    for value in values:
        record = dict.fromkeys(model.model_fields, value) | {"choices": [A_TEXT]}
        claimants = [name for name, known in FORMATS.items() if known.claims(record)]
        assert claimants == ["openai_body"]


def test_mutated_bodies_give_the_same_log_on_both_paths() -> None:
    seeds = [text(), chat(), *(json.dumps(A_ROW).encode(),) * 2]
    lines = list(islice(mutated_lines(seeds, seed=5), 600))
    assert fast_lines(lines) > 100
    assert differences(file_of(lines, Random(5))) == []
