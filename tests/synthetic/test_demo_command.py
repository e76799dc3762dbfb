from __future__ import annotations

import json

from typer.testing import CliRunner

from completion_analytics.cli import app
from completion_analytics.synthetic import demo_records


def run(*arguments):
    result = CliRunner().invoke(app, ["demo", *arguments])
    return result.exit_code, result.output


def test_the_demo_is_printed_for_a_pipe():
    code, output = run("-n", "5", "--seed", "3")
    assert code == 0
    assert [json.loads(line) for line in output.splitlines()] == list(demo_records(5, seed=3))


def test_the_demo_is_written_into_a_file(tmp_path):
    code, output = run("-n", "7", "-o", str(tmp_path / "demo.jsonl"))
    assert (code, output) == (0, "")
    assert len((tmp_path / "demo.jsonl").read_text().splitlines()) == 7


def test_a_folder_that_is_not_there_is_one_sentence(tmp_path):
    code, output = run("-o", str(tmp_path / "nowhere" / "demo.jsonl"))
    assert code == 64
    assert "there is no folder" in output
    assert output.count("\n") == 1


def test_a_negative_number_is_refused():
    code, _ = run("-n", "-1")
    assert code == 64
