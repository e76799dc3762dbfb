"""What requests asked for: their parameters, and a key that equal prompts share."""

from __future__ import annotations

from collections.abc import Sequence
from hashlib import sha256
from typing import Any

import msgspec
from pydantic import BaseModel

from .fields import Columns, Fields
from .texts import field_of

_OF_ALL = Fields(
    "model", "temperature", "top_p", "n", "stream", "seed", "max_tokens", "max_tokens_to_sample"
)
_OF_CHATS = Fields("max_completion_tokens", "response_format")
_LIMITS = ("max_completion_tokens", "max_tokens", "max_tokens_to_sample")


def asked_of(requests: Sequence[Any]) -> Columns:
    """The parameters of requests, as columns of the facts."""
    asked = _OF_ALL.of(requests) | _OF_CHATS.of(requests)
    return {
        "model_requested": [model or None for model in asked["model"]],
        **{name: asked[name] for name in ("temperature", "top_p", "n")},
        "is_stream": asked["stream"],
        "max_tokens": list(map(_first_whole, *(asked[name] for name in _LIMITS))),
        "seed": [None if seed is None else str(seed) for seed in asked["seed"]],
        "response_format": list(map(_response_format, asked["response_format"])),
        "prompt_hash": list(map(prompt_hash, requests)),
    }


def _first_whole(*limits: Any) -> int | None:
    for limit in limits:
        if isinstance(limit, int) and not isinstance(limit, bool):
            return limit
    return None


def _response_format(wanted: Any) -> str | None:
    kind = None if wanted is None else field_of(wanted, "type")
    return kind if isinstance(kind, str) and kind else None


# Sorted keys and no blanks make the JSON of equal prompts equal.
_canonical = msgspec.json.Encoder(order="sorted").encode


def prompt_hash(request: Any) -> str | None:
    """The same for the same prompt, whatever its null fields and the order of its keys."""
    if request is None:
        return None
    sent = _kept(request) if isinstance(request, msgspec.Struct) else _dumped(request)
    if not (sent.get("messages") or sent.get("prompt")):
        return None
    return sha256(_canonical(sent)).hexdigest()


def _kept(request: Any) -> dict[str, Any]:
    """What a struct sent; its structs leave out what is null by themselves."""
    if request.is_for_text:
        return {"prompt": request.prompt}
    sent = {"messages": request.messages}
    for name in ("tools", "functions"):
        if (value := getattr(request, name)) is not None:
            sent[name] = value
    return sent


def _dumped(request: BaseModel) -> dict[str, Any]:
    return request.model_dump(mode="json", include=_SENT, exclude_none=True)


_SENT = {"messages", "tools", "functions", "prompt"}
