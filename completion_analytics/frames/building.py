"""Validated records in, frames out: rows are gathered one by one and become columns in parts."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from itertools import chain
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
_GATHERED = (FACTS, *(table for table in CHILDREN if table is not STACKTRACE))
_RECORDS_PER_PART = 1_000


class FrameBuilder:
    """Gathers completions and makes their rows columns, some thousand records at a time."""

    def __init__(self) -> None:
        self._parts: dict[str, list[Part]] = {table.name: [] for table in _GATHERED}
        self._stacks = Stacks()
        self._feedback: list[tuple[Any, ...]] = []
        self._batch = Batch()

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
        batch, self._batch = self._batch, Batch()
        if not len(batch):
            return
        self._look_into(batch)
        self._parts[FACTS.name].append(FACTS.part(fact_columns(batch)))
        for table, rows in _rows_of(batch).items():
            if rows:
                self._parts[table.name].append(table.part(_transposed(table, rows)))

    def _look_into(self, batch: Batch) -> None:
        """Find in the records what both the facts and the children are made of."""
        records, row_ids = batch.records, batch.row_ids
        batch.answers = [answers_of(record.response) for record in records]
        batch.tags = [tag_names(record) for record in records]
        batch.counts = [
            counts_of(
                getattr(record.response, "usage", None), is_estimated=_is_estimated(record, tags)
            )
            for record, tags in zip(records, batch.tags, strict=True)
        ]
        batch.messages = list(map(message_rows, row_ids, records))
        batch.callsites = list(map(self._stacks.add, row_ids, records))


def _rows_of(batch: Batch) -> dict[Table, list[tuple[Any, ...]]]:
    """The rows of the children."""
    answered = list(zip(batch.row_ids, batch.answers, strict=True))
    sent = [getattr(record.request, "messages", None) or () for record in batch.records]
    return {
        CHOICES: [row for n, answers in answered for row in choice_rows(n, answers, finish_class)],
        USAGE: list(chain.from_iterable(map(usage_rows, batch.row_ids, batch.counts))),
        TAGS: [(n, tag) for n, tags in zip(batch.row_ids, batch.tags, strict=True) for tag in tags],
        MESSAGES: list(chain.from_iterable(batch.messages)),
        TOOL_CALLS: list(
            chain.from_iterable(map(tool_call_rows, batch.row_ids, batch.answers, sent))
        ),
        LOGPROBS: [
            row
            for n, answers in answered
            for answer in answers
            if answer.logprobs is not None
            for row in logprob_rows(n, answer.choice_index, answer.logprobs)
        ],
    }


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
