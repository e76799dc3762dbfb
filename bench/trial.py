"""One contender, timed in a process of its own: `python -m bench.trial TASK`."""

from __future__ import annotations

import gc
import json
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from importlib import import_module
from pathlib import Path
from typing import Any, NamedTuple

from .contenders import CONTENDERS
from .fingerprints import as_pandas, fingerprints
from .memory import children_peak_mb, peak_mb

_ROOT = Path(__file__).parent.parent
_DIES_FIRST = Path("/proc/self/oom_score_adj")
_LONGEST_REASON = 110


class Task(NamedTuple):
    """What is to be loaded by whom."""

    contender: str
    path: str
    warm_up: str
    schema: str
    as_pandas: bool


class Trial(NamedTuple):
    """What one run of one contender took, and gave."""

    seconds: float
    peak_mb: float
    children_mb: float
    """The peaks of the processes that it started, added up."""
    columns: dict[str, str]
    """Digests of the compared columns; empty where a contender keeps no frames."""


class Stopped(Exception):
    """A contender did not come to the end; the message says why."""


def run(task: Task) -> Trial:
    """Time a contender in a fresh process, so that none profits from another's warm memory.

    Raises:
        Stopped: the process ended otherwise than with frames.
    """
    command = [sys.executable, "-m", "bench.trial", json.dumps(task)]
    done = subprocess.run(command, cwd=_ROOT, capture_output=True, text=True)
    if done.returncode:
        told = done.stderr.replace(task.path, Path(task.path).name)
        raise Stopped(reason_of(done.returncode, told))
    return Trial(*json.loads(done.stdout.splitlines()[-1]))


def reason_of(code: int, told: str) -> str:
    if code < 0:
        return f"killed by {signal.Signals(-code).name}"
    lines = [line for line in told.splitlines() if line.strip()] or [f"exit {code}"]
    begins = max((n for n, line in enumerate(lines) if line.startswith("  File ")), default=-1)
    errors = [line for line in lines[begins + 1 :] if not line.startswith(" ")]
    reason = (errors or lines[-1:])[0].strip()
    return reason if len(reason) <= _LONGEST_REASON else f"{reason[:_LONGEST_REASON]}…"


def _timed(task: Task) -> Trial:
    load = _loader(task)
    load(Path(task.warm_up))
    gc.collect()
    start = time.perf_counter()
    frames = load(Path(task.path))
    seconds = time.perf_counter() - start
    peaks = peak_mb(), children_peak_mb()
    return Trial(seconds, *peaks, fingerprints(frames, task.schema) if frames else {})


def _loader(task: Task) -> Callable[[Path], Mapping[str, Any] | None]:
    module = import_module(f".contenders.{CONTENDERS[task.contender].module}", __package__)
    load: Callable[[Path], Mapping[str, Any] | None] = getattr(module, task.schema)
    if not task.as_pandas:
        return load
    return lambda path: as_pandas(load(path) or {}, task.schema)


if __name__ == "__main__":
    if _DIES_FIRST.exists():  # where memory ends, this process goes and not the bench or others
        _DIES_FIRST.write_text("1000")
    print(json.dumps(_timed(Task(*json.loads(sys.argv[1])))))
