"""Output items of OpenAI's evaluation runs."""

from __future__ import annotations

from ..models.notes import Notes
from .contract import Format
from .errors import failure_of, has_error
from .fields import JsonObject, objects, without

_ANSWERED = ("input", "output", "usage", "error", "finish_reason")


def claims(record: JsonObject) -> bool:
    """Whether a record is such an item."""
    return record.get("object") == "eval.run.output_item" and isinstance(record.get("sample"), dict)


def canonical(record: JsonObject, notes: Notes) -> JsonObject:
    """The item's sample as one call; `status` is a grade, hence it becomes `eval_status`."""
    sample = record["sample"]
    finish = sample.get("finish_reason")
    outputs = objects(sample.get("output"), "sample.output")
    choices = [{"index": i, "message": m, "finish_reason": finish} for i, m in enumerate(outputs)]
    response = {"model": sample.get("model"), "choices": choices, "usage": sample.get("usage")}
    return {
        **without(record, "status", "sample", "object"),
        "eval_status": record.get("status"),
        "request": {**without(sample, *_ANSWERED), "messages": sample.get("input")},
        "response": response,
        **(failure_of({"error": sample["error"]}) if has_error(sample) else {}),
    }


FORMAT = Format("eval_item", "One output item of an OpenAI evaluation run.", claims, canonical)
