"""Rows that Log10's client wrote, in the forms that its tools give them."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import pytest

from completion_analytics.models import Completion, Feedback, Notes


def lines_of(folder: Path, name: str) -> list[bytes]:
    return (folder / name).read_bytes().splitlines()


def test_a_clean_row_comes_back_as_it_was(clean_row):
    completion = Completion.model_validate(clean_row)
    back = completion.model_dump(mode="json", exclude_unset=True, by_alias=True)
    assert json.dumps(back, sort_keys=True) == json.dumps(clean_row, sort_keys=True)


def test_a_clean_row_needs_no_repair(clean_row):
    notes = Notes()
    Completion.model_validate(clean_row, context=notes)
    assert list(notes) == []


def test_a_clean_row_is_the_same_read_from_its_text(clean_row):
    text = json.dumps(clean_row)
    assert Completion.model_validate_json(text) == Completion.model_validate(clean_row)


def test_a_clean_row_calls_python_for_whole_lists_and_shapes_only(recorded):
    row = json.loads(lines_of(recorded, "form_A_download_full.jsonl")[1])
    called: list[str] = []

    def listen(frame, event, argument):
        if event == "call" and "/models/" in frame.f_code.co_filename:
            called.append(frame.f_code.co_name)

    sys.setprofile(listen)
    try:
        Completion.model_validate(row)
    finally:
        sys.setprofile(None)
    per_row = ["once", "shape_of_request", "shape_of_response", "with_messages", "with_positions"]
    n_choices = len(row["response"]["choices"])
    assert sorted(called) == sorted(per_row + ["_is_text_choice"] * n_choices)


@pytest.mark.parametrize(
    ("name", "count"), [("form_G_bigquery_export.ndjson", 31), ("form_H_js_ts_clients.jsonl", 3)]
)
def test_every_row_of_other_forms_is_a_completion(recorded, name, count):
    assert len([Completion.model_validate_json(line) for line in lines_of(recorded, name)]) == count


def test_bigquery_writes_the_duration_as_text(recorded):
    first = lines_of(recorded, "form_G_bigquery_export.ndjson")[0]
    assert json.loads(first)["duration"] == "69"
    assert Completion.model_validate_json(first).duration == 69


def test_the_javascript_client_leaves_stack_frames_incomplete(recorded):
    notes = Notes()
    first = lines_of(recorded, "form_H_js_ts_clients.jsonl")[0]
    frame = Completion.model_validate_json(first, context=notes).stacktrace[0]
    assert (frame.line, frame.lineno, frame.name) == (12, 12, None)
    assert list(notes) == [("stacktrace_partial", "stacktrace")]


def test_created_zero_is_a_missing_time(recorded):
    last = lines_of(recorded, "form_H_js_ts_clients.jsonl")[2]
    assert json.loads(last)["response"]["created"] == 0
    assert Completion.model_validate_json(last).response.created is None


def test_sentinel_counts_are_kept_as_they_stand(recorded):
    second = lines_of(recorded, "form_H_js_ts_clients.jsonl")[1]
    assert Completion.model_validate_json(second).response.usage.total_tokens == -1


def test_feedback_comes_back_as_it_was(recorded):
    for line in lines_of(recorded, "form_L_feedback_download.jsonl"):
        row = json.loads(line)
        assert Feedback.model_validate(row).model_dump(mode="json", exclude_unset=True) == row
