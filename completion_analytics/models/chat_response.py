"""What a chat endpoint answers."""

from __future__ import annotations

from typing import Annotated, Any, TypeVar

from pydantic import AfterValidator, ValidationInfo

from .clean import Clean, Record, json_text, note
from .lenient import Anything, Aside, Said, Seed, Text, Timestamp, Whole, Word
from .logprobs import ChoiceLogprobs
from .messages import (
    CalledFunction,
    ChatCompletionResponseMessage,
    ChatCompletionStreamResponseDelta,
    ToolCalls,
)
from .usage import CompletionUsage


def api_error(value: Any, info: ValidationInfo) -> Any:
    """An error's object, or one made of whatever else stands there."""
    if not value:
        return None
    return {"message": value if isinstance(value, str) else json_text(value)}


class ApiError(Record):
    """What went wrong, as the provider says it.

    >>> ApiError.model_validate({"message": "slow down", "code": 429}).code
    429
    """

    message: Said = None
    type: Said = None
    code: Word = None
    """A word, or a number where the provider repeats the HTTP status."""
    param: Said = None
    """The parameter of the request that is to blame."""
    status: Word = None
    """The status as Google names it, or an HTTP status."""


def told(error: ApiError | None) -> ApiError | None:
    """The error, unless it is an object in which nothing is filled in."""
    return error if error and any(value for _, value in error) else None


Error = Annotated[ApiError | None, Clean(ApiError | None, api_error), AfterValidator(told)]


class Choice(Record):
    """What choices of both endpoints share."""

    index: Whole = None
    """Position among the choices."""
    finish_reason: Text = None
    """Why the generation ended; an open word."""
    logprobs: ChoiceLogprobs = None
    finish_details: Anything = None
    """What gpt-4-vision-preview wrote in place of `finish_reason`."""
    native_finish_reason: Said = None
    """The word of the provider behind a router."""
    stop_reason: Word = None
    """The text or token that stopped vLLM."""
    error: Error = None
    """Set where this choice failed."""
    text: Text = None
    """The text of a text endpoint."""
    message: ChatCompletionResponseMessage | None = None
    """The message of a chat endpoint."""
    delta: ChatCompletionStreamResponseDelta | None = None
    """What is left of a stream."""
    function_call: CalledFunction = None
    """What some loggers of streams keep in place of a message."""
    tool_calls: ToolCalls = None
    seed: Seed = None
    """The seed that Together used."""


class CreateChatCompletionResponseChoices(Choice):
    """One of the answers of a chat endpoint."""


AnyChoice = TypeVar("AnyChoice", bound=Choice)


def with_positions(choices: list[AnyChoice] | None, info: ValidationInfo) -> list[AnyChoice] | None:
    """Choices with an index each: their position where the file lacks one or repeats one."""
    for position, choice in enumerate(choices or ()):
        if choice.index != position:
            return _numbered(choices or [], info)
    return choices


def _numbered(choices: list[AnyChoice], info: ValidationInfo) -> list[AnyChoice]:
    given = [choice.index for choice in choices if choice.index is not None]
    is_repeated = len(set(given)) < len(given)
    for position, choice in enumerate(choices):
        if is_repeated or choice.index is None:
            choice.index = position
            note(info, "index_filled", "choices.index")
    return choices


def with_messages(
    choices: list[CreateChatCompletionResponseChoices] | None, info: ValidationInfo
) -> list[CreateChatCompletionResponseChoices] | None:
    """The same choices; one that says nothing at all is noted, unless it was filtered."""
    for choice in choices or ():
        if choice.message is None and not _is_explained(choice):
            note(info, "message_missing", "choices.message")
    return choices


def _is_explained(choice: Choice) -> bool:
    return choice.finish_reason == "content_filter" or any(
        value is not None
        for value in (choice.delta, choice.text, choice.function_call, choice.tool_calls)
    )


class Response(Record):
    """What answers of both endpoints share."""

    id: Text = None
    """The provider's id; some leave it empty or use one for all answers."""
    object: Text = None
    """Type of the object as the provider names it; decides nothing."""
    created: Timestamp = None
    """When, in Unix seconds; some write milliseconds, fractions or text."""
    model: Text = None
    """The model that answered."""
    system_fingerprint: Text = None
    """The backend configuration."""
    usage: CompletionUsage | None = None
    service_tier: Text = None
    """The service tier that answered."""
    error: Error = None
    """Set where the body reports a failure, whatever the HTTP status was."""
    provider: Said = None
    """The provider that a router chose."""
    timings: Aside = None
    """llama.cpp's timings in milliseconds."""
    time_info: Aside = None
    """Cerebras' timings in seconds."""
    metrics: Aside = None
    """vLLM's timings in milliseconds."""
    latency_checkpoint: Aside = None
    """Azure's timings in milliseconds."""
    x_groq: Aside = None
    """Groq's extras, with the usage of a stream."""


class CreateChatCompletionResponse(Response):
    """A chat completion returned by a model.

    >>> body = {"choices": [{"message": {"role": "assistant", "content": "Paris."}}]}
    >>> CreateChatCompletionResponse.model_validate(body).choices[0].message.content
    'Paris.'
    """

    choices: Annotated[
        list[CreateChatCompletionResponseChoices] | None,
        AfterValidator(with_positions),
        AfterValidator(with_messages),
    ] = None
    """The answers, more than one where `n` asked for it."""
