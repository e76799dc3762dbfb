"""Which lines are bodies of OpenAI's text and chat endpoints, and clean."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from functools import cache, partial
from typing import Any

import msgspec
from pydantic import BaseModel

from ..formats import openai_body
from ..models import Completion, CreateChatCompletionResponse
from ..models.completion import shape_of_response
from ..models.text import CreateCompletionResponse
from ..reading import Decode, Decoded
from .structs import Structs

_MODELS: dict[str, type[BaseModel]] = {
    "chat": CreateChatCompletionResponse,
    "text": CreateCompletionResponse,
}
_DIGEST_BYTES = 16
_encode = msgspec.json.Encoder().encode
_Made = type[msgspec.Struct]


@cache
def _structs() -> dict[str, _Made]:
    """The structs of a body, by its shape: `choices` make it one, whatever else it has."""
    made = Structs({}, required={model: {"choices"} for model in _MODELS.values()})
    return {shape: made.of(model) for shape, model in _MODELS.items()}


def body_decoder() -> Decode:
    """What reads a line as a clean body.

    Raises:
        UnknownFeature: the models use a feature that has no counterpart.
    """
    chat, text = (msgspec.json.Decoder(_structs()[shape]).decode for shape in ("chat", "text"))
    return partial(_body, chat, text, _bare())


def _bare() -> Callable[[Any], Any]:
    """What makes a completion of an answer; all else is null and takes no room."""
    absent = {name: None for name in Completion.model_fields if name != "response"}
    there = {"model_fields_set": frozenset(("response",))}
    return msgspec.defstruct(
        Completion.__name__, [("response", Any)], namespace=absent | there, gc=False
    )


def _body(
    decode_chat: Callable[[bytes], Any],
    decode_text: Callable[[bytes], Any],
    completion: Callable[[Any], Any],
    raw: bytes,
) -> Decoded | None:
    """The body in a line, or None."""
    is_text = b'"message"' not in raw
    try:
        body = decode_text(raw) if is_text else decode_chat(raw)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
        return None
    if not is_clean(body, is_text) or _is_for_others(body):
        return None
    key, size = _named(_encode(body))
    return Decoded(completion(body), openai_body.FORMAT.name, key, size)


def is_clean(response: Any, is_text: bool) -> bool:
    """Whether the models would leave a decoded answer as it is, and give it the same shape.

    They number choices and note those that say nothing.
    """
    choices = response.choices or ()
    for position, choice in enumerate(choices):
        is_bare = choice.message is None and choice.delta is None
        if choice.index != position or is_bare != is_text or (is_bare and choice.text is None):
            return False
    return bool(choices) or not is_text


def _is_for_others(body: Any) -> bool:
    """Whether it is a chunk of a stream, or has its token counts in another place."""
    is_chunk = body.object is not None and body.object.endswith(".chunk")
    return is_chunk or body.x_groq is not None


def identity(value: Any) -> tuple[str, int] | None:
    """A digest of all that a clean body says and the bytes it takes; None for any other value.

    Spacing, escapes, the order of keys and null fields make no difference.
    """
    try:
        struct = _structs()[shape_of_response(value) or ""]
        return _named(_encode(msgspec.convert(value, struct)))
    except (LookupError, ValueError, TypeError, RecursionError):  # msgspec has all kinds
        return None


def _named(said: bytes) -> tuple[str, int]:
    return digest(said), len(said)


def digest(said: bytes) -> str:
    """What stands for a record of which all must be equal."""
    return hashlib.blake2b(said, digest_size=_DIGEST_BYTES).hexdigest()
