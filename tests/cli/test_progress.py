"""Progress is shown on a terminal, and in a pipe there is none."""

from __future__ import annotations

import os
import pty
import subprocess
import sys
import termios

import pytest

pytestmark = pytest.mark.slow  # every test starts processes

PROGRAM = [sys.executable, "-m", "completion_analytics.cli"]


# A bar comes after half a second, which so small a log does not take.
WITHOUT_DELAY = [
    sys.executable,
    "-c",
    "import completion_analytics.progress as progress, tqdm\n"
    "progress.tqdm = lambda **options: tqdm.tqdm(**{**options, 'delay': 0})\n"
    "from completion_analytics.cli import app\n"
    "app()",
]


def on_terminal(*arguments, program=PROGRAM):
    """What a person sees of the messages of a command."""
    ours, theirs = pty.openpty()
    termios.tcsetwinsize(theirs, (24, 80))
    command = [*program, *map(str, arguments)]
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=theirs):
        os.close(theirs)
        seen = b"".join(iter(lambda: read(ours), b""))
    os.close(ours)
    return seen.decode()


def read(terminal):
    try:
        return os.read(terminal, 65536)
    except OSError:  # the command has closed its end
        return b""


def in_pipe(*arguments, program=PROGRAM):
    return subprocess.run([*program, *map(str, arguments)], capture_output=True, check=False)


@pytest.mark.parametrize(
    ("arguments", "shown"),
    [(["report", "--json", "-"], "counting"), (["convert", "-o", "{new}", "--redact"], "writing")],
)
def test_what_takes_a_while_is_said_on_a_terminal_and_not_in_a_pipe(
    arguments, shown, demo, tmp_path
):
    command, *options = arguments
    told = on_terminal(command, demo, *(each.format(new=tmp_path / "a") for each in options))
    assert shown in told
    piped = in_pipe(command, demo, *(each.format(new=tmp_path / "b") for each in options))
    assert (piped.returncode, piped.stderr) == (0, b"")


@pytest.mark.parametrize("command", ["summary"])
def test_a_load_shows_a_bar_on_a_terminal_and_none_in_a_pipe(command, demo):
    assert "load: 100%" in on_terminal(command, demo, program=WITHOUT_DELAY)
    assert in_pipe(command, demo, program=WITHOUT_DELAY).stderr == b""
