"""How many tokens a call used, as providers report it."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import StrictFloat, ValidationInfo

from .clean import Clean, Record
from .lenient import Aside, Count, Reading, free_number


def cost(value: Any, info: ValidationInfo) -> float | None:
    """A cost in numbers; what is no number has no known unit and is missing."""
    return free_number(value, info) if isinstance(value, str | int | float) else None


Cost = Annotated[float | dict[str, Any] | None, Clean(StrictFloat | dict[str, Any] | None, cost)]
"""A cost in USD, or a breakdown that holds `total_cost`."""


class CompletionTokensDetails(Record):
    """What the generated tokens were."""

    accepted_prediction_tokens: Count = None
    """Tokens of a predicted output that appeared in the answer."""
    audio_tokens: Count = None
    """Audio generated."""
    reasoning_tokens: Count = None
    """Tokens spent on reasoning."""
    rejected_prediction_tokens: Count = None
    """Tokens of a predicted output that did not appear, billed nevertheless."""
    text_tokens: Count = None
    """Text generated."""


class PromptTokensDetails(Record):
    """What the tokens of the prompt were."""

    audio_tokens: Count = None
    """Audio in the prompt."""
    cache_write_tokens: Count = None
    """Tokens written to a cache."""
    cached_tokens: Count = None
    """Tokens read from a cache."""
    image_tokens: Count = None
    """Images in the prompt."""
    text_tokens: Count = None
    """Text in the prompt."""


class CompletionUsage(Record):
    """Token counts of one call; null and absent both mean unknown, −1 is kept as it stands.

    Fractions are rounded and noted; words, booleans and other negative counts are refused.

    >>> CompletionUsage.model_validate({"prompt_tokens": 13, "completion_tokens": "7"})
    CompletionUsage(prompt_tokens=13, completion_tokens=7)
    """

    def __repr_args__(self) -> Any:
        """Only what was given."""
        return [(name, value) for name, value in super().__repr_args__() if value is not None]

    prompt_tokens: Count = None
    """Tokens in the prompt."""
    completion_tokens: Count = None
    """Tokens generated."""
    total_tokens: Count = None
    """The total as reported; it need not be the sum."""
    completion_tokens_details: CompletionTokensDetails | None = None
    prompt_tokens_details: PromptTokensDetails | None = None
    cached_tokens: Count = None
    """Together's cached tokens."""
    num_cached_tokens: Count = None
    """Mistral's cached tokens."""
    prompt_cache_hit_tokens: Count = None
    """DeepSeek's cached tokens."""
    prompt_cache_miss_tokens: Count = None
    """DeepSeek's tokens that were not cached."""
    cache_read_input_tokens: Count = None
    """Anthropic's cached tokens."""
    cache_creation_input_tokens: Count = None
    """Anthropic's tokens written to a cache."""
    total_time: Reading = None
    """Groq's processing time in seconds."""
    queue_time: Reading = None
    """Groq's time in the queue in seconds."""
    prompt_time: Reading = None
    """Groq's time on the prompt in seconds."""
    completion_time: Reading = None
    """Groq's time of generation in seconds."""
    time_to_first_token_ms: Reading = None
    """GPUStack's time to the first token in milliseconds."""
    latency_checkpoint: Aside = None
    """Azure's timings in milliseconds."""
    cost: Cost = None
    """OpenRouter's cost in USD, or Perplexity's breakdown with its `total_cost`."""
    cost_details: Aside = None
    """OpenRouter's breakdown of the cost."""
