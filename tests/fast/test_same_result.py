"""The fast path gives what the plain path gives: frames, rejects, issues, counts and origins."""

from __future__ import annotations

import json
from collections.abc import Callable
from itertools import islice
from pathlib import Path
from random import Random
from typing import Any

import pytest

import completion_analytics as ca
from bench.fuzz import (
    Writer,
    array_of,
    corpus_lines,
    differences,
    fast_lines,
    file_of,
    mostly_clean,
    seed_lines,
)
from bench.mutations import mutated_lines
from completion_analytics import gathering, loading

ROOT = Path(__file__).parents[2]
A_ROW = {
    "id": "c-1",
    "created_at": "2025-03-01T09:00:00.000001+00:00",
    "status": "finished",
    "kind": "chat",
    "duration": 1500,
    "request": {"model": "gpt-4o", "messages": [{"role": "user", "content": "Two primes?"}]},
    "response": {
        "id": "r-1",
        "choices": [{"index": 0, "message": {"role": "assistant", "content": "2 and 3."}}],
        "usage": {"prompt_tokens": 11, "completion_tokens": 6, "total_tokens": 17},
    },
    "stacktrace": [{"file": "app.py", "line": "ask()", "lineno": 9, "name": "main"}],
    "tags": ["t"],
    "tagResolved": [{"id": "t", "name": "web"}],
}


def line(**changed: Any) -> bytes:
    return json.dumps(A_ROW | changed).encode()


def request(**changed: Any) -> dict[str, Any]:
    return A_ROW["request"] | changed  # type: ignore[operator]  # because the row is of many types


def is_fast(raw: bytes) -> bool:
    return fast_lines([raw]) == 1


def watch(monkeypatch: pytest.MonkeyPatch) -> list[tuple[bytes, Any]]:
    """What the fast path is tried on from now on, and what it makes of it."""
    decode: Callable[[bytes], Any] | None = gathering.clean_rows()
    assert decode is not None
    tried: list[tuple[bytes, Any]] = []

    def watched(raw: bytes) -> Any:
        decoded = decode(raw)
        tried.append((raw, decoded))
        return decoded

    monkeypatch.setattr(gathering, "clean_rows", lambda: watched)
    return tried


def test_a_sample_gives_the_same_log_on_both_paths(sample_file: Path) -> None:
    assert differences(sample_file) == []


@pytest.mark.parametrize("written", [file_of, array_of])
@pytest.mark.parametrize("options", [{}, {"strict": True}, {"duration_unit": "s"}])
def test_mutated_lines_give_the_same_log_on_both_paths(
    options: dict[str, Any], written: Writer
) -> None:
    """`python -m bench fuzz --lines 1000000` tries more of them."""
    seeds = mostly_clean([*seed_lines(), *corpus_lines([ROOT / "tests" / "data"])])
    lines = list(islice(mutated_lines(seeds, seed=7), 400))
    assert fast_lines(lines) > 50
    assert differences(written(lines, Random(7)), **options) == []


def test_the_first_record_that_cannot_be_kept_is_the_same_on_both_paths() -> None:
    file = b"\n".join([line(id="1"), line(id="2", duration=-1), line(id="3", duration="soon")])
    assert differences(file, on_error="raise") == []
    with pytest.raises(loading.LoadError, match="record 2"):
        ca.load(file, on_error="raise")


@pytest.mark.parametrize("options", [{"keep_raw": True}, {"columns": {"key": "request.model"}}])
def test_options_that_need_the_record_as_it_stands_are_served(options: dict[str, Any]) -> None:
    file = b"\n".join([line(id="1"), line(id="2")])
    assert differences(file, **options) == []
    log = ca.load(file, **options)
    assert log.raw(0)["id"] == "1"


def test_a_row_as_the_command_line_writes_it_is_fast() -> None:
    assert is_fast(line())
    assert is_fast(line(status="failed", duration=None, response=None, failure_kind="Timeout"))
    text = {"choices": [{"index": 0, "text": " 4"}]}
    assert is_fast(line(request={"model": "m", "prompt": "2+2="}, response=text))


NESTED = "[" * 202 + "]" * 202
A_CHOICE = {"index": 0, "message": {"role": "assistant", "content": "2"}}


@pytest.mark.parametrize(
    "raw",
    [
        line(log_id=5),
        line(id=None),
        line(id=7),
        line(duration="12"),
        line(duration=-1),
        line(duration=True),
        line(duration=2**63),
        line(created_at="yesterday"),
        line(error={"message": "boom"}),
        line(stacktrace='[{"file": "app.py"}]'),
        line(stacktrace=[{"file": "app.py", "line": "ask()", "name": "main"}]),
        line(tags="a,b"),
        line(request=request(max_tokens=1.0)),
        line(request=request(temperature="0.5")),
        line(request=request(model="__SPEAKEASY_UNSET__")),
        line(request=request(prompt="both")),
        line(request=request(messages=[{"role": "model", "content": "hi"}])),
        line(request={"model": "m", "prompt": None}),
        line(response={"choices": [{"index": 1, "message": {"content": "2"}}]}),
        line(response={"choices": [{"index": 0}]}),
        line(response={"choices": [A_CHOICE, A_CHOICE]}),
        line(response={"choices": [{"index": 0, "text": "in a chat"}]}),
        line(response={"choices": [A_CHOICE | {"error": {"message": "boom"}}]}),
        line(response={"output": "of another tool"}),
        line().replace(b'"main"', rb'"\ud83d"'),
        line().replace(b'"main"', b'"\xff"'),
        line().replace(b"1500", b"1e400"),
        line().replace(b"1500", b"NaN"),
        line().replace(b"1500", b'1500, "duration": "x"'),
        line(request=request(metadata="deep")).replace(b'"deep"', NESTED.encode()),
        line(request=request(metadata="long")).replace(b'"long"', b"[" + b"9" * 5000 + b"]"),
        line() + line(),
        line() + b",",
        b"\xef\xbb\xbf" + line(),
        b"[" + line() + b"]",
    ],
)
def test_whatever_is_not_clean_is_left_to_the_models(raw: bytes) -> None:
    assert not is_fast(raw)
    assert differences(b"\n".join([line(id="before"), raw, line(id="behind")])) == []


@pytest.mark.parametrize(
    "changed",
    [
        {"duration": 0},
        {"duration": 12.5},
        {"duration": 10**300 / 3},
        {"created_at": None},
        {"created_at": 1.7e9},
        {"created_at": "2025-03-01 09:00:00"},
        {"tagResolved": None, "tags": ["a", "a", ""]},
        {"request": None},
        {"request": {}},
        {"request": {"model": "m", "prompt": ["a", "b"]}, "response": None},
        {"response": {"choices": []}},
        {"response": {"choices": None}},
        {"stacktrace": []},
        {"stacktrace": [{"file": "", "line": 7, "lineno": 1e300, "name": ""}]},
    ],
)
def test_a_rare_but_clean_row_gives_the_same_log_on_both_paths(changed: dict[str, Any]) -> None:
    raw = line(**changed)
    assert is_fast(raw)
    assert differences(b"\n".join([raw, line(id="2")])) == []


def test_a_negative_zero_stays_what_the_plain_path_makes_of_it() -> None:
    for literal in (b"-0", b"-0.0"):
        raw = line(request=request(temperature="?")).replace(b'"?"', literal)
        assert is_fast(raw)
        assert differences(raw) == []


def test_a_stream_ends_where_a_clean_row_begins() -> None:
    chunk = {"id": "s", "object": "chat.completion.chunk", "choices": [{"delta": {"content": "a"}}]}
    chunks = [json.dumps(chunk).encode()] * 2
    assert differences(b"\n".join([*chunks, line(id="1"), *chunks, line(id="2")])) == []


def test_without_a_counterpart_of_the_models_everything_is_plain(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(gathering, "clean_rows", lambda: None)
    assert len(ca.load(line())) == 1


def test_the_fast_path_is_used(monkeypatch: pytest.MonkeyPatch) -> None:
    tried = watch(monkeypatch)
    assert len(ca.load(line())) == 1
    assert [raw for raw, _ in tried] == [line()]


def test_stack_traces_that_recur_or_nearly_do_are_told_apart() -> None:
    frame = {"file": "app.py", "line": None, "lineno": 9, "name": "main"}
    stacks = [[frame], [frame], [frame | {"lineno": 9.0}], [frame | {"line": ""}], [frame, frame]]
    lines = [line(id=str(number), stacktrace=stack) for number, stack in enumerate(stacks)]
    assert all(map(is_fast, lines))
    assert differences(b"\n".join(lines)) == []


@pytest.mark.parametrize(
    "twice",
    [
        rb'"stacktrace": ["\ud83d"], "stacktrace": ',
        rb'"\u0073tacktrace": ["\ud83d"], "stacktrace": ',
        rb'"stac\u006Btrace": 5, "stacktrace": ',
    ],
)
def test_a_stack_trace_that_stands_twice_is_left_to_the_models(twice: bytes) -> None:
    raw = line().replace(b'"stacktrace": ', twice)
    assert not is_fast(raw)
    assert differences(b"\n".join([line(id="1"), raw])) == []


ROWS = [A_ROW | {"id": str(number), "tags": ["t", "é"]} for number in range(6)]


@pytest.mark.parametrize(
    "file",
    [
        json.dumps(ROWS),
        json.dumps(ROWS, separators=(",", ":"), ensure_ascii=False),
        json.dumps(ROWS, indent=2),
        "[\n" + ",\r\n".join(map(json.dumps, ROWS)) + "\n]",
        "[" + "\n,\n".join(map(json.dumps, ROWS)),
    ],
    ids=["dumped", "compact", "indented", "a line each", "cut off"],
)
def test_an_array_is_fast_but_for_its_first_and_last(
    monkeypatch: pytest.MonkeyPatch, file: str
) -> None:
    tried = watch(monkeypatch)
    ca.load(file.encode())
    assert sum(decoded is not None for _, decoded in tried) == len(ROWS) - 2
    assert differences(file.encode()) == []


def test_an_array_whose_layout_changes_is_read_on() -> None:
    rows = list(map(json.dumps, ROWS))
    other = json.dumps(dict(reversed((A_ROW | {"id": "6"}).items())))
    file = "[" + ",".join(rows[:3]) + ", " + ",\n ".join([*rows[3:], "5", other, other]) + "]"
    assert differences(file.encode()) == []
    assert len(ca.load(file.encode())) == 7


def test_an_element_longer_than_what_is_read_at_once_is_kept_whole() -> None:
    long = A_ROW | {"id": "long", "status": "word " * 600_000}
    file = json.dumps([*ROWS, long, *ROWS[:3]]).encode()
    assert differences(file) == []
