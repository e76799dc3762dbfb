"""Plots: a frame or a log in, matplotlib Axes out; each shows what its twin in `stats` returns."""

from __future__ import annotations

from .answering import answered_within, survival
from .catalogue import PLOTS
from .failures import failure_kinds, failures_over_time
from .figures import style
from .finishes import finish_reasons
from .glance import overview
from .over_time import latency_heatmap, latency_over_time
from .quantile_rows import percentiles
from .rates import failure_rates, max_tokens_use, truncation
from .sessions import session_timeline, sessions
from .speeds import throughput, token_shares
from .spread import latency_ecdf, latency_histogram, latency_nines
from .structure import missing_by_outcome, tag_pairs
from .token_lines import latency_by_tokens
from .tokens import token_histogram, tokens_over_time
from .week import concurrency, hour_weekday

__all__ = [
    "PLOTS",
    "answered_within",
    "concurrency",
    "failure_kinds",
    "failure_rates",
    "failures_over_time",
    "finish_reasons",
    "hour_weekday",
    "latency_by_tokens",
    "latency_ecdf",
    "latency_heatmap",
    "latency_histogram",
    "latency_nines",
    "latency_over_time",
    "max_tokens_use",
    "missing_by_outcome",
    "overview",
    "percentiles",
    "session_timeline",
    "sessions",
    "style",
    "survival",
    "tag_pairs",
    "throughput",
    "token_histogram",
    "token_shares",
    "tokens_over_time",
    "truncation",
]
