"""What holds for every input whatsoever."""

from __future__ import annotations

import copy
import gzip
import json
import warnings
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import completion_analytics as ca
from completion_analytics.frames import TABLES

RECORDED = Path(__file__).parents[1] / "data" / "log10"
FIXTURES = Path(__file__).parents[1] / "data" / "fixtures.jsonl"


def rows_of(path: Path) -> list[Any]:
    return [json.loads(line) for line in path.read_bytes().splitlines()]


RECORDS = [
    *rows_of(RECORDED / "captured_rows.jsonl"),
    *rows_of(RECORDED / "form_H_js_ts_clients.jsonl"),
    *(fixture["payload"] for fixture in rows_of(FIXTURES)),
]
NASTIES = st.sampled_from(
    [
        None, True, False, 0, -1, 1.5, 1e400, float("nan"), 2**70, -(2**70), "", "x", "12", "null",
        "\ud83d", "\u2028", "2025-01-01", "1e999", [], {}, [None], [[]], {"": None}, ["a"],
        {"type": "text", "text": "hi"}, "__SPEAKEASY_UNSET__", "[", '{"a": 1}',
    ]
)  # fmt: skip
thorough = settings(
    max_examples=40,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)


def quietly(what: Any, **options: Any) -> ca.CompletionLog:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", UserWarning)
        return ca.load(what, **options)


def assert_conserved(log: ca.CompletionLog) -> None:
    counts = log.counts.sum(numeric_only=True)
    kept = counts["rows"] + counts["feedback"] + counts["duplicates"] + counts["rejects"]
    assert counts["records"] == kept
    assert (counts["rows"], counts["rejects"]) == (len(log), len(log.rejects))


def assert_declared(log: ca.CompletionLog) -> None:
    for name, table in TABLES.items():
        frame = getattr(log, name)
        assert list(frame.columns) == table.names
        for column in table:
            dtype = frame[column.name].dtype
            assert str(dtype) == column.dtype or column.dtype == dtype.name, column.name
            if column.categories is not None:
                assert dtype.categories.tolist() == list(column.categories)


def assert_plain(log: ca.CompletionLog) -> None:
    """No cell is a list or dict, and none holds half a surrogate pair."""
    for frame in (*log.frames.values(), log.rejects, log.issues):
        for name in frame.columns:
            values = frame[name].astype("object")
            assert not values.map(lambda value: isinstance(value, (list, dict, tuple))).any()
            for text in values[values.map(lambda value: isinstance(value, str))]:
                text.encode("utf-8")


def mutated(draw: st.DrawFn, record: Any) -> Any:
    """The record with a few of its parts deleted, replaced, or renamed."""
    record = json.loads(json.dumps(record))
    for _ in range(draw(st.integers(1, 3))):
        holder: Any = record
        while True:
            keys = list(holder) if isinstance(holder, dict) else list(range(len(holder)))
            if not keys:
                break
            key = draw(st.sampled_from(keys))
            child = holder[key]
            if isinstance(child, (dict, list)) and child and draw(st.integers(0, 3)):
                holder = child
                continue
            action = draw(st.sampled_from(["replace", "delete", "rename"]))
            if action == "delete":
                del holder[key]
            elif action == "rename" and isinstance(holder, dict):
                holder[f"{key}_"] = holder.pop(key)
            else:
                holder[key] = copy.deepcopy(draw(NASTIES))
            break
    return record


@st.composite
def mutated_records(draw: st.DrawFn) -> list[Any]:
    count = draw(st.integers(1, 4))
    return [mutated(draw, draw(st.sampled_from(RECORDS))) for _ in range(count)]


@thorough
@given(st.binary(max_size=400))
def test_any_bytes_are_accounted_for(content: bytes) -> None:
    log = quietly(content)
    assert_conserved(log)
    assert_declared(log)
    assert_plain(log)


@thorough
@given(mutated_records())
def test_mutated_records_are_accounted_for_one_by_one(records: list[Any]) -> None:
    log = quietly(b"".join(json.dumps(record).encode() + b"\n" for record in records))
    assert_conserved(log)
    assert_declared(log)
    assert_plain(log)
    assert isinstance(repr(log) + str(log) + log._repr_html_(), str)


@thorough
@given(mutated_records())
def test_records_in_memory_load_as_they_do_from_a_file(records: list[Any]) -> None:
    from_file = quietly(b"".join(json.dumps(record).encode() + b"\n" for record in records))
    from_memory = quietly(json.loads(json.dumps(records)))
    places = ["source", "line"]
    pd.testing.assert_frame_equal(
        from_file.completions.drop(columns=places),
        from_memory.completions.drop(columns=places),
    )


@thorough
@given(st.data(), st.integers(0, 400))
def test_a_cut_file_keeps_its_whole_lines(data: st.DataObject, cut: int) -> None:
    rows = data.draw(st.lists(st.sampled_from(RECORDS[:44]), min_size=1, max_size=5, unique_by=id))
    lines = [json.dumps(row).encode() for row in rows]
    whole = b"\n".join(lines)
    log = quietly(whole[: max(0, len(whole) - cut)])
    assert_conserved(log)
    complete = whole[: max(0, len(whole) - cut)].count(b"\n")
    assert len(log) + log.counts["duplicates"].sum() >= complete


@pytest.mark.parametrize("name", ["captured_rows.jsonl", "form_E1_sdk_list_ungraded.json"])
def test_compression_changes_nothing(name: str, tmp_path: Path) -> None:
    plain = RECORDED / name
    packed = tmp_path / f"{name}.gz"
    packed.write_bytes(gzip.compress(plain.read_bytes()))
    places = ["source"]
    pd.testing.assert_frame_equal(
        ca.load(plain).completions.drop(columns=places),
        ca.load(packed).completions.drop(columns=places),
    )


def test_dtypes_are_the_same_for_every_kind_of_log(
    a_record: Callable[..., dict[str, Any]],
) -> None:
    """Empty, without failures, with only failures: one schema."""
    fine = a_record()
    broken = a_record(id="2", status="failed", duration=None, response=None, failure_kind="X")
    logs = [ca.load([]), ca.load([fine]), ca.load([broken]), ca.load([fine, broken])]
    for log in logs:
        assert_declared(log)


def test_loading_twice_gives_the_same_log() -> None:
    path = RECORDED / "form_A_download_full.jsonl"
    once, twice = ca.load(path), ca.load(path)
    for name, frame in once.frames.items():
        pd.testing.assert_frame_equal(frame, twice.frames[name])
    pd.testing.assert_frame_equal(once.issues, twice.issues)
