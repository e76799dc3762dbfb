"""What `report` does: everything asked for is written, then the limits decide the exit code."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import typer

from ..aside import require_place_for_file, whole_file
from ..filters import Condition, select
from ..loading import load
from ..reporting.checks import check
from ..reporting.document import Check, ReportNumbers
from ..reporting.numbers import numbers_of, report_numbers, to_share
from .asking import NAME, conditions_of, loaded, mistakes_told, say, working
from .exits import BREACH

STDOUT = "-"

_FORMS: Mapping[str, Callable[[ReportNumbers], str]] = {
    "markdown": ReportNumbers.markdown,
    "json": lambda numbers: numbers.model_dump_json(indent=2) + "\n",
}


def tell(
    paths: list[str],
    *,
    output: str | None,
    texts: Mapping[str, str | None],
    title: str | None,
    by: list[str] | None,
    where: list[str] | None,
    limits: list[str],
    redact: bool,
    duration_unit: str,
) -> None:
    """Write the page and the texts, say what was breached or not judged, and end with its code."""
    with mistakes_told():  # before a long load
        _require_output(output, list(texts.values()), limits)
        conditions = conditions_of(where)
        _try_out(conditions, limits, by)
    # A condition may look into messages; the report itself has no use for them.
    needed: dict[str, Any] = {} if conditions else {"frames": ("tags",), "text": False}
    log = loaded(paths, duration_unit=duration_unit, **needed)
    with mistakes_told():
        kept = select(log, *conditions)
        if len(log.completions) and not len(kept.completions):
            say(f"{NAME}: no call meets {' and '.join(where or [])}", err=True)
        names = by or "model"
        if output:
            from ..reporting.writing import report  # which draws, and so takes a while to import

            with working("drawing the page"):
                report(kept, output, title=title, by=names, redact=redact, conditions=conditions)
        with working("counting"):
            what = to_share(kept, conditions, by=names, redact=redact)
            checks = check(what.log, limits, by=by)
            numbers = numbers_of(what, title=title, by=names, checks=checks)
        for form, place in texts.items():
            _write(place, _FORMS[form](numbers))
    _end_with(numbers.checks)


def _require_output(output: str | None, texts: list[str | None], limits: list[str]) -> None:
    if not (output or any(texts) or limits):
        raise ValueError("name what to write, with -o, --md or --json, or a limit with --fail-if")
    if texts.count(STDOUT) > 1:
        raise ValueError("only one of --md and --json can be -, which prints it")
    for path in (output, *texts):
        if path and path != STDOUT:
            require_place_for_file(path)


def _try_out(conditions: Sequence[Condition], limits: list[str], by: list[str] | None) -> None:
    """Ask a log of no calls, which has every column and so knows every mistake."""
    nothing = select(load([]), *conditions)
    report_numbers(nothing, by=by or "model", redact=False)
    check(nothing, limits, by=by)


def _write(place: str | None, text: str) -> None:
    if place == STDOUT:
        typer.echo(text, nl=False)
    elif place:
        with whole_file(place) as whole:
            whole.write_text(text, encoding="utf-8")


def _end_with(checks: Sequence[Check]) -> None:
    for each in checks:
        if each.breached is not False:
            say(each.sentence, err=True)
    if any(each.breached for each in checks):
        raise typer.Exit(BREACH)
