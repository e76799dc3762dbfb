"""Token counts: which are known, which are placeholders."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pyarrow as pa

from ..models.lenient import INT64
from .fields import Columns, Fields

# Where providers write the tokens read from a cache; the first that is there counts.
_CACHED = (
    "prompt_cache_hit_tokens",
    "cached_tokens",
    "num_cached_tokens",
    "cache_read_input_tokens",
)
_OF_USAGE = Fields(
    "prompt_tokens", "completion_tokens", "total_tokens", "prompt_tokens_details",
    "completion_tokens_details", "cache_creation_input_tokens", *_CACHED,
)  # fmt: skip
_OF_PROMPT = Fields(
    "cached_tokens", "cache_write_tokens", "text_tokens", "audio_tokens", "image_tokens"
)
_OF_ANSWER = Fields(
    "reasoning_tokens",
    "text_tokens",
    "audio_tokens",
    "accepted_prediction_tokens",
    "rejected_prediction_tokens",
)
# The models let no other count below zero through.
_SENTINEL, _ABSENT = -1, -2


def counts_of(usages: Sequence[Any], is_estimated: Any) -> Columns:
    """Token counts of `usage` objects in OpenAI's inclusive sense, and how far to trust them.

    `0/0` and `-1` stand for "unknown" (quality `zero_filled`, `sentinel`) and are missing. A total
    is never recomputed; where it is not the sum the quality is `inconsistent`.
    """
    usage = _OF_USAGE.of(usages)
    in_prompt = _numbers(_OF_PROMPT.of(usage.pop("prompt_tokens_details")))
    in_answer = _numbers(_OF_ANSWER.of(usage.pop("completion_tokens_details")))
    told = _numbers(usage)
    prompt, completion, total = (
        told[name] for name in ("prompt_tokens", "completion_tokens", "total_tokens")
    )
    quality = _qualities(prompt, completion, total, is_estimated)
    counts = {
        "prompt_tokens": prompt,
        "completion_tokens": completion,
        "total_tokens": total,
        "cached_tokens": _first_known(in_prompt["cached_tokens"], *(told[n] for n in _CACHED)),
        "cache_write_tokens": _first_known(
            in_prompt["cache_write_tokens"], told["cache_creation_input_tokens"]
        ),
        "reasoning_tokens": in_answer["reasoning_tokens"],
        **{f"prompt_{kind}_tokens": in_prompt[f"{kind}_tokens"] for kind in _PROMPT_KINDS},
        **{f"completion_{kind}_tokens": in_answer[f"{kind}_tokens"] for kind in _ANSWER_KINDS},
        "accepted_prediction_tokens": in_answer["accepted_prediction_tokens"],
        "rejected_prediction_tokens": in_answer["rejected_prediction_tokens"],
    }
    is_placeholder = (quality == "missing") | (quality == "zero_filled")
    known = {name: pa.array(n, mask=(n < 0) | is_placeholder) for name, n in counts.items()}
    other = _other_tokens(prompt, completion, total, is_placeholder)
    return {**known, "other_tokens": other, "usage_quality": pa.array(quality).dictionary_encode()}


_PROMPT_KINDS, _ANSWER_KINDS = ("text", "audio", "image"), ("text", "audio")


def _numbers(columns: Columns) -> dict[str, np.ndarray]:
    return {
        name: pa.array(counts, pa.int64()).fill_null(_ABSENT).to_numpy()
        for name, counts in columns.items()
    }


def _qualities(
    prompt: np.ndarray, completion: np.ndarray, total: np.ndarray, is_estimated: Any
) -> np.ndarray:
    all_known = (prompt >= 0) & (completion >= 0) & (total >= 0)
    rules = (
        ((prompt == _ABSENT) & (completion == _ABSENT) & _is_empty(total), "missing"),
        ((prompt == 0) & (completion == 0), "zero_filled"),
        (_has_sentinel(prompt, completion, total), "sentinel"),
        (np.asarray(is_estimated, dtype=bool), "estimated"),
        (all_known & (total - prompt != completion), "inconsistent"),  # a sum might overflow
    )
    conditions, names = [rule for rule, _ in rules], [np.array(name) for _, name in rules]
    return np.select(conditions, names, default="reported")


def _is_empty(total: np.ndarray) -> np.ndarray:
    return np.isin(total, (_ABSENT, 0))


def _has_sentinel(*counts: np.ndarray) -> np.ndarray:
    return np.asarray(np.equal(counts, _SENTINEL).any(axis=0))


def _first_known(*counts: np.ndarray) -> np.ndarray:
    return np.select([column >= 0 for column in counts], counts, default=_ABSENT)


def _other_tokens(
    prompt: np.ndarray, completion: np.ndarray, total: np.ndarray, is_placeholder: np.ndarray
) -> pa.Array:
    """What the total holds beside prompt and completion."""
    is_known = (prompt >= 0) & (completion >= 0) & (total >= 0) & ~is_placeholder
    beside_prompt = np.where(is_known, total - prompt, 0)
    fits = beside_prompt >= completion - INT64
    return pa.array(beside_prompt - np.where(fits, completion, 0), mask=~is_known | ~fits)
