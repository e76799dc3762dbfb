"""One statistic or plot in a process of its own: `python -m bench.alone BENCH NAME FILE`."""

from __future__ import annotations

import argparse
import gc
import json
import subprocess
import sys
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from importlib import import_module
from pathlib import Path
from statistics import median
from typing import Any, NamedTuple

import numpy as np

from .memory import forget_peak, peak_mb
from .million import made_file, made_log, read_log

_ROOT = Path(__file__).parent.parent
_WARM_UP_ROWS = 2_000
_REPEATS = 3
_LONG_S = 3.0
_YARDSTICK_ROWS = 1_000_000

Trial = dict[str, Any]


class Cost(NamedTuple):
    """What a call took: the least of three times, and the memory held beyond what it began with."""

    seconds: float
    extra_mb: float


def add_options(parser: argparse.ArgumentParser, names: Sequence[str]) -> None:
    """How many rows, and which of the names."""
    parser.add_argument("--rows", type=int, default=1_000_000, help="rows of the frame [1000000]")
    parser.add_argument("--names", nargs="+", choices=names, default=names, metavar="NAME")


def told_trials(
    bench: str, options: argparse.Namespace, line: Callable[[str, Trial], str]
) -> list[Trial]:
    """What was found for each name asked for, and said in a line as soon as it was."""
    found = []
    for name, each in trials(bench, options.names, options.rows):
        print(line(name, each), flush=True)
        found.append(each)
    return found


def trials(bench: str, names: Sequence[str], rows: int) -> Iterator[tuple[str, Trial]]:
    """Each name, and what `trial(name, log)` of the bench gave for it in a fresh process.

    So that none profits from memory that another left behind. Imports and a small warm-up are
    outside the clock.
    """
    path = made_file(rows)
    for name in names:
        yield name, _run(bench, name, path)


def cost(call: Callable[[], Any]) -> Cost:
    """Time a call; a long one once, a short one thrice."""
    gc.collect()
    before = forget_peak()
    taken = [_seconds(call)]
    extra = max(peak_mb() - before, 0.0)  # the system counts pages in batches
    while len(taken) < _REPEATS and sum(taken) < _LONG_S:
        taken.append(_seconds(call))
    return Cost(min(taken), extra)


def yardstick(found: Iterable[Trial]) -> str:
    """A sentence on how busy the machine was, by a task whose time is known to be steady."""
    sorts = [1e3 * trial["sort"] for trial in found]
    return (
        "Seconds are the processor's where these are fewer, for waiting is not the call's. "
        f"Beside it np.sort\nof a million floats took {min(sorts):.0f} ms at best, "
        f"{median(sorts):.0f} ms typically, {max(sorts):.0f} ms at worst: "
        "much apart, the machine was busy."
    )


def _run(bench: str, name: str, path: Path) -> Trial:
    command = [sys.executable, "-m", "bench.alone", bench, name, str(path)]
    done = subprocess.run(command, cwd=_ROOT, stdout=subprocess.PIPE, check=True)
    found: Trial = json.loads(done.stdout)
    return found


def _main(bench: str, name: str, path: Path) -> None:
    module = import_module(f".{bench}", __package__)
    module.trial(name, made_log(_WARM_UP_ROWS))
    log = read_log(path)
    before = _sort_seconds()
    found = module.trial(name, log)
    print(json.dumps(found | {"sort": max(before, _sort_seconds())}))


def _sort_seconds() -> float:
    values = np.random.default_rng(0).random(_YARDSTICK_ROWS)
    return min(_seconds(lambda: np.sort(values)) for _ in range(_REPEATS))


def _seconds(call: Callable[[], Any]) -> float:
    """On a quiet machine the time that passes; on a busy one the processor's, as far as less."""
    clocks = time.perf_counter, time.process_time
    start = [clock() for clock in clocks]
    call()
    return min(clock() - began for clock, began in zip(clocks, start, strict=True))


if __name__ == "__main__":
    _main(sys.argv[1], sys.argv[2], Path(sys.argv[3]))
