"""Finish classes: vendors' words become six."""

from __future__ import annotations

import pytest

from completion_analytics.frames.completions import FINISH_CLASSES
from completion_analytics.frames.finishes import finish_class

WORDS = {
    "stop": "stop eos eos_token end_turn stop_sequence STOP COMPLETE complete completed",
    "length": "length max_tokens MAX_TOKENS model_length max_output_tokens "
    "model_context_window_exceeded",
    "tool_calls": "tool_calls function_call tool_use TOOL_CALL",
    "content_filter": "content_filter content_filtered SAFETY RECITATION BLOCKLIST "
    "PROHIBITED_CONTENT SPII refusal sensitive guardrail_intervened ERROR_TOXIC",
    "error": "error ERROR network_error abort cancelled failed MALFORMED_FUNCTION_CALL "
    "MALFORMED_RESPONSE UNEXPECTED_TOOL_CALL",
    "other": "pause_turn load OTHER 128009",
}
PAIRS = [(word, name) for name, words in WORDS.items() for word in words.split()]


@pytest.mark.parametrize(("raw", "expected"), PAIRS)
def test_each_vendors_word_has_its_class(raw: str, expected: str) -> None:
    assert finish_class(raw) == expected


@pytest.mark.parametrize("raw", [None, "", "  ", "null", "NULL", "FINISH_REASON_UNSPECIFIED"])
def test_what_says_nothing_is_missing_and_not_other(raw: str | None) -> None:
    assert finish_class(raw) is None


@pytest.mark.parametrize(("raw", "expected"), PAIRS)
def test_case_and_outer_blanks_do_not_matter(raw: str, expected: str) -> None:
    assert finish_class(f" {raw.lower()}\n") == finish_class(raw.upper()) == expected


def test_every_class_is_one_of_the_declared_ones() -> None:
    assert set(WORDS) == set(FINISH_CLASSES)
