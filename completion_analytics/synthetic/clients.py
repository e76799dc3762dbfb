"""How each client of Log10 writes a call: the oddities that come with the way a call is made.

Source: Log10's client library (https://github.com/log10-io/log10, 0.16.1) as it writes rows.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal, NamedTuple

Usage = Literal["full", "plain", "absent", "null", "zero", "sentinel"]

_ANTHROPIC = {"tool_calls": "stop", "content_filter": "stop"}
_ANTHROPIC_STREAM = {"stop": "end_turn", "length": "max_tokens", "tool_calls": "tool_use"}
_GEMINI = {"length": "max_tokens", "content_filter": "safety"}
_ALWAYS_STOP = dict.fromkeys(("length", "tool_calls", "content_filter"), "stop")
_NEVER_SAID = dict.fromkeys(("stop", "length", "content_filter"))


class Client(NamedTuple):
    """What a client writes, and what it leaves out."""

    module: str | None
    qualname: str | None
    object: str
    family: str
    """The stack that its calls have."""
    is_stream: bool = False
    floors: bool = False
    """Durations are whole seconds, written in milliseconds."""
    marks_failures: bool = True
    """Else a failed call stays `started`."""
    has_created: bool = True
    usage: Usage = "full"
    finish: Mapping[str, str | None] = {}  # because it is never written to
    """The words that differ from OpenAI's."""
    kind: str = "chat"
    tag: str | None = None


_CHAT = "openai.resources.chat.completions"
_OLD_CHAT = "openai.api_resources.chat_completion"
_CREATE = "Completions.create"
_OLD_CREATE = "ChatCompletion.create"

CLIENTS = {
    "openai": Client(_CHAT, _CREATE, "chat.completion", "log10"),
    "openai_stream": Client(
        _CHAT, _CREATE, "completion", "log10", is_stream=True, has_created=False, usage="absent"
    ),
    "openai_functions_stream": Client(
        _CHAT, _CREATE, "completion", "log10", is_stream=True, has_created=False, usage="absent"
    ),
    "openai_async": Client(
        _OLD_CHAT, _OLD_CREATE, "chat.completion", "httpx", marks_failures=False
    ),
    "openai_async_stream": Client(
        _OLD_CHAT, _OLD_CREATE, "chat.completion", "httpx", is_stream=True, floors=True,
        marks_failures=False, usage="absent", finish=_NEVER_SAID,
    ),
    "openai_text": Client(
        "openai.resources.completions", _CREATE, "text_completion", "log10", kind="completion"
    ),
    "anthropic": Client(
        "anthropic.resources.messages", "Messages.create", "completion", "httpx",
        marks_failures=False, has_created=False, usage="plain", finish=_ANTHROPIC,
    ),
    "anthropic_stream": Client(
        "anthropic.resources.messages", "Messages.create", "chat", "httpx", is_stream=True,
        floors=True, marks_failures=False, has_created=False, usage="plain",
        finish=_ANTHROPIC_STREAM,
    ),
    "anthropic_legacy": Client(
        "anthropic.resources.completions", _CREATE, "completion", "httpx", marks_failures=False,
        has_created=False, usage="zero", kind="completion",
    ),
    "gemini": Client(
        "google.generativeai.generative_models", "ChatSession.send_message", "chat.completion",
        "log10", has_created=False, usage="zero", finish=_GEMINI,
    ),
    "mistral": Client(
        "mistralai.client", "MistralClient.chat", "chat.completion", "log10", usage="plain"
    ),
    "together": Client(
        "together.complete", "Complete.create", "chat.completion", "log10",
        marks_failures=False, usage="null", finish={**_NEVER_SAID, "tool_calls": None},
    ),
    "litellm": Client(_OLD_CHAT, _OLD_CREATE, "chat.completion", "worker", tag="litellm"),
    "litellm_stream": Client(
        _OLD_CHAT, _OLD_CREATE, "chat.completion", "worker", is_stream=True, usage="plain",
        tag="litellm",
    ),
    "langchain": Client(
        _OLD_CHAT, _OLD_CREATE, "chat.completion", "langchain", marks_failures=False,
        has_created=False, usage="plain", finish=_ALWAYS_STOP, tag="langchain",
    ),
    "bedrock_js": Client(
        None, None, "chat.completion", "none", marks_failures=False, usage="sentinel",
        finish=_ALWAYS_STOP,
    ),
    "mock": Client(
        None, None, "chat.completion", "none", usage="zero", tag="MOCK_CHAT_COMPLETIONS"
    ),
}  # fmt: skip


class Quirk(NamedTuple):
    """Something odd that befalls some records whatever the client."""

    share: float
    among: str
    """Whom it can befall."""
    meaning: str


QUIRKS = {
    "two_posts": Quirk(0.006, "answered calls", "the post of the start is there as well"),
    "appended_again": Quirk(0.002, "answered calls", "a second download repeats the record"),
    "stale_status": Quirk(0.004, "answered calls", "the posts came in the wrong order: `started`"),
    "abandoned_stream": Quirk(0.012, "streams", "nobody read to the end: `started` for ever"),
    "copied_requests": Quirk(
        0.3, "concurrent calls", "all are stored with the request of the last one"
    ),
    "two_choices": Quirk(0.02, "OpenAI's chats", "`n` is 2"),
    "image": Quirk(0.02, "questions", "a picture is sent along, as a content part"),
    "logprobs": Quirk(0.1, "OpenAI's triage", "log-probabilities were asked for"),
    "logprob_sentinel": Quirk(0.1, "log-probabilities", "−9999 for a very unlikely token"),
    "huge_seed": Quirk(0.05, "OpenAI's triage", "a seed of more than 64 bits"),
    "broken_arguments": Quirk(0.03, "tool calls", "the arguments are no JSON"),
    "refusal": Quirk(0.006, "OpenAI's chats", "the model refuses, without a content"),
    "content_filter": Quirk(0.005, "answers", "the answer is withheld, the count of it too"),
    "total_beyond_sum": Quirk(0.03, "Mistral's answers", "the total is more than its parts"),
    "tags_unresolved": Quirk(0.004, "records", "tags are ids without names"),
    "stack_as_text": Quirk(0.004, "records", "the stack trace is JSON text"),
    "negative_duration": Quirk(0.0006, "answered calls", "a huge negative duration: rejected"),
    "request_only": Quirk(0.0006, "answered calls", "nothing but the request: rejected"),
    "feedback": Quirk(0.006, "answered calls", "a guest's judgement, as a record of its own"),
}
"""The oddities that are drawn, each with its share; those of a client are in `CLIENTS`."""
