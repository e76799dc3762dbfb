"""`convert`: the same log in another form."""

from __future__ import annotations

import json

import pandas as pd
import pytest
from typer.testing import CliRunner

import completion_analytics as ca
from completion_analytics.cli import app, exits

FAILED = ca.OneOf("outcome", ["failed"])


def test_parquet_is_the_log_with_its_dtypes(run, demo, tmp_path):
    assert run("convert", demo, "-o", tmp_path / "log").exit_code == 0
    opened, log = ca.open_parquet(tmp_path / "log"), ca.load(demo)
    for name, frame in log.frames.items():
        pd.testing.assert_frame_equal(opened.frames[name], frame)


def test_json_lines_are_the_records_that_were_kept(run, demo, tmp_path):
    result = run(
        "convert", demo, "-o", tmp_path / "out", "--to", "jsonl", "--where", "outcome=failed"
    )
    log = ca.load(demo)
    failed = ca.select(log, FAILED)
    lines = (tmp_path / "out" / "completions.jsonl").read_text().splitlines()
    assert [json.loads(line) for line in lines] == list(failed.origins.raws())
    assert result.stdout == f"{len(failed)} completions of {len(log)} completions\n"
    back = ca.load(tmp_path / "out").completions
    assert back["completion_id"].tolist() == failed.completions["completion_id"].tolist()


def test_json_lines_are_a_file_per_source_where_units_of_durations_differ(run, tmp_path):
    exports = tmp_path / "exports"
    exports.mkdir()
    for name, duration in (("a", 1.25), ("b", 2500)):
        record = {"id": name, "status": "finished", "kind": "chat", "duration": duration}
        record |= {"request": {"model": "m", "messages": []}, "response": {"choices": []}}
        (exports / f"{name}.jsonl").write_text(json.dumps(record) + "\n")
    assert run("convert", exports, "-o", tmp_path / "out", "--to", "jsonl").exit_code == 0
    assert len(list((tmp_path / "out").iterdir())) == 2
    assert ca.load(tmp_path / "out").completions["duration_s"].tolist() == [1.25, 2.5]


def test_csv_is_a_file_per_frame(run, demo, tmp_path):
    run("convert", demo, "-o", tmp_path / "csv", "--to", "csv", "--where", "outcome=failed")
    failed = ca.select(ca.load(demo), FAILED)
    read = pd.read_csv(tmp_path / "csv" / "completions.csv", low_memory=False)
    assert read["row_id"].tolist() == failed.completions["row_id"].tolist()
    assert (tmp_path / "csv" / "rejects.csv").exists()


@pytest.mark.parametrize("form", ["parquet", "csv", "jsonl"])
def test_redacted_folders_hold_no_secret(form, run, tmp_path):
    path = tmp_path / "export.jsonl"
    message = {"role": "user", "content": "write to ada@example.com"}
    path.write_text(json.dumps({"status": "started", "request": {"messages": [message]}}) + "\n")
    for name, arguments in (("shown", []), ("shut", ["--redact"])):
        run("convert", path, "-o", tmp_path / name, "--to", form, *arguments)
    holding = {
        name: any(b"ada@" in file.read_bytes() for file in (tmp_path / name).rglob("*.*"))
        for name in ("shown", "shut")
    }
    assert holding == {"shown": True, "shut": False}


def test_standard_input_can_be_converted(demo, tmp_path):
    run = CliRunner().invoke
    options = ["-o", str(tmp_path / "out"), "--to", "jsonl"]
    assert run(app, ["convert", "-", *options], input=demo.read_bytes()).exit_code == 0
    assert len(ca.load(tmp_path / "out")) == len(ca.load(demo))


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["-o", "."], "exists; name a new folder"),
        (["-o", "new", "--where", "modle=x"], "did you mean 'model'?"),
        (["-o", "new", "--to", "xls"], "'xls' is not one of"),
        ([], "Missing option"),
    ],
)
def test_a_mistake_is_told_before_anything_is_read(arguments, told, run):
    result = run("convert", "no-such-file.jsonl", *arguments)
    assert result.exit_code == exits.MISTAKE
    assert told in result.stderr
