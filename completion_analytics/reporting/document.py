"""The numbers of a report as a document for machines: version 1.

Names stay within a version; a new one may bring more of them. What is not known is null.
"""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel, ConfigDict

VERSION = 1

Key = str | int | bool | None


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", use_attribute_docstrings=True)


class Estimate(_Part):
    """A number, and how sure it is."""

    value: float | None
    """The number; a share is from 0 to 1."""
    lo: float | None
    """Lower end of its interval; null where so few calls cannot give one."""
    hi: float | None
    """Upper end of its interval; null where so few calls cannot give one."""
    n: int
    """The calls that tell it."""


class Durations(_Part):
    """Percentiles of the duration of finished calls, in seconds, by the nearest rank."""

    p50: Estimate
    p90: Estimate
    p95: Estimate
    p99: Estimate


class Tokens(_Part):
    """Sums of the tokens that are known, and how fast they came."""

    prompt: int | None
    """Tokens of prompts, cached ones included."""
    completion: int | None
    """Tokens generated, reasoning included."""
    n: int
    """The calls that tell both."""
    per_s: float | None
    """Completion tokens by seconds, over all calls that tell both."""


class Group(_Part):
    """Calls that have something in common."""

    key: dict[str, Key]
    """The columns of `by` and their values; null where missing, empty for all calls."""
    calls: int
    """Calls, mock ones aside."""
    failed: int
    unresolved: int
    """Calls that neither finished nor failed."""
    mock: int
    """Mock calls, which count nowhere else."""
    failure_rate: Estimate
    """Failed calls of those that finished or failed."""
    truncation: Estimate
    """Calls cut off at a length limit, of the finished ones that tell."""
    duration_s: Durations
    tokens: Tokens


class Loaded(_Part):
    """What was read: records = rows + feedback + duplicates + rejects, before any condition."""

    sources: int
    records: int
    rows: int
    feedback: int
    duplicates: int
    rejects: int


class FailureKind(_Part):
    """What calls failed of."""

    failure_class: str | None
    """The failure in one word."""
    failure_kind: str | None
    """Exception, error code or type, as reported."""
    calls: int
    share: float
    """Of all failed calls."""


class Doubt(_Part):
    """Something doubtful about what was kept."""

    code: str
    severity: str
    """`error`, `warning` or `info`."""
    rows: int | None
    """The rows concerned; null where it is about whole sources."""
    sources: int
    """The sources concerned."""
    advice: str


class Reason(_Part):
    """Why records could not be kept."""

    reason: str
    records: int


class Check(_Part):
    """A limit, judged for one group."""

    expression: str
    group: str
    value: float | None
    lo: float | None
    hi: float | None
    n: int | None
    limit: float
    breached: bool | None
    """Null where it cannot be judged."""
    sentence: str


class ReportNumbers(_Part):
    """What a report tells, in numbers."""

    version: Literal[1] = 1
    """Of this document's names."""
    title: str | None
    by: list[str]
    """The columns that tell groups apart."""
    level: float
    """How sure the intervals are."""
    conditions: list[str]
    """What the calls were filtered by, as code."""
    redactions: dict[str, int]
    """What was replaced by pseudonyms, by rule: places in distinct texts."""
    loaded: Loaded
    first_at: str | None
    """When the first call was made, ISO 8601 in UTC."""
    last_at: str | None
    """When the last call was made, ISO 8601 in UTC."""
    total: Group
    groups: list[Group]
    """In the order of their keys; with `tag` a call counts for each of its tags."""
    failures: list[FailureKind]
    """The most frequent first."""
    doubts: list[Doubt]
    """The gravest first."""
    reasons: list[Reason]
    """The most frequent first."""
    checks: list[Check]
    """The limits that were asked for."""

    def markdown(self) -> str:
        """The same for people, as a comment on a pull request: a table, limits, and doubts.

        Text from files stays text: it makes no table, no link, no mention and no HTML.
        """
        from .markdown import as_markdown

        return as_markdown(self)
