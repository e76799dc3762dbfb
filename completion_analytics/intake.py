"""Records in: each becomes a completion, feedback or a reject."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal, TypeVar

import pandas as pd
from pydantic import ValidationError
from pydantic_core import PydanticSerializationError, to_json

from .fast import bodies
from .formats import FORMATS, Format, NotACompletion, openai_body, recognise
from .frames import TABLES, Table
from .frames.building import FrameBuilder
from .frames.duplicates import IDENTITIES
from .gathered import Gathered, gathered_tables
from .models import Completion, Feedback
from .models.notes import Notes
from .models.reasons import first_complaint
from .origins import Places
from .paths import value_at
from .quality import ROW_ISSUES, RowIssue, SourceIssue, is_wire
from .reading import DecodedRun, Found, Origin, RawRecord, SourceNote, Unreadable

_SNIPPET = 40
_LOG10_FORMATS = frozenset(("log10", "log10_camel"))
_LOG10_MARKS = frozenset(
    ("created_at", "tagResolved", "orig_module", "orig_qualname", "stack_trace")
)


class LoadError(ValueError):
    """A record could not be kept, and `on_error="raise"` was asked for."""


@dataclass(frozen=True, slots=True)
class Reject:
    """A record that could not be kept: where, and why."""

    origin: Origin
    path: str
    reason: str
    hint: str
    snippet: str

    def __str__(self) -> str:
        line = self.origin.record if self.origin.line is None else self.origin.line
        told = f"{self.path}: {self.reason}" if self.path else self.reason
        offset = self.origin.byte_offset
        at = "" if offset is None else f", byte {offset}"
        place = f"{self.origin.source}:{line} (record {self.origin.record}{at})"
        return f"{place}: {told}" + (f" — {self.hint}" if self.hint else "")


@dataclass(slots=True)
class Intake:
    """Takes what reading finds, record by record, and gathers what becomes of it."""

    strict: bool = False
    on_error: Literal["collect", "raise"] = "collect"
    held_sources: frozenset[str] = frozenset()
    """Sources whose records are kept in memory."""
    extra_columns: Mapping[str, str] = field(default_factory=dict)
    """Name → path of the value in the record."""

    builder: FrameBuilder = field(default_factory=FrameBuilder)
    places: Places = field(default_factory=Places)
    keys: list[str] = field(default_factory=list)
    sizes: list[int] = field(default_factory=list)
    extras: list[tuple[str | None, ...]] = field(default_factory=list)
    held: dict[int, Any] = field(default_factory=dict)
    rejects: list[Reject] = field(default_factory=list)
    row_issues: list[RowIssue] = field(default_factory=list)
    source_issues: list[SourceIssue] = field(default_factory=list)
    records: Counter[str] = field(default_factory=Counter)
    feedback: Counter[str] = field(default_factory=Counter)
    last_format: Format | None = None
    """That of the last completion, which the next one probably has, too."""
    _next_row_id: int = 0

    def take(self, item: Found) -> None:
        """One thing that reading found.

        Raises:
            LoadError: it could not be kept and `on_error` is "raise".
        """
        if isinstance(item, SourceNote):
            issue = SourceIssue(item.source, item.code, item.field, item.detail)
            self.source_issues.append(issue)
            return
        if isinstance(item, DecodedRun):
            self._accept_clean(item)
            return
        row_id = self._number(item.origin.source, 1)
        if isinstance(item, Unreadable):
            self._reject(Reject(item.origin, "", item.reason, item.hint, item.snippet))
            return
        try:
            self._accept(row_id, item)
        except NotACompletion as error:
            path, snippet = _path_in(item.value, error.path), _snippet(item.value)
            self._reject(Reject(item.origin, path, error.reason, error.hint, snippet))

    def gathered(self) -> Gathered:
        """What was taken; it is used up."""
        frames = self.builder.build()
        row_ids = frames["facts"]["row_id"].tolist()
        tables = gathered_tables(tuple(self.extra_columns))
        extras = zip(*self.extras, strict=True) if self.extras else ()
        return Gathered(
            {
                **frames,
                "rejects": _built(TABLES["rejects"], map(_reject_row, self.rejects)),
                "origins": self.places.frame(),
                "identities": IDENTITIES.build(
                    {"row_id": row_ids, "key": self.keys, "size": self.sizes}
                ),
                "row_issues": _built(ROW_ISSUES, self.row_issues),
                "extras": tables["extras"].build(
                    {"row_id": row_ids, **dict(zip(self.extra_columns, extras, strict=False))}
                ),
            },
            self.records,
            self.feedback,
            tuple(self.source_issues),
            self.held,
            self.last_format.name if self.last_format else None,
        )

    def _accept(self, row_id: int, item: RawRecord) -> None:
        notes = Notes()
        for code in item.repairs:
            notes.add(code, "")
        known = recognise(item.value, self.last_format)
        canonical = known.canonical(item.value, notes)
        if known.makes == "feedback":
            self.builder.add_feedback(_validated(Feedback, canonical, notes))
            self.feedback[item.origin.source] += 1
            return
        record = _validated(Completion, canonical, notes)
        if self.strict:
            _refuse_repairs(notes)
        self.last_format = known
        mark = _has_log10_mark(known, record, canonical, notes)
        self.builder.add_completion(row_id, item.origin, known.name, record, has_log10_mark=mark)
        self.places.add(row_id, item.origin)
        key, size = _identity(known, record, item)
        self.keys.append(key)
        self.sizes.append(size)
        self.row_issues.extend(RowIssue(row_id, code, place) for code, place in notes)
        paths = self.extra_columns.values()
        self.extras.append(tuple(value_at(path, canonical, item.value) for path in paths))
        if item.origin.source in self.held_sources:
            self.held[row_id] = item.value

    def _accept_clean(self, found: DecodedRun) -> None:
        """Records of one form in which nothing is to be repaired."""
        run = found.run
        row_id = self._number(found.source, len(run.values))
        self.last_format = FORMATS[run.form]
        self.builder.add_completions(
            row_id,
            found.source,
            run.lines,
            run.form,
            run.values,
            has_log10_mark=run.form in _LOG10_FORMATS,  # a clean row of its own has its marks
        )
        self.places.add_run(row_id, found)
        self.keys.extend(run.keys)
        self.sizes.extend(run.sizes)
        self.extras.extend([()] * len(run.values))

    def _number(self, source: str, n_records: int) -> int:
        """The first row of so many records of a source, which are counted."""
        first = self._next_row_id
        self._next_row_id += n_records
        self.records[source] += n_records
        return first

    def _reject(self, reject: Reject) -> None:
        if self.on_error == "raise":
            raise LoadError(str(reject))
        self.rejects.append(reject)


_Model = TypeVar("_Model", Completion, Feedback)


def _validated(model: type[_Model], canonical: dict[str, Any], notes: Notes) -> _Model:
    try:
        return model.model_validate(canonical, context=notes)
    except ValidationError as error:
        raise NotACompletion(*first_complaint(error, canonical)) from error


def _refuse_repairs(notes: Notes) -> None:
    for code, place in notes:
        if is_wire(code):
            raise NotACompletion(place, f"needs the repair {code!r}, which strict=True refuses")


def _has_log10_mark(known: Format, record: Completion, canonical: Any, notes: Notes) -> bool:
    """Whether the record bears something that only Log10's own writers do."""
    if known.name not in _LOG10_FORMATS:
        return False
    return (
        not _LOG10_MARKS.isdisjoint(record.model_fields_set)
        or isinstance(canonical.get("duration"), str)
        or any(code == "json_string_payload" for code, _ in notes)
    )


def _identity(known: Format, record: Completion, item: RawRecord) -> tuple[str, int]:
    """An envelope's id is its own; everything else is a repeat only when all of it is equal."""
    has_own_id = known.name in _LOG10_FORMATS and record.id
    if has_own_id and item.origin.byte_length is not None and not item.origin.path:
        return f"id {record.id}", item.origin.byte_length
    if known is openai_body.FORMAT and (clean := bodies.identity(item.value)):
        return clean
    whole = to_json(item.value, inf_nan_mode="constants")
    if has_own_id:
        return f"id {record.id}", len(whole)
    return bodies.digest(whole), len(whole)


def _path_in(record: Any, path: str) -> str:
    """A path of the normal form as the record has it: a bare body is its own response."""
    is_body = isinstance(record, dict) and "response" not in record
    return path.removeprefix("response.") if is_body else path


def _reject_row(reject: Reject) -> tuple[Any, ...]:
    origin = reject.origin
    told = (reject.path, reject.reason, reject.hint, reject.snippet)
    place = (origin.source, origin.record, origin.line, origin.byte_offset)
    return (*place, *(text or None for text in told))


def _built(table: Table, rows: Iterable[tuple[Any, ...]]) -> pd.DataFrame:
    columns = list(zip(*rows, strict=True)) or [()] * len(table.names)
    return table.build(dict(zip(table.names, columns, strict=True)))


def _snippet(value: Any) -> str:
    try:
        text = to_json(value, inf_nan_mode="constants").decode()
    except (PydanticSerializationError, ValueError):
        text = repr(value)
    return text if len(text) <= _SNIPPET else text[: _SNIPPET - 1] + "…"
