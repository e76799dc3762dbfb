"""Doubts that finished columns show: which rows have which issue."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd

from .frames.columns import mapped_words
from .frames.derive import FINISHED_WORDS

_UUID = re.compile(r"[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")
_LONGEST_S = 1e9  # longer ones are nonsense, and would not fit the clock
_COUNTS = ["prompt_tokens", "completion_tokens"]  # Anthropic and Ollama report no total

Doubt = tuple[str, str, np.ndarray]
"""Issue code, field, and the rows concerned."""


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What a doubt about a row depends on beside the row: all rows that are kept."""

    timed_sources: frozenset[str]
    """Those with a duration."""
    log10_rows: Mapping[str, int]
    """How many rows of Log10's a source has."""
    copied: np.ndarray
    """The rows whose request was copied."""


def surroundings_of(completions: pd.DataFrame) -> Surroundings:
    """What all completions of a log say about each of them."""
    timed, log10_rows = timed_sources(completions), rows_of_log10(completions)
    return Surroundings(timed, log10_rows, copied_requests(comparable(completions)))


def timed_sources(completions: pd.DataFrame) -> frozenset[str]:
    """The sources with a duration: a form that never carries one cannot lack one."""
    is_timed = completions["duration_s"].notna().to_numpy()
    return frozenset(completions["source"].array[is_timed].unique().astype("str"))


def rows_of_log10(completions: pd.DataFrame) -> Counter[str]:
    """How many rows of Log10's each source has."""
    forms = completions["form"].cat.categories
    is_log10 = completions["form"].isin(forms[forms.str.startswith("log10")])
    counted = completions.loc[is_log10, "source"].value_counts()
    return Counter({str(source): n for source, n in counted.items() if n})


def doubts(
    completions: pd.DataFrame,
    evidence: pd.DataFrame,
    frames: Mapping[str, pd.DataFrame],
    around: Surroundings,
) -> Iterator[Doubt]:
    """Every doubt that the columns of some rows show; some concern no row.

    `evidence` holds the facts beside `completions`, row by row; `frames` the children.
    """
    row_ids = completions["row_id"].to_numpy()
    for find in (_of_status, _of_time, _of_duration, _of_usage, _of_content):
        for code, field, mask in find(completions, evidence, around):
            yield code, field, row_ids[np.asarray(mask, dtype=bool)]
    yield from _of_children(frames)


_Masks = Iterator[tuple[str, str, pd.Series]]


def _of_status(frame: pd.DataFrame, evidence: pd.DataFrame, around: Surroundings) -> _Masks:
    status = mapped_words(frame["status"], lambda word: word.strip().lower())
    outcome = frame["outcome"]
    says_finished = status.isin(FINISHED_WORDS)
    yield "status_stale", "status", (status == "started") & (outcome != "unresolved")
    yield "status_conflict", "status", says_finished & evidence["has_error"].astype(bool)
    yield "unresolved", "status", outcome == "unresolved"


def _of_time(frame: pd.DataFrame, evidence: pd.DataFrame, around: Surroundings) -> _Masks:
    times = frame["created_at"]
    latest = pd.Timestamp.now("UTC") + pd.Timedelta(days=2)
    earliest = pd.Timestamp("2015-01-01", tz="UTC")
    yield "created_missing", "created_at", times.isna()
    yield "time_invalid", "created_at", evidence["has_impossible_time"].astype(bool)
    yield "time_naive", "created_at", evidence["is_time_naive"].astype(bool)
    yield "time_out_of_range", "created_at", (times < earliest) | (times > latest)


def _of_duration(frame: pd.DataFrame, evidence: pd.DataFrame, around: Surroundings) -> _Masks:
    quality, outcome = frame["duration_quality"], frame["outcome"]
    lacks_one = (quality == "missing") & frame["source"].isin(around.timed_sources)
    yield "duration_zero", "duration", quality == "below_resolution"
    yield "duration_whole_second", "duration", quality == "whole_second"
    yield "duration_missing", "duration", (outcome == "finished") & lacks_one
    yield "failed_without_duration", "duration", (outcome == "failed") & lacks_one


def _of_usage(frame: pd.DataFrame, evidence: pd.DataFrame, around: Surroundings) -> _Masks:
    quality = frame["usage_quality"]
    counted = quality.isin(["reported", "estimated"]) & (frame["kind"] != "embedding")
    yield "usage_missing", "usage", (frame["outcome"] == "finished") & (quality == "missing")
    yield "usage_incomplete", "usage", counted & frame[_COUNTS].isna().any(axis=1)
    yield "usage_zero", "usage", quality == "zero_filled"
    yield "usage_sentinel", "usage", quality == "sentinel"
    yield "usage_estimated", "usage", quality == "estimated"
    yield "total_mismatch", "usage.total_tokens", quality == "inconsistent"


def _of_content(frame: pd.DataFrame, evidence: pd.DataFrame, around: Surroundings) -> _Masks:
    compact = [form for form in frame["form"].cat.categories if form.endswith("_compact")]
    yield "object_mismatch", "response.object", evidence["has_other_object"].astype(bool)
    finished = frame["outcome"] == "finished"
    is_answer = frame["kind"] != "embedding"
    yield "id_missing", "id", finished & frame["completion_id"].isna()
    yield "choices_missing", "choices", finished & (frame["n_choices"] == 0) & is_answer
    yield "unknown_finish_reason", "finish_reason", frame["finish_class"] == "other"
    yield "compact_row", "request.messages", frame["form"].isin(compact)
    yield "mock", "tags", frame["is_mock"]
    yield "request_copied", "request", frame["row_id"].isin(around.copied)


def _of_children(frames: Mapping[str, pd.DataFrame]) -> Iterator[Doubt]:
    calls, logprobs, tags = frames["tool_calls"], frames["logprobs"], frames["tags"]
    is_invalid = ~calls["arguments_valid"].astype("boolean").fillna(True)
    is_sentinel = logprobs["is_sentinel"].astype("boolean").fillna(False)
    yield "arguments_invalid", "tool_calls.arguments", calls.loc[is_invalid, "row_id"].unique()
    # The first is null where the prompt was echoed.
    is_missing = logprobs["logprob"].isna() & (logprobs["token_index"] > 0)
    is_doubtful = is_missing | (logprobs["logprob"] > 0)
    yield "logprob_doubtful", "logprobs", logprobs.loc[is_doubtful, "row_id"].unique()
    yield "logprob_sentinel", "logprobs", logprobs.loc[is_sentinel, "row_id"].unique()
    yield "tags_unresolved", "tags", _rows_with_only_ids(tags)


def _rows_with_only_ids(tags: pd.DataFrame) -> np.ndarray:
    ids = [tag for tag in tags["tag"].cat.categories if _UUID.fullmatch(tag)]
    is_id = tags["tag"].isin(ids)
    return np.setdiff1d(tags.loc[is_id, "row_id"], tags.loc[~is_id, "row_id"])


COMPARED_FROM = ("row_id", "source", "model", "prompt_hash", "created_at", "prompt_tokens")
"""The columns of the facts that `comparable` needs beside the duration."""
_PROMPT = ["source", "model", "prompt_hash"]


def comparable(completions: pd.DataFrame) -> pd.DataFrame:
    """What `copied_requests` compares: the calls with all that it takes to find them."""
    compared = completions[[*COMPARED_FROM, "duration_s"]]
    needed = compared.drop(columns="prompt_tokens").notna().all(axis=1)
    return compared[needed & (completions["usage_quality"] == "reported")]


def copied_requests(calls: pd.DataFrame) -> np.ndarray:
    """Rows of overlapping calls with one stored prompt whose counts prove different prompts.

    Log10's asynchronous client keeps one request per client object, so simultaneous calls are all
    stored with the last one's request.
    """
    calls = calls[calls["prompt_hash"].duplicated(keep=False)]  # a quick look: few recur
    shared = calls[calls.duplicated(_PROMPT, keep=False)]
    ordered = shared.sort_values("created_at", kind="stable")
    prompts = ordered.groupby(_PROMPT, observed=True, sort=False).ngroup()
    lasted = ordered["duration_s"].clip(upper=_LONGEST_S) * 1e6
    ends = ordered["created_at"] + lasted.round().astype("int64").astype("timedelta64[us]")
    starts_after_all = (
        ordered["created_at"] >= ends.groupby(prompts).cummax().groupby(prompts).shift()
    )
    cluster = (starts_after_all | ~prompts.duplicated()).groupby(prompts).cumsum()
    counts = ordered["prompt_tokens"].groupby([prompts, cluster]).transform("nunique")
    return np.sort(ordered.loc[counts > 1, "row_id"].to_numpy())
