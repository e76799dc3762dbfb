"""What only the whole can decide, from a few columns of it, some batches at a time.

Everything is decided by the functions that decide for `load`. What is held of all rows at once are
numbers: a hash of each identity and of each prompt tells which of them recur, and only rows with
such a one are looked at.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Literal

import numpy as np
import numpy.typing as npt
import pandas as pd

from ..assembly import rows_named
from ..doubts import (
    COMPARED_FROM,
    Surroundings,
    comparable,
    copied_requests,
    rows_of_log10,
    timed_sources,
)
from ..frames.decisions import DECIDING, Decisions, decide
from ..frames.derive import JUDGED_FROM, OUTCOME_FROM, judged, outcomes
from ..frames.duplicates import Repeats, repeats_among, share_identity
from .staging import Batch, Taken

Hashes = npt.NDArray[np.uint64]


@dataclass(frozen=True, slots=True)
class Decided:
    """All that was decided from the whole, to be applied to each batch."""

    decisions: Decisions
    repeats: Repeats
    around: Surroundings
    rows: pd.Series
    """The rows of completions that feedback names, by their ids."""

    def within(self, row_ids: range) -> Decided:
        """What concerns the rows of a batch."""
        return replace(
            self,
            repeats=Repeats(*(_within(each, row_ids) for each in self.repeats)),
            around=replace(self.around, copied=_within(self.around.copied, row_ids)),
        )


def decide_whole(taken: Taken, duration_unit: Literal["auto", "s", "ms"]) -> Decided:
    """Decide for everything that was taken up."""
    decisions = decide(_Facts(taken), duration_unit)
    repeats = _repeats(taken)
    feedback = taken.frame("feedback", taken.batches, ["completion_id"]).drop_duplicates()
    looks = [_look(taken, batch, decisions, repeats, feedback) for batch in taken.batches]
    recurring = _recurring([look.prompts for look in looks])
    calls = [
        _comparable(taken, batch, decisions, repeats, recurring)
        for batch, look in zip(taken.batches, looks, strict=True)
        if np.isin(look.prompts, recurring).any()
    ]
    around = Surroundings(
        frozenset[str]().union(*(look.timed for look in looks)),
        sum((look.log10_rows for look in looks), Counter[str]()),
        copied_requests(pd.concat(calls)) if calls else np.empty(0, np.int64),
    )
    rows = pd.concat([look.rows for look in looks])
    return Decided(decisions, repeats, around, rows[~rows.index.duplicated()])


@dataclass(frozen=True, slots=True)
class _Facts:
    """What is decided from, a batch at a time, as often as it is asked for."""

    taken: Taken

    def __iter__(self) -> Iterator[pd.DataFrame]:
        return (self.taken.frame("facts", [batch], DECIDING) for batch in self.taken.batches)


def _repeats(taken: Taken) -> Repeats:
    """Which records share an identity, and which of them stays."""
    hashes = [_hashes(taken.frame("identities", [b], ["key"])["key"]) for b in taken.batches]
    recurring = _recurring(hashes)
    found = [
        _with_hash(taken, batch, each, recurring)
        for batch, each in zip(taken.batches, hashes, strict=True)
        if np.isin(each, recurring).any()
    ]
    if not found:
        return Repeats(np.empty(0, np.int64), np.empty(0, np.int64))
    identities = pd.concat([identities for identities, _ in found], ignore_index=True)
    known = np.concatenate([outcome for _, outcome in found])
    is_shared = share_identity(identities)
    return repeats_among(identities[is_shared], known[is_shared])


def _with_hash(
    taken: Taken, batch: Batch, hashes: Hashes, recurring: Hashes
) -> tuple[pd.DataFrame, npt.NDArray[np.str_]]:
    """The identities with one of the hashes, and the outcomes of their records."""
    is_found = np.isin(hashes, recurring)
    identities = taken.frame("identities", [batch])[is_found]
    return identities, outcomes(taken.frame("facts", [batch], OUTCOME_FROM)[is_found])


@dataclass(frozen=True, slots=True)
class _Look:
    """What a batch says about the surroundings of all rows."""

    timed: frozenset[str]
    log10_rows: Counter[str]
    prompts: Hashes
    """Of the calls that may be compared."""
    rows: pd.Series


def _look(
    taken: Taken, batch: Batch, decisions: Decisions, repeats: Repeats, feedback: pd.DataFrame
) -> _Look:
    ids = ["completion_id"] if len(feedback) else []
    kept = _kept(taken, batch, decisions, repeats, ids)
    return _Look(
        timed_sources(kept),
        rows_of_log10(kept),
        _hashes(comparable(kept)["prompt_hash"]),
        rows_named(kept, feedback) if ids else pd.Series(dtype="int64"),
    )


def _comparable(
    taken: Taken, batch: Batch, decisions: Decisions, repeats: Repeats, recurring: Hashes
) -> pd.DataFrame:
    """The calls with one of the prompts, whose words are told by their hashes."""
    calls = comparable(_kept(taken, batch, decisions, repeats, []))
    hashed = calls.assign(
        **{name: _hashes(calls[name]) for name in ("source", "model", "prompt_hash")}
    )
    return hashed[hashed["prompt_hash"].isin(recurring)]


def _kept(
    taken: Taken, batch: Batch, decisions: Decisions, repeats: Repeats, more: Sequence[str]
) -> pd.DataFrame:
    """A few columns of a batch's completions, without those that repeat another one."""
    names = dict.fromkeys((*JUDGED_FROM, *COMPARED_FROM, "usage_quality", *more))
    facts = taken.frame("facts", [batch], list(names))
    return judged(facts[~facts["row_id"].isin(_within(repeats.dropped, batch.row_ids))], decisions)


def _hashes(words: pd.Series) -> Hashes:
    return pd.util.hash_array(words.array, categorize=False)


def _recurring(hashes: Sequence[Hashes]) -> Hashes:
    """Those that stand there more than once."""
    ordered = np.concatenate([np.empty(0, np.uint64), *hashes])
    ordered.sort()
    return np.unique(ordered[1:][ordered[1:] == ordered[:-1]])


def _within(row_ids: npt.NDArray[np.int64], some: range) -> npt.NDArray[np.int64]:
    """Those of the ordered row ids that are among some."""
    first, behind = np.searchsorted(row_ids, (some.start, some.stop))
    return row_ids[first:behind]
