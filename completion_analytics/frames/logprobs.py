"""The frame `logprobs`: how likely each token was."""

from __future__ import annotations

from .columns import Column, Table

LOGPROBS = Table(
    "logprobs",
    "one row per token of a choice that came with log-probabilities",
    (
        Column("row_id", "int64", "the completion"),
        Column("choice_index", "Int64", "the choice"),
        Column("token_index", "Int64", "position in the choice, refusal tokens after content"),
        Column("is_refusal", "boolean", "the token belongs to a refusal"),
        Column("token", "str", "the token"),
        Column("logprob", "float64", "natural logarithm of its probability; −∞ for a sentinel"),
        Column("is_sentinel", "boolean", "the server wrote a placeholder for “very unlikely”"),
        Column("top_logprobs", "str", "the alternatives, as JSON text `{token: logprob}`"),
    ),
)
