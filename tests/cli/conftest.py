"""The commands as a shell runs them, and logs to run them on."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from completion_analytics.cli import app
from completion_analytics.synthetic import write_demo

PROGRAM = [sys.executable, "-m", "completion_analytics.cli"]


@pytest.fixture
def run() -> Callable[..., Result]:
    """Runs a command within this process."""
    return lambda *arguments: CliRunner().invoke(app, [str(each) for each in arguments])


@pytest.fixture
def shell() -> Callable[..., subprocess.CompletedProcess[bytes]]:
    """Runs a command in a process of its own, its output in pipes."""
    return lambda *arguments: subprocess.run(
        [*PROGRAM, *map(str, arguments)], capture_output=True, check=False
    )


@pytest.fixture(scope="session")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("demo") / "demo.jsonl"
    write_demo(path, 400)
    return path
