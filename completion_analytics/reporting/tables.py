"""The tables of a report, each a statistic in words."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import pandas as pd

from .. import card, stats
from ..redacting import without_quotes
from .cells import (
    UNKNOWN,
    Cell,
    Column,
    Row,
    Table,
    counted,
    instant,
    is_missing,
    moment,
    named,
    seconds,
    share,
    speed,
    table_of,
    told,
    written,
)
from .veiling import Shown, Veil, names_of_models, template_of

if TYPE_CHECKING:
    from ..log import CompletionLog

_MOST_GROUPS, _MOST_TAGS, _MOST_KINDS = 40, 20, 20
_LONGEST_REASON = 400
_MOST_SOURCES, _MOST_REJECTS = 15, 12
_MOST_CALLS, _MOST_SESSIONS = 12, 12


def _mocks(row: Row) -> str:
    return f"and {row['n_mock']:,.0f} mock" if row["n_mock"] else ""


def _percentile(name: str) -> Column:
    return seconds(name, f"{name}_s", (f"{name}_lo", f"{name}_hi"))


SUMMARY = (
    counted("calls", "n", _mocks),
    share("failed", "failure_rate", ("failure_lo", "failure_hi")),
    counted("unresolved", "n_unresolved"),
    *(_percentile(name) for name in ("p50", "p90", "p95", "p99")),
    counted("timed calls", "n_durations"),
    share("truncated", "truncation_rate", ("truncation_lo", "truncation_hi")),
)
TOKENS = (
    counted("prompt tokens", "prompt_tokens"),
    counted("completion tokens", "completion_tokens"),
    counted("calls that tell both", "n_tokens"),
    speed("tokens/s of a call", "mean_of_rates"),
    speed("all tokens by all seconds", "rate_of_totals"),
)


def summary(groups: pd.DataFrame, by: Sequence[str]) -> Table:
    """`ca.summary` without its tokens."""
    return _per_group(groups, by, "Calls, failures and durations", SUMMARY)


def tokens(groups: pd.DataFrame, by: Sequence[str]) -> Table:
    """The tokens of `ca.summary`."""
    return _per_group(groups, by, "Tokens", TOKENS)


def _per_group(
    groups: pd.DataFrame, by: Sequence[str], caption: str, columns: Sequence[Column]
) -> Table:
    names = [named(name) for name in by] or [Column("", lambda _: Cell("all calls"), "word")]
    per = f" per {' and '.join(by)}" if by else ""
    return table_of(groups, f"{caption}{per}", [*names, *columns], _MOST_GROUPS)


def tags(shown: Shown) -> Table:
    """`ca.stats.tag_summary`, the most frequent first."""
    columns = [named("tag"), share("of all calls", "share"), *SUMMARY]
    caption = "Per tag; a call counts for each of its tags"
    return table_of(_largest(stats.tag_summary(shown)), caption, columns, _MOST_TAGS)


def _largest(table: pd.DataFrame) -> pd.DataFrame:
    return table.sort_values("n", ascending=False, kind="stable")


def sources(log: CompletionLog, veil: Veil) -> Table:
    """What became of the records of each source."""
    counts = log.counts.assign(source=veil.column(log.counts["source"]))
    columns = [
        named("source"),
        *(counted(n, n) for n in ("records", "rows", "feedback", "duplicates", "rejects")),
    ]
    return table_of(counts, "Records per source", columns, _MOST_SOURCES)


def issues(found: Sequence[dict[str, Any]], veil: Veil) -> Table:
    """What is doubtful about what was kept, the gravest first; `found` is that of `card.facts`."""
    table = pd.DataFrame([{**issue, "concerned": card.concerned(issue)} for issue in found])
    table = table.assign(advice=table["advice"].map(veil.text))
    columns = [
        Column(
            "issue", lambda row: Cell(row["code"], f"{row['severity']}, {row['concerned']}"), "word"
        ),
        Column("what it means", lambda row: Cell(row["advice"]), "prose"),
    ]
    return table_of(table, "Doubtful", columns)


def rejects(log: CompletionLog, veil: Veil) -> Table:
    """Why records were not kept, and where the first of each kind stands."""
    # Reasons that differ in what they quote are one, so they are counted without it.
    found = without_quotes(log.rejects) if veil.is_on else log.rejects
    first = found.drop_duplicates("reason")
    n = found["reason"].value_counts()
    first = first.assign(n=first["reason"].map(n)).sort_values("n", ascending=False, kind="stable")
    few = log.keep(pd.Series(dtype="int64"))
    veiled = veil.log(few.changed(rejects=first.drop(columns="n").head(_MOST_REJECTS))).rejects
    table = veiled.assign(n=first["n"].head(_MOST_REJECTS))
    where = Column("the first", lambda row: Cell(_place(row), _path(row)), kind="word")
    columns = [named("reason"), counted("records", "n"), where, told("hint")]
    made = table_of(table, "Records that were not kept", columns)
    return made._replace(n_more=len(first) - len(table))


def _place(row: Row) -> str:
    line = "" if is_missing(row["line"]) else f", line {row['line']:,}"
    return f"{row['source']}, record {row['record']:,}{line}"


def _path(row: Row) -> str:
    return "" if is_missing(row["path"]) else f"at {row['path']}"


def failure_kinds(log: CompletionLog, veil: Veil) -> Table:
    """What failed calls failed of, with a reason as the file has it."""
    found = stats.failure_kinds(log)
    table = found.head(_MOST_KINDS)
    models = names_of_models(log.completions)
    table = table.assign(example=veil.column(table["example"]))
    table = table.assign(
        reason=table["example"].map(lambda text: template_of(text, models), na_action="ignore")
    )
    span = Column(
        "first and last",
        lambda row: Cell(instant(row["first_seen_at"]), instant(row["last_seen_at"])),
        "time",
    )
    reason = Column("reason, and an example of it", _reason, "prose")
    columns = [
        named("failure_class", "class"),
        reason,
        counted("calls", "k"),
        share("of all failures", "share"),
        share("so far", "cumulative_share"),
        span,
    ]
    return table_of(table, "Kinds of failures", columns)._replace(n_more=len(found) - len(table))


def _reason(row: Row) -> Cell:
    template, example = (written(row[name], _LONGEST_REASON) for name in ("reason", "example"))
    return Cell(template, "" if example == template else example)


_CALL = (
    moment("time (UTC)", "created_at"),
    named("model"),
    seconds("duration", "duration_s"),
    counted("prompt tokens", "prompt_tokens"),
    counted("completion tokens", "completion_tokens"),
)
_WHERE = (
    told("callsite", "call site"),
    Column(
        "session, and id of the call",
        lambda row: Cell(*map(_id, (row["session_id"], row["completion_id"]))),
        "id",
    ),
)


def few_calls(log: CompletionLog) -> dict[str, list[int]]:
    """The rows of the calls that are shown one by one, by the name of their table."""
    frame = log.completions
    failed = frame[(frame["outcome"] == "failed") & ~frame["is_mock"].fillna(False).astype("bool")]
    latest = failed.sort_values("created_at", ascending=False, kind="stable")
    return {
        "slowest": stats.slowest(log, _MOST_CALLS)["row_id"].tolist(),
        "failed": latest["row_id"].head(_MOST_CALLS).tolist(),
    }


def _id(value: Any) -> str:
    return UNKNOWN if is_missing(value) else written(value)


def slowest(calls: pd.DataFrame) -> Table:
    """Finished calls that took longest."""
    columns = [*_CALL, told("finish_class", "ended by"), *_WHERE]
    return table_of(calls, "The slowest calls", columns)


def failed(calls: pd.DataFrame) -> Table:
    """The latest calls that failed."""
    columns = [
        *_CALL[:3],
        named("failure_class", "class"),
        told("failure_reason", "reason", "prose"),
        *_WHERE,
    ]
    return table_of(calls, "The latest calls that failed", columns)


def sessions(table: pd.DataFrame) -> Table:
    """The sessions of most calls."""
    columns = [
        named("session_id", "session"),
        moment("began (UTC)", "started_at"),
        seconds("lasted", "span_s"),
        seconds("waited for answers", "busy_s"),
        counted("calls", "n"),
        counted("failed", "n_failed"),
        counted("unresolved", "n_unresolved"),
        counted("retries", "n_retries"),
        counted("prompt tokens", "prompt_tokens"),
        counted("completion tokens", "completion_tokens"),
    ]
    return table_of(table, "The sessions of most calls", columns)


def most_calls(
    sessions: pd.DataFrame, shown: Shown, log: CompletionLog, veil: Veil
) -> pd.DataFrame:
    """The sessions of most calls, with their ids in the place of what stood for them."""
    few = _largest(sessions).head(_MOST_SESSIONS)
    held = shown.completions["session_id"]
    first = held[held.isin(few["session_id"])].drop_duplicates()
    ids = dict(zip(first, veil.column(log.completions["session_id"].loc[first.index]), strict=True))
    return few.assign(session_id=few["session_id"].map(ids))
