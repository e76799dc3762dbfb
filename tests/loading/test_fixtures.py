"""Single deviations of real payloads: each is accepted or rejected as it says."""

from __future__ import annotations

import json
import warnings
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

import completion_analytics as ca

FIXTURES = [
    json.loads(line)
    for line in (Path(__file__).parents[1] / "data" / "fixtures.jsonl").read_bytes().splitlines()
]


def completion(name: str) -> Callable[[ca.CompletionLog], Any]:
    return lambda log: log.completions[name].iloc[0]


def choice(name: str) -> Callable[[ca.CompletionLog], Any]:
    return lambda log: log.choices[name].iloc[0]


# Where each word of `want` is found.
WANTED: dict[str, Callable[[ca.CompletionLog], Any]] = {
    "id": completion("completion_id"),
    "created": lambda log: (
        log.completions["created_at"].map(pd.Timestamp.isoformat).iloc[0]
        if log.completions["created_at"].notna().all()
        else None
    ),
    "kind": completion("kind"),
    "status": lambda log: {"unresolved": "started"}.get(
        completion("outcome")(log), completion("outcome")(log)
    ),
    "finish": completion("finish_class"),
    "finish_raw": completion("finish_reason"),
    "index": choice("choice_index"),
    "text": choice("text"),
    "refused": lambda log: bool(log.choices["refusal"].notna().iloc[0]),
    "args_valid": lambda log: bool(log.tool_calls["arguments_valid"].iloc[0]),
    "tags": lambda log: log.tags["tag"].tolist(),
    "prompt_tokens": completion("prompt_tokens"),
    "completion_tokens": completion("completion_tokens"),
    "cached_tokens": completion("cached_tokens"),
    "cost": completion("cost_usd"),
    "duration_s": completion("duration_s"),
    "server_s": completion("server_duration_s"),
    "ttft_s": completion("ttft_s"),
    "error_kind": completion("failure_kind"),
    "n": len,
}


@pytest.mark.parametrize("fixture", FIXTURES, ids=[fixture["name"] for fixture in FIXTURES])
def test_a_deviation_is_accepted_or_rejected_as_it_says(fixture: dict[str, Any]) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", UserWarning)  # a file of one reject is mostly rejected
        log = ca.load(json.dumps(fixture["payload"]).encode() + b"\n")
    if fixture["expect"] == "reject":
        assert (len(log), len(log.rejects)) == (0, 1)
        return
    assert log.rejects.empty, log.rejects["reason"].tolist()
    wanted = dict(fixture["want"] or {})
    code = wanted.pop("issue", None)
    assert code is None or code in log.issues["code"].tolist()
    for word, value in wanted.items():
        found = WANTED[word](log)
        if value is None:
            assert pd.isna(found), word
        else:
            assert found == pytest.approx(value) if isinstance(value, float) else found == value


def test_the_fixtures_are_all_there() -> None:
    expected = [fixture["expect"] for fixture in FIXTURES]
    assert (expected.count("accept"), expected.count("reject")) == (64, 10)
