"""The bench of loading measures what it says: it runs, and its contenders extract the same."""

from __future__ import annotations

import gzip
import json
import subprocess
import sys
import tempfile
from argparse import Namespace
from importlib import import_module
from itertools import islice
from pathlib import Path

import pandas as pd
import pyarrow as pa
import pytest

import completion_analytics as ca
from bench import loading
from bench.contenders import CONTENDERS
from bench.fingerprints import COMPARED, as_pandas, fingerprints
from bench.memory import children_peak_mb
from bench.records import written
from bench.rows import log10_rows, text_bodies
from bench.standings import Standing, markdown, report, variants, variants_markdown
from bench.tables import put_block
from bench.trial import Stopped, Task, Trial, reason_of, run

ROOT = Path(__file__).parents[2]
KEEPING_FRAMES = [name for name in CONTENDERS if name != "pydantic"]
OTHERS = [name for name in KEEPING_FRAMES if name != "ours"]
ROWS = {"log10": log10_rows, "text": text_bodies}


@pytest.fixture(scope="module")
def rows():
    return {schema: list(islice(endless(), 100)) for schema, endless in ROWS.items()}


@pytest.fixture(scope="module")
def files(rows, tmp_path_factory):
    folder = tmp_path_factory.mktemp("bench")
    for schema, found in rows.items():
        lines = "".join(json.dumps(row) + "\n" for row in found)
        (folder / f"{schema}.jsonl").write_text(lines)
        (folder / f"{schema}.jsonl.gz").write_bytes(gzip.compress(lines.encode()))
        (folder / f"{schema}.json").write_text(json.dumps(found))
    return folder


@pytest.fixture
def no_old_files(tmp_path, monkeypatch):
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))


def loaded(name, schema, path):
    return getattr(import_module(f"bench.contenders.{CONTENDERS[name].module}"), schema)(path)


def a_standing(**seconds):
    """A standing by the seconds of every round; `None` is a contender that stopped."""
    named = {"contenders": list(seconds), "shape": ["log10"], "variant": ["stacks"]}
    options = Namespace(records=100, rounds=2, as_pandas=False, **named)
    trials = {
        name: [Trial(each, 100.0, 0.0, {"tags.tag": "x"}) for each in taken]
        for name, taken in seconds.items()
        if taken
    }
    stopped = {name: "killed by SIGKILL" for name, taken in seconds.items() if not taken}
    return Standing("log10", options, 0.4, trials, stopped)


def line_of(name, lines):
    return next(line for line in lines if line.startswith((f"{name} ", f"| {name} |")))


def test_one_contender_on_fifty_records_prints_a_table():
    options = ["loading", "--records", "50", "--rounds", "1", "--contenders", "ours"]
    done = subprocess.run(
        [sys.executable, "-m", "bench", *options], cwd=ROOT, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith("Loading 50 Log10 rows")
    assert "1.00 [1.00–1.00]" in done.stdout
    assert "46 of 46" in done.stdout


@pytest.mark.parametrize("schema", COMPARED)
@pytest.mark.parametrize("name", OTHERS)
def test_a_contender_extracts_the_columns_that_we_load(name, schema, files):
    path = files / f"{schema}.jsonl"
    ours, theirs = (fingerprints(loaded(n, schema, path), schema) for n in ("ours", name))
    different = {column for column in ours if theirs[column] != ours[column]}
    assert different <= set(CONTENDERS[name].differs)


@pytest.mark.parametrize("suffix", [".jsonl.gz", ".json"])
@pytest.mark.parametrize("name", KEEPING_FRAMES)
def test_compressed_or_in_an_array_the_columns_are_the_same(name, suffix, files):
    plain, other = (
        fingerprints(loaded(name, "text", files / f"text{end}"), "text")
        for end in (".jsonl", suffix)
    )
    assert other == plain


@pytest.mark.parametrize("name", KEEPING_FRAMES)
def test_as_pandas_every_contender_has_frames_of_pandas_with_the_same_columns(name, files):
    own = loaded(name, "text", files / "text.jsonl")
    converted = as_pandas(own, "text")
    assert all(isinstance(frame, pd.DataFrame) for frame in converted.values())
    assert converted["choices"]["text"].dtype == "str"
    assert fingerprints(converted, "text") == fingerprints(own, "text")


@pytest.mark.parametrize("schema", ROWS)
def test_the_same_seed_makes_the_same_rows(schema, rows):
    assert list(islice(ROWS[schema](), 100)) == rows[schema]
    assert list(islice(ROWS[schema](seed=1), 100)) != rows[schema]


def test_text_completions_load_clean_and_hold_what_is_rare():
    bodies = list(islice(text_bodies(), 1_000))
    log = ca.load(bodies, progress=False)
    assert (log.completions["kind"] == "text").all()
    assert len(log.completions) == 1_000
    assert log.issues[log.issues["level"] == "wire"].empty
    assert 20 < sum(len(body["choices"]) > 1 for body in bodies) < 100
    assert 3 < log.logprobs["row_id"].nunique() < 40
    assert 950 < len(log.usage) < 1_000


def test_a_fingerprint_sees_values_order_and_missing_ones_but_not_how_they_are_stored():
    def of(column, **changed):
        columns = COMPARED["log10"].items()
        empty = {name: pd.DataFrame(columns=list(names)) for name, names in columns}
        frame = pd.DataFrame({"row_id": [0, 1], "tag": ["a", "b"]} | changed)
        return fingerprints(empty | {"tags": frame}, "log10")[f"tags.{column}"]

    text = of("tag")
    assert of("tag", tag=pd.Categorical(["a", "b"])) == text
    assert of("tag", tag=["b", "a"]) != text
    assert of("tag", tag=["a", None]) != of("tag", tag=["a", ""])
    assert of("tag", tag=["ab", ""]) != of("tag", tag=["", "ab"])
    assert of("row_id", row_id=pd.array([0, 1], dtype="Int64")) == of("row_id", row_id=[0.0, 1.0])
    assert of("row_id", row_id=pd.array([0, None], dtype="Int64")) != of("row_id", row_id=[0, 0])


def test_a_fingerprint_does_not_depend_on_chunks():
    def of(*parts):
        column = pa.chunked_array(parts, pa.string())
        frames = {
            name: pa.table(dict.fromkeys(names, column)) for name, names in COMPARED["text"].items()
        }
        return fingerprints(frames, "text")["choices.text"]

    assert of(["1", None], ["2"]) == of(["1", None, "2"]) != of(["1"], ["2"])


def test_variants_hold_the_same_rows_written_otherwise(no_old_files):
    rows = list(islice(log10_rows(), 20))
    raw, array = (written(name, 20).read_text(encoding="utf-8") for name in ("utf8", "array"))
    assert [json.loads(line) for line in raw.splitlines()] == json.loads(array) == rows
    assert "\\u" in written("log10", 20).read_text(encoding="utf-8")
    assert not raw.isascii()
    assert gzip.decompress(written("gzip", 20).read_bytes()) == written("log10", 20).read_bytes()


def test_one_line_in_a_hundred_is_dirty(no_old_files):
    clean, dirty = (written(name, 500).read_bytes().split(b"\n") for name in ("log10", "dirty"))
    pairs = zip(clean, dirty, strict=True)
    assert [n for n, (one, other) in enumerate(pairs, 1) if one != other] == [
        100, 200, 300, 400, 500,
    ]  # fmt: skip


def test_no_stack_trace_occurs_twice_in_the_variant_without_repetition(no_old_files):
    def distinct(name):
        lines = written(name, 300).read_text().splitlines()
        return len({json.dumps(json.loads(line)["stacktrace"]) for line in lines})

    assert distinct("stacks") == 300 > distinct("log10")


def test_a_file_is_written_once(no_old_files):
    before = written("text", 5).stat()
    assert written("text", 5).stat().st_mtime_ns == before.st_mtime_ns


def test_a_ratio_is_taken_within_each_round():
    standing = a_standing(ours=[1.0, 2.0], polars=[2.0, 6.0])
    assert standing.ratio("polars", "ours") == "2.50 [2.00–3.00]"
    assert "2.50 [2.00–3.00]" in line_of("polars", report(standing))
    assert "2.50 [2.00–3.00]" in line_of("polars", markdown(standing))


def test_ratios_are_to_one_and_to_two_processes():
    standing = a_standing(ours=[4.0, 4.0], ours_2=[2.0, 2.0], polars=[8.0, 8.0])
    assert line_of("polars", report(standing)).endswith("2.00 [2.00–2.00]  4.00 [4.00–4.00]")


def test_without_us_the_first_that_came_to_the_end_is_the_reference():
    standing = a_standing(read_json=None, polars=[2.0, 2.0], duckdb=[1.0, 1.0])
    assert "÷ polars" in report(standing)[2]
    assert line_of("duckdb", report(standing)).endswith("0.50 [0.50–0.50]")


def test_a_contender_that_stopped_has_its_line_and_the_reason():
    standing = a_standing(ours=[1.0, 1.0], polars=None)
    for lines in (report(standing), markdown(standing)):
        assert "stopped" in line_of("polars", lines)
        assert any("polars stopped: killed by SIGKILL" in line for line in lines)
    assert "stopped" in line_of("polars", variants([standing, standing]))


def test_a_column_that_should_be_the_same_is_told():
    standing = a_standing(ours=[1.0, 1.0], polars=[1.0, 1.0])
    standing.trials["polars"] = [Trial(1.0, 100.0, 0.0, {"tags.tag": "y"})] * 2
    assert "tags.tag: NOT EXPECTED (polars)" in report(standing)
    assert "0 of 1" in line_of("polars", report(standing))


def test_memory_of_children_stands_beside_that_of_the_process():
    standing = a_standing(ours=[1.0, 1.0], ours_2=[1.0, 1.0])
    standing.trials["ours_2"] = [Trial(1.0, 300.0, 200.0, {"tags.tag": "x"})] * 2
    assert line_of("ours_2", report(standing)).split()[4:7] == ["300", "200", "500"]
    assert any("| 500 (300 + 200) |" in line for line in markdown(standing))


def test_the_next_process_goes_on_when_one_stops(monkeypatch, no_old_files):
    asked = []

    def one_trial(task):
        asked.append(task.contender)
        if task.contender == "polars":
            raise Stopped("killed by SIGKILL")
        return Trial(1.0, 100.0, 0.0, {})

    monkeypatch.setattr(loading, "run", one_trial)
    names = ["polars", "ours", "duckdb"]
    options = Namespace(records=5, rounds=2, contenders=names, as_pandas=False)
    standing = loading.measured("log10", options)
    assert asked == ["polars", "ours", "duckdb", "duckdb", "ours"]
    assert standing.stopped == {"polars": "killed by SIGKILL"}
    assert list(standing.trials) == ["ours", "duckdb"]


def test_a_process_that_ends_badly_says_why_and_names_no_folder(tmp_path):
    path = tmp_path / "bad.jsonl"
    path.write_text('{"id": \n')
    with pytest.raises(Stopped, match=r"bad\.jsonl") as stopped:
        run(Task("duckdb", str(path), str(path), "text", as_pandas=False))
    assert str(tmp_path) not in str(stopped.value)


@pytest.mark.parametrize(
    ("code", "told", "reason"),
    [
        (-9, "", "killed by SIGKILL"),
        (3, "", "exit 3"),
        (1, 'Traceback:\n  File "a.py", line 1\n    f()\nValueError: no\nmore', "ValueError: no"),
        (1, 'Traceback:\n  File "a.py", line 1\nMemoryError\n', "MemoryError"),
    ],
)
def test_the_reason_is_the_signal_or_the_error(code, told, reason):
    assert reason_of(code, told) == reason


def test_children_are_counted_with_what_they_held():
    command = [sys.executable, "-c", "held = b'x' * 50_000_000; print(); input()"]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as child:
        child.stdout.readline()
        assert 50 < children_peak_mb() < 500
        child.communicate(b"\n")


def test_a_block_replaces_what_stood_there_and_nothing_else(tmp_path):
    path = tmp_path / "page.md"
    path.write_text("Before.\n")
    put_block(path, "one", ["a"])
    put_block(path, "two", ["b"])
    put_block(path, "one", ["c \\1"])
    assert path.read_text() == (
        "Before.\n\n<!-- one: measured -->\nc \\1\n<!-- end -->\n"
        "\n<!-- two: measured -->\nb\n<!-- end -->\n"
    )


def test_the_markdown_names_the_command_that_repeats_it():
    standing = a_standing(ours=[1.0, 1.0], polars=[2.0, 2.0])
    command = "--shape log10 --records 100 --rounds 2 --contenders ours polars`"
    assert markdown(standing)[0].endswith(command)


def test_the_table_of_variants_names_them_in_its_command_and_tells_what_they_are():
    default = a_standing(ours=[1.0, 1.0], polars=[2.0, 2.0])
    lines = variants_markdown([default, default._replace(name="stacks")])
    assert "`python -m bench loading --shape log10 --variant stacks --records 100" in lines[0]
    assert lines[2] == "| ÷ one process | log10 | stacks |"
    assert line_of("polars", lines) == "| polars | 2.00 [2.00–2.00] | 2.00 [2.00–2.00] |"
    assert "- stacks: Log10 rows without a stack trace twice" in lines
