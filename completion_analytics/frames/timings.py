"""Times that providers report inside their answers: never the client's wall clock."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

from .fields import Columns, Fields
from .texts import field_of

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

_IN_RESPONSE = Fields(*sorted({place[0] for place, *_ in (*_SERVER, *_TTFT)} - {"usage"}))
_IN_USAGE = Fields(
    *sorted(
        {
            name
            for place, keys, _ in (*_SERVER, *_TTFT)
            if place[0] == "usage"
            for name in (place[1:2] or keys)
        }
    )
)


def with_timings(known: Columns, responses: Sequence[Any], usages: Sequence[Any]) -> Columns:
    """`server_duration_s` and `ttft_s`: what the adapters knew, else what the responses say."""
    server, ttft = list(known["server_duration_s"]), list(known["ttft_s"])
    for at in _told(*_IN_RESPONSE.of(responses).values(), *_IN_USAGE.of(usages).values()):
        server[at] = _given(server[at], responses[at], _SERVER)
        ttft[at] = _given(ttft[at], responses[at], _TTFT)
    return {"server_duration_s": server, "ttft_s": ttft}


def _told(*columns: Sequence[Any]) -> set[int]:
    """Where any of the columns holds something, which is rare."""
    filled = [column for column in columns if column.count(None) < len(column)]
    return {at for column in filled for at, value in enumerate(column) if value is not None}


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
