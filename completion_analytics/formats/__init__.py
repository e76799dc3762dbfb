"""Export formats: which shape a record has, and how it becomes Log10's `Completion`.

Formats move things to their places and give them their names; what the values mean is left to
`models`. Adding a format: one file with a `FORMAT`, one line here.
"""

from __future__ import annotations

from . import (
    anthropic_batch,
    anthropic_body,
    benchmark,
    embedding,
    error_body,
    eval_item,
    feedback,
    log10,
    log10_camel,
    ollama,
    openai_batch,
    openai_body,
    openpipe,
    pair,
    responses_body,
    stream,
    wrapped,
)
from .contract import Format, NotACompletion, Refusal
from .fields import json_type
from .refusals import REFUSALS

__all__ = ["FORMATS", "REFUSALS", "Format", "NotACompletion", "Refusal", "recognise"]

_NAMED = (
    log10.FORMAT,
    log10_camel.FORMAT,
    benchmark.FORMAT,
    feedback.FORMAT,
    openai_body.FORMAT,
    responses_body.FORMAT,
    anthropic_body.FORMAT,
    embedding.FORMAT,
    ollama.FORMAT,
    pair.FORMAT,
    openai_batch.FORMAT,
    anthropic_batch.FORMAT,
    stream.FORMAT,
    error_body.FORMAT,
    openpipe.FORMAT,
    eval_item.FORMAT,
)
# What is known by its own marks comes first: anything may be wrapped.
_WRAPPED = wrapped.format_around(_NAMED, REFUSALS)
FORMATS: dict[str, Format] = {known.name: known for known in (*_NAMED, _WRAPPED)}

_MOST_KEYS = 12


def recognise(record: object, last: Format | None = None) -> Format:
    """The one format that claims a record; `last`, the previous record's, is tried first.

    Raises:
        NotACompletion: the record is no object, is known to be something else, or no format or
            several claim it.

    >>> recognise({"id": "c", "choices": []}).name
    'openai_body'
    >>> recognise({"model": "m", "messages": []})
    Traceback (most recent call last):
    completion_analytics.formats.contract.NotACompletion: a request without its response
    """
    if not isinstance(record, dict):
        raise NotACompletion("", f"expected an object, got {json_type(record)}")
    if last is not None and last.claims(record):
        return last
    claimants = [known for known in _NAMED if known.claims(record)]
    if len(claimants) == 1:
        return claimants[0]
    for refusal in REFUSALS:
        if refusal.claims(record):
            raise NotACompletion("", refusal.sentence, refusal.hint)
    if not claimants and _WRAPPED.claims(record):
        return _WRAPPED
    raise _unclear(record, claimants)


def _unclear(record: dict[str, object], claimants: list[Format]) -> NotACompletion:
    keys = ", ".join(sorted(str(key) for key in record)[:_MOST_KEYS])
    if claimants:
        names = " and ".join(known.name for known in claimants)
        return NotACompletion("", f"could be {names}; its keys: {keys}")
    forms = ", ".join(FORMATS)
    return NotACompletion("", f"no known form has the keys {keys}", f"known forms: {forms}")
