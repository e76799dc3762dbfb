"""Files that break other readers: the good records, and a clear reason for each other one."""

from __future__ import annotations

import gzip
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

import completion_analytics as ca

Build = Callable[..., dict[str, Any]]


def line(record: Any) -> bytes:
    return json.dumps(record).encode() + b"\n"


def test_a_truncated_gzip_keeps_the_lines_it_still_has(a_record: Build, tmp_path: Path) -> None:
    rows = [line(a_record(id=str(number), failure_reason="é" * number)) for number in range(2000)]
    packed = gzip.compress(b"".join(rows))
    path = tmp_path / "cut.jsonl.gz"
    path.write_bytes(packed[: len(packed) // 2])
    log = ca.load(path)
    assert len(log) > 100
    assert len(log.rejects) == 1
    assert "gzip" in log.rejects["reason"].iloc[0]
    assert "truncated_file" in log.issues["code"].tolist()


def test_a_line_of_invalid_utf8_is_rejected_alone(a_record: Build) -> None:
    content = line(a_record(id="1")) + b'{"id": "\xff"}\n' + line(a_record(id="2"))
    log = ca.load(content)
    assert log.completions["completion_id"].tolist() == ["1", "2"]
    assert log.rejects["line"].tolist() == [2]
    assert "UTF-8" in log.rejects["reason"].iloc[0]


def test_an_integer_of_5000_digits_rejects_its_line_only(a_record: Build) -> None:
    huge = b'{"id": ' + b"9" * 5000 + b', "choices": []}\n'
    log = ca.load(line(a_record(id="1")) + huge + line(a_record(id="2")))
    assert len(log) == 2
    assert len(log.rejects) == 1


def test_half_a_surrogate_pair_is_replaced_and_counted(a_record: Build, a_body: Build) -> None:
    choice = {"index": 0, "finish_reason": "stop", "message": {"content": "oh \ud83d no"}}
    log = ca.load(line(a_record(response=a_body(choices=[choice]))))
    assert log.choices["text"].tolist() == ["oh \ufffd no"]
    assert log.rows_with("surrogate_replaced")["row_id"].tolist() == [0]


HALF = r'"\ud83d"'


def written_with_half_a_pair(value: Any) -> str:
    """JSON text in which `HALF` stands for every `"half"`."""
    return json.dumps(value).replace('"half"', HALF)


def a_benchmark_row(messages: str) -> dict[str, Any]:
    return {"completion_id": "b", "prompt_messages": messages, "model": "m", "duration_ms": 5}


def test_half_a_pair_inside_json_text_is_replaced_and_counted(
    a_record: Build, a_body: Build
) -> None:
    message = {"role": "user", "content": "half"}
    answer = {"index": 0, "message": {"content": "half", "reasoning": "half"}}
    body = written_with_half_a_pair(a_body(model="half", choices=[answer]))
    request = written_with_half_a_pair({"messages": [message]})
    log = ca.load(
        line(a_record(request=request, response=body))
        + line({"status": 200, "request": {"messages": []}, "response": body})
        + line(a_benchmark_row(written_with_half_a_pair([message])))
    )
    assert log.rejects["reason"].tolist() == []
    assert log.completions["model"].tolist() == ["\ufffd", "\ufffd", "m"]
    assert log.messages["text"].tolist() == ["\ufffd", "\ufffd"]
    assert log.rows_with("surrogate_replaced")["row_id"].tolist() == [0, 1, 2]


def test_a_column_by_path_holds_whole_characters_and_no_nan(a_record: Build) -> None:
    labels = '{"customer": ' + HALF + ', "score": NaN}'
    paths = {"customer": "labels.customer", "score": "labels.score"}
    log = ca.load(line(a_record(labels=labels)), columns=paths)
    assert log.completions["customer"].tolist() == ["\ufffd"]
    assert log.completions["score"].isna().tolist() == [True]


def test_nesting_inside_json_text_is_limited_as_well() -> None:
    deep = '[{"role": "user", "content": ' + '{"a": ' * 400 + "1" + "}" * 400 + "}]"
    log = ca.load(line(a_benchmark_row(deep)) + line(a_benchmark_row("[]")))
    assert len(log) == 1
    assert log.rejects["reason"].tolist() == ["expected JSON text of messages"]


def test_300_levels_of_nesting_are_rejected_with_the_reason(a_record: Build) -> None:
    deep = b'{"choices": ' + b"[" * 300 + b"]" * 300 + b"}\n"
    log = ca.load(line(a_record(id="1")) + deep + line(a_record(id="2")))
    assert len(log) == 2
    assert "nest" in log.rejects["reason"].iloc[0]


def test_a_line_of_50_megabytes_loads(a_record: Build, a_body: Build, tmp_path: Path) -> None:
    text = "x" * 50_000_000
    choice = {"index": 0, "finish_reason": "stop", "message": {"content": text}}
    path = tmp_path / "long.jsonl"
    path.write_bytes(line(a_record(response=a_body(choices=[choice]))) + line(a_record(id="2")))
    log = ca.load(path)
    assert log.completions["completion_chars"].tolist() == [50_000_000, 8]


def test_an_empty_file_is_an_empty_log(tmp_path: Path) -> None:
    path = tmp_path / "empty.jsonl"
    path.write_bytes(b"")
    log = ca.load(path)
    assert (len(log), log.counts["records"].tolist()) == (0, [0])
    assert repr(log).startswith("<CompletionLog: 0 completions of 0 models")


def test_a_folder_without_exports_is_one_clear_error(tmp_path: Path) -> None:
    (tmp_path / "notes.txt").write_text("hello")
    with pytest.raises(FileNotFoundError, match=str(tmp_path.name)):
        ca.load(tmp_path)


def test_a_missing_path_is_named(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError, match=r"nowhere\.jsonl"):
        ca.load(tmp_path / "nowhere.jsonl")


def test_a_cut_last_line_is_rejected_and_noted(a_record: Build) -> None:
    content = line(a_record(id="1")) + line(a_record(id="2"))[:-40]
    log = ca.load(content)
    assert log.completions["completion_id"].tolist() == ["1"]
    assert "truncated_last_line" in log.issues["code"].tolist()


def test_nan_and_infinity_are_missing(a_record: Build) -> None:
    content = line(a_record()).replace(b'"duration": 1500', b'"duration": NaN')
    log = ca.load(content)
    assert log.completions["duration_quality"].tolist() == ["missing"]


def test_a_reject_names_source_line_and_reason(a_record: Build, tmp_path: Path) -> None:
    path = tmp_path / "export.jsonl"
    bad = a_record(response={"choices": [{"message": "hi"}]})
    path.write_bytes(line(a_record()) + line(bad) + line(a_record(id="3")))
    reject = ca.load(path).rejects.iloc[0]
    assert reject["source"].endswith("export.jsonl")
    assert (reject["record"], reject["line"]) == (2, 2)
    assert reject["path"] == "response.choices.0.message"
    assert "expected an object, got str 'hi'" in reject["reason"]


def test_raising_at_the_first_reject_names_the_place(a_record: Build, tmp_path: Path) -> None:
    path = tmp_path / "export.jsonl"
    path.write_bytes(line(a_record()) + b"oops\n")
    with pytest.raises(ValueError, match=r"export\.jsonl:2 \(record 2, byte \d+\)"):
        ca.load(path, on_error="raise")


def test_strict_rejects_repaired_records_and_keeps_clean_ones(a_record: Build) -> None:
    repaired = a_record(id="2", request=json.dumps(a_record()["request"]))
    log = ca.load([a_record(id="1"), repaired], strict=True)
    assert log.completions["completion_id"].tolist() == ["1"]
    assert "json_string_payload" in log.rejects["reason"].iloc[0]


def test_mostly_rejected_files_warn_with_the_causes() -> None:
    with pytest.warns(UserWarning, match="2 of 2 records were rejected"):
        ca.load([{"foo": 1}, {"bar": 2}])
