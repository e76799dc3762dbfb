"""Which lines are rows of Log10 as its command line downloads them, and clean."""

from __future__ import annotations

from functools import cache, partial
from typing import Any

import msgspec

from ..frames.facts import LIST_MARKS, STACK_KEYS
from ..models import Completion, CreateChatCompletionResponse, CreateCompletionRequest
from ..models.completion import shape_of_request, shape_of_response
from ..models.text import CreateCompletionResponse
from ..reading import Decode
from .structs import Structs, UnknownFeature


@cache
def clean_rows() -> Decode | None:
    """What reads a line as a clean row, or gives None for any other line.

    There is no such thing where the models use a feature that has no counterpart.
    """
    try:
        chat, text = (msgspec.json.Decoder(_struct(shape)) for shape in ("chat", "text"))
    except (UnknownFeature, TypeError):  # msgspec refuses what it cannot tell apart
        return None
    return partial(_row, chat.decode, text.decode)


def _struct(shape: str) -> type[msgspec.Struct]:
    # A row of the list or the download has both marks and a request, which makes it an envelope
    # of Log10's and of nobody else's; a response without choices may be another tool's body.
    structs = Structs(
        shapes={shape_of_request: shape, shape_of_response: shape},
        required={
            Completion: LIST_MARKS | {"request"},
            CreateChatCompletionResponse: {"choices"},
            CreateCompletionResponse: {"choices"},
        },
        filled={CreateCompletionRequest: {"prompt"}},  # without one it is a chat request
        noticed={Completion: LIST_MARKS | STACK_KEYS},
    )
    return structs.of(Completion)


def _row(decode_chat: Decode, decode_text: Decode, raw: bytes) -> Any:
    """The row in a line, or None."""
    is_text = False
    try:
        try:
            row = decode_chat(raw)
        except msgspec.ValidationError:
            if b'"prompt"' not in raw:
                return None
            row, is_text = decode_text(raw), True
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
        return None
    return row if is_clean(row, is_text) else None


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
