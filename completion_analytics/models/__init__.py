"""The documented objects of an export as pydantic models, lenient as real files need it."""

from __future__ import annotations

from .chat_request import (
    ChatCompletionTool,
    CreateChatCompletionRequest,
    FunctionObject,
    ResponseFormat,
)
from .chat_response import (
    ApiError,
    CreateChatCompletionResponse,
    CreateChatCompletionResponseChoices,
)
from .completion import Completion, Feedback, Kind, ResolvedTag, Stacktrace, Status
from .logprobs import ChatCompletionTokenLogprob, Logprobs, TopLogprobs
from .messages import (
    ChatCompletionMessageToolCall,
    ChatCompletionRequestAssistantMessage,
    ChatCompletionRequestFunctionMessage,
    ChatCompletionRequestMessage,
    ChatCompletionRequestSystemMessage,
    ChatCompletionRequestToolMessage,
    ChatCompletionRequestUserMessage,
    ChatCompletionResponseMessage,
    ChatCompletionStreamResponseDelta,
    ContentPart,
    FunctionCall,
    ImageURL,
)
from .notes import Notes
from .reasons import complaints, first_complaint
from .text import (
    CreateCompletionRequest,
    CreateCompletionResponse,
    CreateCompletionResponseChoices,
    CreateCompletionResponseLogprobs,
)
from .usage import CompletionTokensDetails, CompletionUsage, PromptTokensDetails

__all__ = [
    "ApiError",
    "ChatCompletionMessageToolCall",
    "ChatCompletionRequestAssistantMessage",
    "ChatCompletionRequestFunctionMessage",
    "ChatCompletionRequestMessage",
    "ChatCompletionRequestSystemMessage",
    "ChatCompletionRequestToolMessage",
    "ChatCompletionRequestUserMessage",
    "ChatCompletionResponseMessage",
    "ChatCompletionStreamResponseDelta",
    "ChatCompletionTokenLogprob",
    "ChatCompletionTool",
    "Completion",
    "CompletionTokensDetails",
    "CompletionUsage",
    "ContentPart",
    "CreateChatCompletionRequest",
    "CreateChatCompletionResponse",
    "CreateChatCompletionResponseChoices",
    "CreateCompletionRequest",
    "CreateCompletionResponse",
    "CreateCompletionResponseChoices",
    "CreateCompletionResponseLogprobs",
    "Feedback",
    "FunctionCall",
    "FunctionObject",
    "ImageURL",
    "Kind",
    "Logprobs",
    "Notes",
    "PromptTokensDetails",
    "ResolvedTag",
    "ResponseFormat",
    "Stacktrace",
    "Status",
    "TopLogprobs",
    "complaints",
    "first_complaint",
]
