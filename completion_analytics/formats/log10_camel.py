"""Log10 rows as its TypeScript SDK serialises them: every name in camelCase."""

from __future__ import annotations

from typing import Any

from ..models.notes import Notes
from . import log10
from .contract import Format
from .fields import JsonObject

# Every name of Log10's and OpenAI's documents that has more than one word.
_NAMES = """
organization_id session_id created_at created_at_ms failure_kind failure_reason orig_module
orig_qualname stack_trace user_id task_id task_name json_values matched_completion_ids
completions_summary
frequency_penalty presence_penalty logit_bias top_logprobs max_tokens max_completion_tokens
max_tokens_to_sample response_format json_schema stream_options include_usage top_p top_k
tool_choice function_call tool_calls tool_call_id parallel_tool_calls reasoning_effort service_tier
prompt_cache_key safety_identifier web_search_options best_of stop_sequences image_url input_audio
system_fingerprint finish_reason finish_details stop_reason reasoning_content text_offset
token_logprobs content_filter_results prompt_filter_results
prompt_tokens completion_tokens total_tokens input_tokens output_tokens prompt_tokens_details
completion_tokens_details input_tokens_details output_tokens_details accepted_prediction_tokens
rejected_prediction_tokens audio_tokens cached_tokens cache_write_tokens image_tokens
reasoning_tokens text_tokens
"""


def _camel(name: str) -> str:
    first, *rest = name.split("_")
    return first + "".join(word.capitalize() for word in rest)


_SNAKE = {_camel(name): name for name in _NAMES.split()}
# Their keys are the user's own words, or tokens.
_OPAQUE = frozenset(
    ("arguments", "parameters", "metadata", "json_values", "logit_bias", "top_logprobs", "schema")
)


def snake(value: Any) -> Any:
    """A copy with the documents' names in snake_case; words of the user's own stay.

    >>> snake({"toolCalls": [{"function": {"arguments": {"maxTokens": 1}}}]})
    {'tool_calls': [{'function': {'arguments': {'maxTokens': 1}}}]}
    """
    if isinstance(value, list):
        return [snake(element) for element in value]
    if not isinstance(value, dict):
        return value
    renamed = {_SNAKE.get(key, key): inside for key, inside in value.items()}
    return {key: inside if key in _OPAQUE else snake(inside) for key, inside in renamed.items()}


def claims(record: JsonObject) -> bool:
    """Whether a record is a Log10 row with camelCase keys."""
    return not log10.CAMEL_MARKS.isdisjoint(record) and log10.is_envelope(record)


def canonical(record: JsonObject, notes: Notes) -> JsonObject:
    """The row under its snake_case names."""
    return log10.canonical(snake(record), notes)


FORMAT = Format(
    "log10_camel",
    "A row of Log10 as its TypeScript SDK writes it, with camelCase keys.",
    claims,
    canonical,
)
