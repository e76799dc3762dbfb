"""What the commands have in common: their arguments, the log they ask for, and how they end."""

from __future__ import annotations

import sys
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Annotated, Any, cast

import typer
from typer.core import TyperGroup

from ..redaction import for_terminal
from .exits import INTERRUPTED, MISTAKE

if TYPE_CHECKING:
    from ..filters import Condition
    from ..log import CompletionLog

NAME = "completion-analytics"

Paths = Annotated[
    list[str], typer.Argument(help="Files, folders or globs; - is standard input.", metavar="PATH…")
]
Unit = Annotated[
    str, typer.Option("--duration-unit", help="auto, s or ms: the unit of Log10's `duration`.")
]
Where = Annotated[
    list[str] | None,
    typer.Option(
        "--where",
        help="Keep calls such as model=gpt-4o, duration_s>5 or tag=prod; repeated, all must hold.",
        metavar="CONDITION",
    ),
]

# Typer 0.26 to 0.29 give what all errors of usage have in common no public name.
_UsageError = cast("type[Exception]", typer.BadParameter.__mro__[1])


class Commands(TyperGroup):
    """The group of commands, with exit codes of its own."""

    def main(self, *args: Any, **extra: Any) -> Any:
        """Run a command and leave with its exit code."""
        try:
            code = super().main(*args, **extra | {"standalone_mode": False}) or 0
        except _UsageError as error:
            cast("Any", error).show()
            code = MISTAKE
        if code == INTERRUPTED:
            say(f"{NAME}: interrupted; nothing half-written is left", err=True)
        sys.exit(code)


def say(text: str, *, err: bool = False) -> None:
    """Print a text that may hold words of a file."""
    typer.echo(for_terminal(text), err=err)


@contextmanager
def mistakes_told() -> Iterator[None]:
    """A mistake of the caller ends with one sentence and an exit code of its own."""
    try:
        yield
    except (OSError, LookupError, ValueError, TypeError) as error:
        # The text of a KeyError is in quotes, so it is taken as it was given.
        told = error.args[0] if isinstance(error, KeyError) and error.args else error
        say(f"{NAME}: {told}", err=True)
        raise typer.Exit(MISTAKE) from error


@contextmanager
def working(what: str) -> Iterator[None]:
    """Say on a terminal what takes a while."""
    from tqdm import tqdm

    with tqdm(desc=what, bar_format="{desc} …", leave=False, disable=None):
        yield


def conditions_of(where: list[str] | None) -> tuple[Condition, ...]:
    """The conditions of the option `--where`.

    Raises:
        KeyError, ValueError: one cannot be read.
    """
    if not where:
        return ()
    from ..filters import from_text
    from ..frames import TABLES

    return from_text(where, TABLES["completions"].empty())


def loaded(paths: list[str], **options: Any) -> CompletionLog:
    """The log of the paths; the commands print its rejects themselves, where they are asked for."""
    from ..loading import load

    with mistakes_told(), warnings.catch_warnings():
        warnings.simplefilter("ignore", UserWarning)
        return load(paths[0] if len(paths) == 1 else paths, **options)
