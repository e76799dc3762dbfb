"""Exports of gigabytes made Parquet in flat memory, and the same with two kills on the way."""

from __future__ import annotations

import argparse
import hashlib
import itertools
import json
import re
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, NamedTuple

import completion_analytics as ca

from .memory import children_peak_mb, peak_mb
from .records import log10_file

_ROOT = Path(__file__).parent.parent
_REPEATED = 5_000
_FRESH = re.compile(rb'("(?:content|prompt)": ")')
_LOOK_AGAIN_S = 0.05


def add_options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--gigabytes", type=float, default=0.2, help="size of the input [0.2]")
    parser.add_argument("--workers", type=int, default=1, help="processes [1]")


def main(options: argparse.Namespace) -> None:
    with tempfile.TemporaryDirectory() as folder:
        exports, whole, killed = (Path(folder) / name for name in ("x.jsonl", "whole", "killed"))
        n = _write(exports, int(options.gigabytes * 1e9))
        size = exports.stat().st_size / 1e6
        print(f"{n:,} Log10 rows, {size:,.0f} MB, by {options.workers} process(es)\n")
        trial = _run(exports, whole, options.workers)
        parquet = sum(path.stat().st_size for path in whole.rglob("*.parquet")) / 1e6
        print(f"convert: {trial.seconds:,.1f} s, {size / trial.seconds:,.0f} MB/s")
        print(f"peak memory: {trial.peak_mb:,.0f} MB", _of_others(trial))
        print(f"Parquet: {parquet:,.0f} MB; {trial.rows:,} rows of {n:,} records\n")
        for told, is_time in _MOMENTS.items():
            _kill_when(is_time, exports, killed, options.workers)
            print(f"killed {told}")
        again = _run(exports, killed, options.workers)
        print(f"resumed: {again.seconds:,.1f} s, peak memory {again.peak_mb:,.0f} MB")
        same = _digests(whole) == _digests(killed)
        print(f"{again.rows:,} rows; {'every file is the same' if same else 'FILES DIFFER'}")
        if not same or trial.rows != n:
            sys.exit(1)


def _write(path: Path, size: int) -> int:
    """So many bytes of rows with ids and prompts of their own; how many."""
    rows = log10_file(_REPEATED).read_bytes().splitlines(keepends=True)
    with path.open("wb") as file:
        for number, row in enumerate(itertools.cycle(rows)):
            if file.tell() >= size:
                return number
            with_id = row.replace(b'{"id": "', b'{"id": "%08x-' % number, 1)
            file.write(_FRESH.sub(rb"\g<1>%d " % number, with_id, count=1))
    raise AssertionError("the rows never end")


class Trial(NamedTuple):
    """What one conversion took, in a fresh process."""

    seconds: float
    peak_mb: float
    others_mb: float
    """Of the processes that it started."""
    rows: int


def _command(exports: Path, directory: Path, workers: int) -> list[str]:
    return [sys.executable, "-m", "bench.converting", str(exports), str(directory), str(workers)]


def _run(exports: Path, directory: Path, workers: int) -> Trial:
    command = _command(exports, directory, workers)
    done = subprocess.run(command, cwd=_ROOT, stdout=subprocess.PIPE, check=True)
    return Trial(*json.loads(done.stdout))


def _of_others(trial: Trial) -> str:
    return f"and {trial.others_mb:,.0f} MB of other processes" if trial.others_mb else ""


def _kill_when(is_time: Callable[[Path], bool], exports: Path, folder: Path, workers: int) -> None:
    with subprocess.Popen(_command(exports, folder, workers), cwd=_ROOT) as process:
        while process.poll() is None and not is_time(folder.with_name(f"{folder.name}.partial")):
            time.sleep(_LOOK_AGAIN_S)
        process.kill()


_MOMENTS: dict[str, Callable[[Path], bool]] = {
    "behind the second part that was gathered": lambda partial: (
        len(list((partial / "staged").glob("part-*.json"))) >= 2
    ),
    "behind the first part that was written": lambda partial: (
        len(list((partial / "written").glob("*"))) >= 1
    ),
}


def _digests(folder: Path) -> dict[str, str]:
    return dict(_digests_in(folder))


def _digests_in(folder: Path) -> Iterator[tuple[str, str]]:
    for path in sorted(folder.rglob("*.*")):
        with path.open("rb") as file:
            digest = hashlib.file_digest(file, "sha256").hexdigest()
        yield path.relative_to(folder).as_posix(), digest


def _timed(exports: str, directory: str, workers: str) -> Trial:
    start = time.perf_counter()
    counts: Any = ca.convert(exports, directory, workers=int(workers))
    seconds = time.perf_counter() - start
    return Trial(seconds, peak_mb(), children_peak_mb(), int(counts["rows"].sum()))


if __name__ == "__main__":
    print(json.dumps(_timed(*sys.argv[1:])))
