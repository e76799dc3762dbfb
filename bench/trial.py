"""One contender, timed in a process of its own: `python -m bench.trial NAME FILE WARM_UP`."""

from __future__ import annotations

import gc
import json
import subprocess
import sys
import time
from importlib import import_module
from pathlib import Path
from typing import NamedTuple

from .contenders import CONTENDERS
from .fingerprints import fingerprints
from .memory import peak_mb

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
    return Trial(seconds, peak_mb(), fingerprints(frames) if frames else {})


if __name__ == "__main__":
    print(json.dumps(_timed(sys.argv[1], Path(sys.argv[2]), Path(sys.argv[3]))))
