"""What follows from finished columns: the same for every path that fills them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from math import sqrt
from statistics import NormalDist

import numpy as np
import pandas as pd

from .callsites import shorten
from .completions import COMPLETIONS
from .failures import failure_class
from .finishes import finish_class
from .units import PER_SECOND, UnitDecision

FINISHED_WORDS = frozenset(("finished", "success", "ok", "completed", "complete", "succeeded"))
_FAILED_WORDS = frozenset(("failed", "error", "failure", "errored"))
_STARTED_WORDS = frozenset(("started",))
_OPEN_WORDS = frozenset(("in_progress", "queued"))
_COMPACT = "_compact"


def completions_from(
    facts: pd.DataFrame, choices: pd.DataFrame, units: Sequence[UnitDecision]
) -> pd.DataFrame:
    """The frame `completions` from the facts, the choices and the decided units."""
    frame = facts.copy(deep=False)
    frame = _with_compact_form(frame)
    frame["finish_class"] = _mapped(frame["finish_reason"], finish_class)
    frame["outcome"] = outcomes(frame)
    frame["is_truncated"] = _any_truncated(frame["row_id"], choices)
    frame["failure_class"] = _failure_classes(frame)
    frame["duration_s"] = _durations(frame, units)
    frame["duration_quality"] = _duration_qualities(frame)
    frame["tokens_per_s"] = _speeds(frame)
    short = shorten(frame["callsite"].cat.categories)
    frame["callsite"] = _mapped(frame["callsite"], short.get)
    return COMPLETIONS.conform(frame)


def outcomes(frame: pd.DataFrame) -> np.ndarray:
    """What became of each call, by the first rule that fits.

    A word in `status` decides unless an error in the record contradicts it; `started` with choices
    is finished, without is unresolved, as is what is in progress. Where no word says: HTTP status
    ≥ 400, an error or a finish class `error` is failed, any choice finished.
    """
    word = _mapped(frame["status"], lambda status: status.strip().lower())
    has_choices = (frame["n_choices"] > 0).to_numpy(bool)
    has_error = frame["has_error"].to_numpy(bool)
    http_failed = (frame["http_status"] >= 400).fillna(False).to_numpy(bool)
    finish_failed = (frame["finish_class"] == "error").to_numpy(bool)
    said_finished = word.isin(FINISHED_WORDS).to_numpy(bool)
    started = word.isin(_STARTED_WORDS).to_numpy(bool)
    rules = (
        (word.isin(_FAILED_WORDS).to_numpy(bool), "failed"),
        (has_error & ~(started & has_choices), "failed"),
        (said_finished, "finished"),
        (frame["failure_kind"].notna() & word.isna() & ~has_choices, "failed"),
        (started & has_choices, "finished"),
        (started | word.isin(_OPEN_WORDS).to_numpy(bool), "unresolved"),
        (http_failed, "failed"),
        (finish_failed, "failed"),
        (has_choices, "finished"),
    )
    conditions, names = zip(*rules, strict=True)
    return np.select(conditions, names, default="unresolved")


def _with_compact_form(frame: pd.DataFrame) -> pd.DataFrame:
    """Mark the rows of Log10's compact files, whose prompts were cut to the last message."""
    log10 = frame["form"].isin(["log10", "log10_camel"]) & frame["has_list_marks"]
    answered = log10 & (frame["n_choices"] > 0)
    by_source = (
        pd.DataFrame(
            {
                "source": frame["source"],
                "answered": answered.to_numpy(bool),
                "with_stack": (answered & frame["has_stack_key"]).to_numpy(bool),
            }
        )
        .groupby("source", observed=True)[["answered", "with_stack"]]
        .any()
    )
    compact_sources = by_source.index[by_source["answered"] & ~by_source["with_stack"]]
    is_compact = (log10 & frame["source"].isin(compact_sources)).to_numpy(bool)
    form = frame["form"].astype("str")
    return frame.assign(
        form=form.where(~is_compact, form + _COMPACT),
        n_messages=frame["n_messages"].mask(is_compact),
        prompt_chars=frame["prompt_chars"].mask(is_compact),
        prompt_hash=frame["prompt_hash"].mask(is_compact),
    )


def _mapped(words: pd.Series, function: Callable[[str], str | None]) -> pd.Series:
    """A categorical column with a function applied to its distinct values."""
    mapping = {word: function(word) for word in words.cat.categories}
    return words.astype("str").map(mapping)


def _any_truncated(row_ids: pd.Series, choices: pd.DataFrame) -> pd.Series:
    known = choices[choices["finish_class"].notna()]
    truncated = known.loc[known["finish_class"] == "length", "row_id"]
    is_truncated = row_ids.isin(truncated).astype("boolean")
    return is_truncated.where(row_ids.isin(known["row_id"]))


def _failure_classes(frame: pd.DataFrame) -> pd.Series:
    failed = frame.loc[
        frame["outcome"] == "failed",
        ["failure_kind", "failure_code", "http_status", "failure_reason"],
    ]
    missing_as_none = failed.astype("object").where(failed.notna(), None)
    classes = [failure_class(*row) for row in missing_as_none.itertuples(index=False, name=None)]
    return pd.Series(classes, index=failed.index, dtype="str").reindex(frame.index)


def _durations(frame: pd.DataFrame, units: Sequence[UnitDecision]) -> np.ndarray:
    per_second = {decision.source: PER_SECOND[decision.unit] for decision in units}
    divisor = frame["source"].astype("str").map(per_second).astype("float64")
    seconds = frame["known_duration_s"].fillna(frame["duration_raw"] / divisor).to_numpy(copy=True)
    placeholder = (frame["outcome"] != "finished") & (seconds == 0)
    seconds[placeholder.to_numpy(bool)] = np.nan
    return seconds


def _duration_qualities(frame: pd.DataFrame) -> np.ndarray:
    seconds = frame["duration_s"]
    conditions = (seconds.isna(), seconds == 0, _is_whole_second(frame))
    return np.select(conditions, ("missing", "below_resolution", "whole_second"), default="exact")


def _is_whole_second(frame: pd.DataFrame) -> np.ndarray:
    """Rows of a model and stream flag whose durations were floored to whole seconds.

    Whole seconds are 0.1 % of exact milliseconds; a group with at least five of them and a Wilson
    lower bound of their share above 1 % was floored.
    """
    positive = frame["duration_s"] > 0
    milliseconds = (frame["duration_s"].clip(upper=1e9) * 1000).round(6)
    is_whole = positive & (milliseconds % 1000 == 0)
    keys = [frame["model"].astype("str").fillna(""), frame["is_stream"].astype("str").fillna("")]
    grouped = pd.DataFrame({"whole": is_whole, "known": positive}).groupby(keys)
    floored = grouped.sum().apply(lambda row: _is_suspicious(row["whole"], row["known"]), axis=1)
    if not len(floored) or not floored.any():
        return np.zeros(len(frame), dtype=bool)
    group_of_row = grouped.ngroup()
    return np.asarray(is_whole & floored.to_numpy()[group_of_row], dtype=bool)


def _is_suspicious(whole: int, known: int) -> bool:
    if whole < 5:
        return False
    return _wilson_low(whole, known) > 0.01


def _wilson_low(k: int, n: int) -> float:
    """The lower end of Wilson's 95 % interval; importing SciPy's takes longer than most loads."""
    share = k / n
    centre = share + _Z**2 / (2 * n)
    half = _Z * sqrt(share * (1 - share) / n + _Z**2 / (4 * n**2))
    return (centre - half) / (1 + _Z**2 / n)


_Z = NormalDist().inv_cdf(0.975)


def _speeds(frame: pd.DataFrame) -> pd.Series:
    tokens = frame["completion_tokens"].astype("float64")
    is_usable = (frame["duration_quality"] == "exact") & (frame["outcome"] == "finished")
    return tokens / frame["duration_s"].where(is_usable)
