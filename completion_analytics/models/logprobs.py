"""Log-probabilities of tokens, in the shapes that chat and text endpoints use."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import StrictFloat, StrictInt, ValidationInfo
from pydantic_core import PydanticCustomError

from .clean import Clean, Record, note, refuse
from .lenient import Text, free_number


def logprob(value: Any, info: ValidationInfo) -> float | None:
    """A log-probability; what is no number is missing."""
    try:
        return free_number(value, info)
    except PydanticCustomError:
        note(info, "logprob_invalid", "choices.logprobs")
        return None


def alternatives(value: Any, info: ValidationInfo) -> list[Any] | None:
    """Alternatives given as a list of objects or as `{token: logprob}`."""
    if isinstance(value, dict):
        return [{"token": token, "logprob": number} for token, number in value.items()]
    return objects(value, info)


def objects(value: Any, info: ValidationInfo) -> list[Any] | None:
    """The objects of a list; anything else is left out."""
    note(info, "logprob_invalid", "choices.logprobs")
    return [each for each in value if isinstance(each, dict)] if isinstance(value, list) else None


def listed(value: Any, info: ValidationInfo) -> list[Any] | None:
    """A list; anything else is missing."""
    if not isinstance(value, list):
        note(info, "logprob_invalid", "choices.logprobs")
    return value if isinstance(value, list) else None


def of_choice(value: Any, info: ValidationInfo) -> Any:
    """The log-probabilities of a choice: an object, or a bare list of numbers."""
    return value if isinstance(value, dict | list) else refuse("an object or a list", value)


Logprob = Annotated[float | None, Clean(StrictFloat | None, logprob)]


class TopLogprobs(Record):
    """One of the most likely tokens at a position."""

    token: Text = None
    logprob: Logprob = None
    bytes: Annotated[Any, Clean(list[StrictInt] | None, listed)] = None
    """The token's UTF-8 bytes."""


Alternatives = Annotated[list[TopLogprobs] | None, Clean(list[TopLogprobs] | None, alternatives)]


class ChatCompletionTokenLogprob(Record):
    """A token of a chat answer and how likely it was."""

    token: Text = None
    logprob: Logprob = None
    """Natural logarithm of the probability; −9999 stands for "very unlikely"."""
    bytes: Annotated[Any, Clean(list[StrictInt] | None, listed)] = None
    """The token's UTF-8 bytes."""
    top_logprobs: Alternatives = None
    """The most likely tokens at this position."""
    prob: Logprob = None
    """llama.cpp's probability, in place of its logarithm."""
    top_probs: Annotated[Any, Clean(list[dict[str, Any]] | None, listed)] = None
    """llama.cpp's alternatives with their probabilities."""


Tokens = Annotated[
    list[ChatCompletionTokenLogprob] | None,
    Clean(list[ChatCompletionTokenLogprob] | None, objects),
]


class Logprobs(Record):
    """The log-probabilities of one choice.

    Chat endpoints fill `content` and `refusal`, text endpoints the four lists of equal length; some
    servers use the other endpoint's shape, so both are declared.

    >>> Logprobs.model_validate({"tokens": ["a", None], "token_logprobs": [-0.5, None]}).tokens
    ['a', None]
    """

    content: Tokens = None
    refusal: Tokens = None
    tokens: Annotated[list[Text] | None, Clean(list[Text] | None, listed)] = None
    token_logprobs: Annotated[list[Logprob] | None, Clean(list[Logprob] | None, listed)] = None
    """The first is null where the prompt was echoed."""
    top_logprobs: Annotated[
        list[dict[str, Logprob] | None] | Any,
        Clean(list[dict[str, StrictFloat] | None] | None, listed),
    ] = None
    """For each position the most likely tokens, each with its log-probability."""
    text_offset: Annotated[list[Any] | None, Clean(list[StrictInt] | None, listed)] = None
    """Where each token begins in the text."""


ChoiceLogprobs = Annotated[Logprobs | list[Any] | None, Clean(Logprobs | None, of_choice)]
"""An object, or the bare list of numbers of Hugging Face's text-generation server."""
