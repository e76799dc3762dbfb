"""How much memory this process has held at most."""

from __future__ import annotations

import resource
import sys
from pathlib import Path

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


def _status_mb(name: str) -> float:
    lines = _STATUS.read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith(f"{name}:")) / 1024
