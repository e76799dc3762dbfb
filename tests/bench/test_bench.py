"""The bench measures what it says: it runs, and its contenders extract the same."""

from __future__ import annotations

import json
import subprocess
import sys
from importlib import import_module
from itertools import islice
from pathlib import Path

import pandas as pd
import pytest

from bench.contenders import CONTENDERS
from bench.fingerprints import COMPARED, fingerprints
from bench.records import log10_rows

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def rows():
    return list(islice(log10_rows(), 100))


@pytest.fixture(scope="module")
def file(rows, tmp_path_factory):
    path = tmp_path_factory.mktemp("bench") / "rows.jsonl"
    path.write_text("".join(json.dumps(row) + "\n" for row in rows))
    return path


def columns_of(name, path):
    return fingerprints(import_module(f"bench.contenders.{CONTENDERS[name].module}").load(path))


def test_one_contender_on_fifty_records_prints_a_table():
    options = ["loading", "--records", "50", "--rounds", "1", "--contenders", "ours"]
    done = subprocess.run(
        [sys.executable, "-m", "bench", *options], cwd=ROOT, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith("Loading 50 Log10 rows")
    assert "1.00 [1.00–1.00]" in done.stdout
    assert "46 of 46 columns equal" in done.stdout


@pytest.mark.parametrize("name", ["plain", "json_normalize", "read_json", "polars", "duckdb"])
def test_a_contender_extracts_the_columns_that_we_load(name, file):
    ours, theirs = columns_of("ours", file), columns_of(name, file)
    different = {column for column in ours if theirs[column] != ours[column]}
    assert different <= set(CONTENDERS[name].differs)


def test_the_same_seed_makes_the_same_rows(rows):
    assert list(islice(log10_rows(), 100)) == rows
    assert list(islice(log10_rows(seed=1), 100)) != rows


def test_a_fingerprint_sees_values_order_and_missing_ones_but_not_how_they_are_stored():
    def of(column, **changed):
        empty = {name: pd.DataFrame(columns=list(names)) for name, names in COMPARED.items()}
        frame = pd.DataFrame({"row_id": [0, 1], "tag": ["a", "b"]} | changed)
        return fingerprints(empty | {"tags": frame})[f"tags.{column}"]

    text = of("tag")
    assert of("tag", tag=pd.Categorical(["a", "b"])) == text
    assert of("tag", tag=["b", "a"]) != text
    assert of("tag", tag=["a", None]) != of("tag", tag=["a", ""])
    assert of("tag", tag=["ab", ""]) != of("tag", tag=["", "ab"])
    assert of("row_id", row_id=pd.array([0, 1], dtype="Int64")) == of("row_id", row_id=[0.0, 1.0])
    assert of("row_id", row_id=pd.array([0, None], dtype="Int64")) != of("row_id", row_id=[0, 0])
