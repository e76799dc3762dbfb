"""Statistics: a frame or a log in, a tidy frame out, each number with its n and its interval."""

from __future__ import annotations

from .answered import answered_within
from .censored import survival, survival_percentiles
from .clock import hour_weekday
from .comparison import cliffs_delta, quantile_difference, rate_difference
from .decomposition import latency_by_tokens
from .distribution import latency_ecdf, latency_ecdf_ranges, latency_histogram, latency_nines
from .failures import failure_kinds, failure_rates, failures_over_time, finish_reasons
from .generic import describe, ecdf, rate
from .headline import summary, tag_summary
from .in_flight import concurrency, concurrency_totals
from .incidents import bursts
from .intervals import newcombe, wilson
from .limits import max_tokens_use, truncation
from .missingness import missing_by_outcome
from .quantiles import percentile_ranges, percentiles
from .retries import retry_rates
from .session_tables import session_timeline, sessions
from .shares import token_shares
from .speeds import throughput
from .tagging import tag_pairs
from .timing import latency_heatmap, latency_over_time, slowest
from .tokens import token_histogram, token_totals, tokens_over_time

__all__ = [
    "answered_within",
    "bursts",
    "cliffs_delta",
    "concurrency",
    "concurrency_totals",
    "describe",
    "ecdf",
    "failure_kinds",
    "failure_rates",
    "failures_over_time",
    "finish_reasons",
    "hour_weekday",
    "latency_by_tokens",
    "latency_ecdf",
    "latency_ecdf_ranges",
    "latency_heatmap",
    "latency_histogram",
    "latency_nines",
    "latency_over_time",
    "max_tokens_use",
    "missing_by_outcome",
    "newcombe",
    "percentile_ranges",
    "percentiles",
    "quantile_difference",
    "rate",
    "rate_difference",
    "retry_rates",
    "session_timeline",
    "sessions",
    "slowest",
    "summary",
    "survival",
    "survival_percentiles",
    "tag_pairs",
    "tag_summary",
    "throughput",
    "token_histogram",
    "token_shares",
    "token_totals",
    "tokens_over_time",
    "truncation",
    "wilson",
]
