"""One summary of a log in parts: one process with pandas beside two workers of a Dask cluster."""

from __future__ import annotations

import argparse
import tempfile
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ProcessPoolExecutor
from functools import partial
from multiprocessing import get_context
from pathlib import Path
from statistics import median
from typing import NamedTuple

import pandas as pd

import completion_analytics as ca
from completion_analytics.storage import Manifest, write_part

from .memory import peak_mb
from .million import MadeLog, made_file, read_log

_ROWS_PER_PART = 16_384
"""What 64 MB of Log10 records of 4 KB give."""
_COLUMNS = [
    *("source", "model", "outcome", "created_at", "duration_s", "duration_quality"),
    *("prompt_tokens", "completion_tokens", "finish_class", "is_truncated", "is_mock"),
]
_WORKERS = 2


class Trial(NamedTuple):
    """One way to make the summary, in a fresh process."""

    seconds: float
    peaks_mb: Sequence[float]
    """Of the process, or of each worker."""
    summary: pd.DataFrame


def add_options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--rows", type=int, default=100_000, help="calls in the log [100000]")
    parser.add_argument("--rounds", type=int, default=3, help="rounds, every way in each [3]")


def main(options: argparse.Namespace) -> None:
    with tempfile.TemporaryDirectory() as folder:
        parts = _write(read_log(made_file(options.rows)), Path(folder))
        print(f"`ca.summary` by model of {options.rows:,} calls in {parts} parts of Parquet\n")
        rounds = [_round(Path(folder), number) for number in range(options.rounds)]
    print(f"{'':<42} {'seconds':>8} {'÷ first':>8} {'peak MB':>16}")
    for name in _WAYS:
        print(_line(name, rounds))
    exact, merged = rounds[0][_PANDAS].summary, rounds[0][_DASK].summary
    print(*_comparison(exact, merged), sep="\n")


def _write(log: MadeLog, folder: Path) -> int:
    starts = range(0, len(log.completions), _ROWS_PER_PART)
    for part, start in enumerate(starts):
        rows = log.completions.iloc[start : start + _ROWS_PER_PART].reset_index(drop=True)
        tags = log.tags[log.tags["row_id"].between(start, start + len(rows) - 1)]
        write_part(folder, part, {"completions": rows, "tags": tags.reset_index(drop=True)})
    Manifest(len(starts)).write(folder)
    return len(starts)


def _round(folder: Path, number: int) -> dict[str, Trial]:
    names = list(_WAYS) if number % 2 == 0 else list(_WAYS)[::-1]
    trials = {}
    for name in names:
        with ProcessPoolExecutor(1, get_context("spawn")) as fresh:
            trials[name] = fresh.submit(_WAYS[name], folder).result()
    return trials


def _by_pandas(columns: Sequence[str] | None, folder: Path) -> Trial:
    ca.summary(ca.open_parquet(folder, columns=columns, where=ca.OneOf("row_id", [0])))
    start = time.perf_counter()
    found = ca.summary(ca.open_parquet(folder, columns=columns))
    return Trial(time.perf_counter() - start, [peak_mb()], found)


def _by_dask(folder: Path) -> Trial:
    from distributed import Client, LocalCluster

    with (
        LocalCluster(
            n_workers=_WORKERS,
            threads_per_worker=1,
            host="127.0.0.1",
            dashboard_address=None,
            memory_limit="1GiB",
        ) as cluster,
        Client(cluster) as client,
    ):
        log = ca.scale.open(folder, client)
        ca.summary(ca.select(log, ca.OneOf("row_id", [0])))
        start = time.perf_counter()
        found = ca.summary(log)
        seconds = time.perf_counter() - start
        return Trial(seconds, list(client.run(peak_mb).values()), found)


_PANDAS = "one process, pandas, every column"
_DASK = f"Dask, {_WORKERS} workers"
_WAYS: dict[str, Callable[[Path], Trial]] = {
    _PANDAS: partial(_by_pandas, None),
    "one process, pandas, the columns it needs": partial(_by_pandas, _COLUMNS),
    _DASK: _by_dask,
}


def _line(name: str, rounds: Sequence[dict[str, Trial]]) -> str:
    trials = [each[name] for each in rounds]
    ratio = median(each[name].seconds / each[_PANDAS].seconds for each in rounds)
    all_peaks = [sorted(trial.peaks_mb) for trial in trials]
    peaks = " and ".join(f"{max(peak):,.0f}" for peak in zip(*all_peaks, strict=True))
    seconds = median(trial.seconds for trial in trials)
    return f"{name:<42} {seconds:>8.2f} {ratio:>8.2f} {peaks:>16}"


def _comparison(exact: pd.DataFrame, merged: pd.DataFrame) -> list[str]:
    ranked = [name for name in exact if name.endswith(("_s", "_lo", "_hi")) and name[0] == "p"]
    others = [name for name in exact if name not in ranked]
    pd.testing.assert_frame_equal(merged[others], exact[others], rtol=1e-9)
    error = (merged[ranked] / exact[ranked] - 1).abs().max().max()
    return [
        "",
        "Fresh processes that read a little first; imports and the cluster's start are outside the",
        "clock. Counts, rates and totals are equal; percentiles and their limits differ by at most",
        f"{100 * error:.3f} %, where {100 * merged.attrs['relative_error']:g} % is stated.",
    ]
