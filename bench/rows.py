"""Invented records, seeded, any number: Log10 rows and the bare text completions of OpenAI.

Log10 rows are as its command line downloads them, about 4 KB each: chats with 3.3 messages, some
text completions, one row in ten failed or never ended, a third tagged, an eighth mostly in other
scripts than Latin, stack traces of seven frames that recur as those of real programs do. Text
completions are answers alone, about 1 KB each: one in twenty with several choices, one in a
hundred with log-probabilities, some put together from a stream and without usage. Speeds measured
on them say nothing about compression or about memory of real exports, which repeat themselves in
other ways.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from itertools import accumulate
from random import Random
from typing import Any

from . import vocabulary

Json = dict[str, Any]

_NEWEST = datetime(2025, 3, 1, 9, 30, tzinfo=UTC)
_ORGANIZATION = "4ffbada7-a483-49f6-83c0-987d07c779ed"
_BOOK_CHARS = 60_000
_STACKS = 160


def log10_rows(seed: int = 0) -> Iterator[Json]:
    """Rows without end, newest first; the same for the same seed."""
    rows = _Rows(Random(seed))
    while True:
        yield rows.row()


def fresh_stack_rows(seed: int = 0) -> Iterator[Json]:
    """The same rows, each called from another place, so that no stack trace occurs twice."""
    rng = Random(seed)
    for row in log10_rows(seed):
        yield row | {"stacktrace": _stack(rng)}


def text_bodies(seed: int = 0) -> Iterator[Json]:
    """Text completions without end, newest first; the same for the same seed."""
    rows = _Rows(Random(seed))
    while True:
        yield rows.text_body()


class _Rows:
    """What the rows of one file have in common, and the next of them."""

    def __init__(self, rng: Random) -> None:
        self.rng = rng
        self.time = _NEWEST
        self.books = [_book(rng, words) for words in vocabulary.SCRIPTS]
        self.book = self.books[0]
        self.stacks = [_stack(rng) for _ in range(_STACKS)]
        self.stack_weights = list(accumulate(1 / rank for rank in range(1, _STACKS + 1)))
        self.sessions = [_uuid(rng) for _ in range(40)]
        self.tags = {name: _uuid(rng) for name in vocabulary.TAGS}

    def row(self) -> Json:
        rng = self.rng
        self._turn()
        is_text = rng.random() < 0.05
        request = self._text_request() if is_text else self._chat_request()
        status = rng.choices(("finished", "failed", "started"), cum_weights=(90, 97, 100))[0]
        failure = rng.choice(vocabulary.FAILURES) if status == "failed" else (None, None)
        response = self._response(request, is_text) if status == "finished" else None
        tags = rng.sample(vocabulary.TAGS, rng.randrange(1, 4)) if rng.random() < 0.35 else []
        return {
            "id": _uuid(rng),
            "created_at": self.time.isoformat(timespec="microseconds"),
            "status": status,
            "duration": int(rng.lognormvariate(7.2, 0.9)) + 1 if response else None,
            "kind": "completion" if is_text else "chat",
            "orig_module": f"openai.resources.{'' if is_text else 'chat.'}completions",
            "orig_qualname": "Completions.create",
            "request": request,
            "response": response,
            "stacktrace": rng.choices(self.stacks, cum_weights=self.stack_weights)[0],
            "session_id": rng.choice(self.sessions),
            "organization_id": _ORGANIZATION,
            "failure_kind": failure[0],
            "failure_reason": failure[1],
            "tags": [self.tags[name] for name in tags],
            "tagResolved": [{"id": self.tags[name], "name": name} for name in tags],
        }

    def text_body(self) -> Json:
        rng = self.rng
        self._turn()
        model = rng.choices(vocabulary.TEXT_MODELS, cum_weights=(85, 95, 100))[0]
        n = 1 if rng.random() > 0.05 else rng.randrange(2, 5)
        body = {
            "id": f"cmpl-{rng.getrandbits(120):030x}",
            "object": "text_completion",
            "created": int(self.time.timestamp()),
            "model": model,
            "choices": [self._text_choice(index) for index in range(n)],
        }
        if rng.random() < 0.3:
            body["system_fingerprint"] = f"fp_{rng.randrange(6):010x}"
        if rng.random() < 0.97:
            prompt, completion = rng.randrange(5, 1_500), rng.randrange(1, 400) * n
            body["usage"] = {
                "prompt_tokens": prompt,
                "completion_tokens": completion,
                "total_tokens": prompt + completion,
            }
        return body

    def _turn(self) -> None:
        """To the moment before, and the script of what is said then."""
        rng = self.rng
        self.time -= timedelta(microseconds=rng.randrange(1, 40_000_000))
        self.book = self.books[0] if rng.random() > 0.12 else rng.choice(self.books[1:])

    def _text(self, typical: int) -> str:
        length = int(self.rng.lognormvariate(0, 0.7) * typical) + 3
        start = self.rng.randrange(_BOOK_CHARS - 1)
        return self.book[start : start + length]

    def _text_request(self) -> Json:
        model = "gpt-3.5-turbo-instruct"
        return {"model": model, "prompt": self._text(600), "temperature": 0.5, "max_tokens": 256}

    def _chat_request(self) -> Json:
        rng = self.rng
        request: Json = {
            "model": rng.choices(tuple(vocabulary.MODELS), cum_weights=(45, 75, 90, 100))[0],
            "messages": self._messages(),
            "temperature": rng.choice((0, 0.2, 0.7, 1)),
        }
        if rng.random() < 0.4:
            request["max_tokens"] = rng.choice((256, 512, 1024))
        if rng.random() < 0.2:
            request["stream"] = True
        if rng.random() < 0.12:
            request["tools"] = vocabulary.TOOLS[: rng.randrange(1, len(vocabulary.TOOLS) + 1)]
        if rng.random() < 0.05:
            request["stop"] = rng.choice(("\n\n", ["Observation:", "END"]))
        if rng.random() < 0.02:
            request["n"] = 2
        return request

    def _messages(self) -> list[Json]:
        rng = self.rng
        messages: list[Json] = []
        if rng.random() < 0.75:
            messages.append({"role": "system", "content": self._text(130)})
        for _ in range(rng.choices((0, 1, 2, 3), cum_weights=(55, 80, 93, 100))[0]):
            messages.append({"role": "user", "content": self._text(70)})
            messages.append({"role": "assistant", "content": self._text(120)})
        messages.append({"role": "user", "content": self._content()})
        if rng.random() < 0.05:
            call = self._tool_call()
            answer = {"role": "tool", "tool_call_id": call["id"], "content": self._text(60)}
            messages += [{"role": "assistant", "content": None, "tool_calls": [call]}, answer]
        return messages

    def _content(self) -> str | list[Json]:
        text = self._text(150)
        if self.rng.random() > 0.03:
            return text
        image = {"url": f"https://images.example/{self.rng.randrange(10**6)}.png"}
        return [{"type": "text", "text": text}, {"type": "image_url", "image_url": image}]

    def _tool_call(self) -> Json:
        tool = self.rng.choice(vocabulary.TOOLS)["function"]["name"]
        arguments = json.dumps({"query": self._text(20), "limit": self.rng.randrange(1, 20)})
        call_id = f"call_{self.rng.getrandbits(96):024x}"
        function = {"arguments": arguments, "name": tool}
        return {"id": call_id, "function": function, "type": "function"}

    def _response(self, request: Json, is_text: bool) -> Json:
        rng = self.rng
        is_stream = request.get("stream", False)
        choices = [self._choice(index, request, is_text) for index in range(request.get("n", 1))]
        response = {
            "id": f"{'cmpl' if is_text else 'chatcmpl'}-{rng.getrandbits(120):030x}",
            "choices": choices,
            "model": vocabulary.MODELS.get(request["model"], request["model"]),
            "object": "text_completion" if is_text else "chat.completion",
        }
        if is_stream:  # Log10's client puts the chunks together and drops the rest
            return response | {"object": "completion"}
        return response | {
            "created": int(self.time.timestamp()),
            "service_tier": "default",
            "system_fingerprint": f"fp_{rng.randrange(6):010x}",
            "usage": self._usage(),
        }

    def _choice(self, index: int, request: Json, is_text: bool) -> Json:
        finish_reason = "length" if self.rng.random() < 0.04 else "stop"
        choice = {"finish_reason": finish_reason, "index": index, "logprobs": None}
        if is_text:
            return choice | {"text": self._text(300)}
        message: Json = {
            "content": self._text(300),
            "refusal": None,
            "role": "assistant",
            "annotations": [],
            "audio": None,
            "function_call": None,
            "tool_calls": None,
        }
        if "tools" in request and self.rng.random() < 0.7:
            calls = [self._tool_call() for _ in range(self.rng.choice((1, 1, 2)))]
            choice["finish_reason"] = "tool_calls"
            message |= {"content": None, "tool_calls": calls}
        return choice | {"message": message}

    def _text_choice(self, index: int) -> Json:
        text = self._text(300)
        logprobs = self._logprobs(text[:200]) if self.rng.random() < 0.01 else None
        finish_reason = "length" if self.rng.random() < 0.15 else "stop"
        return {
            "text": text,
            "index": index,
            "logprobs": logprobs,
            "finish_reason": finish_reason,
        }

    def _logprobs(self, text: str) -> Json:
        found = list(re.finditer(r"\s*\S+", text))
        tokens = [match.group() for match in found]
        values = [-round(self.rng.expovariate(1), 6) for _ in tokens]
        return {
            "tokens": tokens,
            "token_logprobs": values,
            "top_logprobs": [{token: at} for token, at in zip(tokens, values, strict=True)],
            "text_offset": [match.start() for match in found],
        }

    def _usage(self) -> Json:
        prompt, completion = self.rng.randrange(40, 3_000), self.rng.randrange(1, 800)
        return {
            "completion_tokens": completion,
            "prompt_tokens": prompt,
            "total_tokens": prompt + completion,
            "completion_tokens_details": {
                "accepted_prediction_tokens": 0,
                "audio_tokens": 0,
                "reasoning_tokens": self.rng.choice((0, 0, 0, completion // 2)),
                "rejected_prediction_tokens": 0,
            },
            "prompt_tokens_details": {"audio_tokens": 0, "cached_tokens": prompt // 128 * 64},
        }


def _uuid(rng: Random) -> str:
    digits = f"{rng.getrandbits(128):032x}"
    return "-".join((digits[:8], digits[8:12], digits[12:16], digits[16:20], digits[20:]))


def _book(rng: Random, script: vocabulary.Script) -> str:
    """Text without sense, to cut passages from."""
    known = script.words.split()
    parts: list[str] = []
    size = 0
    while size < 2 * _BOOK_CHARS:  # a passage that begins late may still be long
        words = rng.choices(known, k=rng.randrange(4, 15))
        end = rng.choices((". ", "?\n", ".\n\n", ': "'), cum_weights=(80, 88, 96, 100))[0]
        sentence = script.blank.join(words).capitalize() + end
        parts.append(sentence)
        size += len(sentence)
    return "".join(parts)


def _stack(rng: Random) -> list[Json]:
    """One way through an invented program into the client that logs the call."""
    depth = min(20, 2 + int(rng.expovariate(1 / 2.1)))
    ours = [
        {
            "file": f"/home/dev/project/app/{rng.choice(vocabulary.MODULES)}.py",
            "line": rng.choice(vocabulary.CODE_LINES),
            "lineno": rng.randrange(10, 900),
            "name": rng.choice(vocabulary.FUNCTIONS),
        }
        for _ in range(depth)
    ]
    return [*ours, *vocabulary.LOGGING_FRAMES]
