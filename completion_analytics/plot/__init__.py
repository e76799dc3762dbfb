"""Plots: a frame or a log in, matplotlib Axes out; each shows what its twin in `stats` returns."""

from __future__ import annotations

from .answering import answered_within, survival
from .catalogue import PLOTS
from .figures import style
from .over_time import latency_heatmap, latency_over_time
from .spread import latency_ecdf, latency_histogram, latency_nines
from .token_lines import latency_by_tokens

__all__ = [
    "PLOTS",
    "answered_within",
    "latency_by_tokens",
    "latency_ecdf",
    "latency_heatmap",
    "latency_histogram",
    "latency_nines",
    "latency_over_time",
    "style",
    "survival",
]
