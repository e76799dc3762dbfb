"""The numbers of a report, for machines and for comments."""

from __future__ import annotations

import secrets
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pandas as pd

from .. import card, stats
from ..filters import Condition
from ..frames.completions import COMPLETIONS
from ..log import require_whole_log
from ..redacting import redact as redacted
from ..redaction import JsonRedactor, Redactor
from ..stats.inputs import By
from .checks import check
from .document import (
    Check,
    Doubt,
    Durations,
    Estimate,
    FailureKind,
    Group,
    Loaded,
    Reason,
    ReportNumbers,
    Tokens,
)
from .one_place import in_one_place

if TYPE_CHECKING:
    from ..log import CompletionLog

_LEVEL = 0.95
_PERCENTILES = ("p50", "p90", "p95", "p99")
_TEXTS = ("choices", "usage", "messages", "tool_calls", "stacktrace", "logprobs", "feedback")


def report_numbers(
    log: CompletionLog,
    *,
    title: str | None = None,
    by: By = "model",
    redact: bool = True,
    conditions: Iterable[Condition] = (),
    limits: Sequence[str] = (),
) -> ReportNumbers:
    """What `report` tells, in numbers: `.model_dump_json()` for a machine, `.markdown()` to read.

    Rates and percentiles per group and over all calls, with their intervals; tokens, failures, what
    is doubtful, and what could not be kept. Unknown is None.

    Args:
        log: the log.
        title: what stands above the Markdown.
        by: the columns that tell groups apart, or `"tag"`.
        redact: replace what `ca.redact` would; the title stays as it is.
        conditions: what to filter by beforehand, as `ca.select` does.
        limits: what `ca.check` is to judge for each group.

    Raises:
        KeyError: the log was opened with few columns.
        KeyError, TypeError, ValueError: as `ca.summary`, `ca.select` and `ca.check` do.

    >>> from completion_analytics import load
    >>> asked = {"prompt": "hi", "model": "m"}
    >>> log = load([{"status": word, "request": asked} for word in ("finished", "failed")])
    >>> numbers = report_numbers(log)
    >>> numbers.groups[0].key, numbers.groups[0].failure_rate.value
    ({'model': 'm'}, 0.5)
    """
    what = to_share(log, conditions, by=by, redact=redact)
    return numbers_of(what, title=title, by=by, checks=check(what.log, limits, by=by))


@dataclass(frozen=True)
class Shared:
    """What may be told of a log: its numbers and labels, no conversations."""

    log: CompletionLog
    conditions: Sequence[str]


def to_share(
    log: CompletionLog, conditions: Iterable[Condition], *, by: By, redact: bool
) -> Shared:
    """A log filtered, then redacted if that is asked for: fit for numbers by these columns."""
    given = tuple(conditions)
    kept = require_whole_log(in_one_place(log, given), "report_numbers")
    told = [repr(condition) for condition in given]
    if not redact:
        return Shared(kept, told)
    salt = secrets.token_bytes(32)
    veil = JsonRedactor(Redactor(salt=salt))
    light = _without_texts(kept, _names(by))
    return Shared(redacted(light, salt=salt), [veil.text(text) for text in told])


def _without_texts(log: CompletionLog, by: Sequence[str]) -> CompletionLog:
    """A log without the texts that no number is made of: these need not be looked through."""
    calls = log.completions
    missing = pd.Series(None, index=calls.index, dtype="str")
    unread = {c.name: missing for c in COMPLETIONS if c.dtype == "str" and c.name not in by}
    none = {name: frame.iloc[:0] for name, frame in log.frames.items() if name in _TEXTS}
    return log.changed(completions=calls.assign(**unread), **none)


def numbers_of(what: Shared, *, title: str | None, by: By, checks: pd.DataFrame) -> ReportNumbers:
    """The document of what may be told."""
    log, facts = what.log, card.facts(what.log)
    (total,) = _groups(log, None)
    created_at = log.completions["created_at"]
    return ReportNumbers(
        title=title,
        by=_names(by),
        level=_LEVEL,
        conditions=list(what.conditions),
        redactions=dict(log.redactions),
        loaded=Loaded(
            sources=len(log.counts),
            **{name: int(log.counts[name].sum()) for name in _COUNTS},
        ),
        first_at=_instant(created_at.min()),
        last_at=_instant(created_at.max()),
        total=total,
        groups=_groups(log, by),
        failures=_failures(log),
        doubts=[_doubt(issue) for issue in facts["issues"]],
        reasons=[Reason(reason=reason, records=n) for reason, n in facts["reject_reasons"].items()],
        checks=[
            Check(**{str(name): _known(value) for name, value in row.items()})
            for row in checks.to_dict("records")
        ],
    )


_COUNTS = ("records", "rows", "feedback", "duplicates", "rejects")


def _names(by: By) -> list[str]:
    if by is None:
        return []
    return [by] if isinstance(by, str) else list(dict.fromkeys(by))


def _groups(log: CompletionLog, by: By) -> list[Group]:
    table = stats.summary(log, by=by, level=_LEVEL)
    return [_group(row, _names(by)) for row in table.to_dict("records")]


def _group(row: dict[Any, Any], by: Sequence[str]) -> Group:
    resolved = row["n"] - row["n_unresolved"]
    durations = {
        name: _estimate(row, f"{name}_s", name, row["n_durations"]) for name in _PERCENTILES
    }
    return Group(
        key={name: _known(row[name]) for name in by},
        calls=row["n"],
        failed=row["n_failed"],
        unresolved=row["n_unresolved"],
        mock=row["n_mock"],
        failure_rate=_estimate(row, "failure_rate", "failure", resolved),
        truncation=_estimate(row, "truncation_rate", "truncation", row["n_finish_known"]),
        duration_s=Durations(**durations),
        tokens=Tokens(
            prompt=_known(row["prompt_tokens"]),
            completion=_known(row["completion_tokens"]),
            n=row["n_tokens"],
            per_s=_known(row["rate_of_totals"]),
        ),
    )


def _estimate(row: dict[Any, Any], value: str, ends: str, n: int) -> Estimate:
    lo, hi = _known(row[f"{ends}_lo"]), _known(row[f"{ends}_hi"])
    return Estimate(value=_known(row[value]), lo=lo, hi=hi, n=n)


def _failures(log: CompletionLog) -> list[FailureKind]:
    table = stats.failure_kinds(log, detail="kind")
    return [
        FailureKind(
            failure_class=_known(row["failure_class"]),
            failure_kind=_known(row["failure_kind"]),
            calls=row["k"],
            share=row["share"],
        )
        for row in table.to_dict("records")
    ]


def _doubt(issue: dict[str, Any]) -> Doubt:
    return Doubt(
        code=issue["code"],
        severity=issue["severity"],
        rows=None if issue["is_about_sources"] else issue["n"],
        sources=issue["sources"],
        advice=issue["advice"],
    )


def _instant(moment: Any) -> str | None:
    # As text, for a wrong clock may have written a year that no calendar of Python has.
    return None if pd.isna(moment) else str(moment.isoformat())


def _known(value: Any) -> Any:
    """A cell of a frame as a plain value; None where it is missing."""
    if pd.isna(value):
        return None
    return value.item() if hasattr(value, "item") else value
