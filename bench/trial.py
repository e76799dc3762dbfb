"""One contender, timed in a process of its own: `python -m bench.trial NAME FILE WARM_UP`."""

from __future__ import annotations

import gc
import json
import resource
import subprocess
import sys
import time
from importlib import import_module
from pathlib import Path
from typing import NamedTuple

from .contenders import CONTENDERS
from .fingerprints import fingerprints

_ROOT = Path(__file__).parent.parent


class Trial(NamedTuple):
    """What one run of one contender took, and gave."""

    seconds: float
    peak_mb: float
    columns: dict[str, str]
    """Digests of the compared columns; empty where a contender keeps no frames."""


def run(name: str, path: Path, warm_up: Path) -> Trial:
    """Time a contender in a fresh process, so that none profits from another's warm memory."""
    command = [sys.executable, "-m", "bench.trial", name, str(path), str(warm_up)]
    done = subprocess.run(command, cwd=_ROOT, stdout=subprocess.PIPE, check=True)
    return Trial(*json.loads(done.stdout))


def _timed(name: str, path: Path, warm_up: Path) -> Trial:
    load = import_module(f".contenders.{CONTENDERS[name].module}", __package__).load
    load(warm_up)
    gc.collect()
    start = time.perf_counter()
    frames = load(path)
    seconds = time.perf_counter() - start
    return Trial(seconds, _peak_mb(), fingerprints(frames) if frames else {})


def _peak_mb() -> float:
    status = Path("/proc/self/status")
    if status.exists():  # VmHWM begins anew with the program; ru_maxrss inherits the parent's
        lines = status.read_text().splitlines()
        return next(int(line.split()[1]) for line in lines if line.startswith("VmHWM:")) / 1024
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak / 2**20 if sys.platform == "darwin" else peak / 2**10


if __name__ == "__main__":
    print(json.dumps(_timed(sys.argv[1], Path(sys.argv[2]), Path(sys.argv[3]))))
