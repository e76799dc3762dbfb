"""How a log introduces itself: one line, a page of text, or a card of HTML."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from html import escape
from typing import TYPE_CHECKING, Any

import pandas as pd
from jinja2 import Environment, PackageLoader

from .quality import ISSUES
from .redaction import for_terminal

if TYPE_CHECKING:
    from .log import CompletionLog

_MOST_MODELS = 8
_MOST_FINDINGS = 12
_MOST_CHARACTERS = 80


def facts(log: CompletionLog) -> dict[str, Any]:
    """What the card says, as plain values: fit for JSON."""
    frame = log.completions
    outcomes = frame["outcome"].value_counts(sort=False)
    return {
        "rows": len(frame),
        "sources": len(log.counts),
        "records": int(log.counts["records"].sum()),
        "feedback": int(log.counts["feedback"].sum()),
        "duplicates": int(log.counts["duplicates"].sum()),
        "rejects": int(log.counts["rejects"].sum()),
        "outcomes": {str(name): int(n) for name, n in outcomes.items()},
        "forms": {str(name): int(n) for name, n in frame["form"].value_counts().items()},
        "first_at": _instant(frame["created_at"].min()),
        "last_at": _instant(frame["created_at"].max()),
        "models": _models(frame),
        "issues": _issues(log.issues),
        "reject_reasons": _reject_reasons(log.rejects),
    }


def one_line(log: CompletionLog) -> str:
    """The `repr`."""
    if _lacks_columns(log):
        columns = ", ".join(map(str, log.completions.columns))
        return f"<CompletionLog: {counted(len(log), 'completion')}; columns: {columns}>"
    outcomes = log.completions["outcome"].value_counts()
    n_models = log.completions["model"].nunique()
    return (
        f"<CompletionLog: {counted(len(log), 'completion')} of {counted(n_models, 'model')}; "
        f"{outcomes['failed']:,} failed, {outcomes['unresolved']:,} unresolved; "
        f"{counted(len(log.rejects), 'reject')}>"
    )


def as_text(log: CompletionLog) -> str:
    """A page for a terminal."""
    return one_line(log) if _lacks_columns(log) else "\n".join(_text_lines(facts(log)))


def as_html(log: CompletionLog) -> str:
    """A card that reads well without its style, light and dark; everything in it is escaped."""
    if _lacks_columns(log):
        return f"<pre>{escape(one_line(log))}</pre>"
    return _TEMPLATES.get_template("card.html").render(facts(log))


def _lacks_columns(log: CompletionLog) -> bool:
    """Whether only some columns were opened, which cannot tell what a card does."""
    return not _TOLD.issubset(log.completions.columns)


_TOLD = {
    "form",
    "outcome",
    "model",
    "created_at",
    "duration_s",
    "is_mock",
    "prompt_tokens",
    "completion_tokens",
    "total_tokens",
}


def _models(frame: pd.DataFrame) -> list[dict[str, Any]]:
    outcome, duration = frame["outcome"], frame["duration_s"]
    is_timed = (outcome == "finished") & (duration > 0) & ~frame["is_mock"]
    grouped = pd.DataFrame(
        {
            "model": frame["model"].astype("str").fillna("(unknown)"),
            "failed": outcome == "failed",
            "unresolved": outcome == "unresolved",
            "duration_s": duration.where(is_timed),
            # Anthropic and Ollama report no total.
            "tokens": frame["total_tokens"].fillna(
                frame["prompt_tokens"] + frame["completion_tokens"]
            ),
        }
    ).groupby("model")
    table = pd.DataFrame(
        {
            "n": grouped.size(),
            "failed": grouped["failed"].sum(),
            "unresolved": grouped["unresolved"].sum(),
            "median_s": grouped["duration_s"].quantile(0.5, interpolation="lower"),
            "tokens": grouped["tokens"].sum(min_count=1),
        }
    ).sort_values(["n"], ascending=False, kind="stable")
    return [
        {
            "model": str(model),
            "n": int(row["n"]),
            "failed": int(row["failed"]),
            "unresolved": int(row["unresolved"]),
            "median_s": None if pd.isna(row["median_s"]) else float(row["median_s"]),
            "tokens": None if pd.isna(row["tokens"]) else int(row["tokens"]),
        }
        for model, row in table.iterrows()
    ]


def _issues(issues: pd.DataFrame) -> list[dict[str, Any]]:
    """One entry per code over all sources, the gravest first."""
    by_code = issues.groupby("code", sort=False, observed=True)
    return [
        {
            "code": str(code),
            "level": part["level"].iloc[0],
            "severity": part["severity"].iloc[0],
            "n": int(part["n"].sum()),
            "sources": len(part["source"].unique()),
            "is_about_sources": bool(part["share"].isna().all()),
            "advice": _common_advice(str(code), part["advice"].unique().tolist()),
        }
        for code, part in by_code
    ]


def _common_advice(code: str, advices: Sequence[str]) -> str:
    """The advice, without what is true of one source only."""
    return advices[0] if len(advices) == 1 or code not in ISSUES else ISSUES[code].advice


def _reject_reasons(rejects: pd.DataFrame) -> dict[str, int]:
    return {str(reason): int(n) for reason, n in rejects["reason"].value_counts().items()}


def _instant(moment: Any) -> str | None:
    if pd.isna(moment):
        return None
    # strftime knows no year before 1, which a wrong clock may well have written.
    return str(moment.isoformat(sep=" ", timespec="minutes").replace("+00:00", " UTC"))


def counted(n: int, noun: str) -> str:
    """A number with its noun, as `1 row` and `2 rows`."""
    return f"{n:,} {noun}" if n == 1 else f"{n:,} {noun}s"


def concerned(issue: dict[str, Any]) -> str:
    """How many rows an issue is about, or sources."""
    if issue["is_about_sources"]:
        return counted(issue["sources"], "source")
    return counted(issue["n"], "row")


def _in_line(text: str, most: int = _MOST_CHARACTERS) -> str:
    r"""A text from a file as part of a line: of one line, not endless, and all of it visible.

    >>> _in_line("gpt\n\x1b[2J" + "x" * 200, most=12)
    'gpt \\x1b[2J…'
    """
    line = for_terminal(" ".join(text.split()))
    return line if len(line) <= most else f"{line[: most - 1]}…"


def _text_lines(card: dict[str, Any]) -> Iterable[str]:
    outcomes = card["outcomes"]
    yield f"{counted(card['rows'], 'completion')} from {counted(card['sources'], 'source')}"
    if card["first_at"]:
        yield f"  {card['first_at']} … {card['last_at']}"
    yield "  " + ", ".join(f"{n:,} {name}" for name, n in outcomes.items())
    yield (
        f"  {counted(card['records'], 'record')} = {counted(card['rows'], 'row')} + "
        f"{card['feedback']:,} feedback + {counted(card['duplicates'], 'duplicate')} + "
        f"{counted(card['rejects'], 'reject')}"
    )
    yield ""
    yield from _model_lines(card["models"])
    if card["issues"]:
        yield ""
        yield "Doubtful (log.issues):"
        for issue in card["issues"][:_MOST_FINDINGS]:
            yield (
                f"  {issue['severity']:<7} {issue['code']} ({concerned(issue)}): {issue['advice']}"
            )
        yield from _more(card["issues"], _MOST_FINDINGS)
    if card["reject_reasons"]:
        yield ""
        yield "Not kept (log.rejects):"
        for reason, n in list(card["reject_reasons"].items())[:_MOST_FINDINGS]:
            yield f"  {n:,} × {_in_line(reason, 2 * _MOST_CHARACTERS)}"
        yield from _more(card["reject_reasons"], _MOST_FINDINGS)


def _model_lines(models: list[dict[str, Any]]) -> Iterable[str]:
    names = [_in_line(row["model"]) for row in models[:_MOST_MODELS]]
    width = max(map(len, ["model", *names]))
    heads = f"{'n':>9} {'failed':>8} {'unresolved':>10} {'median':>9} {'tokens':>12}"
    yield f"  {'model':<{width}} {heads}"
    for name, row in zip(names, models, strict=False):
        median = "–" if row["median_s"] is None else f"{row['median_s']:.3g} s"
        tokens = "–" if row["tokens"] is None else f"{row['tokens']:,}"
        yield (
            f"  {name:<{width}} {row['n']:>9,} {row['failed']:>8,} "
            f"{row['unresolved']:>10,} {median:>9} {tokens:>12}"
        )
    yield from _more(models, _MOST_MODELS)


def _more(entries: Any, shown: int) -> Iterable[str]:
    if len(entries) > shown:
        yield f"  … and {len(entries) - shown:,} more"


_TEMPLATES = Environment(
    loader=PackageLoader(__package__), autoescape=True, trim_blocks=True, lstrip_blocks=True
)
_TEMPLATES.filters |= {"in_line": _in_line}
_TEMPLATES.globals |= {
    "counted": counted,
    "concerned": concerned,
    "number": "{:,}".format,
    "most_models": _MOST_MODELS,
    "most_findings": _MOST_FINDINGS,
    "most_characters": _MOST_CHARACTERS,
}
