"""How a log introduces itself: one line, a page of text, or a card of HTML."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

import pandas as pd
from jinja2 import Environment, PackageLoader

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
    outcomes = log.completions["outcome"].value_counts()
    n_models = log.completions["model"].nunique()
    return (
        f"<CompletionLog: {_counted(len(log), 'completion')} of {_counted(n_models, 'model')}; "
        f"{outcomes['failed']:,} failed, {outcomes['unresolved']:,} unresolved; "
        f"{_counted(len(log.rejects), 'reject')}>"
    )


def as_text(log: CompletionLog) -> str:
    """A page for a terminal."""
    return "\n".join(_text_lines(facts(log)))


def as_html(log: CompletionLog) -> str:
    """A card that reads well without its style, light and dark; everything in it is escaped."""
    return _TEMPLATES.get_template("card.html").render(facts(log))


def _models(frame: pd.DataFrame) -> list[dict[str, Any]]:
    named = frame.assign(model=frame["model"].astype("str").fillna("(unknown)"))
    finished = named["outcome"] == "finished"
    timed = named["duration_s"].where(finished & (named["duration_s"] > 0) & ~named["is_mock"])
    grouped = named.assign(timed=timed).groupby("model")
    table = pd.DataFrame(
        {
            "n": grouped.size(),
            "failed": grouped["outcome"].agg(lambda part: int((part == "failed").sum())),
            "unresolved": grouped["outcome"].agg(lambda part: int((part == "unresolved").sum())),
            "median_s": grouped["timed"].quantile(0.5, interpolation="lower"),
            "tokens": grouped["total_tokens"].sum(min_count=1),
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
    entries: dict[str, dict[str, Any]] = {}
    row: Any
    for row in issues.itertuples():
        entry = entries.setdefault(
            str(row.code),
            {
                "code": row.code,
                "level": row.level,
                "severity": row.severity,
                "n": 0,
                "advice": row.advice,
            },
        )
        entry["n"] += int(row.n)
    return list(entries.values())


def _reject_reasons(rejects: pd.DataFrame) -> dict[str, int]:
    return {str(reason): int(n) for reason, n in rejects["reason"].value_counts().items()}


def _instant(moment: Any) -> str | None:
    return moment.strftime("%Y-%m-%d %H:%M UTC") if pd.notna(moment) else None


def _counted(n: int, noun: str) -> str:
    return f"{n:,} {noun}" if n == 1 else f"{n:,} {noun}s"


def _in_line(text: str, most: int = _MOST_CHARACTERS) -> str:
    r"""A text from a file as part of a line: of one line, not endless, and all of it visible.

    >>> _in_line("gpt\n\x1b[2J" + "x" * 200, most=12)
    'gpt \\x1b[2J…'
    """
    line = for_terminal(" ".join(text.split()))
    return line if len(line) <= most else f"{line[: most - 1]}…"


def _text_lines(card: dict[str, Any]) -> Iterable[str]:
    outcomes = card["outcomes"]
    yield f"{_counted(card['rows'], 'completion')} from {_counted(card['sources'], 'source')}"
    if card["first_at"]:
        yield f"  {card['first_at']} … {card['last_at']}"
    yield "  " + ", ".join(f"{n:,} {name}" for name, n in outcomes.items())
    yield (
        f"  {_counted(card['records'], 'record')} = {card['rows']:,} rows + {card['feedback']:,} "
        f"feedback + {_counted(card['duplicates'], 'duplicate')} + "
        f"{_counted(card['rejects'], 'reject')}"
    )
    yield ""
    yield from _model_lines(card["models"])
    if card["issues"]:
        yield ""
        yield "Doubtful (log.issues):"
        for issue in card["issues"][:_MOST_FINDINGS]:
            rows = f" ({issue['n']:,})" if issue["n"] else ""
            yield f"  {issue['severity']:<7} {issue['code']}{rows}: {issue['advice']}"
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
    "counted": _counted,
    "number": "{:,}".format,
    "most_models": _MOST_MODELS,
    "most_findings": _MOST_FINDINGS,
    "most_characters": _MOST_CHARACTERS,
}
