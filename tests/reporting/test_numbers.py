"""The document for machines: what it says, and that its names stay."""

from __future__ import annotations

import json
import math
from pathlib import Path

import jsonschema
import pandas as pd
import pytest

import completion_analytics as ca
from completion_analytics.reporting.document import ReportNumbers

SCHEMA = Path(__file__).parents[2] / "docs" / "report.schema.json"
KEY = "sk-proj-" + "Ab3dEf6hIj9kLm2nOp5qRs8tUv1wXy4z" * 2


def a_record(number, **fields):
    return {
        "id": str(number),
        "status": "finished",
        "kind": "chat",
        "duration": 2.5,
        "request": {"model": "m", "messages": []},
        "response": {
            "choices": [{"index": 0, "finish_reason": "stop", "message": {"content": "hi"}}],
            "usage": {"prompt_tokens": 10, "completion_tokens": 5, "total_tokens": 15},
        },
        **fields,
    }


FAILED = {"status": "failed", "response": None, "duration": None, "failure_kind": "Timeout"}


@pytest.fixture(scope="module")
def demo():
    return ca.demo(800)


def test_counts_rates_and_tokens_are_those_of_the_log():
    log = ca.load([a_record(0), a_record(1), a_record(2), a_record(3, **FAILED)])
    numbers = ca.report_numbers(log)
    (group,) = numbers.groups
    assert group.key == {"model": "m"}
    assert (group.calls, group.failed, group.unresolved, group.mock) == (4, 1, 0, 0)
    assert (group.failure_rate.value, group.failure_rate.n) == (0.25, 4)
    assert (group.duration_s.p50.value, group.duration_s.p50.n) == (2.5, 3)
    assert (group.tokens.prompt, group.tokens.completion, group.tokens.n) == (30, 15, 3)
    assert group.tokens.per_s == 2
    assert group.model_copy(update={"key": {}}) == numbers.total
    assert [failure.calls for failure in numbers.failures] == [1]


def test_records_are_rows_feedback_duplicates_and_rejects(demo):
    loaded = ca.report_numbers(demo).loaded
    parts = loaded.rows + loaded.feedback + loaded.duplicates + loaded.rejects
    assert (loaded.records, parts) == (800, 800)


def test_the_numbers_are_those_of_the_summary(demo):
    table = ca.summary(demo)
    for group, row in zip(ca.report_numbers(demo).groups, table.to_dict("records"), strict=True):
        assert group.key == {"model": row["model"]}
        for name in ("p50", "p90", "p95", "p99"):
            percentile = getattr(group.duration_s, name)
            for end, column in (("value", "s"), ("lo", "lo"), ("hi", "hi")):
                assert_same(getattr(percentile, end), row[f"{name}_{column}"])
        assert_same(group.failure_rate.hi, row["failure_hi"])
        assert_same(group.truncation.lo, row["truncation_lo"])


def assert_same(told, found):
    assert told is None if pd.isna(found) else math.isclose(told, found)


def test_what_is_not_known_is_null():
    text = ca.report_numbers(ca.load([])).model_dump_json()
    told = json.loads(text)
    assert told["total"]["failure_rate"] == {"value": None, "lo": None, "hi": None, "n": 0}
    assert told["total"]["tokens"] == {"prompt": None, "completion": None, "n": 0, "per_s": None}
    assert (told["first_at"], told["groups"]) == (None, [])
    assert "NaN" not in text


def test_the_document_goes_to_json_and_back(demo):
    numbers = ca.report_numbers(demo, title="t", by=["model", "kind"], limits=["count<1"])
    assert ReportNumbers.model_validate_json(numbers.model_dump_json()) == numbers


def test_the_document_conforms_to_its_published_schema(demo):
    schema = json.loads(SCHEMA.read_text())
    told = json.loads(
        ca.report_numbers(demo, by="tag", limits=["mean(cost_usd)>1"]).model_dump_json()
    )
    jsonschema.validate(told, schema)
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate({**told, "version": 2}, schema)


def test_the_published_schema_is_that_of_the_models():
    """When this fails, the names changed: see whether version 1 still holds, then write it anew."""
    assert json.loads(SCHEMA.read_text()) == ReportNumbers.model_json_schema(mode="serialization")


def test_every_name_of_the_schema_is_stable():
    """Taking one of these away needs another version."""
    assert set(ReportNumbers.model_fields) >= {
        "version", "title", "by", "level", "conditions", "redactions", "loaded", "first_at",
        "last_at", "total", "groups", "failures", "doubts", "reasons", "checks",
    }  # fmt: skip
    assert ca.report_numbers(ca.load([])).version == 1


def test_secrets_in_labels_are_pseudonyms_unless_asked_otherwise():
    record = a_record(0, tags=["ada@example.com"], request={"model": KEY, "messages": []})
    log = ca.load([record, a_record(1, **{**FAILED, "failure_kind": "bo@example.com"})])
    conditions = [ca.HasTags(none=["eve@example.com"])]
    for by in ("model", "tag", ["model", "failure_kind"]):
        shut = ca.report_numbers(log, by=by, conditions=conditions, limits=["count<9"])
        for text in (shut.model_dump_json(), shut.markdown()):
            assert "example.com" not in text
            assert KEY not in text
    shown = ca.report_numbers(log, by=["model", "tag"], conditions=conditions, redact=False)
    assert shown.groups[0].key["model"] in (KEY, "m")
    assert "ada@example.com" in shown.model_dump_json()
    assert "eve@example.com" in shown.model_dump_json()


def test_one_pseudonym_stands_for_one_secret_in_groups_limits_and_conditions():
    log = ca.load([a_record(0, tags=["ada@example.com"])])
    conditions = [ca.HasTags(any=["ada@example.com"])]
    numbers = ca.report_numbers(log, by="tag", conditions=conditions, limits=["count<9"])
    (group,), (check,), (condition,) = numbers.groups, numbers.checks, numbers.conditions
    assert check.group == f"tag={group.key['tag']}"
    assert group.key["tag"] in condition
    assert numbers.redactions["email"] >= 1


def test_redaction_changes_no_number(demo):
    for by in ("model", "session_id", "callsite"):
        shut, shown = (ca.report_numbers(demo, by=by, redact=redact) for redact in (True, False))
        assert shut.total == shown.total
        calls = sorted(group.calls for group in shown.groups)
        assert sorted(group.calls for group in shut.groups) == calls
        assert shut.doubts == shown.doubts


def test_conditions_filter_calls_and_say_so(demo):
    kept = ca.select(demo, ca.Between("duration_s", 2, None))
    numbers = ca.report_numbers(demo, conditions=[ca.Between("duration_s", 2, None)])
    assert numbers.total == ca.report_numbers(kept).total
    assert numbers.conditions == ["Between('duration_s', 2, None)"]
    assert numbers.loaded.records == 800


def test_limits_are_judged_per_group():
    log = ca.load([a_record(number) for number in range(20)])
    checks = ca.report_numbers(log, limits=["count<21", "failure_rate>50%"]).checks
    assert [(check.group, check.breached) for check in checks] == [
        ("model=m", True),
        ("model=m", False),
    ]


def test_a_missing_key_is_null_and_flags_stay_flags():
    log = ca.load([a_record(0, request={"messages": [], "stream": True})])
    keys = [group.key for group in ca.report_numbers(log, by=["model", "is_stream"]).groups]
    assert keys == [{"model": None, "is_stream": True}]


def test_a_wrong_clock_is_told_as_it_was():
    log = ca.load([a_record(0, created_at=-9e10), a_record(1, created_at="2026-01-31T12:00Z")])
    numbers = ca.report_numbers(log)
    assert numbers.first_at.startswith("-882-01-06T08:00")
    assert numbers.last_at == "2026-01-31T12:00:00+00:00"
    assert "-882-01-06 08:00:00 to" in numbers.markdown()


def test_the_log_is_left_as_it_was(demo):
    before = demo.completions.copy()
    ca.report_numbers(demo)
    pd.testing.assert_frame_equal(demo.completions, before)
    assert demo.completions["completion_id"].notna().any()


@pytest.mark.parametrize("told", [ca.report_numbers, lambda log: ca.report(log, "report.html")])
def test_a_log_that_was_opened_with_few_columns_is_refused_in_a_sentence(
    demo, tmp_path, monkeypatch, told
):
    monkeypatch.chdir(tmp_path)
    demo.to_parquet("kept")
    few = ca.open_parquet("kept", columns=["model", "outcome", "duration_s"])
    with pytest.raises(KeyError, match=r"needs all columns .* without 'completion_id': open it"):
        told(few)
    assert [path.name for path in tmp_path.iterdir()] == ["kept"]


def test_what_is_no_log_is_refused_in_a_sentence(demo):
    with pytest.raises(TypeError, match="report_numbers takes a CompletionLog, not a DataFrame"):
        ca.report_numbers(demo.completions)
