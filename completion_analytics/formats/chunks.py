"""Chunks of a streamed chat or text completion, put together again."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from typing import Any

from .fields import JsonObject, as_text, filled, objects, whole

_SPOKEN = ("reasoning", "reasoning_content", "refusal")
# Said once for all chunks, and the first that says it is right.
_FIRST = ("id", "model", "created")
# Not of the answer: what is put together here, errors, and padding against eavesdroppers.
_PER_CHUNK = ("choices", "usage", "object", "error", "obfuscation")


@dataclass(slots=True)
class _Growing:
    """One choice while its chunks arrive."""

    index: int
    role: str | None = None
    content: list[str | JsonObject] = field(default_factory=list)
    spoken: defaultdict[str, list[str]] = field(default_factory=lambda: defaultdict(list))
    text: list[str] = field(default_factory=list)
    calls: list[JsonObject] = field(default_factory=list)
    calls_by_index: dict[int, JsonObject] = field(default_factory=dict)
    function_call: JsonObject = field(default_factory=dict)
    finish_reason: str | None = None
    logprobs: defaultdict[str, list[Any]] = field(default_factory=lambda: defaultdict(list))
    message: JsonObject | None = None
    is_chat: bool = False

    def add(self, part: JsonObject, path: str) -> None:
        """Take in what one chunk says about this choice."""
        delta, text = part.get("delta"), part.get("text")
        if isinstance(delta, dict):
            self.is_chat = True
            self._add_delta(delta, f"{path}.delta")
        elif isinstance(text, str):
            self.text.append(text)
        if isinstance(part.get("message"), dict):  # the whole answer so far, beside the delta
            self.is_chat, self.message = True, part["message"]
        self.finish_reason = filled(part.get("finish_reason")) or self.finish_reason
        logprobs = part.get("logprobs")
        for name, values in logprobs.items() if isinstance(logprobs, dict) else ():
            if isinstance(values, list):
                self.logprobs[name].extend(values)

    def _add_delta(self, delta: JsonObject, path: str) -> None:
        self.role = self.role or filled(delta.get("role"))
        content = delta.get("content")
        if isinstance(content, str):
            self.content.append(content)
        else:  # Mistral sends parts
            self.content.extend(objects(content, f"{path}.content"))
        for name in _SPOKEN:
            if isinstance(delta.get(name), str):
                self.spoken[name].append(delta[name])
        calls = delta.get("tool_calls")
        calls = [calls] if isinstance(calls, dict) else calls  # TGI sends one, in no list
        for part in objects(calls, f"{path}.tool_calls"):
            _extend_call(self._call_of(part), part)
        if isinstance(delta.get("function_call"), dict):
            _extend_function(self.function_call, delta["function_call"])

    def _call_of(self, part: JsonObject) -> JsonObject:
        """The tool call a part belongs to: by index, else the last one, else a new one."""
        index = whole(part.get("index"))
        if index is not None and index in self.calls_by_index:
            return self.calls_by_index[index]
        named = filled(part.get("id"))
        if index is None and self.calls and named in (None, self.calls[-1].get("id")):
            return self.calls[-1]
        call: JsonObject = {"id": None, "type": None, "function": {}}
        self.calls.append(call)
        if index is not None:
            self.calls_by_index[index] = call
        return call

    def choice(self) -> JsonObject:
        """The choice as a full body would hold it."""
        choice: JsonObject = {"index": self.index, "finish_reason": self.finish_reason}
        if self.is_chat:
            choice["message"] = self._message()
        else:
            choice["text"] = "".join(self.text)
        if self.logprobs:
            choice["logprobs"] = dict(self.logprobs)
        return choice

    def _message(self) -> JsonObject:
        said = {name: "".join(pieces) for name, pieces in self.spoken.items()}
        calls: JsonObject = {"tool_calls": self.calls, "function_call": self.function_call}
        message = {key: value for key, value in (said | calls).items() if value}
        if self.message is not None and not (message or self.content):
            return self.message
        return {"role": self.role or "assistant", "content": self._content(), **message}

    def _content(self) -> str | list[JsonObject] | None:
        if all(isinstance(piece, str) for piece in self.content):
            return "".join(map(str, self.content)) if self.content else None
        return [{"type": "text", "text": p} if isinstance(p, str) else p for p in self.content]


def _extend_call(call: JsonObject, part: JsonObject) -> None:
    call["id"] = call["id"] or part.get("id")
    call["type"] = call["type"] or part.get("type")
    if isinstance(part.get("function"), dict):
        _extend_function(call["function"], part["function"])


def _extend_function(function: JsonObject, part: JsonObject) -> None:
    function["name"] = function.get("name") or part.get("name")
    more = as_text(part.get("arguments"))
    if more is not None:
        function["arguments"] = function.get("arguments", "") + more


def assembled(events: list[JsonObject]) -> JsonObject:
    """The full body that a stream of chunks amounts to.

    Text is concatenated per choice, tool calls per call. Usage is the last that was sent, never a
    sum: some servers count up from chunk to chunk.
    """
    growing: dict[int, _Growing] = {}
    body: JsonObject = {}
    for number, event in enumerate(events):
        _merge(body, event)
        path = f"events.{number}.choices"
        for position, part in enumerate(objects(event.get("choices"), path)):
            index = whole(part.get("index"))
            index = position if index is None else index
            growing.setdefault(index, _Growing(index)).add(part, f"{path}.{position}")
    is_chat = any(choice.is_chat for choice in growing.values())
    return {
        **body,
        "object": "text_completion" if growing and not is_chat else "chat.completion",
        "choices": [choice.choice() for choice in growing.values()],
        "usage": _usage(events),
    }


def _merge(body: JsonObject, event: JsonObject) -> None:
    for key, value in event.items():
        if value and key not in _PER_CHUNK and not (key in _FIRST and key in body):
            body[key] = value


def _usage(events: list[JsonObject]) -> Any:
    groq = (event.get("x_groq") for event in reversed(events))
    reported = [event.get("usage") for event in reversed(events)]
    reported += [extra.get("usage") for extra in groq if isinstance(extra, dict)]
    return next((usage for usage in reported if usage), None)
