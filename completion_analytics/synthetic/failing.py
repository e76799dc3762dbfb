"""How calls of the demo fail: exceptions, what they say, and how often each kind occurs."""

from __future__ import annotations

from random import Random
from typing import NamedTuple

_LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"


class Failure(NamedTuple):
    """One kind of failure: the class that it belongs to, and how clients report it."""

    weight: int
    exception: str
    reason: str
    passes: bool = False
    """Whether trying again may help, so that the app does."""


def _body(status: int, message: str, kind: str, code: str | None, param: str | None = None) -> str:
    """An error as OpenAI's client prints it: the status and a Python dict."""
    error = {"message": message, "type": kind, "param": param, "code": code}
    return f"Error code: {status} - {{'error': {error!r}}}".replace("\\'", "'")


FAILURES = {
    "rate_limit": Failure(
        30, "RateLimitError",
        _body(
            429,
            "Rate limit reached for <model> in organization <organization> on tokens per min "
            "(TPM): Limit 30000, Used <used>, Requested <asked>. Please try again in <wait>s.",
            "tokens", "rate_limit_exceeded",
        ),
        passes=True,
    ),
    "timeout": Failure(0, "APITimeoutError", "Request timed out.", passes=True),
    "server": Failure(
        22, "InternalServerError",
        _body(
            500,
            "The server had an error while processing your request. Sorry about that! "
            "(Please include the request ID <request> in your email.)",
            "server_error", None,
        ),
        passes=True,
    ),
    "network": Failure(14, "APIConnectionError", "Connection error.", passes=True),
    "context_length": Failure(
        10, "BadRequestError",
        _body(
            400,
            "This model's maximum context length is 128000 tokens. However, your messages "
            "resulted in <long> tokens. Please reduce the length of the messages.",
            "invalid_request_error", "context_length_exceeded", "messages",
        ),
    ),
    "content_filter": Failure(
        8, "BadRequestError",
        _body(
            400,
            "The response was filtered due to the prompt triggering our content management "
            "policy. Please modify your prompt and retry.",
            "invalid_request_error", "content_filter", "prompt",
        ),
    ),
    "auth": Failure(
        5, "AuthenticationError",
        _body(
            401, "Incorrect API key provided: <key>.", "invalid_request_error", "invalid_api_key"
        ),
    ),
    "bad_request": Failure(
        7, "NotFoundError",
        _body(
            404, "The model `<model>` does not exist or you do not have access to it.",
            "invalid_request_error", "model_not_found",
        ),
    ),
    "cancelled": Failure(2, "CancelledError", "The request was aborted by the user."),
    "other": Failure(2, "JSONDecodeError", "Expecting value: line 1 column 1 (char 0)"),
}  # fmt: skip
_KINDS = tuple(FAILURES)
_WEIGHTS = tuple(failure.weight for failure in FAILURES.values())


def draw(rng: Random) -> str:
    """A kind of failure, as often as it occurs outside of incidents."""
    return rng.choices(_KINDS, _WEIGHTS)[0]


def report(rng: Random, kind: str, model: str, *, through_litellm: bool) -> tuple[str, str]:
    """The exception's name and what it says, keys and ids filled in as vendors mask them."""
    failure = FAILURES[kind]
    reason = failure.reason
    if "<" in reason:
        used = rng.randrange(28_000, 30_000)
        for mark, text in (
            ("<model>", model),
            ("<organization>", "org-" + _word(rng, 24)),
            ("<request>", f"req_{rng.getrandbits(128):032x}"),
            ("<key>", "sk-" + "proj-" + "*" * 24 + _word(rng, 4)),
            ("<used>", str(used)),
            ("<asked>", str(rng.randrange(30_001 - used, 4_000))),
            ("<wait>", f"{rng.randrange(1, 9_000) / 1000:g}"),
            ("<long>", str(rng.randrange(128_001, 190_000))),
        ):
            reason = reason.replace(mark, text)
    if through_litellm:
        name = failure.exception
        reason = f"litellm.{name}: {name}: OpenAIException - {reason}"
    return failure.exception, reason


def _word(rng: Random, length: int) -> str:
    return "".join(rng.choices(_LETTERS, k=length))
