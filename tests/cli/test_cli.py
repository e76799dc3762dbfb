"""The commands, as a shell runs them."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest
from typer.testing import CliRunner

from completion_analytics.cli import app

DOWNLOAD = "form_A_download_full.jsonl"


def run(*arguments: str) -> tuple[int, str]:
    result = CliRunner().invoke(app, list(arguments))
    return result.exit_code, result.output


def test_a_summary_counts_outcomes_and_models(recorded: Path) -> None:
    code, output = run("summary", str(recorded / DOWNLOAD))
    assert code == 0
    assert "44 completions from 1 source" in output
    assert "31 finished, 8 failed, 5 unresolved" in output
    assert "gpt-4o-2024-08-06" in output


def test_a_summary_for_machines_is_json(recorded: Path) -> None:
    code, output = run("summary", "--json", str(recorded / DOWNLOAD))
    card = json.loads(output)
    assert (code, card["rows"], card["outcomes"]["failed"]) == (0, 44, 8)


def test_validation_of_a_clean_file_ends_with_zero(recorded: Path) -> None:
    code, output = run("validate", str(recorded / DOWNLOAD))
    assert code == 0
    assert "44 records, 0 rejects" in output


def test_validation_names_file_and_line_of_rejects(tmp_path: Path) -> None:
    path = tmp_path / "export.jsonl"
    path.write_text('{"choices": [{"text": "hi"}]}\n{"choices": "oops"}\n')
    code, output = run("validate", str(path))
    assert code == 1
    assert "export.jsonl:2: choices: expected a list" in output


def test_strict_validation_refuses_repairs(recorded: Path) -> None:
    code, output = run("validate", "--strict", str(recorded / "form_H_js_ts_clients.jsonl"))
    assert code == 1
    assert "stacktrace_partial" in output


def test_a_missing_path_is_one_sentence(tmp_path: Path) -> None:
    code, output = run("summary", str(tmp_path / "nowhere.jsonl"))
    assert code == 64
    assert output.count("\n") == 1
    assert "nowhere.jsonl" in output


def test_control_characters_of_a_file_do_not_reach_the_terminal(tmp_path: Path) -> None:
    path = tmp_path / "export.jsonl"
    path.write_text(json.dumps({"model": "\x1b[2Jevil", "choices": [{"text": "hi"}]}) + "\n")
    _, output = run("summary", str(path))
    assert "\x1b" not in output
    assert r"\x1b[2Jevil" in output


def test_standard_input_is_read(recorded: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "completion_analytics.cli", "summary", "-"],
        input=(recorded / DOWNLOAD).read_bytes(),
        capture_output=True,
        check=True,
    )
    assert b"44 completions" in done.stdout
    assert done.stderr == b""


@pytest.mark.parametrize("command", [[], ["report"], ["convert"]])
def test_help_imports_neither_pandas_nor_matplotlib(command: list[str]) -> None:
    script = (
        "import sys\n"
        "from completion_analytics.cli import app\n"
        f"try:\n    app([*{command}, '--help'])\nexcept SystemExit:\n    pass\n"
        "print(sorted({'pandas', 'matplotlib', 'numpy'} & set(sys.modules)), file=sys.stderr)\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=True
    )
    assert done.stderr.strip() == "[]"
    assert "Options:" in done.stdout


@pytest.mark.parametrize("command", ["summary", "validate", "report", "convert"])
def test_every_command_explains_itself(command: str) -> None:
    code, output = run(command, "--help")
    assert code == 0
    assert "PATH" in output
