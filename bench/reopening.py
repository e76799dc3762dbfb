"""A log opened again, from the cache and from Parquet, beside Arrow reading the same files."""

from __future__ import annotations

import argparse
import gc
import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from statistics import median
from typing import Any

from .memory import forget_peak, peak_mb
from .records import log10_file

_ROOT = Path(__file__).parent.parent
_WARM_UP_RECORDS = 50
_FINDINGS = ("rejects", "counts", "row_issues", "origins")
_ALONE = {"ca.load(…, cache=…)": "Arrow alone", "ca.open_parquet(…)": "Parquet alone"}


def add_options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--records", type=int, default=10_000, help="rows in the file [10000]")
    parser.add_argument("--rounds", type=int, default=5, help="rounds, all ways each [5]")


def main(options: argparse.Namespace) -> None:
    path, warm_up = log10_file(options.records), log10_file(_WARM_UP_RECORDS)
    print(f"Opening {options.records:,} Log10 rows again ({path.stat().st_size / 1e6:,.1f} MB)\n")
    with tempfile.TemporaryDirectory() as folder:
        times = _alone("times", str(path), folder, str(warm_up), str(options.rounds))
        print(*_time_table(times), "", sep="\n")
        for way in _SELECTIONS:
            print(_memory_line(way, _alone("memory", folder, way)))


def _alone(*arguments: str) -> Any:
    """What a step finds in a process of its own."""
    command = [sys.executable, "-m", "bench.reopening", *arguments]
    done = subprocess.run(command, cwd=_ROOT, stdout=subprocess.PIPE, check=True)
    return json.loads(done.stdout)


def _time_table(times: Mapping[str, Sequence[float]]) -> list[str]:
    first = median(times["first load"])
    lines = [f"{'':<20} {'seconds':>8} {'of the first':>13}   ÷ Arrow reading the files"]
    for name, seconds in times.items():
        line = f"{name:<20} {median(seconds):>8.3f} {median(seconds) / first:>13.2%}"
        if name in _ALONE:
            pairs = zip(seconds, times[_ALONE[name]], strict=True)
            ratios = [ours / alone for ours, alone in pairs]
            line += f"   {median(ratios):.2f} [{min(ratios):.2f}–{max(ratios):.2f}]"
        lines.append(line)
    told = "Medians, every frame read; ratios within a round: median [least–most]."
    return [*lines, told, "The first load is by one process."]


def _memory_line(way: str, found: Mapping[str, float]) -> str:
    took = f"{found['seconds']:.3f} s, {found['extra_mb']:,.0f} MB beyond the start at its peak"
    return f"{way}: {found['rows']:,} rows, {took}"


def _times(path: Path, folder: Path, warm_up: Path, rounds: int) -> dict[str, list[float]]:
    """Seconds of each way in each round; the files stay in the folder."""
    import completion_analytics as ca

    warmed = ca.load(warm_up, cache=folder / "warm-up", progress=False)
    warmed.to_parquet(folder / "warm-up-parquet")
    first = [_seconds(lambda: ca.load(path, workers=1, progress=False)) for _ in range(2)]
    ca.load(path, cache=folder / "cache", progress=False).to_parquet(folder / "parquet")
    (entry,) = (folder / "cache").iterdir()
    ways: dict[str, Callable[[], object]] = {
        "ca.load(…, cache=…)": lambda: _every_frame(ca.load(path, cache=folder / "cache")),
        "Arrow alone": lambda: _by_arrow(entry),
        "ca.open_parquet(…)": lambda: _every_frame(ca.open_parquet(folder / "parquet")),
        "Parquet alone": lambda: _by_parquet(folder / "parquet"),
    }
    found: dict[str, list[float]] = {name: [] for name in ways}
    for number in range(rounds + 1):
        for name in ways if number % 2 == 0 else reversed(ways):
            seconds = _seconds(ways[name])
            if number:  # the first round warms up
                found[name].append(seconds)
    return {"first load": first, **found}


def _memory(folder: Path, way: str) -> dict[str, float]:
    """What opening a part of the log takes."""
    import completion_analytics as ca

    _SELECTIONS[way](ca, folder / "warm-up-parquet")
    gc.collect()
    before = forget_peak()
    start = time.perf_counter()
    log = _SELECTIONS[way](ca, folder / "parquet")
    seconds = time.perf_counter() - start
    return {"rows": len(log), "seconds": seconds, "extra_mb": peak_mb() - before}


def _selected(ca: Any, folder: Path) -> Any:
    log = ca.open_parquet(folder)
    return _every_frame(ca.select(log, ca.OneOf("outcome", ["failed"]), ca.HasTags(any=["prod"])))


def _opened_with_conditions(ca: Any, folder: Path) -> Any:
    where = [ca.OneOf("outcome", ["failed"]), ca.HasTags(any=["prod"])]
    return _every_frame(ca.open_parquet(folder, where=where))


def _opened_with_columns(ca: Any, folder: Path) -> Any:
    return ca.open_parquet(folder, columns=["model", "outcome", "duration_s"])


_SELECTIONS: dict[str, Callable[[Any, Path], Any]] = {
    "open, then select failed calls with a tag": _selected,
    "open with these conditions": _opened_with_conditions,
    "open three columns": _opened_with_columns,
}


def _every_frame(log: Any) -> Any:
    for name in (*log.frames, *_FINDINGS):
        getattr(log, name)
    return log


def _by_arrow(entry: Path) -> object:
    import pyarrow as pa

    paths = map(str, entry.glob("*/*.arrow"))
    return [pa.ipc.open_file(pa.memory_map(path)).read_all().to_pandas() for path in paths]


def _by_parquet(folder: Path) -> object:
    import pyarrow.parquet as pq

    return [pq.ParquetFile(path).read().to_pandas() for path in folder.glob("*/*.parquet")]


def _seconds(call: Callable[[], object]) -> float:
    gc.collect()
    start = time.perf_counter()
    call()
    return time.perf_counter() - start


if __name__ == "__main__":
    step, *given = sys.argv[1:]
    if step == "times":
        path, folder, warm_up = map(Path, given[:3])
        found: Any = _times(path, folder, warm_up, int(given[3]))
    else:
        found = _memory(Path(given[0]), given[1])
    print(json.dumps(found))
