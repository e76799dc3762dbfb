"""How sure a model was of each token of its answer."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from .written import Ends, Excerpt, Most, brief, ends, visible

# Lower bounds of the shades and their legend, from sure to unsure.
SHADES = (
    (0.9, "90 % or more"),
    (0.7, "70–90 %"),
    (0.5, "50–70 %"),
    (0.2, "20–50 %"),
    (0.0, "below 20 %"),
)
_ROOM = 4_000
_FEWEST = 200
_LEAST_LIKELY = 20
_MOST_ALTERNATIVES = 20
_SAID = 5
_LONGEST = 300


class Token(NamedTuple):
    """A token: its text, its shade (0 sure … 4 unsure, None not known), and both in words."""

    text: str
    shade: int | None
    probability: str
    alternatives: tuple[str, ...]

    @property
    def in_words(self) -> str:
        """What a pointer that rests on the token reads."""
        return "; ".join((self.probability, *self.alternatives[:_SAID]))


class Confidence(NamedTuple):
    """The tokens of one text, as far as they are shown, and what they say together."""

    tokens: Ends[Token]
    n_tokens: int
    text: Excerpt
    """The tokens joined."""
    is_refusal: bool
    is_apart: bool
    """Whether the tokens are shown beside the text, because joined they are another one."""
    perplexity: str
    least_likely: tuple[Token, ...]


def confidence_of(rows: Sequence[Mapping[str, Any]], text: str | None, n_texts: int) -> Confidence:
    """What the rows of the frame `logprobs` say of a text, one of `n_texts` that are shown."""
    whole = "".join(row["token"] or "" for row in rows)
    tokens = [_token(row) for row in rows]
    most = max(_FEWEST, _ROOM // max(n_texts, 1))
    unsure = [
        (row["logprob"], token)
        for row, token in zip(rows, tokens, strict=True)
        if row["logprob"] is not None and token.shade
    ]
    return Confidence(
        tokens=ends(tokens, Most(most * 9 // 10, most // 10)),
        n_tokens=len(tokens),
        text=Excerpt(whole),
        is_refusal=bool(rows[0]["is_refusal"]),
        is_apart=whole != text or max(len(token.text) for token in tokens) > _LONGEST,
        perplexity=_perplexity(rows),
        least_likely=tuple(token for _, token in sorted(unsure, key=_logprob)[:_LEAST_LIKELY]),
    )


def _logprob(pair: tuple[float, Token]) -> float:
    return pair[0]


def _token(row: Mapping[str, Any]) -> Token:
    logprob = row["logprob"]
    text = "·" if row["token"] is None else brief(row["token"], _LONGEST)
    likely = json.loads(row["top_logprobs"] or "{}")
    others = tuple(
        f"{_quoted(other)} {_percent(value)}"
        for other, value in sorted(likely.items(), key=_unlikeliness)[:_MOST_ALTERNATIVES]
        if other != row["token"]
    )
    if logprob is None:
        return Token(text, None, "probability not known", others)
    if row["is_sentinel"]:
        return Token(text, len(SHADES) - 1, "a placeholder for “very unlikely”", others)
    return Token(text, _shade(logprob), _percent(logprob), others)


def _unlikeliness(alternative: tuple[str, float | None]) -> float:
    return math.inf if alternative[1] is None else -alternative[1]


def _shade(logprob: float) -> int:
    share = math.exp(min(logprob, 0.0))
    return next(shade for shade, (least, _) in enumerate(SHADES) if share >= least)


def _percent(logprob: float | None) -> str:
    if logprob is None:
        return "?"
    share = 100 * math.exp(min(logprob, 0.0))
    if 0 < share < 0.1:
        return "< 0.1 %"
    return "> 99.9 %" if 99.9 < share < 100 else f"{share:.3g} %"


def _quoted(token: str) -> str:
    return f"“{visible(brief(token))}”".replace("\n", "\\n")


def _perplexity(rows: Sequence[Mapping[str, Any]]) -> str:
    """The exponential of the mean surprise; placeholders and unknown ones are left out, and said.

    >>> rows = [{"logprob": 0.0, "is_sentinel": False}, {"logprob": -math.inf, "is_sentinel": True}]
    >>> _perplexity(rows)
    'perplexity 1 over 1 token; 1 placeholder or unknown left out'
    """
    known = [
        row["logprob"]
        for row in rows
        if row["logprob"] is not None and not row["is_sentinel"] and math.isfinite(row["logprob"])
    ]
    left_out = len(rows) - len(known)
    excluded = f"; {left_out:,} placeholder or unknown left out" if left_out else ""
    if not known:
        return f"perplexity not known{excluded}"
    mean = sum(known) / len(known)
    perplexity = math.exp(-mean) if mean > -700 else math.inf
    tokens = f"{len(known):,} token" + "s" * (len(known) != 1)
    return f"perplexity {perplexity:.4g} over {tokens}{excluded}"
