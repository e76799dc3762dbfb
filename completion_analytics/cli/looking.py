"""`summary` and `validate`: what is in the exports, and what is wrong with them."""

from __future__ import annotations

import json
from typing import Annotated, Any

import typer

from .asking import Paths, Unit, loaded, say
from .exits import REJECTS


def summary(
    paths: Paths,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON for a machine.")] = False,
    duration_unit: Unit = "auto",
) -> None:
    """Print what the exports hold: counts, models, and what is doubtful."""
    from .. import card

    log = loaded(paths, duration_unit=duration_unit, frames=())
    if as_json:
        typer.echo(json.dumps(card.facts(log), indent=2, ensure_ascii=False))
    else:
        say(str(log))


def validate(
    paths: Paths,
    strict: Annotated[
        bool, typer.Option("--strict", help="Reject records that need a repair, too.")
    ] = False,
    duration_unit: Unit = "auto",
) -> None:
    """Print rejects and issues with file:line; exit with 1 when there are rejects."""
    from .. import card

    log = loaded(paths, duration_unit=duration_unit, strict=strict, frames=())
    for reject in log.rejects.itertuples():
        say(_reject_line(reject))
    issue: Any
    for issue in log.issues.itertuples():
        place = issue.source if _is_missing(issue.field) else f"{issue.source}: {issue.field}"
        say(f"{place}: {issue.severity}: {issue.code} ({issue.n:,}): {issue.advice}")
    found = {
        "record": int(log.counts["records"].sum()),
        "reject": len(log.rejects),
        "issue": len(log.issues),
    }
    typer.echo(", ".join(card.counted(n, noun) for noun, n in found.items()))
    if len(log.rejects):
        raise typer.Exit(REJECTS)


def _reject_line(reject: Any) -> str:
    where = f"{reject.source}:{reject.record if _is_missing(reject.line) else reject.line}"
    path = "" if _is_missing(reject.path) else f"{reject.path}: "
    hint = "" if _is_missing(reject.hint) else f" — {reject.hint}"
    return f"{where}: {path}{reject.reason}{hint}"


def _is_missing(value: Any) -> bool:
    return value is None or value != value or str(value) == "<NA>"
