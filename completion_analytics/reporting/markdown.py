"""The numbers of a report as Markdown, fit for a comment on a pull request."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence

from ..card import counted
from ..redaction import for_terminal
from .document import Doubt, Estimate, FailureKind, Group, ReportNumbers
from .quantities import UNKNOWN, interval, written

_MOST_GROUPS, _MOST_LINES, _LONGEST = 20, 12, 80


def as_markdown(numbers: ReportNumbers) -> str:
    """A table of groups, then limits, failures, doubts and what could not be kept."""
    return "\n".join(_lines(numbers)).rstrip() + "\n"


def prose(text: str) -> str:
    """Text from a file within a sentence: no markup, and nobody is mentioned.

    >>> prose("**see** @ada #1")
    '&#42;&#42;see&#42;&#42; &#64;&#8203;ada &#35;&#8203;1'
    """
    return re.sub("&#(?:64|35);", r"\g<0>&#8203;", _encoded(text))


def verbatim(text: str, longest: int = _LONGEST) -> str:
    """A name from a file, of one line and not endless; in code nobody is mentioned either.

    >>> verbatim("a|b`c`")
    '<code>a&#124;b&#96;c&#96;</code>'
    """
    line = " ".join(text.split())
    cut = line if len(line) <= longest else f"{line[: longest - 1]}…"
    return f"<code>{_encoded(cut)}</code>"


def _encoded(text: str) -> str:
    """Text whose signs stand for themselves, wherever Markdown would take them for more."""
    visible = for_terminal(" ".join(text.split()))
    return _SIGNS.sub(lambda found: f"&#{ord(found.group())};", visible)


# Nothing else is markup within a line: links need brackets or a colon, lists begin a line.
_SIGNS = re.compile(r"[\\`*\[\]<&|~@#$]|:(?=\S)|(?<![^\W_])_|_(?![^\W_])|(?<=www)\.", re.IGNORECASE)


def _lines(numbers: ReportNumbers) -> Iterator[str]:
    if numbers.title:
        yield from (f"### {prose(numbers.title)}", "")
    yield from (_headline(numbers), "")
    yield from _table(numbers)
    checks = [_strong(check.sentence) for check in numbers.checks]
    yield from _listed("Limits", checks, len(checks))
    yield from _listed("Failed", [_failure(failure) for failure in numbers.failures])
    yield from _listed("Doubtful", [_doubt(doubt) for doubt in numbers.doubts if _is_grave(doubt)])
    reasons = [f"{reason.records:,} × {prose(reason.reason)}" for reason in numbers.reasons]
    yield from _listed("Not kept", reasons)
    yield f"<sub>{_legend(numbers)}</sub>"


def _headline(numbers: ReportNumbers) -> str:
    total = numbers.total
    parts = [
        f"**{counted(total.calls, 'call')}**",
        f"{total.failed:,} failed",
        f"{total.unresolved:,} unresolved",
        counted(numbers.loaded.rejects, "reject"),
    ]
    if numbers.first_at and numbers.last_at:
        first, last = (_to_the_second(at) for at in (numbers.first_at, numbers.last_at))
        parts.append(f"{first} to {last} UTC")
    filtered = [f"filtered by {verbatim(text)}" for text in numbers.conditions]
    return " · ".join([*parts, *filtered])


def _to_the_second(moment: str) -> str:
    """An instant of ISO 8601 in UTC, in short.

    >>> _to_the_second("2026-01-31T12:00:00.123456+00:00")
    '2026-01-31 12:00:00'
    """
    return moment.partition("+")[0].partition(".")[0].replace("T", " ")


_COLUMNS: dict[str, Callable[[Group], str]] = {
    "calls": lambda group: f"{group.calls:,}",
    "failed": lambda group: _estimate(group.failure_rate, "share"),
    "p50": lambda group: _estimate(group.duration_s.p50, "s"),
    "p95": lambda group: _estimate(group.duration_s.p95, "s"),
    "prompt tokens": lambda group: written(group.tokens.prompt, "number"),
    "completion tokens": lambda group: written(group.tokens.completion, "number"),
    "truncated": lambda group: _estimate(group.truncation, "share"),
}


def _table(numbers: ReportNumbers) -> Iterator[str]:
    by = [verbatim(name) for name in numbers.by]
    names = by or [""]
    yield _row([*names, *_COLUMNS])
    yield _row([*["---"] * len(names), *["---:"] * len(_COLUMNS)])
    largest = sorted(numbers.groups if by else [], key=lambda group: -group.calls)
    for group in largest[:_MOST_GROUPS]:
        keys = [
            "(missing)" if value is None else verbatim(str(value)) for value in group.key.values()
        ]
        yield _row([*keys, *_cells(group)])
    yield _row([*(["**all**"] + [""] * (len(names) - 1)), *_cells(numbers.total)])
    yield ""
    if len(largest) > _MOST_GROUPS:
        yield from (f"and {len(largest) - _MOST_GROUPS:,} more groups of fewer calls", "")


def _cells(group: Group) -> list[str]:
    return [write(group) for write in _COLUMNS.values()]


def _row(cells: Sequence[str]) -> str:
    return f"| {' | '.join(cells)} |"


def _estimate(estimate: Estimate, unit: str) -> str:
    if estimate.value is None:
        return UNKNOWN
    return f"{written(estimate.value, unit)} ({interval(estimate.lo, estimate.hi, unit)})"


def _listed(head: str, entries: Sequence[str], most: int = _MOST_LINES) -> Iterator[str]:
    if not entries:
        return
    yield from (f"**{head}**", "")
    yield from (f"- {entry}" for entry in entries[:most])
    if len(entries) > most:
        yield f"- and {len(entries) - most:,} more"
    yield ""


def _strong(sentence: str) -> str:
    verdict, rest = sentence.split(":", 1)
    return f"**{verdict}**: {prose(rest)}"


def _failure(failure: FailureKind) -> str:
    kind = f" ({verbatim(failure.failure_kind)})" if failure.failure_kind else ""
    name = prose(failure.failure_class or "unknown")
    return f"{failure.calls:,} × {name}{kind}, {written(failure.share, 'share')} of failures"


def _is_grave(doubt: Doubt) -> bool:
    return doubt.severity != "info"


def _doubt(doubt: Doubt) -> str:
    concerned = (
        counted(doubt.sources, "source") if doubt.rows is None else counted(doubt.rows, "row")
    )
    return f"{verbatim(doubt.code)} ({concerned}): {prose(doubt.advice)}"


def _legend(numbers: ReportNumbers) -> str:
    legend = (
        f"{100 * numbers.level:g}% intervals in parentheses; {UNKNOWN} is unknown, as an end that "
        "so few calls cannot give. Failed: of the calls that finished or failed. Durations: of "
        "finished calls."
    )
    return f"{legend} A call counts for each of its tags." if "tag" in numbers.by else legend
