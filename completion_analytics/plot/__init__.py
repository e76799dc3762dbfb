"""Plots: a frame or a log in, matplotlib Axes out; each shows what its twin in `stats` returns."""

from __future__ import annotations

from .answering import answered_within
from .catalogue import PLOTS
from .figures import style

__all__ = [
    "PLOTS",
    "answered_within",
    "style",
]
