"""Whatever stands in an export, a browser shows it as text, runs none of it, and asks nobody."""

from __future__ import annotations

import json
import shutil
from typing import Any

import pytest
from playwright.sync_api import expect

from tools import lab

pytestmark = pytest.mark.browser

HOSTILE = (
    "<script>window.ran = 'script'</script>"
    "<img src='http://127.0.0.1:9/stolen' onerror=\"window.ran = 'image'\">"
    "<svg onload=\"window.ran = 'svg'\"></textarea></pre></details></div></style></table>"
    "<style>* { display: none }</style><iframe srcdoc='<script>top.ran = 1</script>'></iframe>"
    "<link rel=stylesheet href=http://127.0.0.1:9/stolen> --> \"'><i> **bold** ![](stolen) "
    "[click](javascript:window.ran='link') $x^2$ \\(y\\) {{7*7}} "
    "\x1b[31mred\x1b[0m \u202egnirts\u202c"
)
MEGABYTE = "x" * 1_000_000
THEMES = ["JupyterLab Light", "JupyterLab Dark"]


def a_failed_call(text: str) -> dict[str, Any]:
    """A record that says the same wherever a record can say something."""
    call = {"id": text, "type": "function", "function": {"name": text, "arguments": text}}
    token = {"token": text, "logprob": -3.0, "top_logprobs": [{"token": text, "logprob": -1.0}]}
    answer = {
        "role": text,
        "content": text,
        "refusal": text,
        "reasoning": text,
        "tool_calls": [call],
    }
    parts = [
        {"type": "text", "text": text},
        {"type": "image_url", "image_url": {"url": "http://127.0.0.1:9/stolen"}},
        {"type": "image_url", "image_url": {"url": f"data:image/png;base64,{text}"}},
        {"type": text, text: text},
    ]
    return {
        "id": text,
        "status": "failed",
        "kind": "chat",
        "tags": [text],
        "session_id": text,
        "duration": 1500,
        "failure_kind": text,
        "failure_reason": text,
        "stacktrace": [{"file": text, "line": text, "lineno": 1, "name": text}],
        "request": {
            "model": text,
            "messages": [
                {"role": text, "name": text, "content": text},
                {"role": "user", "content": parts},
            ],
            "tools": [{"type": "function", "function": {"name": text, "description": text}}],
            text: text,
        },
        "response": {
            "object": "chat.completion",
            "model": text,
            "choices": [
                {
                    "index": i,
                    "message": answer,
                    "finish_reason": text,
                    "logprobs": {"content": [token]},
                }
                for i in (0, 1)
            ],
        },
    }


@pytest.fixture(scope="module")
def notebook(executed, server) -> lab.Notebook:
    """A card, and two completions that are open with every detail."""
    records = [a_failed_call(HOSTILE), a_failed_call(MEGABYTE), HOSTILE]
    text = "".join(json.dumps(record) + "\n" for record in records)
    name = "<img src=stolen onerror='window.ran = 1'>.jsonl"
    (server.notebooks / name).write_text(text, encoding="utf-8")
    cells = ["import completion_analytics as ca", f"log = ca.load({name!r})\nlog"]
    shows = ["ca.show(log, 0)", "ca.show(log, 1)", "ca.explore(log)"]
    notebook = executed("hostile.ipynb", [*cells, *shows])
    notebook.page.locator(".ca-selection tr", has_text="<script>").click()
    expect(notebook.page.locator(".ca-show")).to_have_count(3)
    opened = notebook.page.locator("details")
    opened.evaluate_all("all => all.forEach(details => { details.open = true })")
    return notebook


def text_of(notebook: lab.Notebook, selector: str) -> str:
    return notebook.page.locator(selector).first.inner_text()


def test_the_card_shows_a_model_s_name_as_text(notebook):
    assert "<script>window.ran = 'script'</script>" in text_of(notebook, ".ca-card")


def test_a_conversation_shows_every_field_as_text(notebook):
    shown = text_of(notebook, ".ca-show")
    assert shown.count("<script>window.ran = 'script'</script>") > 20
    assert "**bold** ![](stolen) [click](javascript:window.ran='link') $x^2$" in shown
    assert "\\x1b[31mred\\x1b[0m \\u202egnirts\\u202c" in shown


def test_a_megabyte_is_counted_and_shown_in_part(notebook):
    shown = notebook.page.locator(".ca-show").nth(1).inner_text()
    assert "978,000 characters left out here" in shown
    assert "x" * 20_000 in shown


@pytest.mark.parametrize("group", ["Model", "Tag", "Session", "Call site"])
def test_the_explorer_lists_it_as_text(notebook, group):
    listed = notebook.page.get_by_role("group", name=group, exact=True)
    assert "{{7*7}}" in listed.inner_text()


def test_the_table_and_the_opened_row_show_it_as_text(notebook):
    shown = [notebook.page.locator(f".ca-{part}").last for part in ("selection", "show")]
    assert ["<script>window.ran" in part.inner_text() for part in shown] == [True, True]


def test_a_plot_draws_it_as_text(notebook):
    plot = notebook.page.locator(".ca-plot img")
    assert plot.evaluate("img => img.naturalWidth") > 0
    assert notebook.page.get_by_role("alert").count() == 0


def test_a_search_for_it_finds_it(notebook):
    notebook.page.get_by_placeholder("in prompts and answers").fill("<script>window.ran")
    notebook.page.keyboard.press("Enter")
    expect(notebook.page.locator(".ca-count strong")).to_have_text("1")


def test_nothing_of_it_ran(notebook):
    assert notebook.page.evaluate("() => typeof window.ran") == "undefined"


def test_nobody_was_asked_for_anything(notebook):
    assert notebook.requests_that_leave == []
    assert [address for address in notebook.requests if "stolen" in address] == []


def test_the_console_is_quiet(notebook):
    assert notebook.errors == []


@pytest.mark.parametrize("theme", THEMES)
def test_a_reader_of_any_sight_can_read_it(notebook, photograph, theme):
    notebook.theme(theme)
    photograph(notebook)
    assert notebook.barriers(".ca-card") == []
    assert notebook.barriers(".ca-show") == []
    assert notebook.barriers(".ca-explore") == []


def test_saved_and_opened_without_a_kernel_it_is_still_only_text(
    notebook, window, server, photograph
):
    notebook.save()
    shutil.copy(server.notebooks / "hostile.ipynb", server.notebooks / "a copy.ipynb")
    reopened = lab.Notebook(window, server).open_without_kernel("a copy.ipynb")
    reopened.page.wait_for_selector(".ca-show")
    photograph(reopened)
    assert "<script>window.ran = 'script'</script>" in text_of(reopened, ".ca-show")
    assert reopened.page.evaluate("() => typeof window.ran") == "undefined"
    assert reopened.requests_that_leave == []
    reopened.close()
