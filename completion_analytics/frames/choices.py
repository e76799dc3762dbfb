"""The frame `choices`: one row per answer of a completion."""

from __future__ import annotations

import numpy as np
import pyarrow as pa

from .answers import Answers
from .columns import Column, Table
from .completions import FINISH_CLASSES
from .fields import Columns
from .finishes import finish_class

CHOICES = Table(
    "choices",
    "one row per choice of a completion",
    (
        Column("row_id", "int64", "the completion"),
        Column("choice_index", "Int64", "index of the choice, else its position"),
        Column("role", "category", "role of the message"),
        Column("text", "str", "the answer's text, parts joined", is_said=True),
        Column("reasoning", "str", "reasoning text, where the provider shows it", is_said=True),
        Column("refusal", "str", "the refusal's text", is_said=True),
        Column("finish_reason", "category", "why it ended, as reported"),
        Column("finish_class", "category", "the same in six words", None, FINISH_CLASSES),
        Column("n_tool_calls", "Int64", "tool calls in this choice"),
        Column("n_other_parts", "Int64", "content parts that are no text"),
    ),
)


def choice_columns(row_ids: np.ndarray, answers: Answers) -> Columns:
    """The columns of the choices, whose completions are given."""
    reasons = CHOICES["finish_reason"].part(answers.finish_reason)
    classes = pa.array(map(finish_class, reasons.dictionary.to_pylist()), pa.string())
    names = ("choice_index", "role", "text", "reasoning", "refusal", "n_other_parts")
    return {
        "row_id": row_ids,
        **{name: getattr(answers, name) for name in names},
        "finish_reason": reasons,
        "finish_class": pa.DictionaryArray.from_arrays(reasons.indices, classes),
        "n_tool_calls": list(map(len, answers.calls)),
    }
