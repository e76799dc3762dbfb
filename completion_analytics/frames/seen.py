"""What is found in validated records: all that the facts and the child frames are made of."""

from __future__ import annotations

from collections.abc import Callable, Sequence, Set
from dataclasses import dataclass
from typing import Any

from ..models import Completion
from .answers import Answers, answers_of
from .asked import asked_of
from .counts import counts_of
from .fields import Columns, Fields
from .messages import Messages, messages_of
from .tags import tag_names

_OF_RECORD = Fields(
    "organization_id", "session_id", "status", "custom_id", "id", "kind", "provider", "orig_module",
    "created_at", "duration", "duration_s", "server_duration_s", "ttft_s", "cost_usd",
    "failure_kind", "failure_reason", "error", "http_status", "request", "response", "tags",
    "tagResolved",
)  # fmt: skip
_OF_RESPONSE = Fields(
    "id", "object", "created", "model", "system_fingerprint", "service_tier", "usage", "error"
)
_STACKS = Fields("stacktrace", "stack_trace")

AddStack = Callable[[int, Any], str | None]


@dataclass(frozen=True, slots=True)
class Seen:
    """Fields of records that follow one another, and what was found in them."""

    keys: Sequence[Set[str]]
    """The keys that were there."""
    record: Columns
    response: Columns
    asked: Columns
    messages: Messages
    answers: Answers
    tags: Sequence[Sequence[str]]
    counts: Columns
    callsites: Sequence[str | None]


def look_into(records: Sequence[Completion], row_ids: Sequence[int], add_stack: AddStack) -> Seen:
    """What the records hold; `add_stack` takes the stack of a row and gives its call site."""
    record = _OF_RECORD.of(records)
    requests, responses = record["request"], record["response"]
    response, asked = _OF_RESPONSE.of(responses), asked_of(requests)
    tags = list(map(tag_names, record["tags"], record["tagResolved"]))
    stacks = _STACKS.of(records)
    is_estimated = list(map(_is_estimated, asked["is_stream"], tags, responses))
    return Seen(
        keys=[record.model_fields_set for record in records],
        record=record,
        response=response,
        asked=asked,
        messages=messages_of(requests),
        answers=answers_of(responses),
        tags=tags,
        counts=counts_of(response["usage"], is_estimated),
        callsites=list(map(add_stack, row_ids, map(_first_stack, *stacks.values()))),
    )


def _first_stack(stack: Any, other_name: Any) -> Any:
    return stack or other_name


def _is_estimated(is_stream: bool | None, tags: Sequence[str], response: Any) -> bool:
    """LiteLLM counts the tokens of streams itself; such a row shows its traces."""
    if is_stream is not True:
        return False
    if "litellm" in tags:
        return True
    choices = getattr(response, "choices", None) or ()
    return any(_has_litellm_field(choice) for choice in choices)


def _has_litellm_field(choice: Any) -> bool:
    holders = (choice, getattr(choice, "message", None))
    return any(
        "provider_specific_fields" in (getattr(h, "model_extra", None) or {}) for h in holders
    )
