"""What is doubtful about what was kept: every issue code, what it means and how it is found.

Repairs (`wire`) are noted while a record is read. Doubts (`data`) follow from finished columns, so
they are the same whichever path filled those.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from .doubts import Surroundings, doubts
from .frames import TABLES, Column, Table
from .frames.units import UnitDecision


class Kind(NamedTuple):
    """What an issue code means."""

    level: str
    severity: str
    advice: str


ISSUES: dict[str, Kind] = {
    "json_string_payload": Kind("wire", "info", "JSON text inside a string was decoded."),
    "surrogate_replaced": Kind("wire", "warning", "Half a character pair was replaced by �."),
    "unknown_wrapper": Kind("wire", "info", "The completion was found inside an unknown wrapper."),
    "index_filled": Kind("wire", "info", "A choice had no index; its position was taken."),
    "message_missing": Kind("wire", "warning", "A choice has no message."),
    "request_invalid": Kind("wire", "info", "A request parameter had a wrong type: missing."),
    "content_not_text": Kind("wire", "info", "A content was an object; its JSON text was kept."),
    "arguments_not_text": Kind("wire", "info", "Tool arguments were an object, not JSON text."),
    "stacktrace_partial": Kind("wire", "info", "Stack frames lack some of their fields."),
    "usage_fractional": Kind("wire", "info", "Fractional token counts were rounded."),
    "logprob_invalid": Kind("wire", "info", "Log-probabilities of a wrong type: missing."),
    "truncated_last_line": Kind("wire", "error", "The file ends inside a record: copy it again."),
    "id_missing": Kind("data", "info", "A finished call without an id; `row_id` names it."),
    "choices_missing": Kind("data", "warning", "A finished call without an answer."),
    "truncated_stream": Kind("data", "warning", "A stream ends before its answer does."),
    "object_mismatch": Kind("data", "info", "`object` names another shape than the payload has."),
    "status_stale": Kind("data", "info", "`started`, yet an answer or an error is there."),
    "status_conflict": Kind("data", "warning", "Said to be finished, but holds an error: failed."),
    "duplicate_id": Kind("data", "info", "Other records with the same identity were left out."),
    "created_missing": Kind("data", "info", "No time is known; left out of everything over time."),
    "time_invalid": Kind("data", "warning", "No calendar has this time: taken as missing."),
    "time_naive": Kind("data", "warning", "The time names no zone; it was read as UTC."),
    "time_out_of_range": Kind("data", "warning", "Before 2015 or in the future: check the clock."),
    "duration_unit": Kind("data", "info", "How the unit of the durations was settled."),
    "duration_unit_guessed": Kind(
        "data", "warning", "Nothing proves the unit of the durations: pass `duration_unit=`."
    ),
    "duration_mixed_units": Kind(
        "data", "warning", "Seconds and milliseconds may be mixed: pass `duration_unit=`."
    ),
    "duration_units_differ": Kind(
        "data", "warning", "Files of one form came out in different units: check them."
    ),
    "duration_zero": Kind(
        "data", "warning", "Duration 0: below the clock's resolution (streams are floored to 1 s)."
    ),
    "duration_whole_second": Kind(
        "data", "warning", "Durations floored to whole seconds: each stands for up to 1 s more."
    ),
    "duration_missing": Kind("data", "warning", "A finished call without a duration."),
    "failed_without_duration": Kind(
        "data", "info", "Failed calls have no duration: latency describes survivors only."
    ),
    "unresolved": Kind(
        "data", "warning", "Never marked finished or failed: many are errors that nobody logged."
    ),
    "unknown_finish_reason": Kind("data", "info", "No vendor is known to use this word."),
    "arguments_invalid": Kind("data", "info", "Tool arguments that are no JSON."),
    "usage_missing": Kind("data", "info", "A finished call without token counts."),
    "usage_incomplete": Kind("data", "info", "Some of the token counts are missing."),
    "usage_zero": Kind("data", "warning", "Counts of 0/0 are placeholders: taken as missing."),
    "usage_sentinel": Kind("data", "warning", "Counts of −1 mean unknown: taken as missing."),
    "usage_estimated": Kind("data", "warning", "Token counts were estimated by the client."),
    "total_mismatch": Kind("data", "info", "The total is not prompt + completion; all three kept."),
    "logprob_doubtful": Kind("data", "info", "Log-probabilities are null, NaN or above 0."),
    "logprob_sentinel": Kind("data", "info", "Placeholders for “very unlikely” became −∞."),
    "tags_unresolved": Kind("data", "info", "Tags are ids without names."),
    "compact_row": Kind("data", "warning", "Compact export: prompts are cut to the last message."),
    "mock": Kind("data", "info", "Mocked calls: kept, left out of statistics."),
    "request_copied": Kind(
        "data", "warning", "Concurrent calls share one stored request though their prompts differ."
    ),
    "has_more": Kind("data", "warning", "Only a part of a longer list was exported."),
    "fifty_rows": Kind("data", "warning", "Exactly 50 rows: the download's default limit?"),
    "truncated_file": Kind("data", "error", "The compressed file ends early: copy it again."),
}
_UNKNOWN = Kind("wire", "info", "Repaired while reading.")


def is_wire(code: str) -> bool:
    """Whether a code tells of a repair, which `strict=True` refuses."""
    return ISSUES.get(code, _UNKNOWN).level == "wire"


class RowIssue(NamedTuple):
    """An issue of one row."""

    row_id: int
    code: str
    field: str


ROW_ISSUES = Table(
    "row_issues",
    "one row per completion and issue",
    (
        Column("row_id", "int64", "the completion"),
        Column("code", "str", "the issue"),
        Column("field", "str", "the field concerned"),
    ),
)


class SourceIssue(NamedTuple):
    """An issue of a whole file."""

    source: str
    code: str
    field: str
    detail: str


def row_issues(
    completions: pd.DataFrame,
    evidence: pd.DataFrame,
    frames: dict[str, pd.DataFrame],
    noted: pd.DataFrame,
    around: Surroundings,
) -> pd.DataFrame:
    """One row per completion and code: `row_id, code, field`, the noted ones and the doubts."""
    found = [
        pd.DataFrame({"row_id": row_ids, "code": code, "field": field})
        for code, field, row_ids in doubts(completions, evidence, frames, around)
        if len(row_ids)
    ]
    parts = [part for part in (noted, *found) if len(part)]
    every = pd.concat(parts, ignore_index=True) if parts else noted
    every = every.astype({"row_id": "int64", "code": "str", "field": "str"})
    kept = every[every["row_id"].isin(completions["row_id"])]
    distinct = kept.drop_duplicates(["row_id", "code"])
    return distinct.sort_values("row_id", kind="stable", ignore_index=True)


def source_issues(
    units: Sequence[UnitDecision], around: Surroundings, noted: Iterable[SourceIssue]
) -> list[SourceIssue]:
    """Issues of whole files: the noted ones, how units were settled, suspicious row counts."""
    return [*noted, *_unit_issues(units), *_fifty_rows(around)]


class Concerned(NamedTuple):
    """How many rows there are, and how many of them each issue is about."""

    rows: pd.Series
    """By source."""
    issues: pd.DataFrame
    """By source, code and field: `n` rows, and the first of them as `example`."""

    def merge(self, later: Concerned) -> Concerned:
        """Those of further rows beside these."""
        rows = self.rows.add(later.rows, fill_value=0)
        issues = pd.concat([self.issues, later.issues]).groupby(level=_KEY, sort=False)
        return Concerned(rows, issues.agg(n=("n", "sum"), example=("example", "min")))


_KEY = ["source", "code", "field"]


def concerned(rows: pd.DataFrame, completions: pd.DataFrame) -> Concerned:
    """What the issues of `rows` are about."""
    source_of = completions.set_index("row_id")["source"].astype("str")
    located = rows.assign(source=rows["row_id"].map(source_of))
    issues = located.groupby(_KEY, sort=False).agg(n=("row_id", "size"), example=("row_id", "min"))
    return Concerned(source_of.value_counts(), issues)


def issues_frame(
    rows: pd.DataFrame, sources: Iterable[SourceIssue], completions: pd.DataFrame
) -> pd.DataFrame:
    """The frame `issues`: one row per source, code and field, the gravest first."""
    return issues_of(concerned(rows, completions), sources)


def issues_of(found: Concerned, sources: Iterable[SourceIssue]) -> pd.DataFrame:
    """The same of rows that were looked at before."""
    entries = [*_row_entries(found), *_source_entries(sources, found.rows)]
    order = {"error": 0, "warning": 1, "info": 2}
    entries.sort(key=lambda entry: (order[entry["severity"]], entry["code"], entry["source"]))
    table = TABLES["issues"]
    return table.build({name: [entry[name] for entry in entries] for name in table.names})


def _row_entries(found: Concerned) -> list[dict[str, Any]]:
    return [
        _entry(code, field, source, int(n), n / found.rows[source], int(first))
        for (source, code, field), n, first in found.issues.itertuples(name=None)
    ]


def _source_entries(sources: Iterable[SourceIssue], per_source: pd.Series) -> list[dict[str, Any]]:
    return [
        _entry(
            issue.code,
            issue.field,
            issue.source,
            int(per_source.get(issue.source, 0)),
            np.nan,
            None,
            issue.detail,
        )
        for issue in sources
    ]


def _entry(
    code: str,
    field: str,
    source: str,
    n: int,
    share: float,
    example: int | None,
    detail: str = "",
) -> dict[str, Any]:
    kind = ISSUES.get(code, _UNKNOWN)
    return {
        "level": kind.level,
        "severity": kind.severity,
        "code": code,
        "field": field or None,
        "source": source,
        "n": n,
        "share": share,
        "example_row_id": example,
        "advice": f"{kind.advice} {detail}".strip(),
    }


def settled_units(issues: Iterable[SourceIssue]) -> dict[str, str]:
    """How the durations of each source were read, `seconds` or `milliseconds`, as issues tell it.

    >>> settled_units([SourceIssue("a.jsonl", "duration_unit", "duration", "Read as seconds: …")])
    {'a.jsonl': 'seconds'}
    """
    return {
        source: detail.partition(":")[0].removeprefix("Read as ")
        for source, code, _, detail in issues
        if code in ("duration_unit", "duration_unit_guessed")
    }


def _unit_issues(units: Sequence[UnitDecision]) -> Iterable[SourceIssue]:
    for decision in units:
        code = "duration_unit_guessed" if decision.is_guess else "duration_unit"
        detail = f"Read as {_UNIT_NAMES[decision.unit]}: {decision.reason}."
        yield SourceIssue(decision.source, code, "duration", detail)
        if decision.is_mixed:
            detail = "Fractions stand beside whole numbers."
            yield SourceIssue(decision.source, "duration_mixed_units", "duration", detail)
    by_form: dict[str, dict[str, list[str]]] = {}
    for decision in units:
        by_form.setdefault(decision.form, {}).setdefault(decision.unit, []).append(decision.source)
    for per_unit in by_form.values():
        if len(per_unit) > 1:
            rarer = min(per_unit.values(), key=len)
            for source in rarer:
                yield SourceIssue(source, "duration_units_differ", "duration", "")


_UNIT_NAMES = {"s": "seconds", "ms": "milliseconds"}


def _fifty_rows(around: Surroundings) -> Iterable[SourceIssue]:
    sources = sorted(source for source, n in around.log10_rows.items() if n == 50)
    return [SourceIssue(source, "fifty_rows", "", "") for source in sources]
