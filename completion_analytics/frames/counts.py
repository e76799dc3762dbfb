"""Token counts of one completion: which are known, which are placeholders."""

from __future__ import annotations

from operator import attrgetter
from typing import NamedTuple

from ..models import CompletionUsage
from ..models.lenient import INT64


class Counts(NamedTuple):
    """Token counts in OpenAI's inclusive sense; None is unknown, never zero."""

    prompt_tokens: int | None = None
    completion_tokens: int | None = None
    total_tokens: int | None = None
    cached_tokens: int | None = None
    cache_write_tokens: int | None = None
    reasoning_tokens: int | None = None
    prompt_text_tokens: int | None = None
    prompt_audio_tokens: int | None = None
    prompt_image_tokens: int | None = None
    completion_text_tokens: int | None = None
    completion_audio_tokens: int | None = None
    accepted_prediction_tokens: int | None = None
    rejected_prediction_tokens: int | None = None
    usage_quality: str = "missing"

    @property
    def other_tokens(self) -> int | None:
        """What the total holds beside prompt and completion."""
        total, prompt, completion = self.total_tokens, self.prompt_tokens, self.completion_tokens
        if total is None or prompt is None or completion is None:
            return None
        other = total - prompt - completion
        return other if abs(other) <= INT64 else None


# Where providers write the tokens read from a cache; the first that is there counts.
_CACHED = (
    "prompt_cache_hit_tokens",
    "cached_tokens",
    "num_cached_tokens",
    "cache_read_input_tokens",
)
_BESIDE = attrgetter(*_CACHED, "cache_creation_input_tokens")
_OF_PROMPT = attrgetter(
    "cached_tokens", "cache_write_tokens", "text_tokens", "audio_tokens", "image_tokens"
)
_OF_ANSWER = attrgetter(
    "reasoning_tokens",
    "text_tokens",
    "audio_tokens",
    "accepted_prediction_tokens",
    "rejected_prediction_tokens",
)
_NOTHING = (None,) * 5


def counts_of(usage: CompletionUsage | None, *, is_estimated: bool = False) -> Counts:
    """The counts of a `usage` object, with the placeholders that some clients write removed.

    `0/0` and `-1` stand for "unknown" (quality `zero_filled`, `sentinel`) and become None. A total
    is never recomputed; where it is not the sum the quality is `inconsistent`.
    """
    if usage is None:
        return Counts()
    prompt, completion, total = usage.prompt_tokens, usage.completion_tokens, usage.total_tokens
    if prompt is None and completion is None and not total:
        return Counts()
    if prompt == 0 and completion == 0:
        return Counts(usage_quality="zero_filled")
    quality = _quality(prompt, completion, total, is_estimated)
    in_prompt, in_answer = usage.prompt_tokens_details, usage.completion_tokens_details
    cached, written, *of_prompt = _NOTHING if in_prompt is None else _OF_PROMPT(in_prompt)
    reasoning, *of_answer = _NOTHING if in_answer is None else _OF_ANSWER(in_answer)
    *cached_beside, created = _BESIDE(usage)
    found = (
        prompt,
        completion,
        total,
        _first_known(cached, *cached_beside),
        _first_known(written, created),
        reasoning,
        *of_prompt,
        *of_answer,
    )
    return Counts._make((*(None if count == -1 else count for count in found), quality))


def _quality(
    prompt: int | None, completion: int | None, total: int | None, is_estimated: bool
) -> str:
    if -1 in (prompt, completion, total):
        return "sentinel"
    if is_estimated:
        return "estimated"
    if None not in (prompt, completion, total) and total != (prompt or 0) + (completion or 0):
        return "inconsistent"
    return "reported"


def _first_known(*counts: int | None) -> int | None:
    for count in counts:
        if count is not None and count != -1:
            return count
    return None
