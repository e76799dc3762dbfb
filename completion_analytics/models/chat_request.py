"""What is sent to a chat endpoint."""

from __future__ import annotations

from typing import Annotated, Any, ClassVar

from pydantic import ValidationInfo

from .asked import AskedFlag, AskedLogprobs, AskedNumber, AskedSeed, AskedText, AskedWhole
from .clean import Clean, Record
from .lenient import Anything, as_given
from .messages import Messages


def format_wanted(value: Any, info: ValidationInfo) -> Any:
    """A response format, also when only its type is given."""
    return {"type": value} if isinstance(value, str) else None


class ResponseFormat(Record):
    """The format that the answer must have."""

    type: AskedText = None
    """`text`, `json_object` or `json_schema`."""
    json_schema: Anything = None


class FunctionObject(Record):
    """A function that the model may call."""

    name: AskedText = None
    description: AskedText = None
    parameters: Anything = None
    """JSON schema of the arguments."""


class ChatCompletionTool(Record):
    """A tool that the model may use."""

    type: AskedText = None
    function: Annotated[FunctionObject | Any, Clean(FunctionObject | None, as_given)] = None


class Parameters(Record):
    """What requests to both endpoints may hold.

    Numbers may be written as text. A value of the wrong kind is missing: the call may have failed
    because of it, which is no reason to lose the row.
    """

    is_for_text: ClassVar[bool] = False
    """Whether this is a request to a text endpoint."""

    model: AskedText = None
    frequency_penalty: AskedNumber = None
    """−2 to 2: discourages tokens by how often they occurred."""
    logit_bias: Anything = None
    """Bias per token id."""
    logprobs: AskedLogprobs = None
    """Chat: whether log-probabilities are wanted. Text: how many."""
    max_tokens: AskedWhole = None
    """Limit of generated tokens."""
    n: AskedWhole = None
    """How many choices to generate."""
    presence_penalty: AskedNumber = None
    """−2 to 2: discourages tokens that occurred."""
    seed: AskedSeed = None
    """May exceed 64 bits."""
    stop: Anything = None
    """A text or a list of texts that end the generation."""
    stream: AskedFlag = None
    """Whether the answer was streamed."""
    stream_options: Anything = None
    """Whether usage is wanted in the stream."""
    temperature: AskedNumber = None
    """Sampling temperature, 0 to 2."""
    top_p: AskedNumber = None
    """Share of the probability mass to sample from."""
    user: AskedText = None
    """The end user, as the caller names them."""
    max_tokens_to_sample: AskedWhole = None
    """Anthropic's former name of `max_tokens`."""
    extra_body: Anything = None
    """What LiteLLM passes on."""


class CreateChatCompletionRequest(Parameters):
    """A request to a chat endpoint; every field may be absent or null.

    >>> CreateChatCompletionRequest.model_validate({"temperature": "0.2"}).temperature
    0.2
    """

    messages: Messages = None
    """The conversation so far."""
    top_logprobs: AskedWhole = None
    """How many alternatives per token, 0 to 20."""
    response_format: Annotated[
        ResponseFormat | None, Clean(ResponseFormat | None, format_wanted)
    ] = None
    tools: Annotated[
        list[ChatCompletionTool] | Any, Clean(list[ChatCompletionTool] | None, as_given)
    ] = None
    """Tools that the model may use."""
    tool_choice: Anything = None
    """`none`, `auto`, `required`, or an object that names the tool."""
    function_call: Anything = None
    """Deprecated: `none`, `auto`, or an object with the function's name."""
    functions: Annotated[
        list[FunctionObject] | Any, Clean(list[FunctionObject] | None, as_given)
    ] = None
    """Deprecated: functions that the model may call."""
    max_completion_tokens: AskedWhole = None
    """Limit of generated tokens, reasoning included."""
    reasoning_effort: Anything = None
    """How much to reason."""
    parallel_tool_calls: Anything = None
    """Whether tools may be called side by side."""
    metadata: Anything = None
    """The caller's own labels."""
    store: Anything = None
    """Whether the provider keeps the answer."""
    service_tier: Anything = None
    """The service tier that was asked for."""
    modalities: Anything = None
    """Kinds of output wanted."""
    audio: Anything = None
    """Voice and format of spoken answers."""
    prediction: Anything = None
    """Text that the answer is expected to hold."""
    verbosity: Anything = None
    """How long the answer should be."""
    web_search_options: Anything = None
    prompt_cache_key: Anything = None
    safety_identifier: Anything = None
    system: Anything = None
    """Anthropic's system prompt."""
    top_k: Anything = None
    """Anthropic's and others' number of tokens to sample from."""
    stop_sequences: Anything = None
    """Anthropic's `stop`."""
    generation_config: Anything = None
    """Google's sampling parameters."""
