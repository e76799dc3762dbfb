"""Typed events of Anthropic's and of the Responses API's streams, put together again."""

from __future__ import annotations

from collections import defaultdict
from typing import Any

from .fields import JsonObject, whole

_RESPONSES_END = ("response.completed", "response.incomplete", "response.failed")
_ANTHROPIC = ("message_start", "content_block_start", "content_block_delta", "message_delta")
# What each kind of delta adds to its content block: the delta's field, and the block's.
_BLOCK_DELTAS = {
    "text_delta": ("text", "text"),
    "thinking_delta": ("thinking", "thinking"),
    "input_json_delta": ("partial_json", "input"),
}


def is_responses(events: list[JsonObject]) -> bool:
    """Whether these are events of the Responses API."""
    return any(_type(event).startswith("response.") for event in events)


def is_anthropic(events: list[JsonObject]) -> bool:
    """Whether these are events of Anthropic's Messages API."""
    return any(_type(event) in _ANTHROPIC for event in events)


def responses_body(events: list[JsonObject], status: str) -> JsonObject:
    """The body of the last event that holds a finished one, else what the deltas amount to.

    `status` is what a body without such an event is to say.
    """
    held = [(_type(e), e["response"]) for e in events if isinstance(e.get("response"), dict)]
    final: JsonObject | None = next(
        (body for kind, body in reversed(held) if kind in _RESPONSES_END), None
    )
    if final is not None:
        return final
    begun = held[0][1] if held else {}
    return {**begun, "object": "response", "status": status, "output": _output(events)}


def _output(events: list[JsonObject]) -> list[JsonObject]:
    items: dict[int, JsonObject] = {}
    pieces: defaultdict[tuple[int, str], list[str]] = defaultdict(list)
    for event in events:
        index = whole(event.get("output_index")) or 0
        if isinstance(event.get("item"), dict):
            items[index] = {**items.get(index, {}), **event["item"]}
        elif isinstance(event.get("delta"), str):
            pieces[index, _type(event)].append(event["delta"])
    for (index, kind), texts in pieces.items():
        item = items.setdefault(index, {"type": "message", "role": "assistant"})
        if kind == "response.output_text.delta" and not item.get("content"):
            item["content"] = [{"type": "output_text", "text": "".join(texts)}]
        elif kind == "response.function_call_arguments.delta" and not item.get("arguments"):
            item["arguments"] = "".join(texts)
    return [items[index] for index in sorted(items)]


def anthropic_body(events: list[JsonObject]) -> JsonObject:
    """The message that the events amount to; counts are the last reported."""
    body: JsonObject = {}
    blocks: dict[int, JsonObject] = {}
    pieces: defaultdict[tuple[int, str], list[Any]] = defaultdict(list)
    usage: JsonObject = {}
    for event in events:
        index = whole(event.get("index")) or 0
        if isinstance(event.get("content_block"), dict):
            blocks[index] = dict(event["content_block"])
        for holder in (event.get("message"), event.get("delta")):
            if isinstance(holder, dict):
                _take(holder, index, body, pieces)
        for holder in (body.pop("usage", None), event.get("usage")):
            usage |= _known(holder)
    for (index, name), texts in pieces.items():
        block = blocks.setdefault(index, {"type": "text"})
        block[name] = "".join(texts)
    content = [blocks[index] for index in sorted(blocks)]
    return {**body, "type": "message", "content": content, "usage": usage}


def _take(
    holder: JsonObject,
    index: int,
    body: JsonObject,
    pieces: defaultdict[tuple[int, str], list[Any]],
) -> None:
    """A delta adds to its block; a message, and the last delta, to the body."""
    source, target = _BLOCK_DELTAS.get(_type(holder), ("", ""))
    if isinstance(holder.get(source), str):
        pieces[index, target].append(holder[source])
    elif not _type(holder).endswith("_delta"):
        body.update(_known(holder))


def _known(holder: Any) -> JsonObject:
    if not isinstance(holder, dict):
        return {}
    return {key: value for key, value in holder.items() if value is not None}


def _type(event: JsonObject) -> str:
    kind = event.get("type")
    return kind if isinstance(kind, str) else ""
