"""`convert`: a log handed on in another form."""

from __future__ import annotations

import sys
import warnings
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal

import typer

from .asking import NAME, Paths, Unit, Where, conditions_of, loaded, mistakes_told, say, working
from .exits import INTERRUPTED

if TYPE_CHECKING:
    from ..log import CompletionLog

Form = Literal["parquet", "csv", "jsonl"]


def convert(
    paths: Paths,
    output: Annotated[str, typer.Option("--output", "-o", help="A new folder.", metavar="DIR")],
    to: Annotated[
        Form,
        typer.Option(help="A frame per file, or the record of every completion as it stood."),
    ] = "parquet",
    where: Where = None,
    redact: Annotated[
        bool, typer.Option("--redact", help="Replace keys, addresses, numbers and paths.")
    ] = False,
    duration_unit: Unit = "auto",
) -> None:
    """Write the completions as Parquet, CSV or JSON Lines into a new folder."""
    from .. import card
    from ..aside import require_new
    from ..filters import select

    with mistakes_told():  # before a long load
        require_new(output)
        conditions = conditions_of(where)
    if to == "parquet" and not (conditions or redact or "-" in paths):
        n = _streamed(paths, output, duration_unit=duration_unit)
        say(f"{card.counted(n, 'completion')} of {card.counted(n, 'completion')}")
        return
    log = loaded(paths, duration_unit=duration_unit)
    with mistakes_told():
        kept = select(log, *conditions) if conditions else log
        _write(kept, output, to, redact=redact)
    say(f"{card.counted(len(kept), 'completion')} of {card.counted(len(log), 'completion')}")


def _streamed(paths: list[str], output: str, **options: Any) -> int:
    """Convert what need not fit into memory; how many rows there are."""
    from ..scale.converting import convert
    from ..scale.unfinished import beside

    with mistakes_told(), warnings.catch_warnings():
        warnings.simplefilter("ignore", UserWarning)
        try:
            counts = convert(paths, output, **options)
        except KeyboardInterrupt:
            begun = beside(Path(output))
            if not begun.exists():
                raise
            kept = f"{begun} is kept, and the same command goes on with it"
            say(f"{NAME}: interrupted; {kept}", err=True)
            sys.exit(INTERRUPTED)
    return int(counts["rows"].sum())


def _write(log: CompletionLog, output: str, to: Form, *, redact: bool) -> None:
    from ..aside import whole_folder

    if to == "parquet":
        with working("writing"):
            log.to_parquet(output, redact=redact)
    elif to == "csv":
        log.to_csv(output, redact=redact)
    else:
        with whole_folder(output) as folder:
            for name, part in _by_unit(log).items():
                part.to_jsonl(folder / name, redact=redact)


def _by_unit(log: CompletionLog) -> dict[str, CompletionLog]:
    """A file for all, or one per source where these have durations in different units."""
    from ..exporting import units_of
    from ..filters import OneOf, select

    if len(set(units_of(log).values())) < 2:
        return {"completions.jsonl": log}
    sources = log.completions["source"].unique()
    return {
        f"completions-{number}.jsonl": select(log, OneOf("source", [source]))
        for number, source in enumerate(sources, start=1)
    }
