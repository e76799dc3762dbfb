"""What stands above a conversation: its figures, its badges and where it came from, in words."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from .written import brief

_LONGEST = 300

Row = Mapping[str, Any]
"""A row of `completions`; None is missing."""


class Figure(NamedTuple):
    """A number with its name and what to think of it."""

    name: str
    value: str
    note: str


class Badge(NamedTuple):
    """A word that says how it went; the tone only colours it."""

    word: str
    tone: str


_TONES = {
    "finished": "good",
    "failed": "bad",
    "unresolved": "warn",
    "stop": "good",
    "tool_calls": "good",
    "length": "warn",
    "content_filter": "warn",
    "error": "bad",
}
_OF_DURATION = {
    "exact": "exact",
    "whole_second": "floored to whole seconds",
    "below_resolution": "below the clock's resolution",
    "missing": "not known",
}
_OF_USAGE = {
    "reported": "as reported",
    "estimated": "estimated by the client",
    "zero_filled": "placeholders of 0, so not known",
    "sentinel": "placeholders of −1, so not known",
    "inconsistent": "as reported; the total is not their sum",
    "missing": "not reported",
}


def badges(row: Row) -> Iterator[Badge]:
    """What became of the call, how its first answer ended, what failed."""
    if row["outcome"]:
        yield Badge(row["outcome"], _TONES[row["outcome"]])
    yield from finish_badges(row["finish_class"], row["finish_reason"])
    if row["failure_class"]:
        yield Badge(row["failure_class"], "bad")
    if row["is_truncated"] and row["finish_class"] != "length":
        yield Badge("an answer is truncated", "warn")
    for name, word in (("is_stream", "streamed"), ("is_mock", "mocked")):
        if row[name]:
            yield Badge(word, "plain")


def finish_badges(finish_class: str | None, finish_reason: str | None) -> Iterator[Badge]:
    """How an answer ended: the class, and the provider's own word where it differs."""
    if finish_class is not None:
        is_same = finish_reason is None or finish_reason.casefold() == finish_class
        word = finish_class if is_same else f"{finish_class} ({brief(finish_reason)})"
        yield Badge(word, _TONES.get(finish_class, "plain"))


def figures(row: Row) -> Iterator[Figure]:
    """Duration and tokens always, even where they are not known; the others where they are."""
    yield Figure("duration", _seconds(row["duration_s"]), _OF_DURATION[row["duration_quality"]])
    yield Figure("prompt → completion tokens", _tokens(row), _of_tokens(row))
    speed, cost = row["tokens_per_s"], row["cost_usd"]
    if speed is not None:
        yield Figure("tokens/s", _short(speed), "completion tokens over the duration")
    if cost is not None:
        yield Figure("cost", f"${_short(cost)}", "as reported")
    if row["ttft_s"] is not None:
        yield Figure("first token", _seconds(row["ttft_s"]), "after the request")
    if row["server_duration_s"] is not None:
        yield Figure("server time", _seconds(row["server_duration_s"]), "as the provider says")


def places(row: Row) -> Iterator[tuple[str, str]]:
    """Where the call belongs and where its record stands."""
    named = (
        ("session", row["session_id"]),
        ("call site", row["callsite"]),
        ("id", row["completion_id"]),
        ("read from", _source(row)),
    )
    yield from ((name, brief(value, _LONGEST)) for name, value in named if value)


def title(row: Row) -> str:
    """The model's name."""
    return brief(row["model"] or "unknown model")


def facts(row: Row) -> list[str]:
    """What the model was asked for as, who served it, the kind of call, and when, where known."""
    requested = row["model_requested"]
    asked = None if requested in (None, row["model"]) else f"asked for {brief(requested)}"
    found = (asked, row["provider"], row["kind"], _moment(row["created_at"]))
    return [brief(fact) for fact in found if fact]


def _moment(at: pd.Timestamp | None) -> str | None:
    if at is None:
        return None
    fraction = f".{at.microsecond // 1000:03d}" if at.microsecond else ""
    return f"{at:%Y-%m-%d %H:%M:%S}{fraction} UTC"


def failure(row: Row) -> list[tuple[str, str]]:
    """What is known of a failure beside its reason; nothing for calls that did not fail."""
    names = {"failure_class": "class", "failure_kind": "kind", "failure_code": "code"}
    found = [
        (word, brief(row[name], _LONGEST)) for name, word in names.items() if row[name] is not None
    ]
    is_error = row["http_status"] is not None and row["http_status"] >= 400
    return [*found, ("HTTP status", str(row["http_status"]))] if is_error else found


def no_messages(row: Row) -> str:
    """Why there is no message to show."""
    return "The request has no messages." if row["n_messages"] == 0 else "No request is logged."


def no_answer(row: Row) -> str:
    """Why there is no answer to show."""
    if row["kind"] == "embedding":
        return "An embedding: numbers, no text."
    if row["outcome"] == "failed":
        return "No answer: the call failed."
    return "No answer is logged."


def _seconds(seconds: float | None) -> str:
    return "–" if seconds is None else f"{_short(seconds)} s"


def _short(number: float) -> str:
    """Three figures, never an exponent.

    >>> _short(0.0000123), _short(1.5), _short(12345.6)
    ('0.0000123', '1.5', '12,346')
    """
    if abs(number) >= 100:
        return f"{number:,.0f}"
    return np.format_float_positional(number, precision=3, fractional=False, trim="-")


def _tokens(row: Row) -> str:
    prompt, completion, total = (
        row[name] for name in ("prompt_tokens", "completion_tokens", "total_tokens")
    )
    if prompt is None and completion is None:
        return "–" if total is None else f"{total:,}"
    return " → ".join("–" if count is None else f"{count:,}" for count in (prompt, completion))


def _of_tokens(row: Row) -> str:
    counted = (
        ("total_tokens", "in all"),
        ("cached_tokens", "cached"),
        ("reasoning_tokens", "reasoning"),
    )
    parts = [f"{row[name]:,} {word}" for name, word in counted if row[name]]
    return ", ".join([*parts, _OF_USAGE[row["usage_quality"]]])


def _source(row: Row) -> str:
    line = "" if row["line"] is None else f", line {row['line']:,}"
    return f"{row['source']}{line}, as {row['form']}"
