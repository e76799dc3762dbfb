"""Several processes give the log that one gives."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from itertools import islice
from pathlib import Path, PosixPath
from random import Random
from typing import Any

import nbformat
import pytest
from nbclient import NotebookClient

import completion_analytics as ca
from bench.fuzz import file_of, mostly_clean, seed_lines, unequal
from bench.mutations import mutated_lines
from completion_analytics.assembly import assemble
from completion_analytics.gathering import Reading
from completion_analytics.log import CompletionLog
from completion_analytics.progress import Progress, stored_bytes
from completion_analytics.reading import Source, find_sources
from completion_analytics.scale import workers
from completion_analytics.scale.parts import Part
from completion_analytics.scale.putting import PutDown
from completion_analytics.scale.staging import Stage
from completion_analytics.synthetic import write_demo

KILLED = """
import os, signal
from completion_analytics.scale.workers import folder_for_parts
with folder_for_parts() as folder:
    (folder / "part").write_text("a prompt")
    print(folder, flush=True)
    os.kill(os.getpid(), signal.SIGKILL)
"""

SCRIPT = """
import multiprocessing, sys
import completion_analytics as ca
multiprocessing.set_start_method(sys.argv[1])
log = ca.load(sys.argv[2], workers=2)
print(len(log), log.completions["row_id"].sum(), len(log.rejects))
"""


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Three files, one of them compressed."""
    folder: Path = tmp_path_factory.mktemp("exports")
    for number, name in enumerate(("a.jsonl", "b.jsonl.gz", "c.jsonl")):
        write_demo(folder / name, 120, seed=number)
    return folder


def in_processes(n: int, what: Any, part_bytes: int, **options: Any) -> CompletionLog:
    sources = find_sources(what)
    with Progress(sources, wanted=False) as progress:
        gathered = workers.gather_by(
            n, sources, Reading(**options), progress, part_bytes=part_bytes
        )
    return assemble(gathered, sources, "auto")


@pytest.mark.filterwarnings("ignore:.*were rejected")
def test_three_processes_give_the_log_of_one(folder: Path, tmp_path: Path) -> None:
    mutated = tmp_path / "mutated.jsonl"
    lines = islice(mutated_lines(mostly_clean(seed_lines()), seed=3), 300)
    mutated.write_bytes(file_of(list(lines), Random(3)))
    what = [folder, mutated]
    parted = in_processes(3, what, 10_000)
    assert list(unequal((parted, []), (ca.load(what, workers=1), []))) == []


def test_what_only_this_process_has_is_read_here_in_its_place(folder: Path) -> None:
    what: list[Any] = [folder / "a.jsonl", (folder / "c.jsonl").read_bytes(), folder / "b.jsonl.gz"]
    parted = in_processes(2, what, 10_000)
    assert list(unequal((parted, []), (ca.load(what, workers=1), []))) == []


def test_rows_of_a_log_from_several_processes_are_read_again(folder: Path) -> None:
    parted = in_processes(2, folder / "c.jsonl", 10_000)
    whole = ca.load(folder / "c.jsonl", workers=1)
    for row_id in parted.completions["row_id"][::17]:
        assert parted.raw(row_id) == whole.raw(row_id)


class Deadly(PosixPath):
    """A path that ends the process that receives it."""

    def __reduce__(self) -> Any:
        return os._exit, (9,)


def test_the_parts_of_a_process_that_was_killed_are_gathered_here(
    folder: Path, tmp_path: Path
) -> None:
    sources = find_sources(sorted(folder.iterdir()))
    deadly = Source("a", Deadly(folder / "a.jsonl"), sources[0].fingerprint)
    parts = [Part((source,)) for source in (deadly, *sources[1:])]
    stage = Stage(tmp_path)
    with Progress(sources, wanted=False) as progress:
        puts = [PutDown(part, n, 3, Reading(), stage) for n, part in enumerate(parts)]
        workers.stage_parts(puts, 2, progress)
    assert [stage.has(number) for number in range(3)] == [True] * 3


@pytest.mark.parametrize("method", ["fork", "spawn"])
def test_a_script_needs_no_guard(folder: Path, tmp_path: Path, method: str) -> None:
    script = tmp_path / "script.py"
    script.write_text(SCRIPT, encoding="utf-8")
    ran = subprocess.run(
        [sys.executable, script, method, folder], capture_output=True, text=True, check=True
    )
    log = ca.load(folder, workers=1)
    expected = f"{len(log)} {log.completions['row_id'].sum()} {len(log.rejects)}\n"
    assert (ran.stdout, ran.stderr) == (expected, "")


def test_a_notebook_uses_several_processes_too(folder: Path) -> None:
    code = f"import completion_analytics as ca\nlen(ca.load({str(folder)!r}, workers=2))"
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(code)])
    NotebookClient(notebook, timeout=120).execute()
    (output,) = (each for each in notebook.cells[0].outputs if each.output_type == "execute_result")
    assert output.data["text/plain"] == str(len(ca.load(folder, workers=1)))


@pytest.mark.parametrize(
    ("number", "options", "reason"),
    [
        (2, {"keep_raw": True}, "keep_raw"),
        (2, {"on_error": "raise"}, "on_error"),
        ("auto", {}, "small"),
    ],
)
def test_where_others_are_of_no_use_the_progress_line_says_why(
    number: Any, options: Any, reason: str
) -> None:
    sources = find_sources(b"\n")
    with Progress(sources, wanted=True) as progress:
        workers.gather_by(number, sources, Reading(**options), progress)
        assert progress.text.startswith("one process")
        assert reason in progress.text


def test_one_compressed_file_is_read_by_one_process(folder: Path) -> None:
    sources = find_sources(folder / "b.jsonl.gz")
    with Progress(sources, wanted=False) as progress:
        workers.gather_by(2, sources, Reading(), progress)
        assert "only plain JSON Lines" in progress.text


def test_the_bar_counts_every_byte_once(folder: Path) -> None:
    sources = find_sources(folder)
    with Progress(sources, wanted=False) as progress:
        workers.gather_by(2, sources, Reading(), progress, part_bytes=10_000)
        assert progress.done == sum(map(stored_bytes, sources))


@pytest.mark.parametrize("number", [0, -1, 1.5, True, "two", None])
def test_a_wrong_number_of_workers_raises_at_once(number: Any) -> None:
    with pytest.raises(ValueError, match='"auto" or a number from 1'):
        ca.load(json.dumps({}).encode(), workers=number)


def test_a_process_that_is_killed_leaves_no_parts() -> None:
    script = [sys.executable, "-c", KILLED]
    # The end of its output is that of the process which cleans up behind it.
    ended = subprocess.run(script, capture_output=True, text=True, check=False)
    assert ended.returncode == -signal.SIGKILL
    assert not Path(ended.stdout.strip()).exists()
