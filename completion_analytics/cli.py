"""`completion-analytics`: what a folder of exports holds, from a shell."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Annotated, Any

import typer

from .redaction import for_terminal

if TYPE_CHECKING:
    from .log import CompletionLog

app = typer.Typer(
    help="Latency, tokens and failures of logged LLM completions.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,  # loading Rich alone doubles the time of --help
)

Paths = Annotated[
    list[str], typer.Argument(help="Files, folders or globs; - is standard input.", metavar="PATH…")
]
Unit = Annotated[
    str, typer.Option("--duration-unit", help="auto, s or ms: the unit of Log10's `duration`.")
]


@app.command()
def summary(
    paths: Paths,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON for a machine.")] = False,
    duration_unit: Unit = "auto",
) -> None:
    """Print what the exports hold: counts, models, and what is doubtful."""
    from . import card

    log = _loaded(paths, duration_unit=duration_unit)
    if as_json:
        typer.echo(json.dumps(card.facts(log), indent=2, ensure_ascii=False))
    else:
        _echo(str(log))


@app.command()
def validate(
    paths: Paths,
    strict: Annotated[
        bool, typer.Option("--strict", help="Reject records that need a repair, too.")
    ] = False,
    duration_unit: Unit = "auto",
) -> None:
    """Print rejects and issues with file:line; exit with 1 when there are rejects."""
    from . import card

    log = _loaded(paths, duration_unit=duration_unit, strict=strict)
    for reject in log.rejects.itertuples():
        _echo(_reject_line(reject))
    issue: Any
    for issue in log.issues.itertuples():
        place = issue.source if issue.field is None else f"{issue.source}: {issue.field}"
        _echo(f"{place}: {issue.severity}: {issue.code} ({issue.n:,}): {issue.advice}")
    found = {
        "record": int(log.counts["records"].sum()),
        "reject": len(log.rejects),
        "issue": len(log.issues),
    }
    typer.echo(", ".join(card.counted(n, noun) for noun, n in found.items()))
    if len(log.rejects):
        raise typer.Exit(1)


@app.command()
def demo(
    n: Annotated[int, typer.Option("-n", min=0, help="How many records.")] = 2_000,
    seed: Annotated[int, typer.Option(help="Another seed makes other records.")] = 0,
    output: Annotated[
        str | None,
        typer.Option("--output", "-o", help="A .jsonl or .jsonl.gz file.", metavar="FILE"),
    ] = None,
) -> None:
    """Write a made-up log to try everything on; print it where no FILE is given."""
    from .synthetic import demo_records, write_demo

    if output is None:
        for record in demo_records(n, seed):
            typer.echo(json.dumps(record))
        return
    try:
        write_demo(output, n, seed)
    except OSError as error:
        _echo(f"completion-analytics: {error}", err=True)
        raise typer.Exit(2) from error


def _loaded(paths: list[str], **options: Any) -> CompletionLog:
    """The log of the paths; a mistake of the caller ends with one sentence and exit code 2."""
    import warnings

    from .loading import load

    warnings.simplefilter("ignore", UserWarning)  # the commands print the rejects themselves
    try:
        return load(paths[0] if len(paths) == 1 else paths, **options)
    except (FileNotFoundError, ValueError, TypeError) as error:
        _echo(f"completion-analytics: {error}", err=True)
        raise typer.Exit(2) from error


def _echo(text: str, *, err: bool = False) -> None:
    typer.echo(for_terminal(text), err=err)


def _reject_line(reject: Any) -> str:
    where = f"{reject.source}:{reject.record if _is_missing(reject.line) else reject.line}"
    path = "" if _is_missing(reject.path) else f"{reject.path}: "
    hint = "" if _is_missing(reject.hint) else f" — {reject.hint}"
    return f"{where}: {path}{reject.reason}{hint}"


def _is_missing(value: Any) -> bool:
    return value is None or value != value or str(value) == "<NA>"


def main() -> None:
    """The console script."""
    app(prog_name="completion-analytics")


if __name__ == "__main__":
    main()
