"""How sure a model was: shades, perplexity and alternatives."""

from __future__ import annotations

import json
import math
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

import completion_analytics as ca
from completion_analytics.widgets.confidence import confidence_of


def a_token(text: str | None, logprob: float | None, **changes: Any) -> dict[str, Any]:
    return {
        "token": text,
        "logprob": logprob,
        "is_sentinel": False,
        "is_refusal": False,
        "top_logprobs": None,
    } | changes


@pytest.mark.parametrize(
    ("share", "shade"), [(1.0, 0), (0.91, 0), (0.89, 1), (0.6, 2), (0.3, 3), (0.1, 4), (1e-30, 4)]
)
def test_a_shade_tells_the_probability(share: float, shade: int) -> None:
    (token,) = confidence_of([a_token("a", math.log(share))], "a", 1).tokens.head
    assert token.shade == shade


def test_perplexity_is_the_exponential_of_the_mean_surprise() -> None:
    rows = [a_token("a", math.log(0.5)), a_token("b", math.log(0.5))]
    assert confidence_of(rows, "ab", 1).perplexity == "perplexity 2 over 2 tokens"


def test_placeholders_and_unknown_ones_are_left_out_of_the_perplexity_and_counted() -> None:
    rows = [
        a_token("a", math.log(0.25)),
        a_token("b", -math.inf, is_sentinel=True),
        a_token("c", None),
    ]
    confidence = confidence_of(rows, "abc", 1)
    assert confidence.perplexity == "perplexity 4 over 1 token; 2 placeholder or unknown left out"
    assert [token.shade for token in confidence.tokens.head] == [3, 4, None]
    assert confidence.tokens.head[1].probability == "a placeholder for “very unlikely”"


def test_without_any_number_the_perplexity_is_not_known() -> None:
    unknown = confidence_of([a_token("a", None)], "a", 1).perplexity
    assert unknown == "perplexity not known; 1 placeholder or unknown left out"


def test_alternatives_come_likeliest_first_without_the_token_itself() -> None:
    likely = {"b": math.log(0.1), "a": math.log(0.6), "c": math.log(0.3), "d": None}
    row = a_token("a", math.log(0.6), top_logprobs=json.dumps(likely))
    (token,) = confidence_of([row], "a", 1).tokens.head
    assert token.in_words == "60 %; “c” 30 %; “b” 10 %; “d” ?"


def test_a_certain_alternative_comes_first() -> None:
    likely = json.dumps({"b": math.log(0.5), "c": 0.0})
    (token,) = confidence_of([a_token("a", -1.0, top_logprobs=likely)], "a", 1).tokens.head
    assert token.alternatives == ("“c” 100 %", "“b” 50 %")


def test_tokens_that_join_to_the_text_stand_in_its_place() -> None:
    rows = [a_token("Par", -0.1), a_token("is", -0.1)]
    assert not confidence_of(rows, "Paris", 1).is_apart
    assert confidence_of(rows, "Lyon", 1).is_apart


def test_of_many_tokens_the_ends_are_shown() -> None:
    tokens = confidence_of([a_token("a", -0.1)] * 5_000, "a" * 5_000, 1).tokens
    assert (len(tokens.head), tokens.left_out, len(tokens.tail)) == (3_600, 1_000, 400)


@given(st.lists(st.one_of(st.none(), st.floats(-1e4, 1.0)), min_size=1))
def test_any_numbers_have_shades_and_a_perplexity(logprobs: list[float | None]) -> None:
    confidence = confidence_of([a_token("a", value) for value in logprobs], None, 1)
    assert confidence.perplexity.startswith("perplexity ")
    assert all(token.shade in (None, 0, 1, 2, 3, 4) for token in confidence.tokens.head)


def test_the_answer_is_shaded_once_and_explained() -> None:
    content = [
        {"token": "Par", "logprob": math.log(0.95), "top_logprobs": []},
        {"token": "is", "logprob": math.log(0.15), "top_logprobs": []},
    ]
    choice = {
        "index": 0,
        "finish_reason": "stop",
        "message": {"role": "assistant", "content": "Paris"},
        "logprobs": {"content": content},
    }
    conversation = ca.show(ca.load([{"object": "chat.completion", "choices": [choice]}]), 0)
    assert '<span title="95 %">Par</span><span class="ca-p4" title="15 %">is</span>' in (
        conversation.html
    )
    assert conversation.html.count(">Paris<") == 0
    assert "below 20 %" in conversation.html
    assert "── answer 1: stop ──\nParis\n[perplexity " in conversation.text
