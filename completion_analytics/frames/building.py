"""Validated records in, frames out: rows are gathered one by one and become columns in parts."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from typing import Any

import pandas as pd

from ..models import Completion, Feedback
from ..reading.records import Origin
from .answers import answers_of, choice_rows, tool_call_rows
from .choices import CHOICES
from .columns import Part, Table
from .counts import counts_of
from .facts import FACTS, Batch, fact_columns
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
_BY_ROWS = tuple(table for table in CHILDREN if table is not STACKTRACE)
_GATHERED = (FACTS, *_BY_ROWS)
_RECORDS_PER_PART = 1_000


class FrameBuilder:
    """Gathers completions and makes their rows columns, some thousand records at a time."""

    def __init__(self) -> None:
        self._parts: dict[str, list[Part]] = {table.name: [] for table in _GATHERED}
        self._stacks = Stacks()
        self._feedback: list[tuple[Any, ...]] = []
        self._begin()

    def _begin(self) -> None:
        self._batch = Batch()
        self._rows: dict[str, list[tuple[Any, ...]]] = {table.name: [] for table in _BY_ROWS}

    def add_completion(
        self,
        row_id: int,
        origin: Origin,
        form: str,
        record: Completion,
        *,
        has_log10_mark: bool = False,
    ) -> None:
        """Take one validated completion."""
        self.add_completions(
            row_id, origin.source, [origin.line], form, [record], has_log10_mark=has_log10_mark
        )

    def add_completions(
        self,
        first_row_id: int,
        source: str,
        lines: Sequence[int | None],
        form: str,
        records: Sequence[Completion],
        *,
        has_log10_mark: bool = False,
    ) -> None:
        """Take completions of one form, whose `row_id`s follow one another."""
        batch, n = self._batch, len(records)
        batch.row_ids.extend(range(first_row_id, first_row_id + n))
        batch.sources.extend([source] * n)
        batch.lines.extend(lines)
        batch.forms.extend([form] * n)
        batch.has_log10_mark.extend([has_log10_mark] * n)
        batch.records.extend(records)
        if len(batch) >= _RECORDS_PER_PART:
            self._flush()

    def add_feedback(self, record: Feedback) -> None:
        """Take the rows of one feedback record: one per completion it names."""
        self._feedback.extend(_feedback_rows(record))

    def build(self) -> dict[str, pd.DataFrame]:
        """The frames `facts`, `feedback` and the children, as far as records alone can tell."""
        self._flush()
        frames = {table.name: table.join(self._parts.pop(table.name)) for table in _GATHERED}
        feedback = FEEDBACK.join([FEEDBACK.part(_transposed(FEEDBACK, self._feedback))])
        return frames | {FEEDBACK.name: feedback, STACKTRACE.name: self._stacks.frame()}

    def _flush(self) -> None:
        batch = self._batch
        for row_id, record in zip(batch.row_ids, batch.records, strict=True):
            self._add_rows(batch, row_id, record)
        if len(batch):
            self._parts[FACTS.name].append(FACTS.part(fact_columns(batch)))
        for table in _BY_ROWS:
            if rows := self._rows[table.name]:
                self._parts[table.name].append(table.part(_transposed(table, rows)))
        self._begin()

    def _add_rows(self, batch: Batch, row_id: int, record: Completion) -> None:
        """The rows of the children, and what the facts need of them."""
        answers = answers_of(record.response)
        tags = tag_names(record)
        usage = getattr(record.response, "usage", None)
        counts = counts_of(usage, is_estimated=_is_estimated(record, tags))
        messages = message_rows(row_id, record)
        batch.answers.append(answers)
        batch.tags.append(tags)
        batch.counts.append(counts)
        batch.messages.append(messages)
        batch.callsites.append(self._stacks.add(row_id, record))
        rows = self._rows
        rows["choices"].extend(choice_rows(row_id, answers, finish_class))
        rows["usage"].extend(usage_rows(row_id, counts))
        rows["tags"].extend([(row_id, tag) for tag in tags])
        rows["messages"].extend(messages)
        sent = getattr(record.request, "messages", None) or ()
        rows["tool_calls"].extend(tool_call_rows(row_id, answers, sent))
        for answer in answers:
            if answer.logprobs is not None:
                rows["logprobs"].extend(logprob_rows(row_id, answer.choice_index, answer.logprobs))


def _transposed(table: Table, rows: list[tuple[Any, ...]]) -> dict[str, Sequence[Any]]:
    columns = zip(*rows, strict=True) if rows else ([] for _ in table.names)
    return dict(zip(table.names, columns, strict=True))


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
