"""What follows from finished columns: the same for every path that fills them."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pandas as pd

from .clocks import on_floored_clock
from .columns import mapped_words
from .completions import COMPLETIONS
from .decisions import LOG10_FORMS, Decisions
from .failures import failure_class
from .finishes import finish_class
from .units import seconds_of

FINISHED_WORDS = frozenset(("finished", "success", "ok", "completed", "complete", "succeeded"))
_FAILED_WORDS = frozenset(("failed", "error", "failure", "errored"))
_STARTED_WORDS = frozenset(("started",))
_OPEN_WORDS = frozenset(("in_progress", "queued"))
_COMPACT = "_compact"
_CUT = ("n_messages", "prompt_chars", "prompt_hash")
"""What the cut prompts of a compact export would tell wrongly."""
OUTCOME_FROM = (
    "status", "n_choices", "has_error", "http_status", "finish_reason", "failure_kind",
)  # fmt: skip
"""The columns of the facts that the outcome follows from."""
JUDGED_FROM = (
    "source", "form", "has_list_marks", "duration_raw", "known_duration_s", *OUTCOME_FROM,
)  # fmt: skip
"""Those that `judged` needs."""


def completions_from(
    facts: pd.DataFrame, choices: pd.DataFrame, decisions: Decisions
) -> pd.DataFrame:
    """The frame `completions` from facts, their choices and what was decided from all facts."""
    frame = judged(facts, decisions)
    frame["finish_class"] = mapped_words(frame["finish_reason"], finish_class)
    frame["is_truncated"] = _any_truncated(frame["row_id"], choices)
    frame["failure_class"] = _failure_classes(frame)
    frame["duration_quality"] = _duration_qualities(frame, decisions)
    frame["tokens_per_s"] = _speeds(frame)
    frame["callsite"] = mapped_words(frame["callsite"], decisions.callsites.get)
    return COMPLETIONS.conform(frame)


def judged(facts: pd.DataFrame, decisions: Decisions) -> pd.DataFrame:
    """Facts, all columns or some, with the form, the outcome and the duration as decided."""
    frame = _with_compact_form(facts.copy(deep=False), decisions.compact)
    frame["outcome"] = outcomes(frame)
    frame["duration_s"] = _durations(frame, decisions)
    return frame


def outcomes(facts: pd.DataFrame) -> np.ndarray:
    """What became of each call, by the first rule that fits.

    A word in `status` decides unless an error in the record contradicts it; `started` with choices
    is finished, without is unresolved, as is what is in progress. Where no word says: HTTP status
    ≥ 400, an error or a finish class `error` is failed, any choice finished.
    """
    word = mapped_words(facts["status"], lambda status: status.strip().lower())
    has_choices = (facts["n_choices"] > 0).to_numpy(bool)
    has_error = facts["has_error"].to_numpy(bool)
    http_failed = (facts["http_status"] >= 400).fillna(False).to_numpy(bool)
    errors = [
        word for word in facts["finish_reason"].cat.categories if finish_class(word) == "error"
    ]
    finish_failed = facts["finish_reason"].isin(errors).to_numpy(bool)
    said_finished = word.isin(FINISHED_WORDS).to_numpy(bool)
    started = word.isin(_STARTED_WORDS).to_numpy(bool)
    rules = (
        (word.isin(_FAILED_WORDS).to_numpy(bool), "failed"),
        (has_error & ~(started & has_choices), "failed"),
        (said_finished, "finished"),
        (facts["failure_kind"].notna() & word.isna() & ~has_choices, "failed"),
        (started & has_choices, "finished"),
        (started | word.isin(_OPEN_WORDS).to_numpy(bool), "unresolved"),
        (http_failed, "failed"),
        (finish_failed, "failed"),
        (has_choices, "finished"),
    )
    conditions, names = zip(*rules, strict=True)
    return np.select(conditions, names, default="unresolved")


def _with_compact_form(frame: pd.DataFrame, compact: frozenset[str]) -> pd.DataFrame:
    """Mark the rows of Log10's compact files, whose prompts were cut to the last message."""
    if not compact:
        return frame
    is_log10 = frame["form"].isin(LOG10_FORMS) & frame["has_list_marks"]
    is_compact = (is_log10 & frame["source"].isin(compact)).to_numpy(bool)
    form = frame["form"].astype("str")
    cut = [name for name in _CUT if name in frame]
    return frame.assign(
        form=form.where(~is_compact, form + _COMPACT).astype("category"),
        **{name: frame[name].mask(is_compact) for name in cut},
    )


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


def _durations(frame: pd.DataFrame, decisions: Decisions) -> npt.NDArray[np.float64]:
    """Seconds of each call; 0 of a call that did not finish is a placeholder."""
    seconds = seconds_of(frame, decisions.units)
    is_placeholder = (seconds == 0) & (frame["outcome"] != "finished").to_numpy(bool)
    return np.where(is_placeholder, np.nan, seconds)


def _duration_qualities(frame: pd.DataFrame, decisions: Decisions) -> np.ndarray:
    seconds = frame["duration_s"].to_numpy()
    is_floored = on_floored_clock(frame, seconds, decisions.floored)
    conditions = (np.isnan(seconds), seconds == 0, is_floored)
    return np.select(conditions, ("missing", "below_resolution", "whole_second"), default="exact")


def _speeds(frame: pd.DataFrame) -> pd.Series:
    tokens = frame["completion_tokens"].astype("float64")
    is_usable = (frame["duration_quality"] == "exact") & (frame["outcome"] == "finished")
    return tokens / frame["duration_s"].where(is_usable)
