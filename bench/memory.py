"""How much memory this process and those that it started have held at most."""

from __future__ import annotations

import resource
import sys
from pathlib import Path

import psutil

_STATUS = Path("/proc/self/status")
FORGET = Path("/proc/self/clear_refs")


def peak_mb() -> float:
    """The most memory held since the start, or since `forget_peak`."""
    if _STATUS.exists():  # VmHWM begins anew with the program; ru_maxrss inherits the parent's
        return _status_mb("VmHWM")
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak / 2**20 if sys.platform == "darwin" else peak / 2**10


def forget_peak() -> float:
    """Begin to count anew, where the system lets us, and tell what is held now."""
    if not FORGET.exists():
        return peak_mb()
    FORGET.write_text("5")
    return _status_mb("VmRSS")


def children_peak_mb() -> float:
    """The most that each process started from here has held, added up; those that ended not."""
    return sum(map(_most_mb, psutil.Process().children(recursive=True)))


def _most_mb(process: psutil.Process) -> float:
    status = Path(f"/proc/{process.pid}/status")
    return _status_mb("VmHWM", status) if status.exists() else process.memory_info().rss / 2**20


def _status_mb(name: str, status: Path = _STATUS) -> float:
    lines = status.read_text().splitlines()
    found = (int(line.split()[1]) for line in lines if line.startswith(f"{name}:"))
    return next(found, 0) / 1024  # a process that has ended but was not waited for holds none
