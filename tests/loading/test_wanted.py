"""What is not asked for is not built, and the rest is the same."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from pandas.testing import assert_frame_equal

import completion_analytics as ca
from completion_analytics.frames import TABLES

ROOT = Path(__file__).parents[2]
FINDINGS = ("completions", "rejects", "counts", "row_issues", "issues")
A_CALL: dict[str, Any] = {
    "id": "1",
    "status": "finished",
    "request": {"model": "m", "messages": [{"role": "user", "content": "Two primes?"}]},
    "response": {"choices": [{"index": 0, "message": {"role": "assistant", "content": "2, 3"}}]},
    "tags": ["maths"],
}


def load(what: Any, **options: Any) -> ca.CompletionLog:
    return ca.load(what, progress=False, **options)


def assert_same(one: ca.CompletionLog, other: ca.CompletionLog, names: Any) -> None:
    for name in names:
        assert_frame_equal(getattr(one, name), getattr(other, name))
    assert one.source_issues == other.source_issues
    assert_frame_equal(one.origins.places, other.origins.places)


@cache
def whole_of(path: Path) -> ca.CompletionLog:
    return load(path)


@pytest.mark.filterwarnings("ignore:.*records were rejected")
def test_what_is_built_is_the_same_whatever_else_is(sample_file: Path) -> None:
    few = load(sample_file, frames=("usage", "tags"))
    assert set(few.frames) == {"completions", "usage", "tags"}
    assert_same(few, whole_of(sample_file), (*FINDINGS, "usage", "tags"))


@pytest.mark.parametrize("frames", [(), ("messages", "feedback"), ("choices", "stacktrace")])
def test_any_frames_may_be_asked_for(frames: tuple[str, ...]) -> None:
    path = ROOT / "data" / "samples" / "01_log10_download.jsonl.gz"
    few = load(path, frames=frames)
    assert set(few.frames) == {"completions", *frames}
    assert_same(few, whole_of(path), (*FINDINGS, *frames))


@pytest.mark.filterwarnings("ignore:.*records were rejected")
def test_without_words_only_words_are_missing(sample_file: Path) -> None:
    whole, silent = whole_of(sample_file), load(sample_file, text=False)
    assert_same(silent, whole, FINDINGS)
    for name, frame in whole.frames.items():
        said = [column.name for column in TABLES[name] if column.is_said]
        assert silent.frames[name][said].isna().all(axis=None)
        assert_frame_equal(silent.frames[name].drop(columns=said), frame.drop(columns=said))


def test_the_words_are_those_of_prompts_and_answers() -> None:
    said = [f"{name}.{column.name}" for name, table in TABLES.items() for column in table
            if column.is_said]  # fmt: skip
    assert said == [
        "choices.text", "choices.reasoning", "choices.refusal", "messages.text",
        "tool_calls.arguments", "logprobs.token", "logprobs.top_logprobs",
    ]  # fmt: skip


def test_counts_of_characters_and_hashes_need_no_words() -> None:
    completions = load([A_CALL], text=False, frames=()).completions
    assert completions["prompt_chars"].item() == len("Two primes?")
    assert completions["completion_chars"].item() == len("2, 3")
    assert completions["prompt_hash"].notna().all()


def test_a_frame_that_was_not_asked_for_says_how_to_get_it() -> None:
    log = load([A_CALL], frames=["usage"])
    with pytest.raises(AttributeError, match=r"without 'messages': name it in `load\(frames=…\)`"):
        log.messages  # noqa: B018  # because looking is what raises
    assert not hasattr(log, "tags")
    assert "messages" not in log.frames


SEARCHES = [
    (ca.HasTags(none=["prod"]), "without 'tags'"),
    (ca.Contains("primes", "prompts"), "without 'messages'"),
    (ca.Contains("2, 3", "both"), "without 'messages'"),
]


@pytest.mark.parametrize(("condition", "message"), SEARCHES)
def test_what_was_left_out_is_not_searched_wherever_the_log_is(
    condition: ca.Condition, message: str, tmp_path: Path
) -> None:
    log = load([A_CALL], frames=["usage"])
    log.to_parquet(tmp_path / "log")
    with pytest.raises(AttributeError, match=message):
        ca.select(log, condition)
    with pytest.raises(AttributeError, match=message):
        ca.open_parquet(tmp_path / "log", where=condition)
    in_parts = ca.scale.open(tmp_path / "log")
    with pytest.raises(AttributeError, match=message):
        ca.select(in_parts, condition)
    with pytest.raises(AttributeError, match="without 'messages'"):
        in_parts.messages  # noqa: B018  # because looking is what raises
    assert set(in_parts.frames) == {"completions", "usage"}


@pytest.mark.parametrize("where", ["prompts", "answers", "both"])
def test_words_that_were_left_out_are_not_searched(where: str, tmp_path: Path) -> None:
    log, condition = load([A_CALL], text=False), ca.Contains("2", where)
    log.to_parquet(tmp_path / "log")
    for looked in (log, ca.open_parquet(tmp_path / "log"), ca.scale.open(tmp_path / "log")):
        with pytest.raises(AttributeError, match="load it with `text=True`"):
            ca.select(looked, condition)
    with pytest.raises(AttributeError, match="load it with `text=True`"):
        ca.open_parquet(tmp_path / "log", where=condition)
    assert len(ca.select(log, ca.HasTags(any=["maths"]), ca.Contains("m", "model"))) == 1


def test_an_opened_log_forgets_what_it_is_told_to_leave_out(tmp_path: Path) -> None:
    load([A_CALL]).to_parquet(tmp_path / "log")
    with pytest.raises(AttributeError, match="without 'messages'"):
        ca.open_parquet(tmp_path / "log").without(["messages"]).messages  # noqa: B018  # as above


def test_a_misspelt_name_is_no_frame_left_out() -> None:
    with pytest.raises(AttributeError, match="has no attribute 'mesages'"):
        getattr(load([A_CALL], frames=["usage"]), "mesages")  # noqa: B009  # because of mypy


@pytest.mark.parametrize(
    ("frames", "error", "message"),
    [
        ("usage", TypeError, "takes a list of names"),
        (5, TypeError, "takes a list of names"),
        (["usages"], ValueError, "frames='usages' are none; there are completions, choices, usage"),
        (["usage", 5], ValueError, "frames=5 are none"),
    ],
)
def test_frames_that_are_none_are_refused(
    frames: Any, error: type[Exception], message: str
) -> None:
    with pytest.raises(error, match=message):
        load([A_CALL], frames=frames)


def test_a_log_of_few_frames_is_selected_redacted_shown_and_told_apart(tmp_path: Path) -> None:
    log = load([A_CALL, A_CALL | {"id": "2", "tags": []}], frames=("tags",))
    assert len(ca.select(log, ca.HasTags(any=["maths"]))) == 1
    assert set(ca.redact(log, salt="s").frames) == {"completions", "tags"}
    assert repr(log) == repr(load([A_CALL, A_CALL | {"id": "2", "tags": []}]))
    log.to_parquet(tmp_path / "log")
    opened = ca.open_parquet(tmp_path / "log")
    assert set(opened.frames) == {"completions", "tags"}
    with pytest.raises(AttributeError, match="without 'usage'"):
        opened.usage  # noqa: B018  # because looking is what raises


def test_the_cache_tells_logs_of_different_frames_apart(tmp_path: Path) -> None:
    path = tmp_path / "a.jsonl"
    path.write_text('{"object": "text_completion", "choices": [{"index": 0, "text": "hi"}]}\n')
    kept: list[pd.DataFrame] = []
    for options in ({"frames": ("usage",)}, {}, {"text": False}) * 2:
        log = load(path, cache=tmp_path / "cache", **options)
        assert ("choices" in log.frames) == ("frames" not in options)
        if "choices" in log.frames:
            kept.append(log.choices)
    assert [frame["text"].notna().all() for frame in kept] == [True, False, True, False]


def test_processes_build_what_was_asked_for(tmp_path: Path) -> None:
    for name in "ab":
        (tmp_path / f"{name}.json").write_text('[{"object": "text_completion", "choices": []}]')
    options: dict[str, Any] = {"frames": ("usage",), "text": False}
    one, two = (load(tmp_path, workers=n, **options) for n in (1, 2))
    assert set(two.frames) == {"completions", "usage"}
    assert_same(two, one, (*FINDINGS, "usage"))
