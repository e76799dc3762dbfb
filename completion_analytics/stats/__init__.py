"""Statistics: a frame or a log in, a tidy frame out, each number with its n and its interval."""

from __future__ import annotations

from .answered import answered_within
from .censored import survival, survival_percentiles
from .decomposition import latency_by_tokens
from .distribution import latency_ecdf, latency_ecdf_ranges, latency_histogram, latency_nines
from .failures import failure_kinds, failure_rates, failures_over_time, finish_reasons
from .generic import describe, ecdf, rate
from .incidents import bursts
from .intervals import newcombe, wilson
from .quantiles import percentile_ranges, percentiles
from .timing import latency_heatmap, latency_over_time, slowest

__all__ = [
    "answered_within",
    "bursts",
    "describe",
    "ecdf",
    "failure_kinds",
    "failure_rates",
    "failures_over_time",
    "finish_reasons",
    "latency_by_tokens",
    "latency_ecdf",
    "latency_ecdf_ranges",
    "latency_heatmap",
    "latency_histogram",
    "latency_nines",
    "latency_over_time",
    "newcombe",
    "percentile_ranges",
    "percentiles",
    "rate",
    "slowest",
    "survival",
    "survival_percentiles",
    "wilson",
]
