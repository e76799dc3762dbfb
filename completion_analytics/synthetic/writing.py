"""A call as its client writes it: Log10's row, as the command line downloads it."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from functools import cache
from random import Random
from typing import Any
from uuid import UUID, uuid5

from .answering import Answer, count_tokens, word
from .asking import Json, Talk
from .clients import QUIRKS
from .scenario import MODELS, ORGANIZATION
from .stacks import stack_of

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_NO_REASONING = {
    "accepted_prediction_tokens": 0,
    "audio_tokens": 0,
    "reasoning_tokens": 0,
    "rejected_prediction_tokens": 0,
}


def uuid(rng: Random) -> str:
    """A random UUID."""
    return str(UUID(int=rng.getrandbits(128), version=4))


@cache
def _tag_id(name: str) -> str:
    return str(uuid5(UUID(ORGANIZATION), name))


def row(rng: Random, talk: Talk, at: int, request: Json, session: str | None, tags: Any) -> Json:
    """The row of a call that was begun at a time in microseconds, as it stands until its end."""
    client = talk.client
    names = [*tags, client.tag] if client.tag else list(tags)
    ids = [_tag_id(name) for name in names]
    resolved: Any = [{"id": id_, "name": name} for id_, name in zip(ids, names, strict=True)]
    if rng.random() < QUIRKS["tags_unresolved"].share:
        resolved = []
    stack: Any = stack_of(rng, talk.feature.name, client.family)
    if stack is not None and rng.random() < QUIRKS["stack_as_text"].share:
        stack = json.dumps(stack)
    return {
        "id": uuid(rng),
        "created_at": (_EPOCH + timedelta(microseconds=at)).isoformat(timespec="microseconds"),
        "status": "started",
        "duration": None,
        "kind": client.kind,
        "orig_module": client.module,
        "orig_qualname": client.qualname,
        "request": request,
        "response": None,
        "stacktrace": stack,
        "session_id": session if client.family != "none" else None,
        "organization_id": ORGANIZATION,
        "failure_kind": None,
        "failure_reason": None,
        "tags": ids,
        "tagResolved": resolved,
    }


def duration_ms(talk: Talk, seconds: float) -> int | None:
    """The duration that the client writes."""
    if talk.client_name == "mock":
        return 0
    if talk.client_name == "bedrock_js":
        return None
    return int(seconds) * 1000 if talk.client.floors else round(seconds * 1000)


def response(
    rng: Random, talk: Talk, request: Json, answers: Sequence[Answer], reasoning: int, end: int
) -> Json:
    """The body that the client stores when the call ended, at a time in microseconds."""
    client, name = talk.client, talk.client_name
    body: Json = {
        "id": _response_id(rng, name),
        "object": client.object,
        "created": end // 1000 if name == "bedrock_js" else end // 1_000_000,
        "model": MODELS[talk.model].answers_as,
        "choices": [_choice(rng, talk, request, i, each) for i, each in enumerate(answers)],
    }
    if not client.has_created:
        del body["created"]
    if name == "gemini":
        del body["model"]
    if name == "openai_stream" and answers[0].calls:
        body |= {"id": None, "model": None}
    if name in ("openai", "openai_async", "openai_async_stream", "litellm", "openai_text"):
        body["service_tier"] = "default"
        body["system_fingerprint"] = f"fp_{len(talk.model) * 7919 + end // 10**6 // 604_800:010x}"
    if name == "mock":
        body["system_fingerprint"] = "log10_mock_chat_completion"
    usage = _usage(rng, talk, request, answers, reasoning)
    return body if usage is None and client.usage == "absent" else body | {"usage": usage}


def _response_id(rng: Random, name: str) -> str:
    if name == "together":
        return ""
    if name in ("gemini", "langchain"):
        return uuid(rng)
    prefixes = {"openai_text": "cmpl-", "anthropic": "msg_", "anthropic_stream": "msg_"}
    return prefixes.get(name, "compl_" if name == "anthropic_legacy" else "chatcmpl-") + word(
        rng, 24
    )


def _choice(rng: Random, talk: Talk, request: Json, index: int, answer: Answer) -> Json:
    client, name = talk.client, talk.client_name
    choice: Json = {
        "index": index,
        "finish_reason": client.finish.get(answer.reason, answer.reason),
    }
    if client.kind == "completion":
        return choice | {"text": f" {answer.text}", "logprobs": None}
    if name == "openai_functions_stream" and answer.calls:
        return choice | {"function_call": answer.calls[0]["function"]}
    if name in ("openai", "openai_async"):
        choice["logprobs"] = _logprobs(rng, request, answer)
    if name == "openai_async_stream":
        choice |= {"logprobs": None, "delta": {}}
    if name == "litellm_stream":
        choice["provider_specific_fields"] = {}
    return choice | {"message": _message(name, answer)}


def _message(name: str, answer: Answer) -> Json:
    message: Json = {"role": "assistant", "content": answer.text}
    if name in ("openai", "openai_async"):
        message["refusal"] = answer.refusal
    if answer.calls:
        untyped = name == "mistral"
        message["tool_calls"] = [
            {key: value for key, value in call.items() if not (untyped and key == "type")}
            for call in answer.calls
        ]
    return message


def _logprobs(rng: Random, request: Json, answer: Answer) -> Json | None:
    if not request.get("logprobs") or not answer.text:
        return None
    content = [
        _token(answer.text[start : start + 4], round(-rng.expovariate(4.0), 6))
        for start in range(0, len(answer.text), 4)
    ]
    if rng.random() < QUIRKS["logprob_sentinel"].share:
        content[-1]["logprob"] = -9999.0
    return {"content": content, "refusal": None}


def _token(piece: str, logprob: float) -> Json:
    token: Json = {"token": piece, "logprob": logprob, "bytes": list(piece.encode())}
    return {**token, "top_logprobs": [token]}


def _usage(
    rng: Random, talk: Talk, request: Json, answers: Sequence[Answer], reasoning: int
) -> Json | None:
    kind = talk.client.usage
    if kind in ("absent", "null"):
        return None
    if kind in ("zero", "sentinel"):
        count = 0 if kind == "zero" else -1
        return {"prompt_tokens": count, "completion_tokens": count, "total_tokens": count}
    prompt = count_tokens(request.get("messages") or request["prompt"])
    if talk.has_tools:
        prompt += 160
    completion = sum(answer.tokens for answer in answers) + reasoning
    usage: Json = {
        "prompt_tokens": prompt,
        "completion_tokens": completion,
        "total_tokens": prompt + completion,
    }
    if completion == 0:
        del usage["completion_tokens"]
    if talk.client_name == "mistral" and rng.random() < QUIRKS["total_beyond_sum"].share:
        usage["total_tokens"] += 37
    if kind == "full":
        # Prompts of 1,024 tokens and more are cached in steps of 128, once they were seen.
        is_cached = prompt >= 1024 and rng.random() < 0.7
        cached = (prompt - prompt // 4) // 128 * 128 if is_cached else 0
        usage["prompt_tokens_details"] = {"audio_tokens": 0, "cached_tokens": cached}
        usage["completion_tokens_details"] = {**_NO_REASONING, "reasoning_tokens": reasoning}
    return usage
