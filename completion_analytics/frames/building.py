"""Validated records in, frames out: rows are gathered one by one and become columns at the end."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from typing import Any

import pandas as pd

from ..models import Completion, Feedback
from ..reading.records import Origin
from .answers import answers_of, choice_rows, tool_call_rows
from .choices import CHOICES
from .columns import Table
from .counts import counts_of
from .facts import FACTS, facts_of
from .feedback import FEEDBACK
from .finishes import finish_class
from .instants import instant
from .logprobs import LOGPROBS, logprob_rows
from .messages import MESSAGES, message_rows
from .stacktrace import STACKTRACE, Stacks
from .tags import TAGS, tag_names
from .tool_calls import TOOL_CALLS
from .usage import USAGE, usage_rows

CHILDREN: tuple[Table, ...] = (CHOICES, USAGE, TAGS, MESSAGES, TOOL_CALLS, STACKTRACE, LOGPROBS)
_BY_ROWS = (FACTS, FEEDBACK, *(table for table in CHILDREN if table is not STACKTRACE))


class FrameBuilder:
    """Gathers the rows of every frame."""

    def __init__(self) -> None:
        self._rows: dict[str, list[tuple[Any, ...]]] = {table.name: [] for table in _BY_ROWS}
        self._stacks = Stacks()

    def add_completion(
        self,
        row_id: int,
        origin: Origin,
        form: str,
        record: Completion,
        *,
        has_log10_mark: bool = False,
    ) -> None:
        """Take the rows of one validated completion."""
        answers = answers_of(record.response)
        usage = getattr(record.response, "usage", None)
        tags = tag_names(record)
        counts = counts_of(usage, is_estimated=_is_estimated(record, tags))
        callsite = self._stacks.add(row_id, record)
        place = (row_id, origin.source, origin.line, form)
        facts = facts_of(*place, record, answers, counts, tags, callsite, has_log10_mark)
        rows = self._rows
        rows["facts"].append(facts)
        rows["choices"].extend(choice_rows(row_id, answers, finish_class))
        rows["usage"].extend(usage_rows(row_id, counts))
        rows["tags"].extend((row_id, tag) for tag in tags)
        rows["messages"].extend(message_rows(row_id, record))
        messages = getattr(record.request, "messages", None) or ()
        rows["tool_calls"].extend(tool_call_rows(row_id, answers, messages))
        for answer in answers:
            if answer.logprobs is not None:
                rows["logprobs"].extend(logprob_rows(row_id, answer.choice_index, answer.logprobs))

    def add_feedback(self, record: Feedback) -> None:
        """Take the rows of one feedback record: one per completion it names."""
        self._rows["feedback"].extend(_feedback_rows(record))

    def build(self) -> dict[str, pd.DataFrame]:
        """The frames `facts`, `feedback` and the children, as far as records alone can tell."""
        frames = {table.name: _as_frame(table, self._rows[table.name]) for table in _BY_ROWS}
        return frames | {STACKTRACE.name: self._stacks.frame()}


def _as_frame(table: Table, rows: list[tuple[Any, ...]]) -> pd.DataFrame:
    columns = zip(*rows, strict=True) if rows else ([] for _ in table.names)
    return table.build(dict(zip(table.names, columns, strict=True)))


def _feedback_rows(record: Feedback) -> Iterator[tuple[Any, ...]]:
    moment = instant(getattr(record, "created_at_ms", None))
    values = None if record.json_values is None else json.dumps(record.json_values)
    for completion_id in record.matched_completion_ids or (None,):
        yield (
            record.id or None,
            completion_id,
            None,
            record.task_id or None,
            getattr(record, "task_name", None) or None,
            record.comment or None,
            None if moment is None else moment.microseconds,
            values,
        )


def _is_estimated(record: Completion, tags: Sequence[str]) -> bool:
    """LiteLLM counts the tokens of streams itself; such a row shows its traces."""
    if getattr(record.request, "stream", None) is not True:
        return False
    if "litellm" in tags:
        return True
    choices = getattr(record.response, "choices", None) or ()
    return any(_has_litellm_field(choice) for choice in choices)


def _has_litellm_field(choice: Any) -> bool:
    holders = (choice, getattr(choice, "message", None))
    return any(
        "provider_specific_fields" in (getattr(h, "model_extra", None) or {}) for h in holders
    )
