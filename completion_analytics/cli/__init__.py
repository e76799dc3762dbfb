"""`completion-analytics`: what a folder of exports holds, from a shell.

A command is a function in one of the modules beside; it imports what it needs when it runs, so that
`--help` is there at once. Exit codes are in `exits`.
"""

from __future__ import annotations

import typer

from .asking import Commands
from .caching import cache
from .converting import convert
from .looking import summary, validate
from .making import demo
from .reports import report

app = typer.Typer(
    cls=Commands,
    help="Latency, tokens and failures of logged LLM completions.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,  # loading Rich alone doubles the time of --help
)

for command in (summary, validate, report, convert, demo):
    app.command()(command)
app.add_typer(cache, name="cache")


def main() -> None:
    """The console script."""
    app(prog_name="completion-analytics")


__all__ = ["app", "main"]
