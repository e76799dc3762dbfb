"""`report`: for people, for a pull request, for machines, and for a pipeline that may fail."""

from __future__ import annotations

from typing import Annotated

import typer

from .asking import Paths, Unit, Where


def report(
    paths: Paths,
    output: Annotated[
        str | None, typer.Option("--output", "-o", help="A page of HTML.", metavar="FILE")
    ] = None,
    md: Annotated[
        str | None,
        typer.Option("--md", help="Markdown for a comment; - prints it.", metavar="FILE"),
    ] = None,
    as_json: Annotated[
        str | None, typer.Option("--json", help="JSON for a machine; - prints it.", metavar="FILE")
    ] = None,
    title: Annotated[str | None, typer.Option(help="What stands above it.")] = None,
    by: Annotated[
        list[str] | None,
        typer.Option(
            help="Compare by this column, or tag, and judge limits per group. Without it models "
            "are compared, and limits judged over all calls.",
            metavar="COLUMN",
        ),
    ] = None,
    where: Where = None,
    fail_if: Annotated[
        list[str] | None,
        typer.Option(
            help="Exit with 2 if this holds, as failure_rate>2% or p95(duration_s)>8s@95.",
            metavar="LIMIT",
        ),
    ] = None,
    redact: Annotated[
        bool, typer.Option("--redact/--no-redact", help="Replace keys, addresses and the like.")
    ] = True,
    duration_unit: Unit = "auto",
) -> None:
    """Report latency, tokens and failures; exit with 2 when a limit of --fail-if is breached."""
    from .telling import tell

    tell(
        paths,
        output=output,
        texts={"markdown": md, "json": as_json},
        title=title,
        by=by,
        where=where,
        limits=fail_if or [],
        redact=redact,
        duration_unit=duration_unit,
    )
