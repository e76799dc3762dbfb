"""From a file to frames: `ca.load` beside other ways to extract the same columns."""

from __future__ import annotations

import argparse
from pathlib import Path

from .contenders import CONTENDERS
from .records import INPUTS, SHAPES, VARIANTS, written
from .standings import Standing, explanation, markdown, report, variants, variants_markdown
from .tables import put_block
from .trial import Stopped, Task, Trial, run

_WARM_UP_RECORDS = 50
_WARM_UP_SEED = 1  # other rows than the measured ones, so that nothing is remembered
_PIECE = 16 << 20


def add_options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--records", type=int, default=10_000, help="in each file [10000]")
    parser.add_argument("--rounds", type=int, default=3, help="rounds, all contenders each [3]")
    parser.add_argument(
        "--shape", nargs="+", choices=SHAPES, default=["log10"], help="what is loaded [log10]"
    )
    parser.add_argument(
        "--variant",
        nargs="+",
        choices=VARIANTS,
        default=[],
        help="Log10 rows written otherwise, in one table with the shapes",
    )
    parser.add_argument(
        "--contenders", nargs="+", choices=CONTENDERS, default=list(CONTENDERS), metavar="NAME"
    )
    parser.add_argument(
        "--as-pandas", action="store_true", help="all end with frames of pandas, not of their own"
    )
    parser.add_argument(
        "--markdown",
        type=Path,
        metavar="FILE",
        help="put the tables into this file, where those put there before stand",
    )


def main(options: argparse.Namespace) -> None:
    standings = []
    for name in (*options.shape, *options.variant):
        standing = measured(name, options)
        standings.append(standing)
        if name in SHAPES:
            print(*report(standing), "", sep="\n", flush=True)
            _put(options, standing.mark, markdown(standing))
    if options.variant:
        print(*variants(standings), "", sep="\n")
        _put(options, f"{standings[0].mark} variants", variants_markdown(standings))
    print(*explanation(standings[0]), sep="\n")


def measured(name: str, options: argparse.Namespace) -> Standing:
    """Every contender once per round, each other round in reverse order.

    One that does not come to the end takes no further part.
    """
    path = written(name, options.records)
    warm_up = written(name, _WARM_UP_RECORDS, _WARM_UP_SEED)
    trials: dict[str, list[Trial]] = {contender: [] for contender in options.contenders}
    stopped: dict[str, str] = {}
    for number in range(options.rounds):
        for contender in list(trials)[:: 1 if number % 2 == 0 else -1]:
            _into_page_cache(path)
            schema = INPUTS[name].schema
            task = Task(contender, str(path), str(warm_up), schema, options.as_pandas)
            try:
                trials[contender].append(run(task))
            except Stopped as why:
                stopped[contender] = str(why)
                del trials[contender]
    return Standing(name, options, path.stat().st_size / 1e6, trials, stopped)


def _into_page_cache(path: Path) -> None:
    with path.open("rb") as file:
        while file.read(_PIECE):
            pass


def _put(options: argparse.Namespace, mark: str, lines: list[str]) -> None:
    if options.markdown:
        put_block(options.markdown, mark, lines)
