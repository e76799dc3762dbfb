"""Whatever stands in an export is shown as text, and nothing of it becomes markup."""

from __future__ import annotations

from html.parser import HTMLParser
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import completion_analytics as ca

ALLOWED: dict[str, set[str]] = {
    "bdi": {"class"},
    "br": set(),
    "code": set(),
    "dd": set(),
    "details": {"class"},
    "div": {"class", "dir"},
    "dl": {"class"},
    "dt": set(),
    "img": {"src", "alt"},
    "li": set(),
    "ol": {"class"},
    "p": {"class"},
    "pre": {"class", "dir"},
    "small": set(),
    "span": {"class", "title"},
    "strong": set(),
    "style": set(),
    "summary": set(),
    "table": {"class"},
    "tbody": set(),
    "td": set(),
    "th": set(),
    "thead": set(),
    "tr": set(),
    "ul": {"class"},
}
VOID = {"br", "img"}
BREAKS_OUT = (
    "<script>alert(1)</script><img src=x onerror=alert(2)></textarea></details></div></style>"
    "<svg onload=alert(3)> \"><b> '><i> --> **bold** [x](javascript:alert(4)) {{7*7}} ${7*7} "
    "{% raw %} $x^2$ \\(y\\) &lt;u&gt; \x1b[31mred\x1b[0m \x00 \u202egnirts\u202c \u2028 \u2029"
)


class Page(HTMLParser):
    """What stands in a page: every element closed where it must be, and only allowed ones."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.text = ""
        self.attributes: list[str] = []
        self.feed(html)
        self.close()
        assert self.open == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        assert {name for name, _ in attrs} <= ALLOWED[tag]
        self.attributes += [value or "" for _, value in attrs]
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        if "style" not in self.open:
            self.text += data


def a_record_full_of(text: str) -> dict[str, Any]:
    """A record in which every field that can hold a text holds this one."""
    call = {"id": text, "type": "function", "function": {"name": text, "arguments": text}}
    parts = [
        {"type": "text", "text": text},
        {"type": text, text: text},
        {"type": "image_url", "image_url": {"url": text, "detail": text}},
        {"type": "image_url", "image_url": {"url": f"data:image/png;base64,{text}"}},
        {"type": "input_audio", "input_audio": {"data": text, "format": text}},
        {"type": "file", "file": {"filename": text, "file_data": text, "file_id": text}},
        {"type": "thinking", "thinking": text},
        {"type": "tool_result", "content": text},
        {"type": "tool_use", "name": text, "input": {text: text}},
    ]
    tokens = [
        {"token": text, "logprob": -3.0, "top_logprobs": [{"token": text, "logprob": -1.0}]},
        {"token": text, "logprob": -9999.0, "top_logprobs": []},
    ]
    answer = {
        "role": text,
        "content": text + text,
        "refusal": text,
        "reasoning": text,
        "tool_calls": [call],
        "audio": {"transcript": text, "data": text},
    }
    choice = {"message": answer, "finish_reason": text, "logprobs": {"content": tokens}}
    return {
        "id": text,
        "status": "failed",
        "kind": "chat",
        "tags": [text],
        "session_id": text,
        "created_at": "2026-03-04T05:06:07Z",
        "duration": 1500,
        "failure_kind": text,
        "failure_reason": text,
        "error": {"message": text, "code": text, "type": text},
        "stacktrace": [{"file": text, "line": text, "lineno": 1, "name": text}],
        "request": {
            "model": text,
            "user": text,
            "stop": [text],
            "messages": [
                {"role": text, "name": text, "content": text},
                {"role": "system", "content": text * 50},
                {"role": "user", "content": parts},
                {"role": "assistant", "content": text, "tool_calls": [call]},
                {"role": "tool", "tool_call_id": text, "content": text},
            ],
            "tools": [{"type": "function", "function": {"name": text, "description": text}}],
            f"x{text}": text,
        },
        "response": {
            "object": "chat.completion",
            "model": text,
            "choices": [{**choice, "index": 0}, {**choice, "index": 1}],
        },
    }


def page_of(record: dict[str, Any]) -> Page:
    return Page(ca.show(ca.load([record]), 0).html)


def test_a_text_that_wants_out_stays_text() -> None:
    page = page_of(a_record_full_of(BREAKS_OUT))
    assert page.text.count("<script>alert(1)</script>") > 20
    assert "{{7*7}} ${7*7} {% raw %} $x^2$ \\(y\\) &lt;u&gt;" in page.text
    assert "\\x1b[31mred\\x1b[0m \\x00 \\u202egnirts\\u202c \\u2028 \\u2029" in page.text


def test_no_address_is_ever_asked() -> None:
    page = page_of(a_record_full_of("https://example.org/pixel.png"))
    assert "https://example.org/pixel.png" in page.text
    addresses = [value for value in page.attributes if value.startswith("http")]
    assert addresses == []


def test_formulas_are_left_alone_by_a_notebook_s_typesetting() -> None:
    classes = page_of(a_record_full_of("$x^2$")).attributes[0].split()
    assert {"tex2jax_ignore", "mathjax_ignore"} <= set(classes)


@pytest.mark.parametrize("direction", ["auto", "ltr"])
def test_texts_have_a_direction_of_their_own(direction: str) -> None:
    assert direction in page_of(a_record_full_of("لخّص المقال")).attributes


@settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.text(alphabet=st.characters(codec="utf-8"), min_size=1))
def test_any_text_leaves_the_page_whole(text: str) -> None:
    page_of(a_record_full_of(text))


def test_a_megabyte_of_text_is_cut_and_counted() -> None:
    text = "x" * 600_000 + "y" * 400_000
    question = {"model": "m", "messages": [{"role": "user", "content": text}]}
    conversation = ca.show(ca.load([{"id": "1", "kind": "chat", "request": question}]), 0)
    page = Page(conversation.html)
    assert "978,000 characters left out here" in page.text
    assert "(1 line, 1,000,000 characters)" in page.text
    assert "x" * 20_000 in page.text
    assert "y" * 2_000 in page.text
    assert "The first 200,000 characters of 1,000,1" in page.text
    assert len(conversation.html) < 300_000
    assert len(conversation.text) < 30_000


def test_a_megabyte_in_every_field_is_still_a_page() -> None:
    conversation = ca.show(ca.load([a_record_full_of("x" * 1_000_000)]), 0)
    Page(conversation.html)
    assert len(conversation.html) < 2_000_000


def test_a_thousand_messages_show_the_first_and_the_last() -> None:
    messages = [{"role": "user", "content": f"message {i}."} for i in range(1_000)]
    record = {"id": "1", "kind": "chat", "request": {"model": "m", "messages": messages}}
    text = Page(ca.show(ca.load([record]), 0).html).text.partition("Raw JSON")[0]
    assert "message 99." in text
    assert "800 messages left out here" in text
    assert "message 900." in text
    assert "message 500." not in text
