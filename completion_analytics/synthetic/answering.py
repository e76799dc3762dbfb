"""What models answer: the truth about an answer, before a client writes it down."""

from __future__ import annotations

import json
from random import Random
from typing import Any, NamedTuple

from . import vocabulary
from .asking import Json, Talk
from .books import filled, log_normal
from .clients import QUIRKS
from .scenario import Feature

_CHARS_PER_TOKEN = 4
_REASONING_TOKENS = 600
_LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"


class Answer(NamedTuple):
    """One choice."""

    reason: str
    """Why it ended, in OpenAI's words."""
    tokens: int
    text: str | None = None
    refusal: str | None = None
    calls: tuple[Json, ...] = ()


def answers_to(rng: Random, talk: Talk, request: Json) -> list[Answer]:
    """As many answers as were asked for."""
    return [_answer(rng, talk, request) for _ in range(request.get("n", 1))]


def reasoning_tokens(rng: Random, feature: Feature) -> int:
    """Tokens that were thought and not said."""
    if feature.name != "roster":
        return 0
    return 64 * round(log_normal(rng, _REASONING_TOKENS, 0.9) / 64)


def count_tokens(messages: Any) -> int:
    """About as many tokens as a request has."""
    if isinstance(messages, str):
        return len(messages.encode()) // _CHARS_PER_TOKEN + 1
    return sum(_message_tokens(message["content"]) for message in messages) + 3


def _message_tokens(content: Any) -> int:
    if content is None:
        return 30
    if isinstance(content, list):  # a text and a picture
        return 765 + len(content[0]["text"].encode()) // _CHARS_PER_TOKEN
    return 4 + len(content.encode()) // _CHARS_PER_TOKEN


def _answer(rng: Random, talk: Talk, request: Json) -> Answer:
    feature = talk.feature
    if talk.is_openai_chat and rng.random() < QUIRKS["refusal"].share:
        return Answer("stop", 14, refusal=vocabulary.REFUSAL)
    if rng.random() < QUIRKS["content_filter"].share:
        return Answer("content_filter", 0, text="")
    if feature.name == "trip" and _wants_tools(rng, request):
        return _with_calls(rng, talk)
    if feature.name == "announce":
        return _said(_translation(talk.language, request))
    if feature.name == "triage":
        return _said(_label(rng))
    limit = request.get("max_tokens") or request.get("max_tokens_to_sample") or 10**9
    tokens = max(2, round(log_normal(rng, feature.answer_tokens, feature.spread)))
    book = talk.library.of(feature.name)
    if tokens >= limit:
        text = book.passage(rng, limit * _CHARS_PER_TOKEN, whole=False)
        return Answer("length", limit, text)
    text = book.passage(rng, max(20, tokens * _CHARS_PER_TOKEN - 40))
    return Answer("stop", min(limit - 1, count_tokens(text)), text)


def _said(text: str) -> Answer:
    return Answer("stop", count_tokens(text), text)


def _translation(language: str, request: Json) -> str:
    """Every announcement is known in every language."""
    asked = request["messages"][-1]["content"]
    return next(each[language] for each in vocabulary.ANNOUNCEMENTS if asked.endswith(each["en"]))


def _label(rng: Random) -> str:
    return json.dumps({"topic": rng.choice(vocabulary.TOPICS), "urgent": rng.random() < 0.2})


def _wants_tools(rng: Random, request: Json) -> bool:
    return rng.random() < (0.25 if request["messages"][-1]["role"] == "tool" else 0.8)


def _with_calls(rng: Random, talk: Talk) -> Answer:
    n_calls = 2 if rng.random() < 0.25 and "functions" not in talk.client_name else 1
    calls = tuple(_call(rng, talk) for _ in range(n_calls))
    return Answer("tool_calls", 24 * n_calls, None, calls=calls)


def _call(rng: Random, talk: Talk) -> Json:
    tool: Any = rng.choice(vocabulary.TOOLS)["function"]
    given = {name: _argument(rng, name) for name in tool["parameters"]["required"]}
    arguments = json.dumps(given)
    if talk.client_name == "anthropic":  # Log10 writes these as Python prints them
        arguments = repr({**given, "comment": None})
    elif rng.random() < QUIRKS["broken_arguments"].share:
        arguments = arguments[:-2]
    prefix = "toolu_" if talk.client_name.startswith("anthropic") else "call_"
    function = {"arguments": arguments, "name": tool["name"]}
    return {"id": prefix + word(rng, 24), "function": function, "type": "function"}


def _argument(rng: Random, name: str) -> str:
    template = {"day": "{day}", "ship": "{ship}"}.get(name, "{place}")
    return filled(rng, template)


def word(rng: Random, length: int) -> str:
    """Letters and digits, as ids have them."""
    return "".join(rng.choices(_LETTERS, k=length))
