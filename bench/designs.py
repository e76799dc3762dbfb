"""Situations whose truth is known, and how often the package's 95 % intervals hold it.

Every repetition of a simulation is a group of its own where a statistic takes groups, so that
thousands of intervals come from one call of the public function.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import product
from typing import Any, NamedTuple

import numpy as np
import pandas as pd
from scipy.stats import binom, norm

from completion_analytics import stats
from completion_analytics.stats.intervals import quantile_coverage

_MADE = pd.Timestamp("2026-01-01", tz="UTC")
_BATCH = 500
_RATES = np.arange(0.02, 0.981, 0.002)
_TERMS = {"overhead_s": 5.0, "s_per_prompt_token": 0.0002, "s_per_completion_token": 0.01}

Random = np.random.Generator
Held = dict[str, Any]
"""For each interval whether it held the truth: an array, an entry per repetition."""


class Design(NamedTuple):
    """One situation: what is accepted, in per cent, and how often it is repeated at most."""

    least: float
    most: float
    repetitions: int
    held: Callable[[Random, int], Held]
    """The outcome of so many repetitions; one that sums chances exactly gives the chance."""


def exact_order_statistics(_: Random, __: int) -> Held:
    cells = [(1_000, 0.5), (1_000, 0.9), (1_000, 0.95), (5_000, 0.99)]
    return {f"n = {n:,}, q = {q}": quantile_coverage(n, q) for n, q in cells}


def exact_least_order_statistics(_: Random, __: int) -> Held:
    cells = product([*range(1, 40), 64, 100, 333, 1_000], [0.01, 0.1, 0.25, 0.5, 0.9, 0.95, 0.99])
    return {"the worst of 301 n and q": min(quantile_coverage(n, q) for n, q in cells)}


def exact_wilson(_: Random, __: int) -> Held:
    def mean(n: int) -> float:
        k = np.arange(n + 1)
        lo, hi = stats.wilson(k, n)
        chances = binom.pmf(k, n, _RATES[:, None])
        return float((chances * ((lo <= _RATES[:, None]) & (_RATES[:, None] <= hi))).sum(1).mean())

    return {f"n = {n:,}, mean over rates": mean(n) for n in (20, 50, 100, 1_000)}


def exact_newcombe(_: Random, __: int) -> Held:
    def chance(n: int, p1: float, p2: float) -> float:
        k1, k2 = np.arange(n + 1)[:, None], np.arange(n + 1)[None, :]
        lo, hi = stats.newcombe(k1, n, k2, n)
        chances = binom.pmf(k1, n, p1) * binom.pmf(k2, n, p2)
        return float(chances[(lo <= p1 - p2) & (p1 - p2 <= hi)].sum())

    cells = [(100, 0.1, 0.2), (1_000, 0.02, 0.03)]
    return {f"n = {n:,}, {p1} and {p2}": chance(n, p1, p2) for n, p1, p2 in cells}


def order_statistics(rng: Random, runs: int) -> Held:
    frame = _repeated(rng.lognormal(0, 1, (runs, 1_000)))
    shares = [0.5, 0.9]
    table = stats.percentiles(frame, by="run", q=shares)
    return {f"n = 1,000, q = {q}": _holds(table[table["q"] == q], _quantile(q)) for q in shares}


def whole_curve(rng: Random, runs: int) -> Held:
    table = stats.latency_ecdf(_repeated(rng.lognormal(0, 1, (runs, 200))), by="run")
    truth = norm.cdf(np.log(table["duration_s"]))
    width = (table["hi"] - table["value"]).groupby(table["run"]).transform("max")
    # Just before a step the curve is one value lower than at it.
    inside = (truth <= table["value"] - 1 / 200 + width) & (table["value"] - width <= truth)
    return {"n = 200, the whole curve": inside.groupby(table["run"]).all().to_numpy()}


def answered(rng: Random, runs: int) -> Held:
    times = np.linspace(0.3, 4.0, 25)
    frame = _repeated(rng.lognormal(0, 1, (runs, 100)))
    frame["outcome"] = np.where(rng.random(len(frame)) < 0.1, "failed", "finished")
    table = stats.answered_within(frame, times.tolist(), by="run")
    truth = np.tile(0.9 * norm.cdf(np.log(times)), runs)
    return {"n = 100, mean over 25 times": _holds(table, truth)}


def answered_beside_open_calls(rng: Random, runs: int) -> Held:
    true, age = rng.lognormal(0, 1, (runs, 150)), rng.uniform(0.2, 12, (runs, 150))
    still_open = true > age
    frame = _repeated(np.where(still_open, np.nan, true))
    frame["outcome"] = np.where(still_open, "unresolved", "finished").ravel()
    frame["created_at"] = _MADE - pd.to_timedelta(age.ravel(), unit="s")
    table = stats.answered_within(frame, 2.0, by="run", now=_MADE)
    return {"n = 150, ages up to 12 s": _holds(table, norm.cdf(np.log(2)))}


def kaplan_meier(rng: Random, runs: int) -> Held:
    true = rng.lognormal(0, 1, (runs, 200))
    given_up = np.minimum(rng.exponential(6, true.shape), 5)
    late = (true > given_up).ravel()
    frame = _repeated(np.minimum(true, given_up))
    frame["outcome"] = np.where(late, "failed", "finished")
    frame["failure_class"] = pd.Series(np.where(late, "timeout", "other"))
    curve = stats.survival(frame, by="run")
    at = curve[curve["duration_s"] <= 1.5].groupby("run").last()
    medians = stats.survival_percentiles(frame, by="run", q=[0.5])
    truth = 1 - norm.cdf(np.log(1.5))
    return {"n = 200, S(1.5)": _holds(at, truth), "n = 200, median": _holds(medians, 1.0)}


def quantile_differences(n: int) -> Callable[[Random, int], Held]:
    shares = [0.5, 0.9]

    def held(rng: Random, runs: int) -> Held:
        rows = [
            stats.quantile_difference(pair, between="of", a="a", b="b", q=shares, seed=seed)
            for seed, pair in enumerate(_pairs(rng, runs, n))
        ]
        return {
            f"{n} and {n}, p{100 * q:.0f}": np.array(
                [_holds(table.iloc[[at]], 0.5 * _quantile(q))[0] for table in rows]
            )
            for at, q in enumerate(shares)
        }

    return held


def dominance(rng: Random, runs: int) -> Held:
    truth = 2 * norm.cdf(np.log(1.5) / np.sqrt(2)) - 1
    tables = [
        stats.cliffs_delta(pair, between="of", a="a", b="b") for pair in _pairs(rng, runs, 100)
    ]
    return {"100 and 100": _holds(pd.concat(tables), truth)}


def token_ratios(n: int) -> Callable[[Random, int], Held]:
    def held(rng: Random, runs: int) -> Held:
        prompt = rng.lognormal(7, 0.7, runs * n).astype(np.int64) + 1
        cached = np.floor(prompt * rng.beta(2, 3, runs * n)).astype(np.int64)
        usage = {"prompt_tokens": prompt, "cached_tokens": cached}
        usage |= {"completion_tokens": prompt, "reasoning_tokens": cached}
        table = stats.token_shares(pd.DataFrame(_runs(runs, n) | usage), by="run")
        # A floor takes half a token on average from each call.
        truth = 0.4 - 0.5 / np.mean(np.floor(rng.lognormal(7, 0.7, 1_000_000)) + 1)
        return {f"n = {n}": _holds(table[table["part"] == "cached"], truth)}

    return held


def token_times(rng: Random, runs: int) -> Held:
    shape = (runs, 200)
    prompt, completion = rng.integers(50, 4_000, shape), rng.integers(5, 800, shape)
    frame = _repeated(5 + 0.0002 * prompt + 0.01 * completion + rng.normal(0, 1, shape))
    frame["prompt_tokens"], frame["completion_tokens"] = prompt.ravel(), completion.ravel()
    table = stats.latency_by_tokens(frame, by="run", q=[0.5])
    return {
        f"n = 200, {term}": _holds(table[table["term"] == term], truth)
        for term, truth in _TERMS.items()
    }


DESIGNS = {
    "percentiles, exact": Design(94, 96, 1, exact_order_statistics),
    "percentiles, any size": Design(95, 100, 1, exact_least_order_statistics),
    "wilson, exact": Design(94, 96, 1, exact_wilson),
    "newcombe, exact": Design(94, 96, 1, exact_newcombe),
    "percentiles": Design(94, 96, 10_000, order_statistics),
    "latency_ecdf": Design(94, 100, 10_000, whole_curve),
    "answered_within": Design(94, 96, 10_000, answered),
    "answered_within, open": Design(93, 97, 2_000, answered_beside_open_calls),
    "survival": Design(94, 96, 10_000, kaplan_meier),
    "quantile_difference": Design(94, 97, 10_000, quantile_differences(500)),
    "quantile_difference, few": Design(94, 98, 10_000, quantile_differences(100)),
    "cliffs_delta": Design(94, 96, 10_000, dominance),
    "token_shares, few": Design(91, 97, 10_000, token_ratios(30)),
    "token_shares": Design(93.5, 96.5, 2_000, token_ratios(600)),
    "latency_by_tokens": Design(90, 98, 200, token_times),
}


def coverage(design: Design, runs: int, seed: int = 0) -> dict[str, float]:
    """For each interval of a design the per cent of repetitions in which it held the truth."""
    rng = np.random.default_rng(seed)
    parts = [design.held(rng, min(_BATCH, runs - done)) for done in range(0, runs, _BATCH)]
    return {name: 100 * float(np.mean([part[name] for part in parts])) for name in parts[0]}


def _repeated(seconds: Any) -> pd.DataFrame:
    """A row of the array is one repetition."""
    return pd.DataFrame(
        _runs(*seconds.shape) | {"duration_s": seconds.ravel(), "outcome": "finished"}
    )


def _runs(runs: int, n: int) -> dict[str, Any]:
    return {"run": np.repeat(np.arange(runs), n)}


def _pairs(rng: Random, runs: int, n: int) -> Iterator[pd.DataFrame]:
    """Two groups of durations, those of the second half as long again."""
    of = pd.Categorical.from_codes(np.repeat([0, 1], n), pd.Index(["a", "b"], dtype="str"))
    for _ in range(runs):
        seconds = rng.lognormal(0, 1, 2 * n) * np.repeat([1.0, 1.5], n)
        yield pd.DataFrame({"of": of, "duration_s": seconds, "outcome": "finished"})


def _quantile(q: float) -> float:
    return float(np.exp(norm.ppf(q)))


def _holds(table: pd.DataFrame, truth: Any) -> Any:
    """An open end holds everything beyond."""
    low = np.nan_to_num(table["lo"].to_numpy(), nan=-np.inf)
    high = np.nan_to_num(table["hi"].to_numpy(), nan=np.inf)
    return (low <= truth) & (truth <= high)
