"""Every file of `data/samples` against `expected_samples.json`, which no loader wrote."""

from __future__ import annotations

import json
import warnings
from collections import Counter
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

import completion_analytics as ca
from completion_analytics.formats import FORMATS

ROOT = Path(__file__).parents[2]
SAMPLES = ROOT / "data" / "samples"
EXPECTED_AT = Path(__file__).with_name("expected_samples.json")
EXPECTED: dict[str, dict[str, Any]] = json.loads(EXPECTED_AT.read_text(encoding="utf-8"))
FILES = sorted(path.name for path in SAMPLES.iterdir() if path.name != "README.md")
COUNTS = ("records", "rows", "feedback", "duplicates", "rejects")
UNITS = {"ms": 1e-3, "s": 1.0}

# 01 holds the calls of 02, 03 and 04 too, so together these are repeats.
REPEATED_ACROSS_FILES = 10 + 1 + 3
LOGS: dict[str, tuple[ca.CompletionLog, list[str]]] = {}


def expected(name: str) -> dict[str, Any]:
    assert name in EXPECTED, (
        f"data/samples/{name} has no entry in tests/loading/{EXPECTED_AT.name}: write down by hand "
        "what it must load as, and add it to the table in data/samples/README.md"
    )
    return EXPECTED[name]


def loaded(name: str) -> ca.CompletionLog:
    return loaded_and_warned(name)[0]


def loaded_and_warned(name: str) -> tuple[ca.CompletionLog, list[str]]:
    """The log of one sample and what loading it warned of; each is loaded once."""
    if name not in LOGS:
        with warnings.catch_warnings(record=True) as caught:
            warnings.simplefilter("always")
            log = ca.load(SAMPLES / name)
        LOGS[name] = log, [str(warning.message) for warning in caught]
    return LOGS[name]


def counted(values: pd.Series) -> dict[str, int]:
    return dict(Counter(values.astype("str").fillna("missing")))


def shown(value: Any) -> Any:
    """A cell as JSON would write it."""
    if pd.isna(value):
        return None
    if isinstance(value, pd.Timestamp):
        return value.isoformat()
    if isinstance(value, (bool, np.bool_)):
        return bool(value)
    if isinstance(value, (int, np.integer)):
        return int(value)
    return float(value) if isinstance(value, float) else str(value)


def check_cells(row: pd.Series, cells: dict[str, Any]) -> None:
    found = {name: shown(row[name]) for name in cells}
    about = {
        name: pytest.approx(cell) if isinstance(cell, float) else cell
        for name, cell in cells.items()
    }
    assert found == about


each_sample = pytest.mark.parametrize("name", FILES)


@each_sample
def test_every_record_is_a_row_a_feedback_a_duplicate_or_a_reject(name):
    (counts,) = loaded(name).counts[list(COUNTS)].to_dict("records")
    assert counts == {column: expected(name)[column] for column in COUNTS}
    assert counts["records"] == sum(counts[column] for column in COUNTS[1:])


@each_sample
def test_rows_have_the_outcomes_kinds_and_forms_they_were_written_with(name):
    completions = loaded(name).completions
    found = {
        "outcomes": counted(completions["outcome"]),
        "kinds": counted(completions["kind"]),
        "forms": counted(completions["form"]),
    }
    assert found == {about: expected(name)[about] for about in found}


@each_sample
def test_the_unit_of_durations_is_the_one_they_were_written_in(name):
    completions = loaded(name).completions
    timed = completions[(completions["duration_raw"] > 0) & completions["duration_s"].notna()]
    unit = expected(name)["duration_unit"]
    if unit is None:
        assert timed.empty
    else:
        assert len(timed) > 0
        assert np.allclose(timed["duration_s"], timed["duration_raw"] * UNITS[unit])


@each_sample
def test_what_is_doubtful_is_said(name):
    told = set(loaded(name).issues["code"].astype("str"))
    assert set(expected(name)["issues"]) - told == set()


@each_sample
def test_no_value_is_repaired_but_those_that_were_written_to_be(name):
    issues = loaded(name).issues
    repairs = set(issues.loc[issues["level"] == "wire", "code"].astype("str"))
    assert repairs - set(expected(name)["issues"]) == set()


@each_sample
def test_rejects_say_where_and_why(name):
    rejects = loaded(name).rejects
    told = [" ".join(row) for row in rejects[["path", "reason", "hint"]].fillna("").to_numpy()]
    words = expected(name).get("rejects_say", [])
    assert len(told) == len(words)
    assert [word for word, text in zip(words, told, strict=True) if word not in text] == []
    if "reject_lines" in expected(name):
        assert rejects["line"].tolist() == expected(name)["reject_lines"]


@each_sample
def test_values_checked_by_hand_are_in_their_cells(name):
    completions = loaded(name).completions
    rows = expected(name).get("in_order", [])
    assert len(rows) in (0, len(completions))
    for position, cells in enumerate(rows):
        check_cells(completions.iloc[position], cells)
    by_id = completions.dropna(subset="completion_id").set_index("completion_id", drop=False)
    for completion_id, cells in expected(name).get("by_id", {}).items():
        check_cells(by_id.loc[completion_id], cells)


@each_sample
def test_frames_have_the_rows_counted_by_hand(name):
    log, wanted = loaded(name), expected(name)
    assert {of: len(log.frames[of]) for of in wanted.get("frames", {})} == wanted.get("frames", {})
    for column, counts in wanted.get("column_counts", {}).items():
        assert counted(log.completions[column].dropna()) == counts, column
    for column, total in wanted.get("sums", {}).items():
        assert log.completions[column].sum() == total, column


@each_sample
def test_texts_and_tool_arguments_arrive_unchanged(name):
    log, wanted = loaded(name), expected(name)
    if "texts" in wanted:
        assert log.choices["text"].tolist() == wanted["texts"]
    if "tool_arguments" in wanted:
        assert log.tool_calls["arguments"].tolist() == wanted["tool_arguments"]
    if "feedback_rows" in wanted:
        assert log.feedback["row_id"].tolist() == wanted["feedback_rows"]


@each_sample
def test_every_row_gives_back_its_raw_record_and_its_validated_one(name):
    log = loaded(name)
    some = log.completions["row_id"].iloc[:12]
    assert all(isinstance(log.raw(row_id), dict) for row_id in some)
    assert all(isinstance(log.record(row_id), ca.models.Completion) for row_id in some)


@each_sample
def test_each_kept_record_is_claimed_by_one_format_alone(name):
    log = loaded(name)
    claimants = [
        [known.name for known in FORMATS.values() if known.claims(log.raw(row_id))]
        for row_id in log.completions["row_id"].iloc[:12]
    ]
    assert [names for names in claimants if len(names) != 1] == []


@each_sample
def test_a_file_of_which_most_is_rejected_warns_and_no_other_does(name):
    counts = expected(name)
    mostly_rejected = counts["rejects"] * 2 > counts["records"]
    _, warned = loaded_and_warned(name)
    assert ["records were rejected" in text for text in warned] == [True] * mostly_rejected


def test_each_expectation_has_its_file():
    assert sorted(EXPECTED) == FILES


def test_the_table_of_the_readme_says_the_same():
    readme = (SAMPLES / "README.md").read_text(encoding="utf-8")
    rows = [line.strip("| ").split(" | ") for line in readme.splitlines() if line[:3] == "| `"]
    table = {row[0].strip("`"): list(map(int, row[2:10])) for row in rows}
    outcomes = ("finished", "failed", "unresolved")
    assert table == {
        name: [of[count] for count in COUNTS] + [of["outcomes"].get(word, 0) for word in outcomes]
        for name, of in EXPECTED.items()
    }


def test_the_folder_loads_as_the_sum_of_its_files_less_the_calls_that_several_hold():
    log = ca.load(SAMPLES)
    total = log.counts[list(COUNTS)].sum().to_dict()
    alone = {column: sum(of[column] for of in EXPECTED.values()) for column in COUNTS}
    repeated = {"rows": -REPEATED_ACROSS_FILES, "duplicates": REPEATED_ACROSS_FILES}
    assert total == {column: alone[column] + repeated.get(column, 0) for column in COUNTS}
    assert [Path(source).name for source in log.counts["source"]] == FILES
    assert len(log.completions) == total["rows"]


def test_feedback_finds_its_completions_when_both_files_are_loaded():
    log = ca.load([SAMPLES / "01_log10_download.jsonl.gz", SAMPLES / "13_log10_feedback.jsonl"])
    graded = log.feedback.merge(log.completions, on="row_id", suffixes=("_given", ""))
    assert log.feedback["row_id"].isna().tolist() == [False, False, False, False, True]
    assert set(graded["callsite"]) == {"lantern/minutes.py:19 summarise"}


def test_files_of_one_form_in_different_units_are_named_when_loaded_together():
    log = ca.load([SAMPLES / "05_log10_sdk_snake_case.json", SAMPLES / "08_log10_bigquery.ndjson"])
    assert "duration_units_differ" in set(log.issues["code"])
