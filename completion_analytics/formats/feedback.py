"""Log10's feedback: what people thought of completions."""

from __future__ import annotations

from ..models.notes import Notes
from .contract import Format
from .fields import JsonObject
from .log10_camel import snake


def claims(record: JsonObject) -> bool:
    """Whether a record is a feedback, in either spelling."""
    names_completions = "matched_completion_ids" in record or "matchedCompletionIds" in record
    return names_completions and ("json_values" in record or "jsonValues" in record)


def canonical(record: JsonObject, notes: Notes) -> JsonObject:
    """The feedback under its snake_case names."""
    return record if "json_values" in record else snake(record)


FORMAT = Format(
    "feedback",
    "One Log10 feedback: values given to the completions it names.",
    claims,
    canonical,
    makes="feedback",
)
