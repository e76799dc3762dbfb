"""Records that are known and hold no completion: what they are, what to load instead."""

from __future__ import annotations

from .contract import Refusal
from .fields import JsonObject

_ANSWERS = frozenset(
    (
        "choices", "output", "response", "error", "detail", "result", "done", "content", "events",
        "sample", "stop_reason", "custom_id", "request", "run_type",
    )
)  # fmt: skip
_SUMMARY = "results_inter_token_latency_s"


def _has(record: JsonObject, *names: str) -> bool:
    return all(name in record for name in names)


def _is_question(record: JsonObject) -> bool:
    """Something is asked, and no answer stands beside it."""
    return _ANSWERS.isdisjoint(record) and not _is_fine_tuning(record)


def _is_request(record: JsonObject) -> bool:
    return _is_question(record) and ("messages" in record or "prompt" in record)


def _is_input_request(record: JsonObject) -> bool:
    asks = _has(record, "model", "input") and record.get("object") != "response"
    return asks and _is_question(record) and not _is_request(record)


def _is_fine_tuning(record: JsonObject) -> bool:
    if not _ANSWERS.isdisjoint(record):
        return False
    return _has(record, "prompt", "completion") or ("messages" in record and "model" not in record)


def _is_batch_input(record: JsonObject) -> bool:
    return _has(record, "method", "url", "body") or _has(record, "custom_id", "params")


def _is_run(record: JsonObject) -> bool:
    run = record.get("run")
    flow = run if isinstance(run, dict) else record
    return "run_id" in flow and ("api_calls" in flow or "system_metrics" in flow)


def _is_task(record: JsonObject) -> bool:
    described = _has(record, "name", "instruction")
    return described and ("json_schema" in record or "jsonSchema" in record)


def _is_page(record: JsonObject) -> bool:
    rows = next((record[k] for k in ("data", "completions", "feedback") if k in record), None)
    if not isinstance(rows, list) or "choices" in record or "request" in record:
        return False
    return not (rows and isinstance(rows[0], dict) and "embedding" in rows[0])


def _is_metrics(record: JsonObject) -> bool:
    return _has(record, "end_to_end_latency_s", "number_total_tokens")


def _is_summary(record: JsonObject) -> bool:
    return any(key.startswith(_SUMMARY) for key in record)


REFUSALS = (
    Refusal(
        "empty",
        lambda record: not record,
        "an empty object",
        "remove it, or export again",
    ),
    Refusal(
        "request",
        _is_request,
        "a request without its response",
        "load what came back: a log of responses, or of request/response pairs",
    ),
    Refusal(
        "input_request",
        _is_input_request,
        "a request to an embeddings or Responses endpoint",
        "load what came back: a log of responses, or of request/response pairs",
    ),
    Refusal(
        "fine_tuning",
        _is_fine_tuning,
        "a fine-tuning example",
        "load the log of calls, not the training file",
    ),
    Refusal(
        "batch_input",
        _is_batch_input,
        "a line of a batch's input",
        "load the batch's output and error files",
    ),
    Refusal(
        "batch_job",
        lambda record: record.get("object") == "batch",
        "a batch job's description",
        "load the files that its output_file_id and error_file_id name",
    ),
    Refusal(
        "daily_tokens",
        lambda record: record.get("metric") == "tokens_per_model_per_day",
        "Log10's daily sum of tokens per model",
        "load the completions themselves: `log10 completions download`",
    ),
    Refusal(
        "pytest_report",
        lambda record: isinstance(record.get("tests"), list) and "exitcode" in record,
        "a report of Log10's pytest plugin",
        "load the completions that its tests made; they bear the tags its tests name",
    ),
    Refusal(
        "promptflow_run",
        _is_run,
        "a promptflow run, which may hold many calls",
        "load the raw bodies within its api_calls",
    ),
    Refusal(
        "llmperf_metrics",
        _is_metrics,
        "llmperf's measurements of one request, which hold no completion",
        "read it with pandas.read_json; ca.stats takes frames",
    ),
    Refusal(
        "llmperf_summary",
        _is_summary,
        "llmperf's summary of many requests",
        "read the matching file of individual responses with pandas.read_json",
    ),
    Refusal(
        "page",
        _is_page,
        "a page of a list, not one of its elements",
        "load the file itself: pages at its top level are unwrapped",
    ),
    Refusal(
        "task",
        _is_task,
        "a Log10 feedback task",
        "load the completions or the feedback of the task",
    ),
)
