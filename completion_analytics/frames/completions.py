"""The frame `completions`: one row per completion, scalars only."""

from __future__ import annotations

from .columns import TIME, Column, Table

OUTCOMES = ("finished", "failed", "unresolved")
KINDS = ("chat", "text", "response", "embedding")
FINISH_CLASSES = ("stop", "length", "tool_calls", "content_filter", "error", "other")
FAILURE_CLASSES = (
    "rate_limit",
    "timeout",
    "context_length",
    "auth",
    "content_filter",
    "server",
    "network",
    "bad_request",
    "cancelled",
    "other",
)
DURATION_QUALITIES = ("exact", "whole_second", "below_resolution", "missing")
USAGE_QUALITIES = ("reported", "estimated", "zero_filled", "sentinel", "inconsistent", "missing")

COMPLETIONS = Table(
    "completions",
    "one row per completion",
    (
        Column("row_id", "int64", "place in input order; the key that joins the frames"),
        Column("completion_id", "str", "the file's own id of the completion"),
        Column("source", "category", "the file the record came from"),
        Column("line", "Int64", "line of the decompressed file where the record begins"),
        Column("form", "category", "the export format that was recognised"),
        Column("organization_id", "category", "Log10's organization"),
        Column("session_id", "str", "session of calls that belong together"),
        Column("kind", "category", "shape of the call, told from its payload", None, KINDS),
        Column("provider", "category", "who served the model, inferred"),
        Column("model", "category", "the model that answered, else the one requested"),
        Column("model_requested", "category", "the model the request named"),
        Column("status", "category", "the status as the file has it"),
        Column("outcome", "category", "what became of the call, derived", None, OUTCOMES),
        Column("created_at", TIME, "when the call was made", "UTC"),
        Column("created_from", "category", "the field that `created_at` was read from"),
        Column("duration_s", "float64", "wall-clock time of the call as its client saw it", "s"),
        Column("duration_raw", "float64", "the duration as the file has it", "the file's own"),
        Column("duration_quality", "category", "how far to trust it", None, DURATION_QUALITIES),
        Column("ttft_s", "float64", "time to the first token", "s"),
        Column("server_duration_s", "float64", "the provider's own processing time", "s"),
        Column("prompt_tokens", "Int64", "tokens of the prompt, cached ones included", "tokens"),
        Column("completion_tokens", "Int64", "tokens generated, reasoning included", "tokens"),
        Column("total_tokens", "Int64", "the total as reported, never recomputed", "tokens"),
        Column("cached_tokens", "Int64", "prompt tokens read from a cache", "tokens"),
        Column("reasoning_tokens", "Int64", "completion tokens spent on reasoning", "tokens"),
        Column("usage_quality", "category", "how far to trust the counts", None, USAGE_QUALITIES),
        Column("tokens_per_s", "float64", "completion_tokens / duration_s", "tokens/s"),
        Column("cost_usd", "float64", "cost as the file reports it", "USD"),
        Column("finish_reason", "category", "why the first choice ended, as reported"),
        Column("finish_class", "category", "the same in six words", None, FINISH_CLASSES),
        Column("is_truncated", "boolean", "any choice ended at a length limit"),
        Column("failure_kind", "category", "exception, error code or type, as reported"),
        Column("failure_code", "category", "the provider's error code"),
        Column("http_status", "Int64", "HTTP status, where one is known"),
        Column("failure_class", "category", "the failure in ten words", None, FAILURE_CLASSES),
        Column("failure_reason", "str", "the error's message"),
        Column("n_choices", "Int64", "choices in the answer"),
        Column("n_messages", "Int64", "messages in a chat request"),
        Column("n_tool_calls", "Int64", "tool calls in the answer"),
        Column("n_tags", "Int64", "tags"),
        Column("is_stream", "boolean", "the request asked for a stream"),
        Column("is_mock", "boolean", "a mocked call; left out of statistics"),
        Column("temperature", "float64", "sampling temperature requested"),
        Column("top_p", "float64", "nucleus share requested"),
        Column("max_tokens", "Int64", "limit of generated tokens requested", "tokens"),
        Column("n", "Int64", "choices requested"),
        Column("seed", "str", "seed requested, as text: seeds may exceed 64 bits"),
        Column("response_format", "category", "type of the response format requested"),
        Column("system_fingerprint", "category", "the provider's backend configuration"),
        Column("service_tier", "category", "the service tier that answered"),
        Column("callsite", "category", "innermost application frame: `file:lineno name`"),
        Column("prompt_hash", "str", "SHA-256 of the canonical request messages and tools"),
        Column("prompt_chars", "Int64", "characters of the prompt's text", "characters"),
        Column("completion_chars", "Int64", "characters of all answers' text", "characters"),
    ),
)
