"""Errors of every provider: what is the kind, what the reason."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from completion_analytics.formats.errors import failure_of
from completion_analytics.models import Completion

BODIES = {
    "openai": (
        {"error": {"message": "x", "type": "invalid_request_error", "code": "model_not_found"}},
        "model_not_found",
        "x",
    ),
    "openai without code": (
        {"error": {"message": "x", "type": "invalid_request_error", "code": None}},
        "invalid_request_error",
        "x",
    ),
    "text generation inference": (
        {"error": "too long", "error_type": "validation"},
        "validation",
        "too long",
    ),
    "ollama": ({"error": "model not found"}, None, "model not found"),
    "xai": ({"code": "Bad argument", "error": "wrong key"}, "Bad argument", "wrong key"),
    "mistral": (
        {"object": "error", "message": "down", "type": "internal_server_error", "code": "1000"},
        "1000",
        "down",
    ),
    "google": (
        {"error": {"code": 404, "message": "x", "status": "NOT_FOUND"}},
        "NOT_FOUND",
        "x",
    ),
    "google in a list": ([{"error": {"code": 400, "message": "x"}}], "400", "x"),
    "openrouter": ({"error": {"code": 429, "message": "slow"}, "user_id": "u"}, "429", "slow"),
    "anthropic": (
        {"type": "error", "error": {"type": "overloaded_error", "message": "x"}},
        "overloaded_error",
        "x",
    ),
    "fastapi": ({"detail": "Not Found"}, None, "Not Found"),
    "fastapi validation": ({"detail": [{"msg": "missing"}]}, None, '[{"msg": "missing"}]'),
    "databricks": ({"error_code": 401, "message": "no credential"}, "401", "no credential"),
    "gateway": ({"message": "Unauthorized", "request_id": "r"}, None, "Unauthorized"),
    "plain text": ("upstream connect error", None, "upstream connect error"),
    "nothing": (None, None, None),
}


@pytest.mark.parametrize(("body", "kind", "reason"), BODIES.values(), ids=BODIES)
def test_an_error_body_tells_its_kind_and_its_reason(body, kind, reason):
    told = failure_of(body)
    assert (told.get("failure_kind"), told.get("failure_reason")) == (kind, reason)


def test_the_http_status_is_the_kind_where_nothing_else_is_said():
    assert failure_of(None, 503) == {"failure_kind": "503", "http_status": 503}
    assert failure_of({"detail": "Not Found"}, 404)["failure_kind"] == "404"


def test_a_body_may_name_its_own_http_status_but_the_given_one_counts():
    body = {"error": {"message": "x", "code": "content_filter", "status": 400}}
    assert failure_of(body)["http_status"] == 400
    assert failure_of(body, 200)["http_status"] == 200


def test_a_page_of_html_is_cut():
    assert len(failure_of("<html>" + "x" * 5_000, 502)["failure_reason"]) == 2_000


def test_an_error_body_keeps_what_stood_beside_the_error(told):
    row = told({"type": "error", "error": {"type": "api_error"}, "request_id": "req_1"})
    assert (row["request_id"], row["response"]) == ("req_1", None)
    assert row["error.type"] == "api_error"


def test_a_status_beside_an_error_is_an_http_status(told):
    row = told({"error": {"message": "x", "code": "invalid_api_key"}, "status": 401})
    assert row["http_status"] == 401
    assert "status" not in row.canonical


@pytest.mark.parametrize("name", ["status", "status_code", "statusCode"])
def test_a_message_beside_a_failed_http_status_is_an_error_body(told, name):
    row = told({name: 401, "message": "Access token is missing"})
    assert (row["http_status"], row["failure_reason"]) == (401, "Access token is missing")


JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-1, 600) | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=2)
        | st.dictionaries(
            st.sampled_from(["error", "message", "code", "type", "status", "param", "detail"]),
            inner,
            max_size=4,
        )
    ),
    max_leaves=8,
)


@given(JSON, st.none() | st.integers(400, 599))
def test_whatever_a_server_says_is_a_failure_that_validates(body, http_status):
    told = failure_of(body, http_status)
    completion = Completion.model_validate(told)
    assert completion.http_status == told.get("http_status")
    assert http_status is None or completion.failure_kind
