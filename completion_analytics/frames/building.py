"""Validated records in, frames out: rows are gathered one by one and become columns in parts."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from operator import itemgetter
from typing import Any

import numpy as np
import pandas as pd

from ..models import Completion, Feedback
from ..reading.records import Origin
from .calls import call_rows
from .choices import CHOICES, choice_columns
from .columns import Part, Table
from .facts import FACTS, Batch, fact_columns
from .feedback import FEEDBACK
from .fields import Columns, Nested
from .instants import instant
from .logprobs import LOGPROBS
from .messages import MESSAGES
from .seen import Seen, look_into
from .stacktrace import STACKTRACE, Stacks
from .tags import TAGS
from .tool_calls import TOOL_CALLS
from .usage import USAGE, usage_columns
from .wanted import Wanted

CHILDREN: tuple[Table, ...] = (CHOICES, USAGE, TAGS, MESSAGES, TOOL_CALLS, STACKTRACE, LOGPROBS)
_GATHERED = (FACTS, *(table for table in CHILDREN if table is not STACKTRACE))
_RECORDS_PER_PART = 5_000
_ALL = Wanted()


class FrameBuilder:
    """Gathers completions and makes their rows columns, some thousand records at a time."""

    def __init__(self, wanted: Wanted = _ALL) -> None:
        self._wanted = wanted
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
        is_wanted = self._wanted.has(STACKTRACE.name)
        stacktrace = self._stacks.frame() if is_wanted else STACKTRACE.empty()
        return frames | {FEEDBACK.name: feedback, STACKTRACE.name: stacktrace}

    def _flush(self) -> None:
        batch, self._batch = self._batch, Batch()
        if not len(batch):
            return
        seen = look_into(batch.records, batch.row_ids, self._stacks.add)
        self._parts[FACTS.name].append(FACTS.part(fact_columns(batch, seen)))
        for table, columns in _children(np.array(batch.row_ids, dtype=np.int64), seen):
            names = self._wanted.columns(table)
            if names and len(columns["row_id"]):
                part = table.part({name: columns[name] for name in names})
                self._parts[table.name].append(part)


def _children(row_ids: np.ndarray, seen: Seen) -> Iterator[tuple[Table, Columns]]:
    """The columns of the child frames."""
    answers, messages = seen.answers, seen.messages
    rows_of_choices = answers.nested.spread(row_ids)
    yield CHOICES, choice_columns(rows_of_choices, answers)
    yield USAGE, usage_columns(row_ids, seen.counts)
    tags = Nested(seen.tags)
    yield TAGS, {"row_id": tags.spread(row_ids), "tag": tags.items}
    yield MESSAGES, messages.columns(row_ids)
    calls = [*messages.call_holders(row_ids), *answers.call_holders(row_ids)]
    calls.sort(key=itemgetter(0))
    yield TOOL_CALLS, _transposed(TOOL_CALLS, list(call_rows(calls)))
    yield LOGPROBS, _transposed(LOGPROBS, list(answers.logprob_rows(row_ids)))


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
