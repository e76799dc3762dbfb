"""Which lines are clean: rows of Log10 as its command line downloads them, and bare bodies."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache, partial
from typing import Any

import msgspec

from ..formats import log10
from ..frames.facts import LIST_MARKS, STACK_KEYS
from ..models import Completion, CreateChatCompletionResponse, CreateCompletionRequest
from ..models.completion import shape_of_request, shape_of_response
from ..models.text import CreateCompletionResponse
from ..reading import Decode, Decoded
from .bodies import body_decoder, is_clean
from .structs import Structs, UnknownFeature


@cache
def clean_rows() -> Decode | None:
    """What reads a line as a clean row or body, or gives None for any other line.

    There is no such thing where the models use a feature that has no counterpart.
    """
    try:
        return LastFirst(row_decoder(), body_decoder())
    except (UnknownFeature, TypeError):  # msgspec refuses what it cannot tell apart
        return None


class LastFirst:
    """Decoders in one; what knew the last line is asked first, as files seldom change their form.

    No two of them know the same line.
    """

    def __init__(self, *decoders: Decode) -> None:
        self._decoders = decoders

    def __call__(self, raw: bytes) -> Decoded | None:
        """The record in a line, or None."""
        for decode in self._decoders:
            if decoded := decode(raw):
                if decode is not self._decoders[0]:
                    others = (each for each in self._decoders if each is not decode)
                    self._decoders = (decode, *others)
                return decoded
        return None


def row_decoder() -> Decode:
    """What reads a line as a clean row of Log10's.

    Raises:
        UnknownFeature: the models use a feature that has no counterpart.
    """
    chat, text = (msgspec.json.Decoder(_struct(shape)).decode for shape in ("chat", "text"))
    return partial(_row, chat, text)


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


def _row(
    decode_chat: Callable[[bytes], Any], decode_text: Callable[[bytes], Any], raw: bytes
) -> Decoded | None:
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
    # A row without an id has another identity.
    if not row.id or (row.response is not None and not is_clean(row.response, is_text)):
        return None
    return Decoded(row, log10.FORMAT.name, f"id {row.id}", len(raw))
