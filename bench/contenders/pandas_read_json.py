"""`pd.read_json(lines=True)` and `explode` of the columns that hold lists."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pandas as pd


def log10(path: Path) -> dict[str, pd.DataFrame]:
    raw = _raw(path)
    request, response = raw["request"], raw["response"]
    messages = _messages(request)
    choices = _choices(response)
    return {
        "completions": _completions(raw),
        "choices": choices,
        "usage": _usage(response),
        "tags": _exploded(raw["tagResolved"], "index").rename(columns={"name": "tag"}),
        "messages": messages,
        "tool_calls": _tool_calls(messages, choices),
        "stacktrace": _exploded(raw["stacktrace"], "frame_index"),
    }


def text(path: Path) -> dict[str, pd.DataFrame]:
    raw = _raw(path)
    usage = raw["usage"].dropna()
    return {
        "completions": raw[["model", "system_fingerprint"]].assign(
            row_id=raw.index,
            completion_id=raw["id"],
            created_at=pd.to_datetime(raw["created"], unit="s", utc=True),
        ),
        "choices": _exploded(raw["choices"], "choice_index"),
        "usage": pd.DataFrame(usage.tolist()).assign(row_id=usage.index),
    }


def _raw(path: Path) -> pd.DataFrame:
    is_array = path.suffix == ".json"
    return pd.read_json(path, lines=not is_array, dtype=False, precise_float=True)


def _field(objects: pd.Series, name: str) -> pd.Series:
    return objects.map(lambda value: value.get(name) if isinstance(value, dict) else None)


def _exploded(lists: pd.Series, position: str) -> pd.DataFrame:
    """One row per element: its keys as columns, its row and its position."""
    elements = lists.explode().dropna()
    row_id = elements.index.to_series()
    frame = pd.DataFrame(elements.tolist())
    frame["row_id"] = row_id.to_numpy()
    frame[position] = row_id.groupby(level=0).cumcount().to_numpy()
    return frame


def _completions(raw: pd.DataFrame) -> pd.DataFrame:
    request, response = raw["request"], raw["response"]
    same = ["status", "organization_id", "session_id", "failure_kind", "failure_reason"]
    model_requested = _field(request, "model")
    return raw[same].assign(
        row_id=raw.index,
        completion_id=raw["id"],
        created_at=pd.to_datetime(raw["created_at"], format="ISO8601"),
        duration_raw=raw["duration"],
        model=_field(response, "model").fillna(model_requested),
        model_requested=model_requested,
        temperature=_field(request, "temperature"),
        max_tokens=_field(request, "max_tokens"),
        is_stream=_field(request, "stream"),
        system_fingerprint=_field(response, "system_fingerprint"),
    )


def _choices(response: pd.Series) -> pd.DataFrame:
    frame = _exploded(_field(response, "choices"), "position")
    message = frame["message"]
    return frame.assign(
        choice_index=frame["index"],
        role=_field(message, "role"),
        text=_field(message, "content").fillna(frame["text"]),
        tool_calls=_field(message, "tool_calls"),
    )


def _usage(response: pd.Series) -> pd.DataFrame:
    reported = _field(response, "usage").dropna()
    frame = pd.DataFrame(reported.tolist())
    return frame.assign(
        row_id=reported.index,
        cached_tokens=_field(frame["prompt_tokens_details"], "cached_tokens"),
        reasoning_tokens=_field(frame["completion_tokens_details"], "reasoning_tokens"),
    )


def _messages(request: pd.Series) -> pd.DataFrame:
    prompts = _field(request, "prompt").dropna()
    prompt_rows = {"row_id": prompts.index, "message_index": 0, "role": "prompt"}
    frame = pd.concat(
        [
            _exploded(_field(request, "messages"), "message_index"),
            pd.DataFrame({**prompt_rows, "content": prompts.to_numpy()}),
        ]
    )
    return frame.sort_values("row_id", kind="stable").rename(columns={"content": "text"})


def _tool_calls(messages: pd.DataFrame, choices: pd.DataFrame) -> pd.DataFrame:
    frame = pd.concat([_calls(messages, "message_index"), _calls(choices, "choice_index")])
    frame = frame.sort_values("row_id", kind="stable")
    return frame.assign(
        tool_call_id=frame["id"],
        name=_field(frame["function"], "name"),
        arguments=_field(frame["function"], "arguments"),
    )


def _calls(holders: pd.DataFrame, place: str) -> Any:
    having = holders[holders["tool_calls"].notna()].reset_index(drop=True)
    frame = _exploded(having["tool_calls"], "tool_call_index")
    where = having.loc[frame["row_id"], ["row_id", place]].reset_index(drop=True)
    return frame.assign(**{name: where[name] for name in where})
