"""Whether 95 % intervals hold the truth 95 times in 100, design by design."""

from __future__ import annotations

import argparse
import time
from math import sqrt

from .designs import DESIGNS, Design, coverage


def add_options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--repetitions", type=int, default=2_000, help="of each simulation, at most [2000]"
    )
    parser.add_argument(
        "--names", nargs="+", choices=DESIGNS, default=list(DESIGNS), metavar="NAME"
    )


def main(options: argparse.Namespace) -> None:
    print("Coverage of 95 % intervals, in per cent\n")
    print(_row("", "", "repeated", "measured", "accepted", "seconds", ""))
    for name in options.names:
        design = DESIGNS[name]
        runs = min(options.repetitions, design.repetitions)
        start = time.perf_counter()
        found = coverage(design, runs)
        seconds = f"{time.perf_counter() - start:.1f}"
        print(*lines(name, design, runs, found, seconds), sep="\n")
    print("\nRepeated once: chances are summed exactly, nothing is drawn. With fewer repetitions")
    print("than a design asks for, what is accepted widens by twice the growth of chance error.")


def lines(name: str, design: Design, runs: int, found: dict[str, float], seconds: str) -> list[str]:
    slack = 200 * (_error(runs) - _error(design.repetitions))
    least, most = design.least - slack, min(design.most + slack, 100.0)
    rows = []
    for cell, measured in found.items():
        mark = "" if least <= measured <= most else "MISSED"
        accepted = f"{least:.1f}–{most:.1f}"
        rows.append(_row(name, cell, f"{runs:,}", f"{measured:.2f}", accepted, seconds, mark))
        name = seconds = ""
    return rows


def _row(
    name: str, cell: str, runs: str, measured: str, accepted: str, seconds: str, mark: str
) -> str:
    line = f"{name:<25} {cell:<32} {runs:>8} {measured:>8}  {accepted:>10} {seconds:>8}  {mark}"
    return line.rstrip()


def _error(runs: int) -> float:
    """The standard error of a coverage near 95 %."""
    return sqrt(0.0475 / runs)
