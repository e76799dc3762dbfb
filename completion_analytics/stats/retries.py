"""Chains of attempts: a call that failed, and the same request sent again soon after."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import numpy.typing as npt
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from .generic import rate_table
from .groups import Groups, groups_of
from .inputs import By, Counts, Data, Flags, Floats, frame_of, with_column
from .intervals import nearest_rank
from .ordered import ordered
from .windows import instants_of

CHAIN_COLUMNS = ("outcome", "created_at", "prompt_hash")
CHAIN_OPTIONS = ("model_requested", "session_id", "callsite", "duration_s")
WINDOW_S = 120.0


class Chains(NamedTuple):
    """The chain of each row and its place in it; -1 and 0 where the row has no time."""

    chain: Counts
    attempt: Counts
    """1 is the first attempt."""
    size: Counts
    """How many attempts each chain has."""
    first: Counts
    """The row of each chain's first attempt."""
    last: Counts
    """The row of each chain's last attempt."""
    effective_s: Floats
    """From each chain's first start to its last end; NaN where the end is unknown."""


def chains_of(groups: Groups, window_s: float = WINDOW_S) -> Chains:
    """The chains of the dated rows, whatever their group; one that repeats nothing is its own.

    A row continues a chain if prompt, requested model and session, or else call site, are the
    same, the attempt before did not finish, and it starts at most `window_s` after that attempt's
    end, or its start if the end is unknown. Rows without a prompt hash continue nothing.
    """
    instants = instants_of(groups.frame["created_at"], groups.function)
    start, seconds = instants.us / 1e6, _seconds(groups)
    unanswered = instants.known & ~groups.matches("outcome", "finished")
    # Only prompts that once went unanswered can make a chain: most rows need no key.
    tried = instants.known & _among(groups.frame["prompt_hash"], unanswered)
    key = np.full(len(start), -1, dtype=np.int64)
    key[tried] = _keys(groups.frame[tried])
    rows = np.flatnonzero(tried)
    order = rows[np.lexsort((seconds[rows], start[rows], key[rows]))]
    order = np.append(order, np.flatnonzero(instants.known & ~tried))
    before, after = order[:-1], order[1:]
    end = start[before] + np.where(np.isnan(seconds[before]), 0.0, seconds[before])
    joins = (key[before] == key[after]) & (key[after] >= 0) & unanswered[before]
    joins &= start[after] - end <= window_s
    return _chains(order, joins, start, seconds, len(groups.frame))


def _chains(
    order: npt.NDArray[np.int64],
    joins: npt.NDArray[np.bool_],
    start: Floats,
    seconds: Floats,
    n_rows: int,
) -> Chains:
    begins = np.flatnonzero(np.append(True, ~joins))[: len(order)] if len(order) else order
    size = np.diff(np.append(begins, len(order)))
    chain, attempt = np.full(n_rows, -1, dtype=np.int64), np.zeros(n_rows, dtype=np.int64)
    chain[order] = np.repeat(np.arange(len(size)), size)
    attempt[order] = np.arange(len(order)) - np.repeat(begins, size) + 1
    first, last = order[begins], order[begins + size - 1]
    return Chains(chain, attempt, size, first, last, start[last] + seconds[last] - start[first])


def retry_rates(data: Data, *, by: By = None, window_s: float = WINDOW_S) -> pd.DataFrame:
    """How many calls are retries, and how often retrying helped.

    One row per group. Columns: those of `by`, ``value, lo, hi, k, n, n_excluded, n_mock,
    reliable`` (retries, of the calls with a time), ``rescued, rescued_lo, rescued_hi, n_chains``
    (chains of two attempts and more, and the share of them that finished in the end),
    ``failed_per_call, failed_per_chain`` (shares that did not finish, single calls being chains
    of one), ``effective_p50_s`` (of the rescued chains, from the first start to the last end).

    A call is a retry if it repeats prompt, requested model and session, or else call site, of a
    call that did not finish and that ended, or began where its end is unknown, at most `window_s`
    seconds before. Rows that tell neither session nor call site are taken as one place. Retries
    within a client library leave no row: they only make durations longer.

    Raises:
        KeyError: a column is not there.
        TypeError: a column of `by` is continuous, or `created_at` holds no instants.

    >>> calls = pd.DataFrame({
    ...     "outcome": ["failed", "failed", "finished"], "duration_s": [None, None, 1.2],
    ...     "created_at": pd.to_datetime([0, 2, 6], unit="s", utc=True), "prompt_hash": "a1",
    ... })
    >>> retry_rates(calls)[["k", "n", "rescued", "n_chains", "effective_p50_s"]]
       k  n  rescued  n_chains  effective_p50_s
    0  2  3      1.0         1              7.2
    """
    # A row may belong to several tags, but to one chain only: chains come before groups.
    places = np.arange(len(frame_of(data, "retry_rates")))
    marked = with_column(data, "retry_rates", "_place", places)
    needs = (*CHAIN_COLUMNS, "_place")
    calls = groups_of(marked, "retry_rates", needs, optional=CHAIN_OPTIONS)
    groups = groups_of(marked, "retry_rates", ["outcome", "_place"], by=by)
    attempt, last, effective = _per_row(calls, window_s, groups.frame["_place"].to_numpy())
    finished, dated = groups.matches("outcome", "finished"), attempt > 0
    k, n = groups.count(attempt > 1), groups.count(dated)
    table = rate_table(groups, k, n, groups.count() - n + groups.n_mock, 0.95)
    # A chain belongs to the groups of its last attempt.
    retried = last & (attempt > 1)
    rescues = rate_table(groups, groups.count(retried & finished), groups.count(retried), n, 0.95)
    waits = ordered(groups, np.where(retried & finished, effective, np.nan))
    return table.assign(
        rescued=rescues["value"],
        rescued_lo=rescues["lo"],
        rescued_hi=rescues["hi"],
        n_chains=rescues["n"],
        failed_per_call=groups.count(dated & ~finished) / np.where(n > 0, n, np.nan),
        failed_per_chain=_share(groups, last & ~finished, last),
        effective_p50_s=waits.at(nearest_rank(waits.n, 0.5)),
    )


def _per_row(
    calls: Groups, window_s: float, places: npt.NDArray[np.int64]
) -> tuple[Counts, Flags, Floats]:
    """The attempt at each place, whether it is its chain's last, and then the chain's time."""
    chains = chains_of(calls, window_s)
    own = calls.frame["_place"].to_numpy()
    length = int(own.max(initial=-1)) + 1
    attempt, last = np.zeros(length, dtype=np.int64), np.zeros(length, dtype=np.bool_)
    effective = np.full(length, np.nan)
    attempt[own] = chains.attempt
    last[own[chains.last]] = True
    effective[own[chains.last]] = chains.effective_s
    return attempt[places], last[places], effective[places]


def _share(groups: Groups, part: Flags, whole: Flags) -> Floats:
    of = groups.count(whole)
    return np.asarray(groups.count(part) / np.where(of > 0, of, np.nan), dtype=np.float64)


def _among(texts: pd.Series, some: Flags) -> Flags:
    """Where a text is known and equal to one of the flagged ones."""
    # Arrow compares texts where they lie; `Series.isin` makes a Python object of each.
    every = pa.array(texts.astype("str"))
    found = pc.is_in(every, value_set=every.filter(pa.array(some)).drop_null(), skip_nulls=True)
    return np.asarray(found, dtype=np.bool_)


def _keys(frame: pd.DataFrame) -> Counts:
    """One number per request that is the same."""
    place = pd.Series(pd.NA, index=frame.index, dtype="str")
    for name in ("callsite", "session_id"):
        if name in frame:
            text = frame[name].astype("str")
            place = (name + " " + text).where(text.notna(), place)
    columns = [place, frame["prompt_hash"].astype("str")]
    if "model_requested" in frame:
        columns.append(frame["model_requested"].astype("str"))
    key = np.zeros(len(frame), dtype=np.int64)
    for column in columns:
        codes, distinct = pd.factorize(column)
        key, _ = pd.factorize(key * (len(distinct) + 1) + codes + 1)
    return key.astype(np.int64)


def _seconds(groups: Groups) -> Floats:
    """How long each attempt took, where the file tells; a zero tells nothing."""
    if "duration_s" not in groups.frame:
        return np.full(len(groups.frame), np.nan)
    seconds = groups.floats("duration_s")
    return np.where(np.isfinite(seconds) & (seconds > 0), seconds, np.nan)
