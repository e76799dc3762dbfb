"""Token counts under OpenAI's names, wherever an answer has them and whatever it calls them."""

from __future__ import annotations

from typing import Any

from .fields import JsonObject

_NAMES = {
    "input_tokens": "prompt_tokens",
    "output_tokens": "completion_tokens",
    "input_tokens_details": "prompt_tokens_details",
    "output_tokens_details": "completion_tokens_details",
}


def renamed(usage: Any) -> Any:
    """A usage object under the names of the chat endpoint; other values as they are.

    >>> renamed({"input_tokens": 7, "output_tokens": 2})
    {'prompt_tokens': 7, 'completion_tokens': 2}
    """
    if not isinstance(usage, dict):
        return usage
    return {_NAMES.get(key, key): value for key, value in usage.items()}


def has_usual_usage(body: JsonObject) -> bool:
    """Whether the token counts of a chat or text body stand where the models look for them."""
    usage = body.get("usage")
    if isinstance(usage, dict):
        return "prompt_tokens" in usage or not _NAMES.keys() & usage.keys()
    return usage is not None or _groq_usage(body) is None


def with_usual_usage(body: JsonObject) -> JsonObject:
    """The body with its token counts in `usage`; Groq's streams have them in `x_groq`."""
    if has_usual_usage(body):
        return body
    return {**body, "usage": renamed(body.get("usage") or _groq_usage(body))}


def _groq_usage(body: JsonObject) -> Any:
    x_groq = body.get("x_groq")
    return x_groq.get("usage") if isinstance(x_groq, dict) else None
