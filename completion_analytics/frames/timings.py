"""Times that providers report inside their answers: never the client's wall clock."""

from __future__ import annotations

import math
from operator import attrgetter
from typing import Any, NamedTuple

from ..models import Completion
from .texts import field_of


class Timings(NamedTuple):
    """Seconds; None where the answer does not tell."""

    server_duration_s: float | None
    ttft_s: float | None


_Place = tuple[tuple[str, ...], tuple[str, ...], float]
# (way to an object in the response, keys whose values are summed, seconds per unit)
_SERVER = (
    (("usage",), ("total_time",), 1.0),  # Groq
    (("time_info",), ("total_time",), 1.0),  # Cerebras
    (("timings",), ("prompt_ms", "predicted_ms"), 1e-3),  # llama.cpp
    (("usage", "latency_checkpoint"), ("total_duration_ms",), 1e-3),  # Azure
    (("latency_checkpoint",), ("total_duration_ms",), 1e-3),  # Azure, in chunks
)
_TTFT = (
    (("metrics",), ("time_to_first_token_ms",), 1e-3),  # vLLM
    (("usage",), ("time_to_first_token_ms",), 1e-3),  # GPUStack
    (("usage", "latency_checkpoint"), ("user_visible_ttft_ms",), 1e-3),  # Azure
    (("latency_checkpoint",), ("user_visible_ttft_ms",), 1e-3),
)

_HOLDER_NAMES = sorted({place[0] for place, *_ in (*_SERVER, *_TTFT)} - {"usage"})
_USAGE_NAMES = sorted(
    {
        name
        for place, keys, _ in (*_SERVER, *_TTFT)
        if place[0] == "usage"
        for name in (place[1:2] or keys)
    }
)
_HOLDERS, _NO_HOLDERS = attrgetter(*_HOLDER_NAMES), (None,) * len(_HOLDER_NAMES)
_IN_USAGE, _NOT_IN_USAGE = attrgetter(*_USAGE_NAMES), (None,) * len(_USAGE_NAMES)


def timings_of(completion: Completion) -> Timings:
    """What the adapter of the format knew, else what the response's own fields say."""
    if not _tells(completion.response):
        return Timings(completion.server_duration_s, completion.ttft_s)
    return Timings(
        _given(completion.server_duration_s, completion.response, _SERVER),
        _given(completion.ttft_s, completion.response, _TTFT),
    )


def _tells(response: Any) -> bool:
    """Whether anything stands in the places; a quick look, since it rarely does."""
    if response is None:
        return False
    usage = response.usage
    return _HOLDERS(response) != _NO_HOLDERS or (
        usage is not None and _IN_USAGE(usage) != _NOT_IN_USAGE
    )


def _given(known: float | None, response: Any, places: tuple[_Place, ...]) -> float | None:
    if known is not None or response is None:
        return known
    for place, keys, seconds in places:
        holder = _at(response, place)
        if holder is None:
            continue
        values = [_number(field_of(holder, key)) for key in keys]
        known_values = [value for value in values if value is not None]
        if len(known_values) == len(keys):
            return math.fsum(known_values) * seconds
    return None


def _at(holder: Any, path: tuple[str, ...]) -> Any:
    for name in path:
        holder = field_of(holder, name)
        if holder is None:
            return None
    return holder


def _number(value: Any) -> float | None:
    is_number = isinstance(value, (int, float)) and not isinstance(value, bool)
    return float(value) if is_number and math.isfinite(value) and value >= 0 else None
