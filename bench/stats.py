"""Every statistic on a million calls: seconds, and memory as a multiple of the frame's."""

from __future__ import annotations

import argparse
from collections.abc import Callable, Sequence
from functools import partial
from inspect import signature
from typing import Any

import pandas as pd

from completion_analytics import stats

from . import alone
from .alone import Trial, cost, told_trials, yardstick
from .million import MadeLog

_CLOSED_FORM_S, _RESAMPLING_S, _PEAK = 1.0, 5.0, 2.0
_OF_COUNTS = {"newcombe": 4, "wilson": 2}
"""These take so many arrays of counts and no frame."""
_COLUMN = {
    "describe": "completion_tokens",
    "ecdf": "duration_s",
    "rate": "is_stream",
    "rate_difference": "is_truncated",
}
"""The column that a statistic of any column is tried on."""
_PAIR = {"between": "model", "a": "model-a-8b", "b": "model-a-70b"}
_OPEN = "answered_within, open calls"
_SAMPLES = {_OPEN: _RESAMPLING_S}
"""Another way to call a statistic, and the seconds it may take."""
NAMES = sorted([*stats.__all__, *_SAMPLES])


def add_options(parser: argparse.ArgumentParser) -> None:
    alone.add_options(parser, NAMES)


def main(options: argparse.Namespace) -> None:
    print(f"Statistics of {options.rows:,} calls, {_CLOSED_FORM_S:g} s allowed")
    print(f"({_RESAMPLING_S:g} s where rows are resampled), {_PEAK:g} times the frame's memory\n")
    print(_row("", "seconds", "by model", "allowed", "peak ÷ frame", ""))
    found = told_trials("stats", options, _line)
    print("", *_told(found), sep="\n")


def trial(name: str, log: MadeLog) -> Trial:
    """The statistic of all rows, and then of each model."""
    frame_mb = float(log.completions.memory_usage(deep=True).sum()) / 2**20
    costs = [cost(call) for call in _calls(name, log)]
    peak = (frame_mb + max(each.extra_mb for each in costs)) / frame_mb
    return {"seconds": [each.seconds for each in costs], "peak": peak, "frame_mb": frame_mb}


def _calls(name: str, log: MadeLog) -> Sequence[Callable[[], Any]]:
    frame = log.completions
    if name in _OF_COUNTS:
        counts = [frame["row_id"].to_numpy() % 1_000, frame["row_id"].to_numpy() % 1_000 + 1_000]
        return [partial(getattr(stats, name), *counts * (_OF_COUNTS[name] // 2))]
    function = getattr(stats, name.split(",")[0])
    column = [_COLUMN[name]] if name in _COLUMN else []
    options: dict[str, Any] = _PAIR if "between" in signature(function).parameters else {}
    if name == _OPEN:
        options = {"now": frame["created_at"].max() + pd.Timedelta("10s")}
    call = partial(function, log, *column, **options)
    grouped = "by" in signature(function).parameters
    return [partial(call, by=None), partial(call, by="model")] if grouped else [call]


def _allowed(name: str) -> float:
    resampled = name in _SAMPLES or "seed" in signature(getattr(stats, name)).parameters
    return _RESAMPLING_S if resampled and name != "answered_within" else _CLOSED_FORM_S


def _line(name: str, found: Trial) -> str:
    seconds = [f"{taken:.2f}" for taken in found["seconds"]]
    allowed, peak = _allowed(name), found["peak"]
    missed = ["seconds"] * (max(found["seconds"]) >= allowed) + ["memory"] * (peak >= _PEAK)
    alone, by_model = (*seconds, "")[:2]
    return _row(name, alone, by_model, f"{allowed:g}", f"{peak:.2f}", ", ".join(missed))


def _row(name: str, seconds: str, by: str, allowed: str, peak: str, missed: str) -> str:
    mark = f"MISSED: {missed}" if missed else ""
    return f"{name:<28} {seconds:>8} {by:>9} {allowed:>8} {peak:>13}  {mark}".rstrip()


def _told(found: Sequence[Trial]) -> list[str]:
    frame_mb = max(each["frame_mb"] for each in found)
    return [
        f"A fresh process for each; the least of three times. The frame holds {frame_mb:,.0f} MB;",
        "the peak counts it and whatever the call held beside it at the worst moment.",
        yardstick(found),
    ]
