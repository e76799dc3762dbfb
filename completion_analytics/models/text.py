"""What is sent to a text endpoint, and what it answers."""

from __future__ import annotations

from typing import Annotated, Any, ClassVar

from pydantic import AfterValidator, StrictInt, StrictStr, ValidationInfo

from .asked import AskedFlag, AskedText, AskedWhole, asked
from .chat_request import Parameters
from .chat_response import Choice, Response, with_positions
from .clean import Clean, mended, note, refuse
from .lenient import Either, PlainText
from .logprobs import Logprobs


def prompt(value: Any, info: ValidationInfo) -> Any:
    """Text, tokens, or a list of either; a bare object is kept as it is."""
    if isinstance(value, str):
        return mended(value, info)
    if isinstance(value, dict):
        note(info, "content_not_text", "request.prompt")
    return value if isinstance(value, dict | list) else refuse("text or a list", value)


Prompt = Annotated[
    str | list[Any] | dict[str, Any] | None,
    Clean(
        Annotated[
            PlainText | list[StrictStr] | list[StrictInt] | list[list[StrictInt]] | None, Either
        ],
        asked(prompt),
    ),
]


class CreateCompletionRequest(Parameters):
    """A request to a text endpoint; every field may be absent or null.

    >>> CreateCompletionRequest.model_validate({"prompt": ["Say hi"], "best_of": 2}).prompt
    ['Say hi']
    """

    is_for_text: ClassVar[bool] = True

    prompt: Prompt = None
    """A text, a list of texts, token ids, or a list of lists of token ids."""
    best_of: AskedWhole = None
    """How many candidates to generate on the server."""
    echo: AskedFlag = None
    """Whether the answer repeats the prompt."""
    suffix: AskedText = None
    """The text that comes after the inserted one."""


class CreateCompletionResponseLogprobs(Logprobs):
    """The log-probabilities of a text choice: four lists, or the shape of chat endpoints."""


class CreateCompletionResponseChoices(Choice):
    """One of the answers of a text endpoint."""


class CreateCompletionResponse(Response):
    """A text completion; whole answers and pieces of a stream share this shape.

    >>> body = {"object": "text_completion", "choices": [{"index": 0, "text": " ok"}]}
    >>> CreateCompletionResponse.model_validate(body).choices[0].text
    ' ok'
    """

    choices: Annotated[
        list[CreateCompletionResponseChoices] | None, AfterValidator(with_positions)
    ] = None
    """The answers: `n` for every prompt."""
