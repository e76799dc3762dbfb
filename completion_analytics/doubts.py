"""Doubts that finished columns show: which rows have which issue."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import numpy as np
import pandas as pd

from .frames.derive import FINISHED_WORDS

_UUID = r"[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}"
_LONGEST_S = 1e9  # longer ones are nonsense, and would not fit the clock
_COUNTS = ["prompt_tokens", "completion_tokens"]  # Anthropic and Ollama report no total

Doubt = tuple[str, str, np.ndarray]
"""Issue code, field, and the rows concerned."""


def doubts(
    completions: pd.DataFrame, evidence: pd.DataFrame, frames: Mapping[str, pd.DataFrame]
) -> Iterator[Doubt]:
    """Every doubt that the columns of a log show; some concern no row.

    `evidence` holds the facts beside `completions`, row by row; `frames` the children.
    """
    row_ids = completions["row_id"].to_numpy()
    for find in (_of_status, _of_time, _of_duration, _of_usage, _of_content):
        for code, field, mask in find(completions, evidence):
            yield code, field, row_ids[np.asarray(mask, dtype=bool)]
    yield from _of_children(frames)


_Masks = Iterator[tuple[str, str, pd.Series]]


def _of_status(frame: pd.DataFrame, evidence: pd.DataFrame) -> _Masks:
    status = frame["status"].astype("str").str.strip().str.lower()
    outcome = frame["outcome"]
    says_finished = status.isin(FINISHED_WORDS)
    yield "status_stale", "status", (status == "started") & (outcome != "unresolved")
    yield "status_conflict", "status", says_finished & evidence["has_error"].astype(bool)
    yield "unresolved", "status", outcome == "unresolved"


def _of_time(frame: pd.DataFrame, evidence: pd.DataFrame) -> _Masks:
    times = frame["created_at"]
    latest = pd.Timestamp.now("UTC") + pd.Timedelta(days=2)
    earliest = pd.Timestamp("2015-01-01", tz="UTC")
    yield "created_missing", "created_at", times.isna()
    yield "time_invalid", "created_at", evidence["has_impossible_time"].astype(bool)
    yield "time_naive", "created_at", evidence["is_time_naive"].astype(bool)
    yield "time_out_of_range", "created_at", (times < earliest) | (times > latest)


def _of_duration(frame: pd.DataFrame, _: pd.DataFrame) -> _Masks:
    quality, outcome = frame["duration_quality"], frame["outcome"]
    # A form that never carries a duration cannot lack one.
    timed_sources = frame.loc[frame["duration_s"].notna(), "source"].unique()
    lacks_one = (quality == "missing") & frame["source"].isin(timed_sources)
    yield "duration_zero", "duration", quality == "below_resolution"
    yield "duration_whole_second", "duration", quality == "whole_second"
    yield "duration_missing", "duration", (outcome == "finished") & lacks_one
    yield "failed_without_duration", "duration", (outcome == "failed") & lacks_one


def _of_usage(frame: pd.DataFrame, _: pd.DataFrame) -> _Masks:
    quality = frame["usage_quality"]
    counted = quality.isin(["reported", "estimated"]) & (frame["kind"] != "embedding")
    yield "usage_missing", "usage", (frame["outcome"] == "finished") & (quality == "missing")
    yield "usage_incomplete", "usage", counted & frame[_COUNTS].isna().any(axis=1)
    yield "usage_zero", "usage", quality == "zero_filled"
    yield "usage_sentinel", "usage", quality == "sentinel"
    yield "usage_estimated", "usage", quality == "estimated"
    yield "total_mismatch", "usage.total_tokens", quality == "inconsistent"


def _of_content(frame: pd.DataFrame, evidence: pd.DataFrame) -> _Masks:
    is_compact = frame["form"].astype("str").str.endswith("_compact")
    yield "object_mismatch", "response.object", evidence["has_other_object"].astype(bool)
    finished = frame["outcome"] == "finished"
    is_answer = frame["kind"] != "embedding"
    yield "id_missing", "id", finished & frame["completion_id"].isna()
    yield "choices_missing", "choices", finished & (frame["n_choices"] == 0) & is_answer
    yield "unknown_finish_reason", "finish_reason", frame["finish_class"] == "other"
    yield "compact_row", "request.messages", is_compact
    yield "mock", "tags", frame["is_mock"]
    yield "request_copied", "request", has_copied_request(frame)


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
    is_id = tags["tag"].astype("str").str.fullmatch(_UUID).astype(bool)
    only_ids = is_id.groupby(tags["row_id"]).all()
    return only_ids.index[only_ids].to_numpy()


def has_copied_request(frame: pd.DataFrame) -> pd.Series:
    """Overlapping calls with one stored prompt whose token counts prove different prompts.

    Log10's asynchronous client keeps one request per client object, so simultaneous calls are all
    stored with the last one's request.
    """
    usable = frame[
        frame["prompt_hash"].notna()
        & frame["created_at"].notna()
        & frame["duration_s"].notna()
        & (frame["usage_quality"] == "reported")
    ].sort_values("created_at")
    lasted = usable["duration_s"].clip(upper=_LONGEST_S) * 1e6
    ends = usable["created_at"] + lasted.round().astype("int64").astype("timedelta64[us]")
    keys = [usable["source"].astype("str"), usable["model"].astype("str"), usable["prompt_hash"]]
    starts_after_all = usable["created_at"] >= ends.groupby(keys).cummax().groupby(keys).shift()
    first = ~usable.duplicated(["source", "model", "prompt_hash"])
    cluster = (starts_after_all | first).groupby(keys).cumsum()
    counts = usable["prompt_tokens"].groupby([*keys, cluster]).transform("nunique")
    return (counts > 1).reindex(frame.index, fill_value=False)
