"""Log10's record of a call: what was asked, what came back, and what became of it."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import Discriminator, Field, StrictFloat, StrictInt, StrictStr, Tag, ValidationInfo
from pydantic_core import PydanticCustomError

from .chat_request import CreateChatCompletionRequest
from .chat_response import CreateChatCompletionResponse, Error
from .clean import Clean, Record, note, parsed, refuse
from .lenient import (
    Either,
    FreeNumber,
    JsonObject,
    Number,
    Said,
    Tags,
    Text,
    Timestamp,
    Whole,
    Word,
    free_number,
    json_object,
    text,
)
from .text import CreateCompletionRequest, CreateCompletionResponse

Kind = Literal["chat", "prompt"]
"""The documented kinds; files hold `completion` as well, so that the field is open."""
Status = Literal["started", "finished", "failed"]
"""The documented states; the field is open."""


def frame_text(value: Any, info: ValidationInfo) -> str | None:
    """A text of a stack frame, which is incomplete without it."""
    found = text(value, info)
    if found is None:
        note(info, "stacktrace_partial", "stacktrace")
    return found


def frame_number(value: Any, info: ValidationInfo) -> float | None:
    """A line's number, without which a stack frame is incomplete; words are none."""
    try:
        found = free_number(value, info)
    except PydanticCustomError:
        found = None
    if found is None:
        note(info, "stacktrace_partial", "stacktrace")
    return found


FrameText = Annotated[str | None, Clean(StrictStr, frame_text)]
FrameNumber = Annotated[
    int | float | None, Clean(Annotated[StrictInt | StrictFloat, Either], frame_number)
]


class Stacktrace(Record):
    """One frame of the stack from which a call was made.

    >>> Stacktrace.model_validate({"file": "app.py", "line": "ask()", "lineno": 9, "name": "main"})
    Stacktrace(file='app.py', line='ask()', lineno=9, name='main')
    """

    file: FrameText = Field(default=None, validate_default=True)
    """Path of the file."""
    line: Word = None
    """Source text of the line; its number in rows of the JavaScript client."""
    lineno: FrameNumber = Field(default=None, validate_default=True)
    """Number of the line, from 1."""
    name: FrameText = Field(default=None, validate_default=True)
    """Name of the function."""


def stack(value: Any, info: ValidationInfo) -> Any:
    """A list of stack frames, also from its JSON text."""
    found = parsed(value, "a list", info) if isinstance(value, str) else value
    return found if found is None or isinstance(found, list) else refuse("a list", found)


def resolved_tags(value: Any, info: ValidationInfo) -> list[Any]:
    """Tags with their names, also when only the names are given."""
    if not isinstance(value, list):
        refuse("a list of tags", value)
    return [{"name": tag} if isinstance(tag, str) else tag for tag in value if tag is not None]


def shape_of_request(request: Any) -> str | None:
    """`text` for a prompt without messages, else `chat`; None for what is no object."""
    if isinstance(request, CreateCompletionRequest):
        return "text"
    if not isinstance(request, dict):
        return "chat" if isinstance(request, CreateChatCompletionRequest) else None
    is_text = request.get("prompt") is not None and request.get("messages") is None
    return "text" if is_text else "chat"


def shape_of_response(response: Any) -> str | None:
    """`text` where a choice has a text and no message, else `chat`; None for what is no object."""
    if isinstance(response, CreateCompletionResponse):
        return "text"
    if not isinstance(response, dict):
        return "chat" if isinstance(response, CreateChatCompletionResponse) else None
    choices = response.get("choices")
    is_text = isinstance(choices, list) and any(map(_is_text_choice, choices))
    return "text" if is_text else "chat"


def _is_text_choice(choice: Any) -> bool:
    return (
        isinstance(choice, dict)
        and "text" in choice
        and choice.get("message") is None
        and choice.get("delta") is None
    )


AnyRequest = Annotated[
    Annotated[CreateChatCompletionRequest, Tag("chat")]
    | Annotated[CreateCompletionRequest, Tag("text")],
    Discriminator(shape_of_request),
]
AnyResponse = Annotated[
    Annotated[CreateChatCompletionResponse, Tag("chat")]
    | Annotated[CreateCompletionResponse, Tag("text")],
    Discriminator(shape_of_response),
]
Stack = Annotated[list[Stacktrace] | None, Clean(list[Stacktrace] | None, stack)]


class ResolvedTag(Record):
    """A tag with the name behind its id."""

    id: Text = None
    name: Text = None


class Completion(Record):
    """One call as Log10 records it; every field may be absent or null, further ones are kept.

    `request` and `response` are told apart by their shape, not by `kind` or `object`. Fields below
    `custom_id` are not Log10's: they hold what other exports tell.

    >>> row = {"id": "c1", "request": {"prompt": "Say hi"}, "duration": 412, "team": "blue"}
    >>> completion = Completion.model_validate(row)
    >>> type(completion.request).__name__, completion.duration, completion.model_extra
    ('CreateCompletionRequest', 412, {'team': 'blue'})
    """

    organization_id: Text = None
    """The unique identifier of the organization."""
    id: Text = None
    """The unique identifier of this completion; not the response's."""
    kind: Text = None
    """Documented as `Kind`, open in files."""
    status: Text = None
    """Documented as `Status`, open in files."""
    tags: Tags = None
    """Names of tags, or their ids where `tagResolved` has the names."""
    request: Annotated[AnyRequest | None, Clean(AnyRequest | None, json_object)] = None
    """What was asked."""
    response: Annotated[AnyResponse | None, Clean(AnyResponse | None, json_object)] = None
    """What came back; absent where the call failed or never ended."""
    stacktrace: Stack = None
    """Where in the code the call was made, outermost frame first."""
    stack_trace: Stack = None
    """The same under the name that some clients use."""
    session_id: Text = None
    """The process or block of code that calls belong to."""
    duration: Number = None
    """Documented in seconds; Log10's clients write milliseconds."""
    failure_kind: Text = None
    """Name of the exception."""
    failure_reason: Said = None
    """Text of the exception."""
    created_at: Timestamp = None
    """When the call was made."""
    tagResolved: Annotated[
        list[ResolvedTag] | None, Clean(list[ResolvedTag] | None, resolved_tags)
    ] = None
    """Tags with their names."""
    orig_module: Text = None
    """Module of the function that was called."""
    orig_qualname: Text = None
    """Name of the function that was called."""
    user_id: Text = None
    """The user whose key was used."""
    custom_id: Text = None
    """The caller's own id in a batch."""
    provider: Text = None
    """Who served the model."""
    http_status: Whole = None
    """HTTP status of the answer."""
    error: Error = None
    """What went wrong, as the provider says it."""
    duration_s: Number = None
    """Wall-clock time in seconds, where the format tells the unit."""
    server_duration_s: Number = None
    """The provider's own processing time in seconds."""
    ttft_s: Number = None
    """Time to the first token in seconds."""
    cost_usd: FreeNumber = None
    """Cost in USD."""


class Feedback(Record):
    """What somebody thought of completions.

    >>> row = {"id": "fb1", "json_values": {"accuracy": 7}, "matched_completion_ids": ["c1"]}
    >>> Feedback.model_validate(row).json_values
    {'accuracy': 7}
    """

    organization_id: Text = None
    id: Text = None
    task_id: Text = None
    """The task that says what to judge."""
    task_name: Text = None
    """Its name."""
    json_values: JsonObject = None
    """The judgement, in the fields that the task asks for."""
    matched_completion_ids: Tags = None
    """The completions that are judged."""
    comment: Said = None
    created_at_ms: Timestamp = None
    """When, in Unix milliseconds."""
    completions_summary: Said = None
    """A summary of the completions judged."""
