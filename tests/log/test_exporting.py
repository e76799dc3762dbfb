"""What a log is handed on as, for spreadsheets and for whoever reads records."""

from __future__ import annotations

import csv
import json
import warnings
from pathlib import Path

import pandas as pd
import pytest

import completion_analytics as ca
from completion_analytics.exporting import frames_of

SAMPLES = Path(__file__).parents[2] / "data" / "samples"
KEY = "sk-proj-" + "Ab3dEf6hIj9kLm2nOp5qRs8tUv1wXy4z" * 2
# Where a record stands, and nothing about the call.
PLACE = ["row_id", "source", "line"]
# A stream that is told in one piece is an answer as any other.
RETOLD = [*PLACE, "form"]


def a_record(**fields):
    return {
        "id": "1",
        "status": "finished",
        "kind": "chat",
        "duration": 1.5,
        "request": {"model": "m", "messages": [{"role": "user", "content": "hello"}]},
        "response": {"choices": [{"message": {"role": "assistant", "content": "hi"}}]},
        **fields,
    }


def load_quietly(path):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", UserWarning)
        return ca.load(path)


def samples_with_rows():
    return [
        path
        for path in sorted(SAMPLES.iterdir())
        if path.suffix != ".md" and len(load_quietly(path))
    ]


@pytest.mark.parametrize("path", samples_with_rows(), ids=lambda path: path.name)
def test_records_of_every_form_come_back_as_the_same_rows(path, tmp_path):
    log = load_quietly(path)
    log.to_jsonl(tmp_path / "records.jsonl")
    back = ca.load(tmp_path / "records.jsonl")
    same = log.completions.drop(columns=PLACE), back.completions.drop(columns=PLACE)
    pd.testing.assert_frame_equal(*same, check_categorical=False)
    assert back.messages["text"].equals(log.messages["text"])


def test_only_kept_rows_are_written(tmp_path):
    log = ca.load([a_record(id="1"), a_record(id="2", duration=9), a_record(id="3", duration=7)])
    slow = ca.select(log, ca.Between("duration_s", 5, None))
    slow.to_jsonl(tmp_path / "slow.jsonl")
    lines = (tmp_path / "slow.jsonl").read_text().splitlines()
    assert [json.loads(line)["id"] for line in lines] == ["2", "3"]


def test_units_of_durations_are_not_mixed_in_one_file(tmp_path):
    for name, duration in (("seconds", 1.25), ("milliseconds", 2500)):
        (tmp_path / f"{name}.jsonl").write_text(json.dumps(a_record(id=name, duration=duration)))
    log = ca.load([tmp_path / "seconds.jsonl", tmp_path / "milliseconds.jsonl"])
    assert log.completions["duration_s"].tolist() == [1.25, 2.5]
    with pytest.raises(ValueError, match=r"seconds.jsonl' in seconds.*OneOf\(\"source\""):
        log.to_jsonl(tmp_path / "both.jsonl")
    assert not (tmp_path / "both.jsonl").exists()
    for source, seconds in zip(log.completions["source"], [1.25, 2.5], strict=True):
        ca.select(log, ca.OneOf("source", [source])).to_jsonl(tmp_path / "one.jsonl")
        assert ca.load(tmp_path / "one.jsonl").completions["duration_s"].item() == seconds


def test_redacted_records_hold_no_secret_and_load_as_the_same_calls(tmp_path):
    source = tmp_path / "export.jsonl"
    request = {"model": "m", "messages": [{"role": "user", "content": f"my key is {KEY}"}]}
    source.write_text(json.dumps(a_record(request=request, tags=["ada@example.com"])) + "\n")
    log = ca.load(source)
    log.to_jsonl(tmp_path / "redacted.jsonl", redact=True)
    assert KEY not in (tmp_path / "redacted.jsonl").read_text()
    back = ca.load(tmp_path / "redacted.jsonl")
    assert back.messages["text"].item().startswith("my key is {")
    assert "@" not in back.tags["tag"].item()
    assert back.completions["duration_s"].item() == 1.5


def test_a_secret_between_two_pieces_of_a_stream_is_found(tmp_path):
    def chunk(text):
        delta = {"content": text}
        return {
            "id": "chatcmpl-1",
            "object": "chat.completion.chunk",
            "created": 1700000000,
            "model": "gpt-4o",
            "choices": [{"index": 0, "delta": delta, "finish_reason": None}],
        }

    pieces = [chunk(f"key {KEY[:20]}"), chunk(KEY[20:]), chunk(" ok")]
    source = tmp_path / "stream.sse"
    source.write_text("".join(f"data: {json.dumps(piece)}\n\n" for piece in pieces))
    log = ca.load(source)
    log.to_jsonl(tmp_path / "redacted.jsonl", redact=True)
    text = (tmp_path / "redacted.jsonl").read_text()
    assert KEY[:20] not in text
    assert KEY[20:] not in text
    assert len(ca.load(tmp_path / "redacted.jsonl")) == 1


def test_redacted_streams_are_the_same_calls(tmp_path):
    log = load_quietly(SAMPLES / "25_stream_recording.sse")
    log.to_jsonl(tmp_path / "records.jsonl", redact=True)
    back = ca.load(tmp_path / "records.jsonl")
    same = log.completions.drop(columns=RETOLD), back.completions.drop(columns=RETOLD)
    pd.testing.assert_frame_equal(*same, check_categorical=False)


def test_every_frame_is_a_csv_file_with_every_column_and_row(tmp_path):
    log = ca.demo(300)
    log.to_csv(tmp_path / "csv")
    for name, frame in frames_of(log).items():
        read = pd.read_csv(tmp_path / "csv" / f"{name}.csv", dtype="str", low_memory=False)
        assert (list(read), len(read)) == (list(frame), len(frame)), name


def test_numbers_and_times_of_a_csv_are_those_of_the_log(tmp_path):
    log = ca.demo(300)
    log.to_csv(tmp_path / "csv")
    path = tmp_path / "csv" / "completions.csv"
    read = pd.read_csv(path, low_memory=False, parse_dates=["created_at"])
    for name in ("duration_s", "prompt_tokens", "created_at"):
        assert read[name].isna().equals(log.completions[name].isna())
        assert (read[name].dropna().array == log.completions[name].dropna().array).all()


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\r"])
def test_no_cell_begins_like_a_formula(start, tmp_path):
    formula = f"{start}cmd|' /C calc'!A0"
    request = {"model": formula, "messages": [{"role": "user", "content": formula}]}
    log = ca.load(
        [a_record(request=request, tags=[formula])], columns={formula.strip(): "request.model"}
    )
    log.to_csv(tmp_path / "csv")
    for path in (tmp_path / "csv").iterdir():
        with path.open(newline="") as file:
            cells = [cell for row in csv.reader(file) for cell in row]
        assert [cell for cell in cells if cell.startswith(("=", "+", "@", "\t", "\r", "-c"))] == []


def test_what_a_spreadsheet_would_run_stands_behind_a_quote(tmp_path):
    log = ca.load([a_record(tags=["=1+1", "plain"])])
    log.to_csv(tmp_path / "csv")
    assert pd.read_csv(tmp_path / "csv" / "tags.csv")["tag"].tolist() == ["'=1+1", "plain"]


@pytest.mark.parametrize("way", ["to_csv", "to_parquet"])
def test_redacted_folders_hold_no_secret(way, tmp_path):
    request = {"model": "m", "messages": [{"role": "user", "content": f"my key is {KEY}"}]}
    log = ca.load([a_record(request=request)])
    getattr(log, way)(tmp_path / "open")
    getattr(log, way)(tmp_path / "shut", redact=True)

    def found(folder):
        return [path for path in folder.rglob("*.*") if KEY.encode() in path.read_bytes()]

    assert found(tmp_path / "open") != []
    assert found(tmp_path / "shut") == []


def test_a_log_opened_with_few_columns_can_be_redacted(tmp_path):
    question = {"messages": [{"role": "user", "content": KEY}]}
    ca.load([a_record(request=question)]).to_parquet(tmp_path / "log")
    slim = ca.open_parquet(tmp_path / "log", columns=["duration_s"])
    slim.to_parquet(tmp_path / "redacted", redact=True)
    slim.to_jsonl(tmp_path / "redacted.jsonl", redact=True)
    for back in (ca.open_parquet(tmp_path / "redacted"), ca.load(tmp_path / "redacted.jsonl")):
        assert back.completions["duration_s"].item() == 1.5
        assert KEY not in back.messages["text"].item()


def test_a_redacted_log_keeps_its_rows_and_numbers_in_parquet(tmp_path):
    log = ca.demo(200)
    log.to_parquet(tmp_path / "log", redact=True)
    back = ca.open_parquet(tmp_path / "log")
    assert back.completions["duration_s"].equals(log.completions["duration_s"])
    assert back.redactions["organization"] == 1


def test_the_card_of_a_redacted_log_holds_no_secret():
    log = ca.load([a_record(request={"model": KEY, "messages": []})])
    redacted = ca.redact(log)
    for face in (str, lambda card: card._repr_html_()):
        assert KEY in face(log)
        assert KEY not in face(redacted)


@pytest.mark.parametrize("way", ["to_csv", "to_parquet"])
def test_a_folder_that_is_there_is_not_written_into(way, tmp_path):
    with pytest.raises(FileExistsError, match=r"exists; name a new folder"):
        getattr(ca.load([]), way)(tmp_path)


def test_a_source_that_is_gone_leaves_no_half_written_file(tmp_path):
    source = tmp_path / "export.jsonl"
    source.write_text(json.dumps(a_record()) + "\n")
    log = ca.load(source)
    source.unlink()
    with pytest.raises(LookupError, match=r"export\.jsonl"):
        log.to_jsonl(tmp_path / "records.jsonl")
    assert list(tmp_path.iterdir()) == []
