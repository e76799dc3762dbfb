"""The frame `logprobs`: how likely each token was."""

from __future__ import annotations

import json
import math
from collections.abc import Iterable, Iterator
from itertools import zip_longest
from typing import Any

from .columns import Column, Table

LOGPROBS = Table(
    "logprobs",
    "one row per token of a choice that came with log-probabilities",
    (
        Column("row_id", "int64", "the completion"),
        Column("choice_index", "Int64", "the choice"),
        Column("token_index", "Int64", "position in the choice, refusal tokens after content"),
        Column("is_refusal", "boolean", "the token belongs to a refusal"),
        Column("token", "str", "the token", is_said=True),
        Column("logprob", "float64", "natural logarithm of its probability; −∞ for a sentinel"),
        Column("is_sentinel", "boolean", "the server wrote a placeholder for “very unlikely”"),
        Column(
            "top_logprobs",
            "str",
            "the alternatives, as JSON text `{token: logprob}`",
            is_said=True,
        ),
    ),
)

# Servers write −9999 (vLLM, OpenAI) or the lowest 32-bit float (llama.cpp) for "very unlikely".
SENTINEL = -9990.0


def logprob_rows(row_id: int, choice_index: int, logprobs: Any) -> Iterator[tuple[Any, ...]]:
    """Rows of one choice's log-probabilities, in any of the shapes servers use."""
    position = 0
    for is_refusal, tokens in _parts(logprobs):
        for token, logprob, top in tokens:
            is_sentinel = logprob is not None and logprob <= SENTINEL
            value = -math.inf if is_sentinel else logprob
            yield row_id, choice_index, position, is_refusal, token, value, is_sentinel, top
            position += 1


_Token = tuple[str | None, float | None, str | None]


def _parts(logprobs: Any) -> Iterator[tuple[bool, Iterable[_Token]]]:
    if isinstance(logprobs, list):
        yield False, ((None, _number(value), None) for value in logprobs)
        return
    content = getattr(logprobs, "content", None)
    if content:
        yield False, map(_chat_token, content)
    refusal = getattr(logprobs, "refusal", None)
    if refusal:
        yield True, map(_chat_token, refusal)
    if getattr(logprobs, "token_logprobs", None) or getattr(logprobs, "tokens", None):
        yield False, _legacy_tokens(logprobs)


def _chat_token(token: Any) -> _Token:
    logprob = _number(getattr(token, "logprob", None))
    if logprob is None:
        probability = _number(getattr(token, "prob", None))  # llama.cpp
        logprob = math.log(probability) if probability else None
    top = getattr(token, "top_logprobs", None)
    pairs = {str(each.token): _number(each.logprob) for each in top or ()}
    return token.token, logprob, _as_json(pairs)


def _legacy_tokens(logprobs: Any) -> Iterator[_Token]:
    columns = (
        getattr(logprobs, name, None) or () for name in ("tokens", "token_logprobs", "top_logprobs")
    )
    for token, logprob, top in zip_longest(*columns):
        yield token, _number(logprob), _as_json(top if isinstance(top, dict) else {})


def _number(value: Any) -> float | None:
    is_number = isinstance(value, (int, float)) and not isinstance(value, bool)
    return float(value) if is_number and not math.isnan(value) else None


def _as_json(pairs: dict[str, Any]) -> str | None:
    return _encode(pairs) if pairs else None


_encode = json.JSONEncoder(ensure_ascii=False).encode
