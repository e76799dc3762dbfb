"""What kind of failure it was, in ten words, from what a file says about it."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from functools import lru_cache
from typing import Any, NamedTuple


class _Signs(NamedTuple):
    """What tells one class: each tuple is looked up in its own step, `statuses` twice."""

    codes: tuple[str, ...] = ()
    phrases: tuple[str, ...] = ()
    statuses: tuple[int, ...] = ()
    exceptions: tuple[str, ...] = ()


# In lower case. Within a step the first class that fits wins, so the order of the rows counts.
_SIGNS: dict[str, _Signs] = {
    "rate_limit": _Signs(
        codes=(
            "rate_limit_exceeded",
            "rate_limit_error",
            "rate_limited",
            "ratelimitreached",
            "slow_down",
            "insufficient_quota",
            "credit_balance_exhausted",
            "resource_exhausted",
        ),
        phrases=(r"exceed\w*\b.{0,200}\brate limit", r"rate limit (?:reached|exceeded)"),
        statuses=(429,),
        exceptions=("ratelimiterror", "resourceexhausted", "throttlingexception"),
    ),
    "timeout": _Signs(
        codes=(
            "timeout_error",
            "timeout",
            "deadline_exceeded",
            "deadline exceeded",
            "batch_expired",
            "expired",
        ),
        phrases=(r"timed out", r"deadline exceeded"),
        statuses=(408, 504),
        exceptions=(
            "apitimeouterror",
            "apiconnectiontimeouterror",
            "timeout",
            "timeouterror",
            "readtimeout",
            "connecttimeout",
            "deadlineexceeded",
        ),
    ),
    "context_length": _Signs(
        codes=("context_length_exceeded",),
        phrases=(
            r"maximum context length",
            r"prompt is too long",
            r"exceed\w*\b.{0,80}\bcontext (?:window|limit)",
        ),
        exceptions=("contextwindowexceedederror", "contextwindowexceederror"),
    ),
    "auth": _Signs(
        codes=("invalid_api_key", "authentication_error", "permission_error", "billing_error"),
        phrases=(r"incorrect api key", r"credit balance is too low"),
        statuses=(401, 402, 403),
        exceptions=("authenticationerror", "permissiondeniederror", "permissionerror"),
    ),
    "content_filter": _Signs(
        codes=("content_filter", "content_policy_violation", "responsibleaipolicyviolation"),
        phrases=(r"content management policy", r"content filtering policy"),
        exceptions=(
            "contentpolicyviolationerror",
            "blockedpromptexception",
            "stopcandidateexception",
        ),
    ),
    "server": _Signs(
        codes=("server_error", "internal_server_error", "overloaded_error", "server_is_overloaded"),
        phrases=(r"overloaded",),
        statuses=(500, 502, 503, 529),
        exceptions=("internalservererror", "serviceunavailableerror"),
    ),
    "network": _Signs(
        phrases=(
            r"connection (?:error|aborted|(?:was )?(?:reset|refused))",
            r"name resolution",
        ),
        exceptions=(
            "apiconnectionerror",
            "connecterror",
            "connectionerror",
            "readerror",
            "remoteprotocolerror",
            "mistralconnectionexception",
        ),
    ),
    "bad_request": _Signs(
        codes=(
            "model_not_found",
            "deploymentnotfound",
            "not_found_error",
            "request_too_large",
            "invalid_value",
            "tool_use_failed",
        ),
        exceptions=(
            "badrequesterror",
            "notfounderror",
            "unprocessableentityerror",
            "unsupportedparamserror",
            "invalidrequesterror",
            "invalidargument",
            "conflicterror",
        ),
    ),
    "cancelled": _Signs(
        codes=("canceled", "cancelled"),
        phrases=(r"request was aborted",),
        statuses=(499,),
        exceptions=("cancellederror", "apiuseraborterror", "keyboardinterrupt"),
    ),
}
_BY_CODE = {sign: name for name, signs in _SIGNS.items() for sign in signs.codes}
_BY_PHRASE = [
    (name, re.compile(r"\b(?:" + "|".join(signs.phrases) + r")\b", re.DOTALL))
    for name, signs in _SIGNS.items()
    if signs.phrases
]
_BY_STATUS = {sign: name for name, signs in _SIGNS.items() for sign in signs.statuses}
_BY_EXCEPTION = {sign: name for name, signs in _SIGNS.items() for sign in signs.exceptions}

# Bodies that matter are short; a page of HTML need not be searched to its end.
_LONGEST = 8_000
_STATUS_IN_TEXT = re.compile(r"error code: (\d{3})\b")
_CODE_IN_TEXT = re.compile(r"""['"]code['"]\s*:\s*['"]([^'"]+)['"]""")
_TYPE_IN_TEXT = re.compile(r"""['"]type['"]\s*:\s*['"]([^'"]+)['"]""")
_EXCEPTION_IN_TEXT = re.compile(r"((?:[a-z_]\w*\.)*[a-z_]\w*(?:error|exception|timeout))\s*[:(]")


def failure_class(
    kind: str | None, code: str | None, http_status: int | None, reason: str | None
) -> str:
    """One of the ten failure classes; never missing, for any input.

    `kind` is an exception's name, or an error code or type; `reason` the message, or the body as
    JSON or as Python prints it. What is said most exactly decides: a specific code or type, then a
    telling phrase, a telling status, the exception's name, and last the family of the status.
    Words that vendors use for anything (`invalid_request_error`, `api_error`, `tokens`) decide
    nothing, and a numeric code is a status. Case and outer blanks are irrelevant.

    Source: error types as documented by OpenAI (https://platform.openai.com/docs/guides/error-codes),
    Anthropic (https://docs.claude.com/en/api/errors) and LiteLLM
    (https://docs.litellm.ai/docs/exception_mapping), November 2026.

    >>> failure_class("APIStatusError", None, 413, "{'error': {'code': 'rate_limit_exceeded'}}")
    'rate_limit'
    >>> failure_class("BadRequestError", None, 400, "This model's maximum context length is 8192")
    'context_length'
    """
    return _failure_class(_plain(kind), _plain(code), http_status, _plain(reason)[:_LONGEST])


def code_and_status(reason: str | None) -> tuple[str | None, int | None]:
    """The error code and HTTP status that an exception's text quotes; None where it has none.

    >>> code_and_status("Error code: 429 - {'error': {'code': 'rate_limit_exceeded'}}")
    ('rate_limit_exceeded', 429)
    """
    text = (reason or "")[:_LONGEST]
    status, code = _STATUS_IN_TEXT.search(text.casefold()), _CODE_IN_TEXT.search(text)
    return code and code.group(1), status and int(status.group(1))


def _plain(text: str | None) -> str:
    return "" if text is None else text.strip().casefold()


@lru_cache(maxsize=4096)
def _failure_class(kind: str, code: str, http_status: int | None, reason: str) -> str:
    statuses = list(_statuses(kind, code, http_status, reason))
    named = (
        next((_BY_CODE[word] for word in _codes(kind, code, reason) if word in _BY_CODE), None)
        or next((name for name, phrase in _BY_PHRASE if phrase.search(reason)), None)
        or next((_BY_STATUS[status] for status in statuses if status in _BY_STATUS), None)
        or _by_exception(kind, reason)
    )
    return named or next((_family(status) for status in statuses), "other")


def _codes(kind: str, code: str, reason: str) -> Iterator[str]:
    """Words that may be an error's code or type, the most specific first."""
    yield code
    body = _body(reason)
    if body is None:  # as Python prints a dict, or cut short
        yield from _CODE_IN_TEXT.findall(reason)
        yield from _TYPE_IN_TEXT.findall(reason)
    else:
        yield from _codes_of(body)
    yield kind


def _codes_of(body: Mapping[str, Any]) -> Iterator[str]:
    inside = body.get("error")
    error = inside if isinstance(inside, Mapping) else body
    inner = error.get("innererror")
    parts = (inner, error) if isinstance(inner, Mapping) else (error,)
    for part in parts:
        for field in ("code", "type", "status"):
            if isinstance(part.get(field), str):
                yield part[field]


def _body(reason: str) -> Mapping[str, Any] | None:
    """The JSON object within a message, if there is one."""
    start, end = reason.find("{"), reason.rfind("}")
    try:
        body = json.loads(reason[start : end + 1]) if 0 <= start < end else None
    except (ValueError, RecursionError):
        return None
    return body if isinstance(body, Mapping) else None


def _statuses(kind: str, code: str, http_status: int | None, reason: str) -> Iterator[int]:
    """HTTP statuses that report a failure, the response's own first."""
    in_text = _STATUS_IN_TEXT.search(reason)
    numbers = (code, in_text.group(1) if in_text else "", kind)
    candidates = [http_status, *(int(text) for text in numbers if re.fullmatch(r"[45]\d\d", text))]
    return (status for status in candidates if status is not None and 400 <= status < 600)


def _by_exception(kind: str, reason: str) -> str | None:
    in_text = _EXCEPTION_IN_TEXT.match(reason)
    for name in (kind, in_text.group(1) if in_text else ""):
        found = _BY_EXCEPTION.get(name.rpartition(".")[2])
        if found and not (found == "network" and _from_litellm(kind, reason)):
            return found
    return None


def _from_litellm(kind: str, reason: str) -> bool:
    # LiteLLM raises APIConnectionError for whatever it cannot map, so the name tells nothing.
    return kind.startswith("litellm.") or reason.startswith("litellm.")


def _family(status: int) -> str:
    return "bad_request" if status < 500 else "server"
