"""What one validated record says about its completion, before anything is decided per file.

`Facts` holds a row of `completions` as far as the record alone can tell, and the evidence that the
decisions of `derive` need: the duration's unit, duplicates, outcomes.
"""

from __future__ import annotations

from collections.abc import Sequence
from hashlib import sha256
from typing import Any, NamedTuple

import msgspec
from pydantic import BaseModel

from ..models import Completion
from .answers import Answer
from .columns import Column, Table
from .completions import COMPLETIONS
from .counts import Counts
from .failures import code_and_status
from .instants import instant
from .providers import provider_of
from .texts import content_of, field_of, prompts_of
from .timings import timings_of

MOCK_TAG = "MOCK_CHAT_COMPLETIONS"
MOCK_FINGERPRINT = "log10_mock_chat_completion"
_KIND_WORDS = {"chat": "chat", "completion": "text", "prompt": "text", "text": "text"}
_SELF_NAMED_KINDS = frozenset(("response", "embedding"))


class Facts(NamedTuple):
    """One completion as its record tells it; None is missing."""

    row_id: int
    completion_id: str | None
    source: str
    line: int | None
    form: str
    organization_id: str | None
    session_id: str | None
    kind: str | None
    provider: str | None
    model: str | None
    model_requested: str | None
    status: str | None
    created_at: int | None
    created_from: str | None
    duration_raw: float | None
    ttft_s: float | None
    server_duration_s: float | None
    prompt_tokens: int | None
    completion_tokens: int | None
    total_tokens: int | None
    cached_tokens: int | None
    reasoning_tokens: int | None
    usage_quality: str
    cost_usd: float | None
    finish_reason: str | None
    failure_kind: str | None
    failure_code: str | None
    http_status: int | None
    failure_reason: str | None
    n_choices: int
    n_messages: int | None
    n_tool_calls: int
    n_tags: int
    is_stream: bool | None
    is_mock: bool
    temperature: float | None
    top_p: float | None
    max_tokens: int | None
    n: int | None
    seed: str | None
    response_format: str | None
    system_fingerprint: str | None
    service_tier: str | None
    callsite: str | None
    prompt_hash: str | None
    prompt_chars: int | None
    completion_chars: int | None
    known_duration_s: float | None
    """Seconds, where the format's adapter knows the unit."""
    has_error: bool
    has_log10_mark: bool
    """Something that only Log10's own writers do: its durations are milliseconds."""
    has_list_marks: bool
    """Both fields that Log10's list and download add."""
    has_stack_key: bool
    has_other_object: bool
    """`object` names another shape than the payload has."""
    is_time_naive: bool


EVIDENCE = (
    Column("known_duration_s", "float64", "duration whose unit the format fixes", "s"),
    Column("has_error", "boolean", "an error body stands in the record"),
    Column("has_log10_mark", "boolean", "something that only Log10's writers do"),
    Column("has_list_marks", "boolean", "both fields that Log10's list and download add"),
    Column("has_other_object", "boolean", "`object` names another shape"),
    Column("has_stack_key", "boolean", "the record has a stack trace field"),
    Column("is_time_naive", "boolean", "its time names no zone"),
)
FACTS = Table(
    "facts",
    "one row per completion read",
    tuple(next(c for c in (*COMPLETIONS, *EVIDENCE) if c.name == name) for name in Facts._fields),
)


def facts_of(
    row_id: int,
    source: str,
    line: int | None,
    form: str,
    completion: Completion,
    answers: Sequence[Answer],
    counts: Counts,
    tags: Sequence[str],
    callsite: str | None,
    has_log10_mark: bool,
) -> Facts:
    """The facts of one validated record."""
    request, response = completion.request, completion.response
    requested = _text(request, "model")
    kind = _kind(completion, answers)
    model = _text(response, "model") or requested
    moment, created_from = _created(completion)
    timings = timings_of(completion)
    failure_kind, failure_code, http_status, failure_reason = _failure(completion)
    fingerprint = _text(response, "system_fingerprint")
    return Facts(
        row_id=row_id,
        completion_id=completion.custom_id or completion.id or _text(response, "id"),
        source=source,
        line=line,
        form=form,
        organization_id=completion.organization_id or None,
        session_id=completion.session_id or None,
        kind=kind,
        provider=completion.provider or provider_of(completion.orig_module, model),
        model=model,
        model_requested=requested,
        status=completion.status or None,
        created_at=None if moment is None else moment.microseconds,
        created_from=created_from,
        duration_raw=completion.duration,
        ttft_s=timings.ttft_s,
        server_duration_s=timings.server_duration_s,
        prompt_tokens=counts.prompt_tokens,
        completion_tokens=counts.completion_tokens,
        total_tokens=counts.total_tokens,
        cached_tokens=counts.cached_tokens,
        reasoning_tokens=counts.reasoning_tokens,
        usage_quality=counts.usage_quality,
        cost_usd=_cost(completion),
        finish_reason=answers[0].finish_reason if answers else None,
        failure_kind=failure_kind,
        failure_code=failure_code,
        http_status=http_status,
        failure_reason=failure_reason,
        n_choices=len(answers),
        n_messages=_n_messages(request),
        n_tool_calls=sum(len(answer.calls) for answer in answers),
        n_tags=len(tags),
        is_stream=_flag(request, "stream"),
        is_mock=MOCK_TAG in tags or fingerprint == MOCK_FINGERPRINT,
        temperature=getattr(request, "temperature", None),
        top_p=getattr(request, "top_p", None),
        max_tokens=_max_tokens(request),
        n=getattr(request, "n", None),
        seed=_seed(request),
        response_format=_response_format(request),
        system_fingerprint=fingerprint,
        service_tier=_text(response, "service_tier"),
        callsite=callsite,
        prompt_hash=_prompt_hash(request),
        prompt_chars=_prompt_chars(request),
        completion_chars=_completion_chars(answers),
        known_duration_s=completion.duration_s,
        has_error=bool(
            completion.error
            or getattr(response, "error", None)
            or any(getattr(choice, "error", None) for choice in _choices(response))
        ),
        has_log10_mark=has_log10_mark,
        has_list_marks=completion.model_fields_set >= LIST_MARKS,
        has_stack_key=not STACK_KEYS.isdisjoint(completion.model_fields_set),
        has_other_object=_names_other_object(response, kind),
        is_time_naive=moment is not None and moment.is_naive,
    )


LIST_MARKS = frozenset(("created_at", "tagResolved"))
STACK_KEYS = frozenset(("stacktrace", "stack_trace"))


def _text(holder: Any, name: str) -> str | None:
    value = getattr(holder, name, None)
    return value if isinstance(value, str) and value else None


def _flag(holder: Any, name: str) -> bool | None:
    value = getattr(holder, name, None)
    return value if isinstance(value, bool) else None


def _choices(response: Any) -> Sequence[Any]:
    return getattr(response, "choices", None) or ()


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


def _names_other_object(response: Any, kind: str | None) -> bool:
    named, expected = _text(response, "object"), _OBJECTS.get(kind or "")
    if named is None or expected is None:
        return False
    return not named.replace("text.c", "text_c").startswith(expected)  # Together's spelling


def _created(completion: Completion) -> tuple[Any, str | None]:
    for value, place in (
        (completion.created_at, "created_at"),
        (getattr(completion.response, "created", None), "response.created"),
    ):
        moment = instant(value)
        if moment is not None:
            return moment, place
    return None, None


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


_SENT = ("messages", "tools", "functions", "prompt")
# Sorted keys and no blanks make the JSON of equal prompts equal.
_canonical = msgspec.json.Encoder(order="sorted").encode


def _prompt_hash(request: Any) -> str | None:
    """The same for the same prompt, whatever its null fields and the order of its keys."""
    if request is None:
        return None
    if isinstance(request, BaseModel):
        sent = request.model_dump(mode="json", include=set(_SENT), exclude_none=True)
    else:  # a struct leaves out what is null by itself
        held = ((name, getattr(request, name, None)) for name in _SENT)
        sent = {name: value for name, value in held if value is not None}
    if not (sent.get("messages") or sent.get("prompt")):
        return None
    return sha256(_canonical(sent)).hexdigest()


def _prompt_chars(request: Any) -> int | None:
    if getattr(request, "is_for_text", False):
        texts = list(prompts_of(request.prompt))
    else:
        messages = getattr(request, "messages", None) or ()
        texts = [content_of(message.content).text for message in messages]
    known = [len(text) for text in texts if text is not None]
    return sum(known) if known else None


def _completion_chars(answers: Sequence[Answer]) -> int | None:
    known = [len(answer.text) for answer in answers if answer.text is not None]
    return sum(known) if known else None
