"""What validated records say about their completions, before anything is decided per file.

The facts are the columns of `completions` as far as the record alone can tell, and the evidence
that the decisions of `derive` need: the duration's unit, duplicates, outcomes.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

import numpy as np

from ..models import Completion
from .columns import Column, Table
from .completions import COMPLETIONS
from .failures import code_and_status
from .fields import Columns
from .instants import Instant, instant
from .providers import provider_of
from .seen import Seen
from .timings import with_timings

MOCK_TAG = "MOCK_CHAT_COMPLETIONS"
MOCK_FINGERPRINT = "log10_mock_chat_completion"
_KIND_WORDS = {"chat": "chat", "completion": "text", "prompt": "text", "text": "text"}
_SELF_NAMED_KINDS = frozenset(("response", "embedding"))


# What needs more than the record: whole columns, or a whole file.
DECIDED = frozenset(
    (
        "outcome", "duration_s", "duration_quality", "tokens_per_s", "finish_class", "is_truncated",
        "failure_class",
    )
)  # fmt: skip
LIST_MARKS = frozenset(("created_at", "tagResolved"))
STACK_KEYS = frozenset(("stacktrace", "stack_trace"))


EVIDENCE = (
    Column("known_duration_s", "float64", "duration whose unit the format fixes", "s"),
    Column("has_error", "boolean", "an error body stands in the record"),
    Column("has_log10_mark", "boolean", "something that only Log10's writers do"),
    Column("has_list_marks", "boolean", "both fields that Log10's list and download add"),
    Column("has_other_object", "boolean", "`object` names another shape"),
    Column("has_stack_key", "boolean", "the record has a stack trace field"),
    Column("has_impossible_time", "boolean", "a time is a date that no calendar has"),
    Column("is_time_naive", "boolean", "its time names no zone"),
)
FACTS = Table(
    "facts",
    "one row per completion read",
    (*(column for column in COMPLETIONS if column.name not in DECIDED), *EVIDENCE),
)


@dataclass(slots=True)
class Batch:
    """Completions that follow one another, and where they came from."""

    row_ids: list[int] = field(default_factory=list)
    sources: list[str] = field(default_factory=list)
    lines: list[int | None] = field(default_factory=list)
    forms: list[str] = field(default_factory=list)
    has_log10_mark: list[bool] = field(default_factory=list)
    """Something that only Log10's own writers do: its durations are milliseconds."""
    records: list[Completion] = field(default_factory=list)
    """Validated ones, or structs that the fast path made of clean rows."""

    def __len__(self) -> int:
        return len(self.records)


def fact_columns(batch: Batch, seen: Seen) -> Columns:
    """The columns of `FACTS` for a batch; None is missing."""
    return {
        "row_id": batch.row_ids,
        "source": batch.sources,
        "line": batch.lines,
        "form": batch.forms,
        "has_log10_mark": batch.has_log10_mark,
        "callsite": seen.callsites,
        **_of_envelopes(seen),
        **_of_kinds(seen),
        **_of_models(seen),
        **_of_times(seen.record, seen.response),
        **with_timings(seen.record, seen.record["response"], seen.response["usage"]),
        **_of_failures(seen),
        **seen.asked,
        **{name: seen.counts[name] for name in _COUNTS},
        **_of_messages(seen),
        **_of_answers(seen),
    }


_COUNTS = (
    "prompt_tokens", "completion_tokens", "total_tokens", "cached_tokens", "reasoning_tokens",
    "usage_quality",
)  # fmt: skip


def _words(column: Sequence[Any]) -> list[Any]:
    """The texts of a column, None where one is empty."""
    return [word or None for word in column]


def _of_envelopes(seen: Seen) -> Columns:
    record = seen.record
    ids = zip(record["custom_id"], record["id"], seen.response["id"], strict=True)
    fingerprints = _words(seen.response["system_fingerprint"])
    return {
        **{name: _words(record[name]) for name in ("organization_id", "session_id", "status")},
        "completion_id": [custom or own or answers or None for custom, own, answers in ids],
        "cost_usd": list(map(_cost, record["cost_usd"], seen.response["usage"])),
        "has_list_marks": [held >= LIST_MARKS for held in seen.keys],
        "has_stack_key": [not held.isdisjoint(STACK_KEYS) for held in seen.keys],
        "system_fingerprint": fingerprints,
        "service_tier": _words(seen.response["service_tier"]),
        "is_mock": [
            fingerprint == MOCK_FINGERPRINT or MOCK_TAG in tags
            for fingerprint, tags in zip(fingerprints, seen.tags, strict=True)
        ],
        "n_tags": list(map(len, seen.tags)),
    }


def _cost(cost: float | None, usage: Any) -> float | None:
    if cost is not None or usage is None:
        return cost
    cost = usage.cost.get("total_cost") if isinstance(usage.cost, dict) else usage.cost
    return float(cost) if isinstance(cost, (int, float)) and not isinstance(cost, bool) else None


def _of_kinds(seen: Seen) -> Columns:
    nested = seen.answers.nested
    answered = (nested.lengths > 0).tolist(), (nested.sums(seen.answers.is_chat) > 0).tolist()
    requests, objects = seen.record["request"], seen.response["object"]
    kinds = list(map(_kind, objects, seen.record["kind"], *answered, map(_shape, requests)))
    return {"kind": kinds, "has_other_object": list(map(_names_other_object, objects, kinds))}


def _shape(request: Any) -> str | None:
    """What was sent: messages, a prompt, or neither."""
    if getattr(request, "is_for_text", False) and request.prompt is not None:
        return "text"
    return "chat" if getattr(request, "messages", None) is not None else None


@lru_cache(maxsize=4096)
def _kind(
    named: str | None, word: str | None, has_choices: bool, has_chat: bool, sent: str | None
) -> str | None:
    """The shape of the payload decides; the word in `kind` only where there is no payload."""
    for name in (named, word):
        if name in _SELF_NAMED_KINDS:
            return name
    if has_choices:
        return "chat" if has_chat else "text"
    return sent or _KIND_WORDS.get(word or "")


_OBJECTS = {"chat": "chat.completion", "text": "text_completion"}


@lru_cache(maxsize=4096)
def _names_other_object(named: str | None, kind: str | None) -> bool:
    expected = _OBJECTS.get(kind or "")
    if not named or expected is None:
        return False
    return not named.replace("text.c", "text_c").startswith(expected)  # Together's spelling


def _of_models(seen: Seen) -> Columns:
    requested, answering = seen.asked["model_requested"], seen.response["model"]
    models = [answered or asked for answered, asked in zip(answering, requested, strict=True)]
    inferred = map(provider_of, seen.record["orig_module"], models)
    told = zip(seen.record["provider"], inferred, strict=True)
    return {"model": models, "provider": [named or found for named, found in told]}


def _of_times(record: Columns, response: Columns) -> Columns:
    moments: list[Instant | None] = list(map(instant, record["created_at"]))
    places: list[str | None] = ["created_at"] * len(moments)
    is_impossible = [False] * len(moments)
    for at, moment in enumerate(moments):
        if moment is None:
            created = response["created"][at]
            moment = moments[at] = instant(created)
            places[at] = None if moment is None else "response.created"
            is_passed_over = moment is None and _is_date(created)
            is_impossible[at] = is_passed_over or _is_date(record["created_at"][at])
    return {
        "created_at": [moment and moment.microseconds for moment in moments],
        "created_from": places,
        "has_impossible_time": is_impossible,
        "is_time_naive": [moment is not None and moment.is_naive for moment in moments],
        "duration_raw": record["duration"],
        "known_duration_s": record["duration_s"],
    }


def _is_date(passed_over: Any) -> bool:
    """Whether what gives no moment is a date all the same, as 30 February."""
    return isinstance(passed_over, str) and "-" in passed_over


def _of_failures(seen: Seen) -> Columns:
    names = ("failure_kind", "failure_reason", "error", "http_status")
    told = zip(*(seen.record[name] for name in names), strict=True)
    found = [_NO_FAILURE if each == _NO_FAILURE else _failure(*each) for each in told]
    columns = dict(zip(_FAILURES, zip(*found, strict=True), strict=True))
    answers = seen.answers
    is_told = (
        np.array([bool(error) for error in seen.record["error"]])
        | np.array([bool(error) for error in seen.response["error"]])
        | (answers.nested.sums(answers.has_error) > 0)
    )
    return {**columns, "has_error": is_told}


_FAILURES = ("failure_kind", "failure_code", "http_status", "failure_reason")
_NO_FAILURE = (None,) * len(_FAILURES)


def _failure(
    kind: str | None, reason: str | None, error: Any, status: int | None
) -> tuple[str | None, str | None, int | None, str | None]:
    reason = reason or (error and error.message) or None
    code = None if error is None or error.code is None else str(error.code) or None
    quoted_code, quoted_status = code_and_status(reason)
    status = quoted_status if status is None else status
    return kind or None, code or quoted_code, status, reason


def _of_messages(seen: Seen) -> Columns:
    messages = seen.messages
    n_messages = [
        None if _messages_of(request) is None else n
        for request, n in zip(seen.record["request"], messages.nested.lengths.tolist(), strict=True)
    ]
    return {"n_messages": n_messages, "prompt_chars": messages.nested.chars(messages.text)}


def _messages_of(request: Any) -> Any:
    return getattr(request, "messages", None)


def _of_answers(seen: Seen) -> Columns:
    nested, reasons = seen.answers.nested, seen.answers.finish_reason
    return {
        "finish_reason": [None if at is None else reasons[at] for at in nested.firsts],
        "n_choices": nested.lengths,
        "n_tool_calls": nested.sums(list(map(len, seen.answers.calls))),
        "completion_chars": nested.chars(seen.answers.text),
    }
