"""What a report tells, section by section: sentences, pictures and tables."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from functools import cached_property
from typing import TYPE_CHECKING, Any, NamedTuple

import pandas as pd

from .. import plot, stats
from ..plot.ticks import human_seconds, human_share
from ..plot.words import count
from . import tables
from .cells import Cell, Table, written
from .pictures import Picture, picture
from .veiling import Shown, Veil, shown

if TYPE_CHECKING:
    from ..log import CompletionLog

_MOST_SAID = 6
_WIDTH, _HEIGHT, _ROW = 6.3, 3.9, 0.3


class Section(NamedTuple):
    """A part of the page."""

    name: str
    title: str
    lead: str
    pictures: Sequence[Picture] = ()
    tables: Sequence[Table] = ()


class Told:
    """What a log tells; what may be shown of it is worked out once."""

    def __init__(self, log: CompletionLog, by: Sequence[str], veil: Veil) -> None:
        self.log, self.by, self.veil = log, list(by), veil
        self.shown: Shown = shown(log, by, veil)

    @cached_property
    def groups(self) -> pd.DataFrame:
        """`ca.summary` per group, the largest first."""
        table = stats.summary(self.shown, by=self.by)
        return table.sort_values("n", ascending=False, kind="stable", ignore_index=True)

    @cached_property
    def whole(self) -> dict[str, Any]:
        """`ca.summary` of all calls."""
        return {str(k): v for k, v in stats.summary(self.shown, by=None).iloc[0].items()}

    def figures(self) -> list[tuple[str, Cell]]:
        """The numbers that stand above everything."""
        row, summary = self.whole, (*tables.SUMMARY, *tables.TOKENS)
        cells = {column.head: column.write(row) for column in summary}
        heads = {
            "calls": "calls",
            "failed": "failed",
            "unresolved": "unresolved",
            "p50": "median duration",
            "p95": "95th percentile",
            "truncated": "truncated",
            "prompt tokens": "prompt tokens",
            "completion tokens": "completion tokens",
        }
        return [(name, cells[head]) for head, name in heads.items()]

    def sections(self) -> Iterator[Section]:
        """The sections that the log has something for, in their order."""
        yield self.summary()
        yield self.latency()
        yield self.tokens()
        yield self.failures()
        if len(self.shown.tags):
            yield self.tags()
        if self.shown.completions["session_id"].notna().any():
            yield self.sessions()

    def summary(self) -> Section:
        """The one table."""
        lead = (
            "Failed is the share of resolved calls, durations are those of finished calls, and the "
            "small numbers below a value are its 95 % interval; – is what so few calls cannot tell."
        )
        return Section("summary", "Summary", lead, tables=[tables.summary(self.groups, self.by)])

    def latency(self) -> Section:
        """How long answers took."""
        waits = self._said(_waits)
        pictures = [
            self._picture("answered_within", "Share of calls answered within a time", waits),
            self._picture("percentiles", "Percentiles of duration", waits, is_in_rows=True),
            self._picture("latency_over_time", "Duration over time", _waits(self.whole), by=None),
            self._picture("latency_by_tokens", "Duration by tokens generated", waits),
        ]
        lead = (
            "An answer's duration is the wall-clock time that its client saw. The first picture "
            "counts all calls: where its line ends is the share that was ever answered."
        )
        return Section("latency", "Latency", lead, pictures)

    def tokens(self) -> Section:
        """How many tokens went in and came out."""
        pictures = [
            self._picture("token_histogram", "Tokens per call", self._totals(), by=None),
            self._picture("tokens_over_time", "Tokens over time", self._totals(), by=None),
            self._picture("throughput", "Tokens per second", self._said(_speed), is_in_rows=True),
            self._picture(
                "token_shares", "What tokens are spent on", self._totals(), is_in_rows=True
            ),
        ]
        table = tables.tokens(self.groups, self.by)
        return Section("tokens", "Tokens", f"{self._totals()}.", pictures, [table])

    def failures(self) -> Section:
        """How often calls failed, when and of what."""
        if not self.whole["n_failed"]:
            return Section("failures", "Failures", self._no_failure())
        rates = self._said(_rate)
        kinds = stats.failure_kinds(self.shown, detail="class").to_dict("records")
        classes = "; ".join(f"{written(k['failure_class'])} {count(k['k'])}" for k in kinds)
        pictures = [
            self._picture("failures_over_time", "Failures over time", _rate(self.whole), by=None),
            self._picture("failure_kinds", "What failed", classes, by=None),
            self._picture("failure_rates", "Who failed", rates, is_in_rows=True),
            self._picture("finish_reasons", "Why answers ended", self._said(_cut), is_in_rows=True),
        ]
        lead = (
            f"{_rate(self.whole)}. Reasons are templates: what differs from call to call is masked."
        )
        table = tables.failure_kinds(self.log, self.veil)
        return Section("failures", "Failures", lead, pictures, [table])

    def tags(self) -> Section:
        """The summary per tag."""
        lead = (
            "A call counts for each of its tags, so that the shares add up to more than all calls."
        )
        table = tables.tags(self.shown)
        most = "; ".join(f"{row[0].text} {row[2].text}" for row in table.rows[:_MOST_SAID])
        pair = self._picture("tag_pairs", "Tags that go together", most, by=None)
        return Section("tags", "Tags", lead, [pair], [table])

    def sessions(self) -> Section:
        """Calls that belong together."""
        table = stats.sessions(self.shown)
        few = tables.most_calls(table, self.shown, self.log, self.veil)
        calls = (
            f"{count(len(table), 'session')}, of {count(table['n'].median(), 'call')} at the median"
        )
        drawn = self._picture("sessions", "Calls per session", calls, by=None)
        return Section("sessions", "Sessions", f"{calls}.", [drawn], [tables.sessions(few)])

    def _picture(
        self, name: str, title: str, said: str, *, by: Any = (), is_in_rows: bool = False
    ) -> Picture:
        options = {"by": self.by} if by is not None and self.by else {}
        draw: Callable[..., Any] = plot.PLOTS[name].draw
        rows = min(len(self.groups), 20) if is_in_rows else 0
        size = (_WIDTH, max(_HEIGHT, 1.4 + _ROW * rows))
        alt = f"{title}{' by ' + ' and '.join(self.by) if options else ''}. {said}".strip()
        return picture(title, alt, lambda ax: draw(self.shown, ax=ax, **options), size)

    def _said(self, say: Callable[[Any], str]) -> str:
        """The largest groups with a number of theirs."""
        rows = self.groups.head(_MOST_SAID).to_dict("records")
        if not self.by:
            return say(self.whole)
        names = [", ".join(written(row[name]) for name in self.by) for row in rows]
        parts = [f"{name}: {say(row)}" for name, row in zip(names, rows, strict=True)]
        more = len(self.groups) - len(rows)
        return "; ".join([*parts, f"and {count(more, 'more group')}"] if more else parts)

    def _totals(self) -> str:
        whole = self.whole
        if not whole["n_tokens"]:
            return "No call tells how many tokens it used"
        return (
            f"{count(whole['prompt_tokens'], 'prompt token')} and "
            f"{count(whole['completion_tokens'], 'completion token')}, where they are told; "
            f"{count(whole['n_tokens'], 'call')} of {count(whole['n'])} tell both"
        )

    def _no_failure(self) -> str:
        resolved = self.whole["n"] - self.whole["n_unresolved"]
        if not resolved:
            return "No call is known to have finished or failed."
        most = human_share(self.whole["failure_hi"])
        return (
            f"None of {count(resolved, 'resolved call')} failed: the rate is below {most}, "
            "with 95 % confidence."
        )


def _waits(row: Any) -> str:
    if pd.isna(row["p50_s"]):
        return "no duration known"
    half, most = human_seconds(row["p50_s"]), human_seconds(row["p95_s"])
    return f"median {half}, 95th percentile {most} of {count(row['n_durations'], 'timed call')}"


def _rate(row: Any) -> str:
    if pd.isna(row["failure_rate"]):
        return "none known to have finished or failed"
    resolved = row["n"] - row["n_unresolved"]
    return f"{human_share(row['failure_rate'])} of {count(resolved, 'resolved call')} failed"


def _cut(row: Any) -> str:
    if pd.isna(row["truncation_rate"]):
        return "unknown"
    return f"{human_share(row['truncation_rate'])} of {count(row['n_finish_known'])} truncated"


def _speed(row: Any) -> str:
    if pd.isna(row["rate_of_totals"]):
        return "unknown"
    return f"{row['rate_of_totals']:,.3g} completion tokens a second"
