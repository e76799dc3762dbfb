"""Doubts that columns show."""

from __future__ import annotations

from typing import Any

import pytest

import completion_analytics as ca
from completion_analytics.frames import TABLES
from completion_analytics.frames.columns import Table

UUID = "0f0e4b9c-5a52-4c0e-9e3e-1f1f4d1a2b3c"


def row(number: int, **what: Any) -> dict[str, Any]:
    usage = {"prompt_tokens": 11, "completion_tokens": 6, "total_tokens": 17}
    message = {"role": "assistant", "content": "2 and 3."}
    return {
        "id": str(number),
        "created_at": "2025-03-01T09:00:00+00:00",
        "status": "finished",
        "kind": "chat",
        "duration": 1500,
        "request": {"model": "gpt-4o", "messages": [{"role": "user", "content": "Two primes?"}]},
        "response": {"choices": [{"index": 0, "message": message}], "usage": usage},
        "stacktrace": [],
        "tagResolved": [],
    } | what


def codes(*records: Any) -> set[str]:
    return set(ca.load(list(records)).issues["code"])


def counted(*counts: int) -> dict[str, Any]:
    """A response with prompt, completion and total counts."""
    names = ("prompt_tokens", "completion_tokens", "total_tokens")
    usage = dict(zip(names, counts, strict=True))
    return {"choices": [{"index": 0, "message": {"content": "hi"}}], "usage": usage}


def with_logprobs(*logprobs: float | None) -> dict[str, Any]:
    """A response with a token for each log-probability."""
    listed = {"tokens": ["a"] * len(logprobs), "token_logprobs": list(logprobs)}
    return {"choices": [{"index": 0, "text": "a", "logprobs": listed}]}


def test_an_echoed_prompt_begins_without_a_logprob() -> None:
    assert "logprob_doubtful" not in codes(row(1, response=with_logprobs(None, -0.1)))


@pytest.mark.parametrize(
    ("code", "changed"),
    [
        ("status_stale", {"status": "started"}),
        ("status_conflict", {"response": {"error": {"message": "no"}}}),
        ("status_conflict", {"status": "OK", "response": {"error": {"message": "no"}}}),
        ("logprob_doubtful", {"response": with_logprobs(None, None)}),
        ("logprob_doubtful", {"response": with_logprobs(-0.1, 0.1)}),
        ("logprob_sentinel", {"response": with_logprobs(-9999.0)}),
        ("unresolved", {"status": "started", "response": None}),
        ("created_missing", {"created_at": None}),
        ("time_naive", {"created_at": "2025-03-01T09:00:00"}),
        ("time_invalid", {"created_at": "2025-02-30T09:00:00Z"}),
        ("time_out_of_range", {"created_at": "2009-03-01T09:00:00Z"}),
        ("duration_zero", {"duration": 0}),
        ("usage_missing", {"response": {"choices": [{"message": {"content": "hi"}}]}}),
        (
            "usage_incomplete",
            {"response": {"choices": [{"text": "hi"}], "usage": {"prompt_tokens": 3}}},
        ),
        ("usage_zero", {"response": counted(0, 0, 0)}),
        ("usage_sentinel", {"response": counted(-1, -1, -1)}),
        ("total_mismatch", {"response": counted(1, 1, 9)}),
        ("mock", {"tags": ["MOCK_CHAT_COMPLETIONS"], "tagResolved": None}),
        ("tags_unresolved", {"tags": [UUID], "tagResolved": None}),
        ("choices_missing", {"response": {"choices": []}}),
    ],
)
def test_a_doubtful_row_is_kept_and_flagged(code: str, changed: dict[str, Any]) -> None:
    clean = row(1)
    assert code not in codes(clean)
    assert code in codes(clean, row(2, **changed))


def test_a_clean_row_has_nothing_to_repair() -> None:
    issues = ca.load([row(1)]).issues
    assert issues.loc[issues["level"] == "wire", "code"].tolist() == []


def test_concurrent_calls_with_one_request_and_other_token_counts_look_copied() -> None:
    second = row(2, response=counted(40, 6, 46))
    later = row(
        3,
        created_at="2025-03-01T10:00:00Z",
        response=counted(55, 6, 61),
    )
    log = ca.load([row(1), second, later])
    assert log.rows_with("request_copied")["completion_id"].tolist() == ["1", "2"]


def test_concurrent_calls_with_equal_counts_are_just_repeated() -> None:
    assert "request_copied" not in codes(row(1), row(2))


def test_exactly_fifty_rows_look_like_a_default() -> None:
    assert "fifty_rows" in codes(*(row(number) for number in range(50)))
    assert "fifty_rows" not in codes(*(row(number) for number in range(49)))


def test_forms_that_carry_no_duration_do_not_lack_one() -> None:
    body = {"id": "c", "model": "m", "created": 1740819600, **counted(1, 1, 2)}
    assert ca.load([body]).issues.empty


def test_no_two_columns_share_a_name_and_every_meaning_is_its_own() -> None:
    for table in TABLES.values():
        assert len(set(table.names)) == len(table.names)
        meanings = [column.meaning for column in table]
        assert len(set(meanings)) == len(meanings), table.name


@pytest.mark.parametrize("table", TABLES.values(), ids=list(TABLES))
def test_an_unknown_column_is_refused(table: Table) -> None:
    with pytest.raises(KeyError, match="has no column"):
        table.build({"nonsense": [1]})
