"""Which lines are rows of Log10 as its command line downloads them, and clean."""

from __future__ import annotations

from functools import cache
from typing import Any, Literal

import msgspec
from pydantic_core import from_json

from ..frames.facts import LIST_MARKS, STACK_KEYS
from ..models import Completion, CreateChatCompletionResponse, CreateCompletionRequest
from ..models.completion import shape_of_request, shape_of_response
from ..models.text import CreateCompletionResponse
from ..reading import Decode
from ..reading.json_values import MAX_DEPTH
from .structs import Structs, UnknownFeature

Shape = Literal["chat", "text"]


def clean_rows() -> Decode | None:
    """What reads lines as clean rows, and gives None for any other line; for one load.

    There is no such thing where the models use a feature that has no counterpart.
    """
    decoders = _decoders()
    return None if decoders is None else _CleanRows(*decoders).decode


@cache
def _decoders() -> tuple[Any, Any, Any] | None:
    """Decoders of rows with chat requests, of rows with text requests, and of stack traces."""
    try:
        chat, text = _structs("chat"), _structs("text")
        types = chat.of(Completion), text.of(Completion), chat.type_of(Completion, "stacktrace")
        return tuple(map(msgspec.json.Decoder, types))  # type: ignore[return-value]  # because mypy counts no map
    except (UnknownFeature, TypeError):  # msgspec refuses what it cannot tell apart
        return None


def _structs(shape: Shape) -> Structs:
    # A row of the list or the download has both marks and a request, which makes it an envelope
    # of Log10's and of nobody else's; a response without choices may be another tool's body.
    return Structs(
        shapes={shape_of_request: shape, shape_of_response: shape},
        required={
            Completion: LIST_MARKS | {"request"},
            CreateChatCompletionResponse: {"choices"},
            CreateCompletionResponse: {"choices"},
        },
        filled={CreateCompletionRequest: {"prompt"}},  # without one it is a chat request
        noticed={Completion: LIST_MARKS | STACK_KEYS},
        unread={Completion: {"stacktrace"}},
    )


class _CleanRows:
    """Decodes lines; stack traces, which recur byte for byte, are read once each."""

    def __init__(self, chat: Any, text: Any, stack: Any) -> None:
        self._decode_chat = chat.decode
        self._decode_text = text.decode
        self._decode_stack = stack.decode
        self._stacks: dict[bytes, Any] = {}
        self._room = _MOST_STACK_BYTES

    def decode(self, raw: bytes) -> Any:
        """The row in a line, or None."""
        try:
            record, is_text = self._decoded(raw)
            if record.stacktrace is not msgspec.UNSET:
                if _may_hide_a_key(raw):
                    return None
                record.stacktrace = self._stack(bytes(record.stacktrace))
        except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
            return None
        return record if is_clean(record, is_text) and not _may_be_too_deep(raw) else None

    def _decoded(self, raw: bytes) -> tuple[Any, bool]:
        try:
            return self._decode_chat(raw), False
        except msgspec.ValidationError:
            if b'"prompt"' not in raw:
                raise
            return self._decode_text(raw), True

    def _stack(self, raw: bytes) -> Any:
        """The frames in a stack's JSON: the very same tuple for the same bytes, else a list."""
        if raw in self._stacks:
            return self._stacks[raw]
        frames = self._decode_stack(raw)
        if not frames or self._room < len(raw):
            return frames
        self._room -= len(raw)
        return self._stacks.setdefault(raw, tuple(frames))


_MOST_STACK_BYTES = 64 << 20


def _may_hide_a_key(raw: bytes) -> bool:
    """Whether the stack's key may stand twice: of the first one nobody would read the value.

    All letters of the key have escapes that begin alike.
    """
    if raw.find(_STACK_KEY) != raw.rfind(_STACK_KEY):
        return True
    return b"\\u00" in raw and (b"\\u006" in raw or b"\\u007" in raw)


_STACK_KEY = b'"stacktrace"'


def is_clean(record: Any, is_text: bool) -> bool:
    """Whether the models would leave a decoded row as it is, and give its answer the same shape.

    They number choices and note those that say nothing; a row without an id has another identity.
    """
    if not record.id:
        return False
    if record.response is None:
        return True
    choices = record.response.choices or ()
    for position, choice in enumerate(choices):
        is_bare = choice.message is None and choice.delta is None
        if choice.index != position or is_bare != is_text or (is_bare and choice.text is None):
            return False
    return bool(choices) or not is_text


def _may_be_too_deep(raw: bytes) -> bool:
    """Whether the plain path's parser finds a line nested too deeply; msgspec goes on."""
    if raw.count(b"{") + raw.count(b"[") < MAX_DEPTH:
        return False
    try:
        from_json(raw)
    except ValueError:
        return True
    return False
