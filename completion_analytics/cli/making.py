"""`demo`: a made-up log."""

from __future__ import annotations

import json
from typing import Annotated

import typer

from .asking import mistakes_told


def demo(
    n: Annotated[int, typer.Option("-n", min=0, help="How many records.")] = 2_000,
    seed: Annotated[int, typer.Option(help="Another seed makes other records.")] = 0,
    output: Annotated[
        str | None,
        typer.Option("--output", "-o", help="A .jsonl or .jsonl.gz file.", metavar="FILE"),
    ] = None,
) -> None:
    """Write a made-up log to try everything on; print it where no FILE is given."""
    from ..synthetic import demo_records, write_demo

    if output is None:
        for record in demo_records(n, seed):
            typer.echo(json.dumps(record))
        return
    with mistakes_told():
        write_demo(output, n, seed)
