"""Clocks that were floored to whole seconds: told per model and stream flag, from all durations."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from math import sqrt
from statistics import NormalDist
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
import pandas as pd

Clock = tuple[str | None, bool | None]
"""A model, and whether it streamed; None where that is missing."""
_STREAM_FLAGS = (False, True, None)


class ClockCounts(NamedTuple):
    """By clock: the durations above zero, and those of them that are whole seconds."""

    known: Counter[Clock]
    whole: Counter[Clock]


def clock_counts(facts: pd.DataFrame, seconds: npt.NDArray[np.float64]) -> ClockCounts:
    """What each clock measured."""
    groups, clocks = _groups(facts)
    masks = (seconds > 0, _is_whole(seconds))
    counts = (np.bincount(groups[mask], minlength=len(clocks)).tolist() for mask in masks)
    return ClockCounts(*(Counter(dict(zip(clocks, each, strict=True))) for each in counts))


def floored_clocks(counted: Iterable[ClockCounts]) -> frozenset[Clock]:
    """The models and stream flags whose durations were floored to whole seconds.

    Whole seconds are 0.1 % of exact milliseconds; a group with at least five of them and a Wilson
    lower bound of their share above 1 % was floored.
    """
    known, whole = Counter[Clock](), Counter[Clock]()
    for counts in counted:
        known.update(counts.known)
        whole.update(counts.whole)
    return frozenset(clock for clock in known if _is_suspicious(whole[clock], known[clock]))


def on_floored_clock(
    facts: pd.DataFrame, seconds: npt.NDArray[np.float64], floored: frozenset[Clock]
) -> npt.NDArray[np.bool_]:
    """Whether a duration is a whole second of a clock that was floored."""
    if not floored:
        return np.zeros(len(facts), dtype=np.bool_)
    groups, clocks = _groups(facts)
    is_floored = np.array([clock in floored for clock in clocks], dtype=np.bool_)
    return np.asarray(_is_whole(seconds) & is_floored[groups])


def _is_whole(seconds: npt.NDArray[np.float64]) -> npt.NDArray[np.bool_]:
    milliseconds = np.round(np.clip(seconds, None, 1e9) * 1000, 6)
    whole: npt.NDArray[np.bool_] = (seconds > 0) & (milliseconds % 1000 == 0)
    return whole


def _groups(facts: pd.DataFrame) -> tuple[np.ndarray, list[Clock]]:
    """The clock of each row by its number, and the clocks."""
    models: list[str | None] = [*facts["model"].cat.categories, None]  # the last has number -1
    model = facts["model"].cat.codes.to_numpy(np.int64) % len(models)
    streamed = facts["is_stream"].fillna(False).to_numpy(np.int64)
    flag = np.where(facts["is_stream"].isna(), len(_STREAM_FLAGS) - 1, streamed)
    clocks: list[Clock] = [(name, is_stream) for name in models for is_stream in _STREAM_FLAGS]
    return model * len(_STREAM_FLAGS) + flag, clocks


def _is_suspicious(whole: int, known: int) -> bool:
    return whole >= 5 and _wilson_low(whole, known) > 0.01


def _wilson_low(k: int, n: int) -> float:
    """The lower end of Wilson's 95 % interval; importing SciPy's takes longer than most loads."""
    share = k / n
    centre = share + _Z**2 / (2 * n)
    half = _Z * sqrt(share * (1 - share) / n + _Z**2 / (4 * n**2))
    return (centre - half) / (1 + _Z**2 / n)


_Z = NormalDist().inv_cdf(0.975)
