"""Calls that belong together: one row per session, and the calls of a session one by one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import NamedTuple

import numpy as np
import pandas as pd

from ..frames.completions import OUTCOMES
from .groups import Groups, groups_of
from .inputs import Counts, Data, Flags, Floats
from .retries import CHAIN_OPTIONS, chains_of
from .tokens import whole_numbers
from .usable import finished
from .windows import Instants, instants_of

_NEEDS = ("session_id", "outcome", "created_at")
_OPTIONAL = (
    *CHAIN_OPTIONS,
    "prompt_hash",
    "duration_quality",
    "prompt_tokens",
    "completion_tokens",
    "cost_usd",
)
_WORST = ("failed", "unresolved", "finished")
_TIMELINE = ("row_id", "model", "outcome", "failure_class", "finish_class", "callsite")


class _Times(NamedTuple):
    """When each call began and ended, in seconds since 1970; NaN where it has no time."""

    start: Floats
    end: Floats


def sessions(data: Data) -> pd.DataFrame:
    """How many calls, tokens and failures each session has, and how long it lasts.

    One row per session, in order of their first call. Columns: ``session_id, started_at, ended_at,
    span_s, busy_s, n, n_failed, n_unresolved, outcome, n_retries, prompt_tokens,
    completion_tokens, n_tokens, cost_usd, n_cost, n_undated, n_excluded``.

    `span_s` runs from the first start to the last end that is known, a call of unknown duration
    ending as it starts; `busy_s` adds up the known durations. `outcome` is the worst of the
    session: failed, then unresolved, then finished. `n_retries` calls repeat one that did not
    finish (see `retry_rates`), missing where prompts are unknown. Tokens and costs add up what is
    known, of `n_tokens` and `n_cost` calls. `n_excluded` counts the calls of no session, the same
    in every row; mock calls are no part of it.

    Raises:
        KeyError: a column is not there.
        TypeError: `created_at` holds no instants.

    >>> calls = pd.DataFrame({
    ...     "session_id": ["a", "a", None], "outcome": ["finished", "failed", "finished"],
    ...     "created_at": pd.to_datetime([0, 10, 20], unit="s", utc=True),
    ...     "duration_s": [2.0, None, 1.0],
    ... })
    >>> sessions(calls)[["session_id", "span_s", "busy_s", "n", "outcome", "n_excluded"]]
      session_id  span_s  busy_s  n outcome  n_excluded
    0          a    10.0     2.0  2  failed           1
    """
    groups = groups_of(data, "sessions", _NEEDS, by="session_id", optional=_OPTIONAL)
    instants = instants_of(groups.frame["created_at"], "sessions")
    seconds = _seconds(groups)
    times = _times(instants, seconds)
    first, last = _least(groups, times.start), -_least(groups, -times.end)
    costs, tokens = _column(groups, "cost_usd"), _both_tokens(groups)
    named = groups.keys["session_id"].notna().to_numpy()
    table = groups.table(
        {
            "started_at": _stamps(first),
            "ended_at": _stamps(last),
            "span_s": last - first,
            "busy_s": groups.total(seconds),
            "n": groups.count(),
            "n_failed": groups.count(groups.matches("outcome", "failed")),
            "n_unresolved": groups.count(groups.matches("outcome", "unresolved")),
            "outcome": _worst(groups),
            "n_retries": _retries(groups),
            "prompt_tokens": whole_numbers(groups.total(_column(groups, "prompt_tokens"))),
            "completion_tokens": whole_numbers(groups.total(_column(groups, "completion_tokens"))),
            "n_tokens": groups.count(~np.isnan(tokens)),
            "cost_usd": groups.total(costs),
            "n_cost": groups.count(~np.isnan(costs)),
            "n_undated": groups.count(~instants.known),
            "n_excluded": np.full(groups.size, groups.count()[~named].sum()),
        }
    )
    kept = table[named & (table["n"] > 0).to_numpy()]
    return kept.sort_values(["started_at", "session_id"], ignore_index=True)


def session_timeline(
    data: Data, *, session: str | Sequence[str] | None = None, latest: int = 10
) -> pd.DataFrame:
    """The calls of some sessions one after another: when each began, how long it took, how it went.

    One row per call that has a time, by session, in order of its first call, and then by time.
    Columns: ``session_id, start_at, start_s, duration_s, end_s, gap_s, attempt``, and where the
    frame has them ``row_id, model, outcome, failure_class, finish_class, callsite``.

    `start_s` and `end_s` count from the session's first call. `gap_s` is the time before the call
    in which no call of the session ran, as far as their ends are known: missing for the first
    call, 0 where calls overlap. `attempt` is 2 and more for retries (see `retry_rates`),
    missing where prompts are unknown.

    Args:
        data: a frame, or a log.
        session: the sessions, by their id; None takes the latest.
        latest: how many of the sessions with the latest calls are taken.

    Raises:
        KeyError: a column, or a session, is not there.
        TypeError: `created_at` holds no instants.

    >>> calls = pd.DataFrame({
    ...     "session_id": "a", "outcome": ["finished", "failed"],
    ...     "created_at": pd.to_datetime([0, 10], unit="s", utc=True), "duration_s": [2.0, None],
    ... })
    >>> session_timeline(calls)[["session_id", "start_s", "duration_s", "gap_s", "outcome"]]
      session_id  start_s  duration_s  gap_s   outcome
    0          a      0.0         2.0    NaN  finished
    1          a     10.0         NaN    8.0    failed
    """
    function = "session_timeline"
    optional = (*_OPTIONAL, *_TIMELINE)
    groups = groups_of(data, function, _NEEDS, by="session_id", optional=optional)
    instants = instants_of(groups.frame["created_at"], function)
    chosen = _chosen(groups, instants, session, latest)
    part = _part(groups, chosen[groups.codes] & instants.known)
    seconds = _seconds(part)
    start, end = _times(instants_of(part.frame["created_at"], function), seconds)
    first = _least(part, start)[part.codes]
    order = np.lexsort((end, start, part.codes, first))
    here = part.frame.iloc[order].reset_index(drop=True)
    columns = {
        "start_at": here["created_at"],
        "start_s": (start - first)[order],
        "duration_s": seconds[order],
        "end_s": (end - first)[order],
        "gap_s": _gaps(part.codes[order], start[order], end[order]),
        "attempt": _attempts(part).array[order],
    }
    return pd.DataFrame(
        {"session_id": here["session_id"], **columns}
        | {name: here[name] for name in _TIMELINE if name in here}
    )


def _chosen(
    groups: Groups, instants: Instants, session: str | Sequence[str] | None, latest: int
) -> Flags:
    """Which sessions are wanted, one flag per group."""
    names = groups.keys["session_id"].astype("str")
    if session is None:
        last = -_least(groups, np.where(instants.known, -instants.us / 1e6, np.nan))
        ranked = np.flatnonzero(names.notna().to_numpy() & ~np.isnan(last))
        ranked = ranked[np.lexsort((ranked, -last[ranked]))]
        return np.isin(np.arange(groups.size), ranked[:latest])
    wanted = [session] if isinstance(session, str) else list(session)
    missing = [name for name in wanted if name not in set(names)]
    if missing:
        raise KeyError(
            f"session_timeline finds no session {missing[0]!r} among {int(names.notna().sum())} "
            "sessions; stats.sessions lists them"
        )
    return np.asarray(names.isin(wanted), dtype=np.bool_)


def _part(groups: Groups, where: Flags) -> Groups:
    """Some of the rows, in the same groups."""
    rows = groups.frame[where].reset_index(drop=True)
    return replace(groups, frame=rows, codes=groups.codes[where])


def _gaps(codes: Counts, start: Floats, end: Floats) -> Floats:
    """Idle seconds before each call of sorted calls; NaN for the first of a session."""
    latest = pd.Series(end).groupby(codes).cummax().groupby(codes).shift().to_numpy()
    return np.asarray(np.maximum(start - latest, 0.0), dtype=np.float64)


def _seconds(groups: Groups) -> Floats:
    """How long calls took, the failed ones too; a zero on those is a placeholder."""
    seconds = _column(groups, "duration_s")
    known = (seconds > 0) | (finished(groups) & (seconds == 0))
    return np.where(np.isfinite(seconds) & known, seconds, np.nan)


def _times(instants: Instants, seconds: Floats) -> _Times:
    start = np.where(instants.known, instants.us / 1e6, np.nan)
    return _Times(start, start + np.where(np.isnan(seconds), 0.0, seconds))


def _least(groups: Groups, values: Floats) -> Floats:
    """The least value of each group; NaN where it has none."""
    known = ~np.isnan(values)
    least = np.full(groups.size, np.inf)
    np.minimum.at(least, groups.codes[known], values[known])
    return np.where(np.isinf(least), np.nan, least)


def _worst(groups: Groups) -> pd.Categorical:
    found = np.full(groups.size, -1)
    for word in reversed(_WORST):
        found[groups.count(groups.matches("outcome", word)) > 0] = OUTCOMES.index(word)
    return pd.Categorical.from_codes(found.tolist(), pd.Index(OUTCOMES, dtype="str"))


def _attempts(groups: Groups) -> pd.Series:
    """The attempt of each call within its chain; missing where prompts are unknown."""
    if "prompt_hash" not in groups.frame:
        return pd.Series(pd.NA, index=groups.frame.index, dtype="Int64")
    attempt = pd.Series(chains_of(groups).attempt, index=groups.frame.index, dtype="Int64")
    return attempt.where(groups.frame["prompt_hash"].notna() & (attempt > 0))


def _retries(groups: Groups) -> pd.Series:
    attempts = _attempts(groups)
    again = (attempts > 1).to_numpy(dtype=np.bool_, na_value=False)
    known = attempts.notna().to_numpy(dtype=np.bool_)
    retries = pd.Series(groups.count(again), dtype="Int64")
    return retries.where(groups.count(known) > 0)


def _column(groups: Groups, name: str) -> Floats:
    """A column as float64; NaN throughout where the frame lacks it."""
    return groups.floats(name) if name in groups.frame else np.full(len(groups.frame), np.nan)


def _both_tokens(groups: Groups) -> Floats:
    return _column(groups, "prompt_tokens") + _column(groups, "completion_tokens")


def _stamps(seconds: Floats) -> pd.Series:
    known = ~np.isnan(seconds)
    us = np.full(len(seconds), np.iinfo(np.int64).min)
    us[known] = np.round(seconds[known] * 1e6).astype(np.int64)
    return pd.Series(us.view("datetime64[us]")).dt.tz_localize("UTC")
