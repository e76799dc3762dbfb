"""The failure taxonomy: ten classes from kind, code, status and reason."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from completion_analytics.frames.completions import FAILURE_CLASSES
from completion_analytics.frames.failures import failure_class

CODES = {
    "rate_limit": "rate_limit_exceeded rate_limit_error slow_down RateLimitReached "
    "insufficient_quota credit_balance_exhausted",
    "timeout": "timeout_error Timeout",
    "context_length": "context_length_exceeded",
    "auth": "invalid_api_key authentication_error permission_error billing_error",
    "content_filter": "content_filter content_policy_violation ResponsibleAIPolicyViolation",
    "server": "server_error overloaded_error server_is_overloaded",
    "bad_request": "model_not_found DeploymentNotFound not_found_error request_too_large "
    "invalid_value",
}
PHRASES = {
    "Your requests to gpt-4.1 in East US have exceeded the token rate limit for your tier": (
        "rate_limit"
    ),
    "This request would exceed your organization's rate limit of 40,000 tokens": "rate_limit",
    "Rate limit reached for gpt-4o": "rate_limit",
    "Request timed out.": "timeout",
    "Deadline Exceeded": "timeout",
    "This model's maximum context length is 8192 tokens": "context_length",
    "prompt is too long: 203456 tokens > 200000 maximum": "context_length",
    "input length and max_tokens exceed context limit: 199000 + 4096 > 200000": "context_length",
    "Your input exceeds the context window of this model": "context_length",
    "Incorrect API key provided: sk-****": "auth",
    "Your credit balance is too low to access the API": "auth",
    "triggering Azure OpenAI's content management policy": "content_filter",
    "Output blocked by content filtering policy": "content_filter",
    "Overloaded": "server",
    "Connection error.": "network",
    "Connection reset by peer": "network",
    "[Errno 111] Connection refused": "network",
    "Temporary failure in name resolution": "network",
    "Request was aborted.": "cancelled",
}
STATUSES = {
    "rate_limit": (429,),
    "timeout": (408, 504),
    "auth": (401, 402, 403),
    "server": (500, 501, 502, 503, 529, 599),
    "bad_request": (400, 404, 409, 413, 422),
    "cancelled": (499,),
    "other": (None, 0, 200, 302, 600),
}
EXCEPTIONS = {
    "rate_limit": "RateLimitError ResourceExhausted ThrottlingException",
    "timeout": "APITimeoutError APIConnectionTimeoutError Timeout ReadTimeout ConnectTimeout",
    "context_length": "ContextWindowExceededError ContextWindowExceedError",
    "auth": "AuthenticationError PermissionDeniedError PermissionError",
    "content_filter": "ContentPolicyViolationError BlockedPromptException",
    "server": "InternalServerError ServiceUnavailableError",
    "network": "APIConnectionError ConnectError ReadError RemoteProtocolError",
    "bad_request": "BadRequestError NotFoundError UnprocessableEntityError UnsupportedParamsError",
    "cancelled": "CancelledError APIUserAbortError KeyboardInterrupt",
    "other": "ValueError Exception",
}


def _pairs(words: dict[str, str]) -> list[tuple[str, str]]:
    return [(word, name) for name, listed in words.items() for word in listed.split()]


@pytest.mark.parametrize(("code", "expected"), _pairs(CODES))
def test_a_specific_code_decides_before_anything_else(code: str, expected: str) -> None:
    assert failure_class("CancelledError", code, 499, "Request was aborted") == expected


@pytest.mark.parametrize(("reason", "expected"), PHRASES.items())
def test_a_telling_phrase_decides_before_the_status_and_the_exception(
    reason: str, expected: str
) -> None:
    assert failure_class("APIStatusError", None, 403, reason) == expected


@pytest.mark.parametrize(
    ("status", "expected"), [(code, name) for name, codes in STATUSES.items() for code in codes]
)
def test_a_status_decides_where_nothing_else_is_known(status: int | None, expected: str) -> None:
    assert failure_class(None, None, status, None) == expected


@pytest.mark.parametrize(("name", "expected"), _pairs(EXCEPTIONS))
def test_the_last_part_of_an_exceptions_name_decides(name: str, expected: str) -> None:
    assert failure_class(f"somewhere.deep.{name}", None, None, "") == expected


@pytest.mark.parametrize("generic", ["invalid_request_error", "api_error", "tokens", "requests"])
@pytest.mark.parametrize(("status", "expected"), [(404, "bad_request"), (401, "auth")])
def test_generic_types_decide_nothing(generic: str, status: int, expected: str) -> None:
    assert failure_class(generic, generic, status, None) == expected


@pytest.mark.parametrize(("code", "expected"), [("429", "rate_limit"), ("404", "bad_request")])
def test_a_numeric_code_is_a_status(code: str, expected: str) -> None:
    assert failure_class(code, code, 200, None) == expected


def test_a_codes_number_that_is_no_status_is_ignored() -> None:
    assert failure_class("1300", "1300", 429, "slow down, please") == "rate_limit"


@pytest.mark.parametrize("status", [413, 429])
def test_a_request_too_large_for_the_rate_limit_is_not_a_matter_of_context(status: int) -> None:
    reason = "Request too large for gpt-4o on tokens per min (TPM): maximum context length"
    assert failure_class(None, "rate_limit_exceeded", status, reason) == "rate_limit"


def test_litellms_connection_error_counts_as_network_only_by_its_phrase() -> None:
    unmapped = "litellm.APIConnectionError: OllamaException - 'choices'"
    real = "litellm.APIConnectionError: OpenAIException - Connection error."
    assert failure_class("APIConnectionError", None, None, unmapped) == "other"
    assert failure_class("litellm.APIConnectionError", None, 500, "'choices'") == "server"
    assert failure_class("APIConnectionError", None, None, real) == "network"


def test_a_connection_failure_that_litellm_wraps_as_a_server_error_is_network() -> None:
    reason = "litellm.InternalServerError: InternalServerError: OpenAIException - Connection error."
    assert failure_class("InternalServerError", None, 500, reason) == "network"


def test_an_exception_named_in_the_reason_alone_is_found() -> None:
    assert failure_class(None, None, None, "openai.PermissionDeniedError: no") == "auth"


PYTHON_BODY = (
    "Error code: 400 - {'error': {'message': \"it's too much\", 'type': 'server_error', "
    "'param': None, 'code': 'context_length_exceeded'}}"
)


def test_the_code_in_a_body_that_python_printed_is_read() -> None:
    assert failure_class("BadRequestError", None, None, PYTHON_BODY) == "context_length"


def test_the_code_in_a_body_cut_short_is_read() -> None:
    cut = "{'type': 'server_error', 'code': 'context_length_exceeded', 'message': 'this is"
    assert failure_class("BadRequestError", None, None, cut) == "context_length"


def test_the_status_in_the_text_is_read() -> None:
    assert failure_class("APIStatusError", None, None, "Error code: 401 - {'x': 1}") == "auth"


def test_azures_inner_error_is_read() -> None:
    body = {"error": {"code": None, "innererror": {"code": "ResponsibleAIPolicyViolation"}}}
    assert failure_class(None, None, 400, json.dumps(body)) == "content_filter"


def test_words_echoed_deep_in_a_body_do_not_decide() -> None:
    body = {"detail": [{"type": "missing", "input": {"code": "timeout"}}]}
    assert failure_class(None, None, 422, json.dumps(body)) == "bad_request"


@pytest.mark.parametrize("reason", ["{" * 5_000 + "}", "x" * 100_000, "\0", "{'a': 1e}", "{}"])
def test_odd_texts_are_other(reason: str) -> None:
    assert failure_class(None, None, None, reason) == "other"


texts = st.none() | st.text() | st.sampled_from([*PHRASES, PYTHON_BODY, "Timeout", "api_error"])
statuses = st.none() | st.integers(-1, 700)


@given(texts, texts, statuses, texts)
@settings(deadline=None)
def test_every_failure_has_exactly_one_of_the_ten_classes(
    kind: str | None, code: str | None, status: int | None, reason: str | None
) -> None:
    assert failure_class(kind, code, status, reason) in FAILURE_CLASSES


ascii_texts = st.none() | st.text(st.characters(codec="ascii")) | st.just(PYTHON_BODY)


@given(ascii_texts, ascii_texts, statuses, ascii_texts)
@settings(deadline=None)
def test_case_and_outer_blanks_do_not_matter(
    kind: str | None, code: str | None, status: int | None, reason: str | None
) -> None:
    def louder(text: str | None) -> str | None:
        return None if text is None else f" {text.upper()}\n"

    assert failure_class(louder(kind), louder(code), status, louder(reason)) == failure_class(
        kind, code, status, reason
    )


def _published_class(record: dict[str, Any]) -> str:
    """What the body and the status alone say of a published error."""
    response = record["response"]
    body = response if isinstance(response, dict) else {}
    error = body.get("error") if isinstance(body.get("error"), dict) else body
    words = [error.get(name) for name in ("code", "type", "status")]
    kind = next((word for word in words if isinstance(word, str)), None)
    code = None if error.get("code") is None else str(error["code"])
    reason = response if isinstance(response, str) else json.dumps(response)
    return failure_class(kind, code, record["status"], reason)


def test_published_error_bodies_fall_into_the_counted_classes(exports: Path) -> None:
    lines = (exports / "real" / "errors.jsonl").read_text(encoding="utf-8").splitlines()
    assert Counter(_published_class(json.loads(line)) for line in lines) == {
        "bad_request": 96,
        "auth": 95,
        "rate_limit": 34,
        "server": 11,
        "context_length": 11,
        "content_filter": 3,
        "timeout": 1,
    }
