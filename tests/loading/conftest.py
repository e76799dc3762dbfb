"""Records that say only what matters, and a count of records that is not the loader's."""

from __future__ import annotations

import csv
import gzip
import io
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

WRAPPERS = ("data", "completions", "feedback")


def a_record(**what: Any) -> dict[str, Any]:
    """A finished Log10 chat row; keywords replace or add its keys."""
    return {
        "id": "c-1",
        "created_at": "2025-03-01T09:00:00+00:00",
        "status": "finished",
        "kind": "chat",
        "duration": 1500,
        "request": {"model": "gpt-4o", "messages": [{"role": "user", "content": "Two primes?"}]},
        "response": a_body(),
        "stacktrace": [],
        "tags": [],
        "tagResolved": [],
    } | what


def a_body(**what: Any) -> dict[str, Any]:
    """A chat completion's body; keywords replace or add its keys."""
    return {
        "id": "chatcmpl-1",
        "object": "chat.completion",
        "created": 1740819600,
        "model": "gpt-4o-2024-08-06",
        "choices": [
            {
                "index": 0,
                "finish_reason": "stop",
                "message": {"role": "assistant", "content": "2 and 3."},
            }
        ],
        "usage": {"prompt_tokens": 11, "completion_tokens": 6, "total_tokens": 17},
    } | what


def lines_of(*records: Any) -> bytes:
    """Records as JSONL."""
    return b"".join(json.dumps(record).encode() + b"\n" for record in records)


def records_in(path: Path) -> int:
    """How many records a well-formed export holds, counted without the package."""
    content = path.read_bytes()
    if content[:2] == b"\x1f\x8b":
        content = gzip.decompress(content)
    text = content.decode("utf-8-sig")
    if ".csv" in path.name:
        return len(list(csv.DictReader(io.StringIO(text))))
    try:
        document = json.loads(text)
    except ValueError:
        return sum(1 for line in text.split("\n") if line.strip())
    if isinstance(document, list):
        return len(document)
    listed = [document[key] for key in WRAPPERS if isinstance(document.get(key), list)]
    return len(listed[0]) if listed else 1


@pytest.fixture(name="a_record")
def _a_record() -> Callable[..., dict[str, Any]]:
    return a_record


@pytest.fixture(name="a_body")
def _a_body() -> Callable[..., dict[str, Any]]:
    return a_body


@pytest.fixture(name="lines_of")
def _lines_of() -> Callable[..., bytes]:
    return lines_of


@pytest.fixture(name="records_in")
def _records_in() -> Callable[[Path], int]:
    return records_in
