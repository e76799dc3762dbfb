"""What validated records say about their completions, before anything is decided per file.

The facts are the columns of `completions` as far as the record alone can tell, and the evidence
that the decisions of `derive` need: the duration's unit, duplicates, outcomes.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Any

import msgspec
from pydantic import BaseModel

from ..models import Completion
from .answers import Answer
from .columns import Column, Table
from .completions import COMPLETIONS
from .counts import Counts
from .failures import code_and_status
from .instants import instant
from .messages import TEXT_AT
from .providers import provider_of
from .texts import field_of
from .timings import timings_of

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

Columns = dict[str, Sequence[Any]]


@dataclass(slots=True)
class Batch:
    """Completions that follow one another, and what was found in them, field by field."""

    row_ids: list[int] = field(default_factory=list)
    sources: list[str] = field(default_factory=list)
    lines: list[int | None] = field(default_factory=list)
    forms: list[str] = field(default_factory=list)
    has_log10_mark: list[bool] = field(default_factory=list)
    """Something that only Log10's own writers do: its durations are milliseconds."""
    records: list[Completion] = field(default_factory=list)
    """Validated ones, or structs that the fast path made of clean rows."""
    answers: list[Sequence[Answer]] = field(default_factory=list)
    counts: list[Counts] = field(default_factory=list)
    tags: list[Sequence[str]] = field(default_factory=list)
    messages: list[Sequence[tuple[Any, ...]]] = field(default_factory=list)
    """Rows of the frame `messages`."""
    callsites: list[str | None] = field(default_factory=list)

    def __len__(self) -> int:
        return len(self.records)


def fact_columns(batch: Batch) -> Columns:
    """The columns of `FACTS` for a batch; None is missing."""
    requests = [record.request for record in batch.records]
    responses = [record.response for record in batch.records]
    fingerprints = _words(responses, "system_fingerprint")
    kinds = [_kind(*pair) for pair in zip(batch.records, batch.answers, strict=True)]
    return {
        "row_id": batch.row_ids,
        "source": batch.sources,
        "line": batch.lines,
        "form": batch.forms,
        "kind": kinds,
        "callsite": batch.callsites,
        "has_log10_mark": batch.has_log10_mark,
        "system_fingerprint": fingerprints,
        "service_tier": _words(responses, "service_tier"),
        "is_mock": [
            fingerprint == MOCK_FINGERPRINT or MOCK_TAG in tags
            for fingerprint, tags in zip(fingerprints, batch.tags, strict=True)
        ],
        "has_other_object": [
            _names_other_object(*pair)
            for pair in zip(_words(responses, "object"), kinds, strict=True)
        ],
        "has_error": [_has_error(record) for record in batch.records],
        **_of_envelopes(batch.records),
        **_of_models(batch.records, requests, responses),
        **_of_times(batch.records),
        **_of_failures(batch.records),
        **_of_requests(requests, batch.messages),
        **_of_answers(batch),
    }


def _words(holders: Iterable[Any], name: str) -> list[str | None]:
    """A text of each holder, None where it is empty or there is no holder."""
    return [getattr(holder, name, None) or None for holder in holders]


def _values(holders: Iterable[Any], name: str) -> list[Any]:
    return [getattr(holder, name, None) for holder in holders]


def _of_envelopes(records: Sequence[Completion]) -> Columns:
    keys = [record.model_fields_set for record in records]
    return {
        **{name: _words(records, name) for name in ("organization_id", "session_id", "status")},
        "completion_id": [
            record.custom_id or record.id or getattr(record.response, "id", None) or None
            for record in records
        ],
        "cost_usd": [_cost(record) for record in records],
        "has_list_marks": [held >= LIST_MARKS for held in keys],
        "has_stack_key": [not held.isdisjoint(STACK_KEYS) for held in keys],
    }


def _of_models(
    records: Sequence[Completion], requests: Sequence[Any], responses: Sequence[Any]
) -> Columns:
    requested = _words(requests, "model")
    answering = _words(responses, "model")
    models = [answered or asked for answered, asked in zip(answering, requested, strict=True)]
    return {
        "model": models,
        "model_requested": requested,
        "provider": [
            record.provider or provider_of(record.orig_module, model)
            for record, model in zip(records, models, strict=True)
        ],
    }


def _of_times(records: Sequence[Completion]) -> Columns:
    created = [_created(record) for record in records]
    timings = [timings_of(record) for record in records]
    return {
        "created_at": [moment and moment.microseconds for moment, _ in created],
        "created_from": [place for _, place in created],
        "has_impossible_time": [
            _has_impossible_time(record, place)
            for record, (_, place) in zip(records, created, strict=True)
        ],
        "is_time_naive": [moment is not None and moment.is_naive for moment, _ in created],
        "duration_raw": _values(records, "duration"),
        "known_duration_s": _values(records, "duration_s"),
        "ttft_s": [timing.ttft_s for timing in timings],
        "server_duration_s": [timing.server_duration_s for timing in timings],
    }


def _of_failures(records: Sequence[Completion]) -> Columns:
    names = ("failure_kind", "failure_code", "http_status", "failure_reason")
    return dict(zip(names, zip(*map(_failure, records), strict=True), strict=True))


def _of_requests(requests: Sequence[Any], messages: Sequence[Sequence[tuple[Any, ...]]]) -> Columns:
    return {
        **{name: _values(requests, name) for name in ("temperature", "top_p", "n")},
        "is_stream": _values(requests, "stream"),
        "max_tokens": [_max_tokens(request) for request in requests],
        "seed": [_seed(request) for request in requests],
        "response_format": [_response_format(request) for request in requests],
        "n_messages": [_n_messages(request) for request in requests],
        "prompt_hash": [_prompt_hash(request) for request in requests],
        "prompt_chars": [_chars(row[TEXT_AT] for row in rows) for rows in messages],
    }


def _of_answers(batch: Batch) -> Columns:
    answers = batch.answers
    counts = dict(zip(Counts._fields, zip(*batch.counts, strict=True), strict=True))
    return {
        **{name: counts[name] for name in _COUNTS},
        "finish_reason": [each[0].finish_reason if each else None for each in answers],
        "n_choices": [len(each) for each in answers],
        "n_tool_calls": [sum(len(answer.calls) for answer in each) for each in answers],
        "n_tags": [len(tags) for tags in batch.tags],
        "completion_chars": [_chars(answer.text for answer in each) for each in answers],
    }


_COUNTS = (
    "prompt_tokens", "completion_tokens", "total_tokens", "cached_tokens", "reasoning_tokens",
    "usage_quality",
)  # fmt: skip


def _kind(completion: Completion, answers: Sequence[Answer]) -> str | None:
    """The shape of the payload decides; the word in `kind` only where there is no payload."""
    named = getattr(completion.response, "object", None), completion.kind
    for word in named:
        if word in _SELF_NAMED_KINDS:
            return str(word)
    if answers:
        return "chat" if any(answer.is_chat for answer in answers) else "text"
    request: Any = completion.request
    if getattr(request, "is_for_text", False) and request.prompt is not None:
        return "text"
    if getattr(request, "messages", None) is not None:
        return "chat"
    return _KIND_WORDS.get(completion.kind or "")


_OBJECTS = {"chat": "chat.completion", "text": "text_completion"}


def _names_other_object(named: str | None, kind: str | None) -> bool:
    expected = _OBJECTS.get(kind or "")
    if named is None or expected is None:
        return False
    return not named.replace("text.c", "text_c").startswith(expected)  # Together's spelling


def _has_error(record: Completion) -> bool:
    response: Any = record.response
    if record.error or response is None:
        return bool(record.error)
    return bool(response.error) or any(choice.error for choice in response.choices or ())


def _created(completion: Completion) -> tuple[Any, str | None]:
    for value, place in (
        (completion.created_at, "created_at"),
        (getattr(completion.response, "created", None), "response.created"),
    ):
        moment = instant(value)
        if moment is not None:
            return moment, place
    return None, None


def _has_impossible_time(completion: Completion, created_from: str | None) -> bool:
    """Whether a time that was passed over is a date all the same, as 30 February."""
    if created_from == "created_at":
        return False
    passed_over: list[Any] = [completion.created_at]
    if created_from is None:
        passed_over.append(getattr(completion.response, "created", None))
    return any(isinstance(value, str) and "-" in value for value in passed_over)


def _failure(completion: Completion) -> tuple[str | None, str | None, int | None, str | None]:
    error, status = completion.error, completion.http_status
    reason = completion.failure_reason or (error and error.message) or None
    code = None if error is None or error.code is None else str(error.code) or None
    quoted_code, quoted_status = code_and_status(reason)
    status = quoted_status if status is None else status
    return completion.failure_kind or None, code or quoted_code, status, reason


def _cost(completion: Completion) -> float | None:
    if completion.cost_usd is not None:
        return completion.cost_usd
    cost = getattr(getattr(completion.response, "usage", None), "cost", None)
    if isinstance(cost, dict):
        cost = cost.get("total_cost")
    return float(cost) if isinstance(cost, (int, float)) and not isinstance(cost, bool) else None


def _n_messages(request: Any) -> int | None:
    messages = getattr(request, "messages", None)
    return None if messages is None else len(messages)


def _max_tokens(request: Any) -> int | None:
    for name in ("max_completion_tokens", "max_tokens", "max_tokens_to_sample"):
        limit = getattr(request, name, None)
        if isinstance(limit, int) and not isinstance(limit, bool):
            return limit
    return None


def _seed(request: Any) -> str | None:
    seed = getattr(request, "seed", None)
    return None if seed is None else str(seed)


def _response_format(request: Any) -> str | None:
    kind = field_of(getattr(request, "response_format", None), "type")
    return kind if isinstance(kind, str) and kind else None


_SENT_AS_CHAT, _SENT_AS_TEXT = ("messages", "tools", "functions"), ("prompt",)
_SENT = {*_SENT_AS_CHAT, *_SENT_AS_TEXT}
# Sorted keys and no blanks make the JSON of equal prompts equal.
_canonical = msgspec.json.Encoder(order="sorted").encode


def _prompt_hash(request: Any) -> str | None:
    """The same for the same prompt, whatever its null fields and the order of its keys."""
    if request is None:
        return None
    if isinstance(request, BaseModel):
        sent = request.model_dump(mode="json", include=_SENT, exclude_none=True)
    else:  # a struct leaves out what is null by itself
        names = _SENT_AS_TEXT if request.is_for_text else _SENT_AS_CHAT
        held = [(name, getattr(request, name)) for name in names]
        sent = {name: value for name, value in held if value is not None}
    if not (sent.get("messages") or sent.get("prompt")):
        return None
    return sha256(_canonical(sent)).hexdigest()


def _chars(texts: Iterable[str | None]) -> int | None:
    known = [len(text) for text in texts if text is not None]
    return sum(known) if known else None
