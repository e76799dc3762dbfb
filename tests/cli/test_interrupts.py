"""Ctrl-C at any moment ends with 130 and one line, and leaves no half-written output."""

from __future__ import annotations

import signal
import subprocess
import sys

import pytest

pytestmark = pytest.mark.slow  # every test starts processes

SAID = "completion-analytics: interrupted; nothing half-written is left\n"

# Runs a command that stops at the n-th call of a method and tells so; then Ctrl-C may come.
DRIVER = """
import signal, sys, pathlib, pandas
from completion_analytics.cli import app

def stopping(method, n, calls=[]):
    def stops(*given, **options):
        calls.append(1)
        if len(calls) == n:
            print("here", flush=True)
            signal.pause()
        return method(*given, **options)
    return stops

owner, name, n = sys.argv[1:4]
owner = {"Path": pathlib.Path, "DataFrame": pandas.DataFrame}[owner]
setattr(owner, name, stopping(getattr(owner, name), int(n)))
app(sys.argv[4:])
"""

# A moment within the writing, and the last one, when only the name is wanting.
MOMENTS = [
    ("DataFrame.to_csv.3", ["convert", "{demo}", "-o", "{new}", "--to", "csv"]),
    ("Path.replace.1", ["convert", "{demo}", "-o", "{new}", "--to", "csv"]),
    ("Path.replace.1", ["convert", "{demo}", "-o", "{new}", "--to", "jsonl"]),
    ("Path.replace.1", ["convert", "{demo}", "-o", "{new}", "--redact"]),
    ("Path.replace.2", ["convert", "{demo}", "-o", "{new}", "--redact"]),
    ("Path.replace.1", ["report", "{demo}", "--md", "{old}"]),
    ("Path.replace.1", ["report", "{demo}", "--json", "{old}"]),
    ("Path.replace.1", ["demo", "-n", "5", "-o", "{old}"]),
]


def interrupted(command, **options):
    return subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, **options
    )


@pytest.mark.parametrize(("moment", "arguments"), MOMENTS, ids=lambda value: str(value)[:60])
def test_an_interrupt_leaves_the_old_and_nothing_new(moment, arguments, demo, tmp_path):
    old = tmp_path / "old.txt"
    old.write_text("as it was")
    places = {"demo": demo, "old": old, "new": tmp_path / "new"}
    asked = [each.format(**places) for each in arguments]
    with interrupted([sys.executable, "-c", DRIVER, *moment.split("."), *asked]) as process:
        assert process.stdout.readline() == "here\n"
        process.send_signal(signal.SIGINT)
        _, said = process.communicate(timeout=60)
    assert (process.returncode, said) == (130, SAID)
    assert [path.name for path in tmp_path.iterdir()] == ["old.txt"]
    assert old.read_text() == "as it was"


@pytest.mark.parametrize("moment", ["Path.replace.9", "Path.touch.1", "Path.rename.1"])
def test_an_interrupted_conversion_is_gone_on_with(moment, demo, tmp_path):
    command = ["convert", str(demo), "-o", str(tmp_path / "new")]
    with interrupted([sys.executable, "-c", DRIVER, *moment.split("."), *command]) as process:
        assert process.stdout.readline() == "here\n"
        process.send_signal(signal.SIGINT)
        _, said = process.communicate(timeout=60)
    kept = f"{tmp_path / 'new'}.partial is kept, and the same command goes on with it"
    assert process.returncode == 130
    assert said == f"completion-analytics: interrupted; {kept}\n"
    assert [path.name for path in tmp_path.iterdir()] == ["new.partial"]
    subprocess.run([sys.executable, "-m", "completion_analytics.cli", *command], check=True)
    assert [path.name for path in tmp_path.iterdir()] == ["new"]


def test_an_interrupt_while_reading_ends_at_once(demo, tmp_path):
    """A pipe holds 64 KiB: who has written more than that knows that it is being read."""
    command = [sys.executable, "-m", "completion_analytics.cli", "convert", "-"]
    options = ["-o", str(tmp_path / "new"), "--to", "jsonl"]
    with interrupted([*command, *options], stdin=subprocess.PIPE) as process:
        process.stdin.write(demo.read_text() * 3)
        process.send_signal(signal.SIGINT)
        _, said = process.communicate(timeout=60)
    assert (process.returncode, said) == (130, SAID)
    assert list(tmp_path.iterdir()) == []
