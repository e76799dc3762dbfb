"""From a file to frames: `ca.load` beside other ways to extract the same columns."""

from __future__ import annotations

import argparse
import os
import platform
from collections.abc import Mapping, Sequence
from importlib.metadata import version
from pathlib import Path
from statistics import median

from .contenders import CONTENDERS
from .records import log10_file
from .trial import Trial, run

_WARM_UP_RECORDS = 50
_WARM_UP_SEED = 1  # other rows than the measured ones, so that nothing is remembered
_REFERENCE = "ours"

Rounds = Mapping[str, Sequence[Trial]]


def add_options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--records", type=int, default=10_000, help="rows in the file [10000]")
    parser.add_argument("--rounds", type=int, default=3, help="rounds, all contenders each [3]")
    parser.add_argument(
        "--contenders", nargs="+", choices=CONTENDERS, default=list(CONTENDERS), metavar="NAME"
    )


def main(options: argparse.Namespace) -> None:
    path = log10_file(options.records)
    megabytes = path.stat().st_size / 1e6
    print(f"Loading {options.records:,} Log10 rows ({megabytes:,.1f} MB), {_machine()}\n")
    rounds = measured(options.contenders, path, options.rounds)
    print(*_time_table(rounds, options.records, megabytes), "", sep="\n")
    print(*_description(options.contenders), "", sep="\n")
    print(*_comparison(rounds), sep="\n")


def measured(names: Sequence[str], path: Path, rounds: int) -> Rounds:
    """Every contender once per round, each other round in reverse order."""
    warm_up = log10_file(_WARM_UP_RECORDS, _WARM_UP_SEED)
    path.read_bytes()  # into the page cache
    trials: dict[str, list[Trial]] = {name: [] for name in names}
    for number in range(rounds):
        for name in names if number % 2 == 0 else reversed(names):
            trials[name].append(run(name, path, warm_up))
    return trials


def _machine() -> str:
    cores = f"{os.cpu_count()} cores"
    return f"{cores}, {platform.system()}, Python {platform.python_version()}"


def _time_table(rounds: Rounds, records: int, megabytes: float) -> list[str]:
    reference = _REFERENCE if _REFERENCE in rounds else next(iter(rounds))
    n_rounds = len(rounds[reference])
    lines = [_row("", "seconds", "records/s", "MB/s", "peak MB", f"time ÷ {reference}")]
    for name, trials in rounds.items():
        seconds = median(trial.seconds for trial in trials)
        peak = max(trial.peak_mb for trial in trials)
        pairs = zip(trials, rounds[reference], strict=True)
        ratios = [trial.seconds / other.seconds for trial, other in pairs]
        speeds = f"{records / seconds:,.0f}", f"{megabytes / seconds:.0f}"
        lines.append(_row(name, f"{seconds:.2f}", *speeds, f"{peak:,.0f}", _spread(ratios)))
    told = f"Rounds: {n_rounds}. Median seconds; ratios within a round: median [least–most]."
    return [*lines, told, "Seconds depend on the machine and its load; only the ratios compare."]


def _row(name: str, seconds: str, records: str, megabytes: str, peak: str, ratio: str) -> str:
    return f"{name:<15} {seconds:>8} {records:>10} {megabytes:>6} {peak:>8}   {ratio}"


def _spread(values: Sequence[float]) -> str:
    return f"{median(values):.2f} [{min(values):.2f}–{max(values):.2f}]"


def _description(names: Sequence[str]) -> list[str]:
    lines = [f"{'':<15} {'ends as':<17} validates"]
    for name in names:
        contender = CONTENDERS[name]
        versions = ", ".join(f"{package} {version(package)}" for package in contender.packages)
        lines.append(f"{name:<15} {contender.ends_as:<17} {contender.validates} ({versions})")
    return lines


def _comparison(rounds: Rounds) -> list[str]:
    """Whether all gave the same columns, in values, order and what is missing."""
    columns = {name: trials[0].columns for name, trials in rounds.items() if trials[0].columns}
    if not columns:
        return ["No contender kept frames to compare."]
    reference = _REFERENCE if _REFERENCE in columns else next(iter(columns))
    lines = [f"Same frames out, compared with {reference}:"]
    for name, digests in columns.items():
        different = [key for key, digest in digests.items() if digest != columns[reference][key]]
        lines.append(f"{name:<15} {len(digests) - len(different)} of {len(digests)} columns equal")
        known = CONTENDERS[name].differs
        lines += [f"{'':<15} {key}: {known.get(key, 'NOT EXPECTED')}" for key in different]
    return lines
