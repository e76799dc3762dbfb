"""Messages: what is said to a model and what it says, their parts and tool calls."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import Field, StrictStr, ValidationInfo
from pydantic_core import PydanticCustomError

from .asked import AskedText
from .clean import Clean, Record, json_text, mended, note, parsed, refuse
from .lenient import Anything, Either, PlainText, Text, Whole, as_given, said


def content(value: Any, info: ValidationInfo) -> Any:
    """Text, a list of parts, or a bare object, which is kept as it is."""
    if isinstance(value, dict):
        note(info, "content_not_text", "content")
    if isinstance(value, str):
        return mended(value, info)
    return value if isinstance(value, dict | list) else refuse("text or a list of parts", value)


def arguments_text(value: Any, info: ValidationInfo) -> str | None:
    """Arguments as JSON text; broken JSON is text as well."""
    if isinstance(value, str):
        return mended(value, info)
    note(info, *(_NO_ARGUMENTS if value is None else _OTHER_ARGUMENTS))
    return None if value is None else mended(json_text(value), info)


_NO_ARGUMENTS = ("arguments_invalid", "tool_calls.function.arguments")
_OTHER_ARGUMENTS = ("arguments_not_text", "tool_calls.function.arguments")


def a_list(value: Any, info: ValidationInfo) -> list[Any]:
    """A list and nothing else."""
    return value if isinstance(value, list) else refuse("a list", value)


def an_object(value: Any, info: ValidationInfo) -> dict[str, Any]:
    """An object and nothing else."""
    return value if isinstance(value, dict) else refuse("an object", value)


def an_image(value: Any, info: ValidationInfo) -> Any:
    """An image's address, also when it stands alone."""
    return {"url": value} if isinstance(value, str) else an_object(value, info)


class ImageURL(Record):
    """Where an image is, or the image itself as a data URL."""

    url: Text = None
    detail: Text = None
    """How closely to look: `auto`, `low` or `high`."""


class ContentPart(Record):
    """A part of a message: text, an image, audio, a file, a tool's result …, told by `type`."""

    type: Text = None
    text: Anything = None
    """The text of a part of type `text`."""
    image_url: Annotated[ImageURL | None, Clean(ImageURL | None, an_image)] = None
    refusal: Anything = None
    """The refusal's text in a part of type `refusal`."""


class FunctionCall(Record):
    """A function that a model asked for."""

    name: Text = None
    arguments: Annotated[str | None, Clean(StrictStr, arguments_text)] = Field(
        default=None, validate_default=True
    )
    """JSON text as the model wrote it, hence not always JSON."""


class ChatCompletionMessageToolCall(Record):
    """A tool that a model asked for."""

    id: Text = None
    type: Text = None
    """`function`, or `custom` with its fields under `custom`."""
    function: FunctionCall | None = None
    custom: Anything = None
    """Name and input of a custom tool."""
    index: Whole = None
    """Position among the tool calls of a stream."""


Content = Annotated[
    str | list[ContentPart | str] | dict[str, Any] | None,
    Clean(Annotated[StrictStr | list[ContentPart] | None, Either], content),
]
RequestContent = Annotated[
    str | list[ContentPart | str] | dict[str, Any] | None,
    Clean(Annotated[PlainText | list[ContentPart] | None, Either], content),
]
ToolCalls = Annotated[
    list[ChatCompletionMessageToolCall] | None,
    Clean(list[ChatCompletionMessageToolCall] | None, a_list),
]
CalledFunction = Annotated[FunctionCall | None, Clean(FunctionCall | None, an_object)]


class ChatCompletionRequestMessage(Record):
    """A message of a request, whatever its role.

    >>> ChatCompletionRequestMessage.model_validate({"role": "model", "content": "hi"}).role
    'model'
    """

    role: Text = None
    """Open: providers add words of their own."""
    content: RequestContent = None
    name: AskedText = None
    """Name of the participant, or of the function that answered."""
    tool_calls: ToolCalls = None
    function_call: CalledFunction = None
    """Deprecated in favour of `tool_calls`."""
    tool_call_id: AskedText = None
    """The tool call that this message answers."""
    refusal: AskedText = None


class ChatCompletionRequestSystemMessage(ChatCompletionRequestMessage):
    """What the developer tells the model: `content`, perhaps `name`."""

    role: Literal["system", "developer"] = "system"


class ChatCompletionRequestUserMessage(ChatCompletionRequestMessage):
    """What the user says: `content` as text or parts, perhaps `name`."""

    role: Literal["user"] = "user"


class ChatCompletionRequestAssistantMessage(ChatCompletionRequestMessage):
    """What the model said before: `content`, `tool_calls`, `function_call`, perhaps `name`."""

    role: Literal["assistant"] = "assistant"


class ChatCompletionRequestToolMessage(ChatCompletionRequestMessage):
    """What a tool answered: `content` and the `tool_call_id`."""

    role: Literal["tool"] = "tool"


class ChatCompletionRequestFunctionMessage(ChatCompletionRequestMessage):
    """What a function answered, deprecated: `content` and the function's `name`."""

    role: Literal["function"] = "function"


RequestMessage = Annotated[
    ChatCompletionRequestMessage,
    Clean(
        Annotated[
            ChatCompletionRequestSystemMessage
            | ChatCompletionRequestUserMessage
            | ChatCompletionRequestAssistantMessage
            | ChatCompletionRequestToolMessage
            | ChatCompletionRequestFunctionMessage,
            Field(discriminator="role"),
        ],
        as_given,
    ),
]


def request_messages(value: Any, info: ValidationInfo) -> list[Any] | None:
    """A list of messages, also from its JSON text; anything else is a message without a role."""
    try:
        found = parsed(value, "a list", info) if isinstance(value, str) else value
    except PydanticCustomError:
        found = value
    if found is None:
        return None
    return [_message(each, info) for each in (found if isinstance(found, list) else [found])]


def _message(value: Any, info: ValidationInfo) -> Any:
    if isinstance(value, dict | ChatCompletionRequestMessage):
        return value
    note(info, "request_invalid", "request.messages")
    return {"content": said(value, info)}


Messages = Annotated[
    list[RequestMessage] | None, Clean(list[RequestMessage] | None, request_messages)
]


def calls(value: Any, info: ValidationInfo) -> list[Any]:
    """Tool calls as a list; the pieces of a stream may hold one alone."""
    return [value] if isinstance(value, dict) else a_list(value, info)


class ChatCompletionResponseMessage(Record):
    """What a model answered."""

    role: Text = None
    content: Content = None
    """Null or absent where the model only called tools."""
    refusal: Text = None
    """Why the model refused."""
    tool_calls: ToolCalls = None
    function_call: CalledFunction = None
    """Deprecated in favour of `tool_calls`."""
    reasoning_content: Anything = None
    """Reasoning as DeepSeek and others write it."""
    reasoning: Anything = None
    """Reasoning as vLLM, Groq and others write it."""
    annotations: Anything = None
    """Citations and the like."""
    audio: Anything = None
    """The spoken answer."""


class ChatCompletionStreamResponseDelta(ChatCompletionResponseMessage):
    """What is left of a stream's last piece beside, or in place of, the message."""

    tool_calls: Annotated[
        list[ChatCompletionMessageToolCall] | None,
        Clean(list[ChatCompletionMessageToolCall] | None, calls),
    ] = None
