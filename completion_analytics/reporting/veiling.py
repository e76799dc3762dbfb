"""What a report may see of a log: its numbers, and no text that was not looked at.

Nothing downstream can leak, because what is not veiled is not there: pictures and tables are made
from `Shown`, whose texts are labels and templates without secrets. The few other texts of a page
(examples, ids, files) pass through the same `Veil` one by one.
"""

from __future__ import annotations

import re
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pandas as pd

from ..frames import TABLES
from ..redacting import is_text, looking, mapped, redact
from ..redaction import JsonRedactor, Redactor
from ..stats.templates import template, templates

if TYPE_CHECKING:
    from ..log import CompletionLog

_LABELS = (
    "model", "model_requested", "provider", "callsite", "form", "finish_reason", "failure_kind",
    "failure_code",
)  # fmt: skip
_PSEUDONYM = re.compile(r"\{([a-z_]+):[a-z]{10}\}")
_NUMBERED = ("session_id", "prompt_hash")
"""Told apart by statistics, shown by none."""


class Veil:
    """Replaces what is secret, with the same pseudonyms all over a page; or nothing.

    >>> veil = Veil(is_on=True)
    >>> veil.text("ada@example.com") == veil.text("ada@example.com") != "ada@example.com"
    True
    >>> Veil(is_on=False).text("ada@example.com")
    'ada@example.com'
    """

    def __init__(self, *, is_on: bool) -> None:
        self.is_on = is_on
        self._salt = secrets.token_bytes(32)
        self._json = JsonRedactor(Redactor(salt=self._salt))

    def text(self, text: str, name: str = "") -> str:
        """A text that may be shown; `name` is the field that it stands in."""
        return self._json.under(name, text) if self.is_on else text

    def optional(self, text: Any, name: str = "") -> str | None:
        """The same for a cell of a frame, which may be missing."""
        return None if pd.isna(text) else self.text(str(text), name)

    def column(self, values: pd.Series) -> pd.Series:
        """A column with its distinct texts veiled; one without texts as it is."""
        if not (self.is_on and is_text(values)):
            return values
        return mapped(values, looking(self._json, str(values.name)))

    def log(self, log: CompletionLog) -> CompletionLog:
        """A log with every text veiled: meant for a few rows."""
        return redact(log, salt=self._salt) if self.is_on else log


@dataclass(frozen=True)
class Shown:
    """The frames that a report counts and draws."""

    completions: pd.DataFrame
    tags: pd.DataFrame


def shown(log: CompletionLog, by: Sequence[str], veil: Veil) -> Shown:
    """The numbers, times and closed words of a log, its labels veiled, reasons as templates."""
    frame = log.completions
    columns = {name: veil.column(frame[name]) for name in frame if name in (*_LABELS, *by)}
    numbered = [name for name in _NUMBERED if name in frame and name not in columns]
    columns |= {name: _numbered(frame[name]) for name in numbered}
    columns["failure_reason"] = _reasons(frame, veil)
    kept = {name: columns.get(name, frame[name]) for name in frame if name in columns | _PLAIN}
    return Shown(pd.DataFrame(kept, copy=False), log.tags.assign(tag=veil.column(log.tags["tag"])))


_PLAIN = {
    column.name: None
    for column in TABLES["completions"]
    if column.dtype not in ("str", "category") or column.categories
}


def _numbered(values: pd.Series) -> pd.Series:
    codes, _ = pd.factorize(values)
    return pd.Series(codes, values.index, dtype="Int64").mask(codes < 0).astype("str")


def _reasons(frame: pd.DataFrame, veil: Veil) -> pd.Series:
    """A template per reason; reasons of one template are veiled as their first."""
    models = names_of_models(frame)
    codes, distinct = pd.factorize(frame["failure_reason"])
    shapes = templates(distinct, models)
    first = dict(zip(reversed(shapes), reversed(distinct), strict=True))
    told = {shape: template_of(veil.text(text), models) for shape, text in first.items()}
    texts = pd.array([told[shape] for shape in shapes], dtype="str").take(codes, allow_fill=True)
    return pd.Series(texts, frame.index)


def template_of(veiled: str, models: set[str]) -> str:
    """The template of a reason that was veiled: there, pseudonyms are one and the same.

    Veiled first, for of a secret a template might leave a part that no rule knows.

    >>> template_of("Key {openai_key:abcdefghij} used 3 times", set())
    'Key {openai_key} used {n} times'
    """
    return template(_PSEUDONYM.sub(r"{\1}", veiled), models)


def names_of_models(frame: pd.DataFrame) -> set[str]:
    """The models' names, which templates of reasons mask."""
    columns = (frame[name].dropna().unique() for name in ("model", "model_requested"))
    return {str(name) for names in columns for name in names}
