"""The recipe for a pipeline, tried: its steps run as a runner runs them."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

from completion_analytics.reporting.document import ReportNumbers
from completion_analytics.synthetic import write_demo

pytestmark = pytest.mark.slow  # a page is drawn in a process of its own

RECIPE = Path(__file__).parents[2] / "docs" / "github-actions.yml"


def step(name):
    steps = yaml.safe_load(RECIPE.read_text())["jobs"]["report"]["steps"]
    return next(each["run"] for each in steps if each.get("name") == name)


def run(name, folder):
    """A step in the shell of a runner, which stops at the first command that fails."""
    programs = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    return subprocess.run(
        ["bash", "-e", "-o", "pipefail", "-c", step(name)],
        cwd=folder,
        env={**os.environ, "PATH": programs, "GITHUB_STEP_SUMMARY": str(folder / "summary.md")},
        capture_output=True,
        text=True,
        check=False,
    )


def test_a_pipeline_fails_on_a_breach_and_still_has_its_report(tmp_path):
    """Of the demo's calls 3 % fail, and the 95th percentile is far below 8 s."""
    (tmp_path / "exports").mkdir()
    write_demo(tmp_path / "exports" / "run.jsonl.gz", 2_000)
    reported = run("Report", tmp_path)
    assert (reported.returncode, reported.stdout) == (2, "")
    assert reported.stderr.startswith("breached: failure_rate>2%@95 for all calls: 3%")
    assert reported.stderr.count("\n") == 1
    assert "</html>" in (tmp_path / "report.html").read_text()
    numbers = ReportNumbers.model_validate_json((tmp_path / "report.json").read_text())
    assert [check.breached for check in numbers.checks] == [False, True, False]
    assert run("Summary", tmp_path).returncode == 0
    assert (tmp_path / "summary.md").read_text() == (tmp_path / "report.md").read_text()


def test_a_pipeline_without_a_log_is_a_mistake_and_no_breach(tmp_path):
    assert run("Report", tmp_path).returncode == 64
    assert list(tmp_path.iterdir()) == []
