"""`ca.show`: what a conversation says, as a transcript and as HTML."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import completion_analytics as ca


def a_record(**changes: Any) -> dict[str, Any]:
    """A finished call of one question and one answer, with something else in its place."""
    return {
        "id": "c1",
        "status": "finished",
        "kind": "chat",
        "created_at": "2026-03-04T05:06:07Z",
        "duration": 1500,
        "tags": ["prod"],
        "request": {
            "model": "m-1",
            "messages": [{"role": "user", "content": "Capital of France?"}],
        },
        "response": {
            "object": "chat.completion",
            "model": "m-1",
            "choices": [a_choice("Paris.")],
            "usage": {"prompt_tokens": 13, "completion_tokens": 3, "total_tokens": 16},
        },
        "stack_trace": [],
    } | changes


def a_choice(text: str | None, **changes: Any) -> dict[str, Any]:
    message = {"role": "assistant", "content": text}
    return {"index": 0, "finish_reason": "stop", "message": message} | changes


def asking(*messages: dict[str, Any], **parameters: Any) -> dict[str, Any]:
    return a_record(request={"model": "m-1", "messages": list(messages), **parameters})


def answering(*choices: dict[str, Any]) -> dict[str, Any]:
    numbered = [{**choice, "index": index} for index, choice in enumerate(choices)]
    return a_record(response={"object": "chat.completion", "choices": numbered})


def shown(record: dict[str, Any]) -> Any:
    return ca.show(ca.load([record]), 0)


def test_a_transcript_tells_who_said_what() -> None:
    assert shown(a_record()).text == (
        "row 0 · m-1 · chat · 2026-03-04 05:06:07 UTC\n"
        "finished · stop\n"
        "duration: 1.5 s (exact)\n"
        "prompt → completion tokens: 13 → 3 (16 in all, as reported)\n"
        "tokens/s: 2 (completion tokens over the duration)\n"
        "tags: prod\n"
        "id: c1\n"
        "read from: <records>, as log10\n"
        "\n── user ──\nCapital of France?\n"
        "\n── answer 1: stop ──\nParis."
    )


def test_a_notebook_gets_html_and_the_transcript() -> None:
    conversation = shown(a_record())
    assert conversation._repr_mimebundle_() == {
        "text/html": conversation.html,
        "text/plain": conversation.text,
    }
    assert conversation._repr_html_() == conversation.html
    assert str(conversation) == conversation.text


def test_the_repr_is_one_line() -> None:
    assert repr(shown(a_record())) == "<Conversation: row 0, m-1, finished; 1 message, 1 answer>"


@pytest.mark.parametrize("row_id", [7, "c1"])
def test_a_row_that_is_not_there_is_a_key_error(row_id: Any) -> None:
    sentence = "no row .* among the 1 of this log: .* `row_id` .* run from 0 to 0"
    with pytest.raises(KeyError, match=sentence):
        ca.show(ca.load([a_record()]), row_id)


def test_an_empty_log_has_no_row() -> None:
    empty = ca.load([a_record()]).keep(ca.load([a_record()]).completions["row_id"][:0])
    with pytest.raises(KeyError, match="and it is empty"):
        ca.show(empty, 0)


def test_a_log_that_was_opened_with_few_columns_is_a_key_error(tmp_path: Path) -> None:
    ca.load([a_record()]).to_parquet(tmp_path / "kept")
    few = ca.open_parquet(tmp_path / "kept", columns=["model"])
    with pytest.raises(KeyError, match=r"show needs all columns .* open it without `columns=`"):
        ca.show(few, 0)


def test_a_row_id_from_a_frame_will_do() -> None:
    assert "Paris." in ca.show(ca.load([a_record()]), np.int64(0)).text


@pytest.mark.parametrize("role", ["developer", "tool", "function", "model", "judge"])
def test_every_role_is_called_by_its_name(role: str) -> None:
    assert f"── {role} ──\nhi" in shown(asking({"role": role, "content": "hi"})).text


def test_a_tool_call_and_its_result_name_each_other() -> None:
    function = {"name": "weather", "arguments": '{"city":"Lisboa"}'}
    call = {"id": "call_1", "type": "function", "function": function}
    text = shown(
        asking(
            {"role": "assistant", "content": None, "tool_calls": [call]},
            {"role": "tool", "tool_call_id": "call_1", "content": "21 °C"},
        )
    ).text
    assert '── assistant ──\ncalls weather\n{\n  "city": "Lisboa"\n}' in text
    assert "── tool, answers weather (call_1) ──\n21 °C" in text


@pytest.mark.parametrize(
    ("arguments", "flaw"),
    [('{"city": "Far', "arguments are no JSON, shown as they are"), ("", "arguments are empty")],
)
def test_arguments_that_are_no_json_are_marked_and_shown_as_they_are(
    arguments: str, flaw: str
) -> None:
    call = {"id": "1", "type": "function", "function": {"name": "f", "arguments": arguments}}
    message = {"role": "assistant", "content": None, "tool_calls": [call]}
    conversation = shown(answering(a_choice(None, message=message, finish_reason="tool_calls")))
    assert f"calls f ({flaw})\n{arguments}" in conversation.text
    assert flaw in conversation.html


def test_several_answers_stand_side_by_side_each_with_its_finish() -> None:
    refused = {"role": "assistant", "content": None, "refusal": "I can't."}
    conversation = shown(
        answering(
            a_choice("Teal."),
            a_choice("Vermil", finish_reason="length"),
            a_choice(None, message=refused, finish_reason="content_filter"),
        )
    )
    assert "── answer 1: stop ──\nTeal." in conversation.text
    assert "── answer 2: length ──\nVermil" in conversation.text
    assert "── answer 3: content_filter ──\n(refused)\nI can't." in conversation.text
    assert conversation.html.count('class="ca-turn ca-several"') == 3
    assert "an answer is truncated" in conversation.html


def test_a_provider_s_own_word_for_the_end_stands_behind_ours() -> None:
    text = shown(answering(a_choice("Vermil", finish_reason="max_tokens"))).text
    assert "answer 1: length (max_tokens)" in text


def test_reasoning_is_folded_beside_the_answer() -> None:
    message = {"role": "assistant", "content": "4", "reasoning_content": "2 and 2"}
    conversation = shown(answering(a_choice("4", message=message)))
    assert "(reasoning)\n2 and 2\n(answer)\n4" in conversation.text
    assert "<summary>reasoning" in conversation.html


def test_a_failure_tells_class_kind_status_and_reason() -> None:
    record = a_record(
        status="failed",
        response=None,
        failure_kind="RateLimitError",
        failure_reason="Error code: 429 - slow down",
        http_status=429,
    )
    text = shown(record).text
    assert "finished" not in text
    assert (
        "── failed ──\nclass: rate_limit\nkind: RateLimitError\nHTTP status: 429\n"
        "Error code: 429 - slow down"
    ) in text
    assert "No answer: the call failed." in text


def test_unknown_numbers_are_said_to_be_unknown() -> None:
    response = {"object": "chat.completion", "choices": [a_choice("Paris.")]}
    text = shown(a_record(duration=None, response=response)).text
    assert "duration: – (not known)" in text
    assert "prompt → completion tokens: – (not reported)" in text
    assert "tokens/s" not in text


def test_what_is_doubtful_is_told_with_advice() -> None:
    text = shown(a_record(duration=0)).text
    assert "duration: 0 s (below the clock's resolution)" in text
    assert "warning: duration_zero: Duration 0: below the clock's resolution" in text


def test_a_doubt_about_the_whole_file_is_told_as_such() -> None:
    record = {key: value for key, value in a_record().items() if key in ("request", "response")}
    text = shown(record | {"duration": 3, "status": "finished", "kind": "chat"}).text
    assert "warning, about the whole file: duration_unit_guessed" in text


def test_application_code_stands_out_of_the_stack() -> None:
    stack = [
        {"file": "/srv/app/rag.py", "line": "  ask()", "lineno": 41, "name": "answer"},
        {"file": "/v/site-packages/openai/a.py", "line": "post()", "lineno": 8, "name": "create"},
    ]
    html = shown(a_record(stack_trace=stack)).html
    assert "<strong><bdi>/srv/app/rag.py:41 answer</bdi></strong> <code>ask()</code>" in html
    assert "<span><bdi>/v/site-packages/openai/a.py:8 create</bdi></span>" in html
    assert "2 frames, outermost first" in html


def test_parameters_and_tools_of_the_request_are_listed() -> None:
    tool = {"type": "function", "function": {"name": "weather", "parameters": {}}}
    question = {"role": "user", "content": "?"}
    html = shown(
        asking(question, temperature=0.2, stop=["a", "b"], vendor_knob=7, tools=[tool])
    ).html
    assert "Request parameters: stop, temperature, vendor_knob" in html
    assert "<dd>0.2</dd>" in html
    assert "1 tool offered: <bdi>weather</bdi>" in html


def test_parts_that_are_no_text_are_named_and_never_loaded() -> None:
    parts = [
        {"type": "text", "text": "Look:"},
        {"type": "image_url", "image_url": {"url": "https://example.org/a.png", "detail": "low"}},
        {"type": "input_audio", "input_audio": {"data": "QUJD" * 1000, "format": "wav"}},
        {"type": "file", "file": {"filename": "a.pdf", "file_data": "QUJD"}},
        {"type": "hologram", "depth": 3},
    ]
    conversation = shown(asking({"role": "user", "content": parts}))
    assert (
        "── user ──\nLook:\n[image, not loaded, at https://example.org/a.png, detail low]\n"
        '[audio, wav, 3 kB]\n[file, a.pdf, 3 bytes]\n[part of type hologram]\n{\n  "type"'
    ) in conversation.text
    assert "<img" not in conversation.html


@pytest.mark.parametrize(
    ("url", "is_shown"),
    [
        ("data:image/png;base64,QUJD", True),
        ("data:image/png;base64," + "QUJD" * 60_000, True),
        ("data:image/png;base64," + "QUJD" * 70_000, False),
        ("data:image/svg+xml;base64,QUJD", False),
        ("data:text/html;base64,QUJD", False),
        ('data:image/png;base64,QUJD" onerror="alert(1)', False),
        ("javascript:alert(1)", False),
    ],
)
def test_only_small_raster_images_are_shown(url: str, is_shown: bool) -> None:
    part = {"type": "image_url", "image_url": {"url": url}}
    html = shown(asking({"role": "user", "content": [part]})).html
    assert (f'<img src="{url}"' in html) == is_shown
    assert html.count("<img") == is_shown


def test_images_in_anthropic_s_shape_are_images_too() -> None:
    source = {"type": "base64", "media_type": "image/png", "data": "QUJD"}
    html = shown(asking({"role": "user", "content": [{"type": "image", "source": source}]})).html
    assert '<img src="data:image/png;base64,QUJD" alt="image, image/png, 3 bytes">' in html


def test_a_text_prompt_is_a_message() -> None:
    response = {"object": "text_completion", "choices": [{"index": 0, "text": " world"}]}
    text = shown(a_record(request={"prompt": "Hello"}, response=response)).text
    assert "── prompt ──\nHello\n\n── answer 1 ──\n world" in text


def test_an_embedding_has_no_text() -> None:
    response = {"object": "embedding", "data": [{"embedding": [0.5]}], "model": "m-1"}
    text = shown(a_record(kind="embedding", response=response)).text
    assert "An embedding: numbers, no text." in text


def test_without_its_file_the_frames_still_tell_nearly_all(tmp_path: Path) -> None:
    path = tmp_path / "export.jsonl"
    parts = [
        {"type": "text", "text": "Look:"},
        {"type": "image_url", "image_url": {"url": "https://example.org/a.png"}},
    ]
    record = asking({"role": "user", "content": parts}, temperature=0.2)
    path.write_text(json.dumps(record) + "\n", encoding="utf-8")
    log = ca.load(path)
    path.unlink()
    conversation = ca.show(log, 0)
    assert "Look:\nIn its file only: 1 part that is no text" in conversation.text
    assert "Paris." in conversation.text
    assert "Request parameters: temperature" in conversation.html
    assert "The raw JSON is not available: " in conversation.html
    assert "is no longer there" in conversation.html


def test_a_log_without_origins_is_shown_from_its_frames() -> None:
    log = ca.load([a_record()])
    bare = ca.CompletionLog(**log.frames, **{name: getattr(log, name) for name in FINDINGS})
    assert "This log does not know where its rows were read." in ca.show(bare, 0).html


FINDINGS = ("rejects", "counts", "row_issues")


def test_raw_json_is_the_record_as_it_stood() -> None:
    html = shown(a_record(oddity=[1, {"é": None}])).html
    assert "&#34;oddity&#34;: [\n    1,\n    {\n      &#34;é&#34;: null" in html


def test_frames_of_the_log_are_left_as_they_are() -> None:
    log = ca.load([a_record()])
    before = {name: frame.copy() for name, frame in log.frames.items()}
    _ = ca.show(log, 0).html
    assert all(log.frames[name].equals(frame) for name, frame in before.items())


def test_every_recorded_row_can_be_shown(recorded: Path) -> None:
    log = ca.load(recorded / "form_A_download_full.jsonl")
    texts = [ca.show(log, row_id).text for row_id in log.completions["row_id"]]
    assert len(texts) == 44
    assert sum("── failed ──" in text for text in texts) == 8
