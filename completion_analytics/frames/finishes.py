"""Why an answer ended, in six words."""

from __future__ import annotations

from .completions import FINISH_CLASSES

# Vendors' words in lower case; Log10 lower-cases Gemini's, so case never tells anything.
_WORDS: dict[str, tuple[str, ...]] = {
    "stop": ("stop", "eos", "eos_token", "end_turn", "stop_sequence", "complete", "completed"),
    "length": (
        "length",
        "max_tokens",
        "max_output_tokens",
        "model_length",
        "model_context_window_exceeded",
    ),
    "tool_calls": ("tool_calls", "tool_call", "function_call", "tool_use"),
    "content_filter": (
        "content_filter",
        "content_filtered",
        "safety",
        "recitation",
        "blocklist",
        "prohibited_content",
        "spii",
        "refusal",
        "sensitive",
        "guardrail_intervened",
        "error_toxic",
    ),
    "error": (
        "error",
        "network_error",
        "abort",
        "cancelled",
        "failed",
        "malformed_function_call",
        "malformed_response",
        "unexpected_tool_call",
    ),
}
_CLASS_OF = {word: name for name in FINISH_CLASSES for word in _WORDS.get(name, ())}
_UNSPECIFIED = frozenset({"", "null", "finish_reason_unspecified"})


def finish_class(raw: str | None) -> str | None:
    """One of the six finish classes, or None where nothing was reported.

    Case and outer blanks are ignored. A word that no vendor is known to use is `other`; null, an
    empty string, ``"null"`` and ``FINISH_REASON_UNSPECIFIED`` are missing.

    >>> finish_class("MAX_TOKENS"), finish_class("pause_turn"), finish_class("")
    ('length', 'other', None)
    """
    word = "" if raw is None else raw.strip().casefold()
    return None if word in _UNSPECIFIED else _CLASS_OF.get(word, "other")
