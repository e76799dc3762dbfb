"""`json.loads` per line and `pd.json_normalize` per frame."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pandas as pd

from .opening import opened

Json = dict[str, Any]

_SCALARS = {
    "row_id": "row_id",
    "id": "completion_id",
    "status": "status",
    "created_at": "created_at",
    "duration": "duration_raw",
    "organization_id": "organization_id",
    "session_id": "session_id",
    "response.model": "model",
    "request.model": "model_requested",
    "failure_kind": "failure_kind",
    "failure_reason": "failure_reason",
    "request.temperature": "temperature",
    "request.max_tokens": "max_tokens",
    "request.stream": "is_stream",
    "response.system_fingerprint": "system_fingerprint",
}


def log10(path: Path) -> dict[str, pd.DataFrame]:
    records = _records(path)
    return {name: build(records) for name, build in _FRAMES.items()}


def text(path: Path) -> dict[str, pd.DataFrame]:
    bodies = _records(path)
    scalars = ["row_id", "id", "created", "model", "system_fingerprint"]
    completions = pd.json_normalize(bodies, max_level=0)[scalars]
    usage = [{**body["usage"], "row_id": body["row_id"]} for body in bodies if body.get("usage")]
    return {
        "completions": completions.assign(
            completion_id=completions["id"],
            created_at=pd.to_datetime(completions["created"], unit="s", utc=True),
        ),
        "choices": pd.json_normalize(bodies, "choices", "row_id").rename(
            columns={"index": "choice_index"}
        ),
        "usage": pd.json_normalize(usage),
    }


def _records(path: Path) -> list[Json]:
    with opened(path) as file:
        is_array = path.suffix == ".json"
        records = json.load(file) if is_array else [json.loads(line) for line in file]
    for row_id, record in enumerate(records):
        record["row_id"] = row_id
    return records


def _completions(records: list[Json]) -> pd.DataFrame:
    frame = pd.json_normalize(records, max_level=1)[list(_SCALARS)].rename(columns=_SCALARS)
    frame["created_at"] = pd.to_datetime(frame["created_at"], format="ISO8601")
    frame["model"] = frame["model"].fillna(frame["model_requested"])
    return frame


def _choices(records: list[Json]) -> pd.DataFrame:
    answered = [record for record in records if record["response"]]
    frame = pd.json_normalize(answered, ["response", "choices"], "row_id")
    names = {"index": "choice_index", "message.role": "role", "message.content": "answer"}
    frame = frame.rename(columns=names)
    return frame.assign(text=frame["answer"].fillna(frame["text"]))


def _usage(records: list[Json]) -> pd.DataFrame:
    reported = [
        {**record["response"]["usage"], "row_id": record["row_id"]}
        for record in records
        if record["response"] and "usage" in record["response"]
    ]
    names = {
        "prompt_tokens_details.cached_tokens": "cached_tokens",
        "completion_tokens_details.reasoning_tokens": "reasoning_tokens",
    }
    return pd.json_normalize(reported).rename(columns=names)


def _tags(records: list[Json]) -> pd.DataFrame:
    return pd.json_normalize(records, "tagResolved", "row_id").rename(columns={"name": "tag"})


def _messages(records: list[Json]) -> pd.DataFrame:
    prompts = [
        {"row_id": record["row_id"], "role": "prompt", "content": record["request"]["prompt"]}
        for record in records
        if "prompt" in record["request"]
    ]
    chats = [record for record in records if "messages" in record["request"]]
    sent = pd.json_normalize(chats, ["request", "messages"], "row_id")
    frame = pd.concat([sent, pd.DataFrame(prompts)]).astype({"row_id": "int64"})
    frame = frame.sort_values("row_id", kind="stable").rename(columns={"content": "text"})
    return frame.assign(message_index=frame.groupby("row_id").cumcount())


def _tool_calls(records: list[Json]) -> pd.DataFrame:
    asked = [
        {"row_id": record["row_id"], "message_index": index, "calls": message["tool_calls"]}
        for record in records
        for index, message in enumerate(record["request"].get("messages", ()))
        if message.get("tool_calls")
    ]
    answered = [
        {"row_id": record["row_id"], "choice_index": choice["index"], "calls": calls}
        for record in records
        for choice in (record["response"] or {}).get("choices", ())
        if (calls := choice.get("message", {}).get("tool_calls"))
    ]
    parts = [
        pd.json_normalize(holders, "calls", ["row_id", where])
        for holders, where in ((asked, "message_index"), (answered, "choice_index"))
    ]
    names = {
        "id": "tool_call_id",
        "function.name": "name",
        "function.arguments": "arguments",
    }
    frame = pd.concat(parts).rename(columns=names).sort_values("row_id", kind="stable")
    places = ["row_id", "message_index", "choice_index"]
    return frame.assign(tool_call_index=frame.groupby(places, dropna=False).cumcount())


def _stacktrace(records: list[Json]) -> pd.DataFrame:
    frame = pd.json_normalize(records, "stacktrace", "row_id")
    return frame.assign(frame_index=frame.groupby("row_id").cumcount())


_FRAMES: dict[str, Callable[[list[Json]], pd.DataFrame]] = {
    "completions": _completions,
    "choices": _choices,
    "usage": _usage,
    "tags": _tags,
    "messages": _messages,
    "tool_calls": _tool_calls,
    "stacktrace": _stacktrace,
}
