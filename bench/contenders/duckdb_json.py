"""DuckDB: `read_json` with the columns that are used, then `unnest`."""

from __future__ import annotations

from pathlib import Path

import duckdb
import pyarrow as pa

_CALLS = 'STRUCT(id VARCHAR, "function" STRUCT(name VARCHAR, arguments VARCHAR))[]'
_MESSAGE = f"STRUCT(role VARCHAR, content VARCHAR, tool_call_id VARCHAR, tool_calls {_CALLS})"
_CHOICE = f"""STRUCT("index" BIGINT, finish_reason VARCHAR, "text" VARCHAR,
    message STRUCT(role VARCHAR, content VARCHAR, tool_calls {_CALLS}))"""
_USAGE = """STRUCT(prompt_tokens BIGINT, completion_tokens BIGINT, total_tokens BIGINT,
    prompt_tokens_details STRUCT(cached_tokens BIGINT),
    completion_tokens_details STRUCT(reasoning_tokens BIGINT))"""
_COLUMNS = {
    "id": "VARCHAR",
    "status": "VARCHAR",
    "created_at": "TIMESTAMPTZ",
    "duration": "DOUBLE",
    "organization_id": "VARCHAR",
    "session_id": "VARCHAR",
    "failure_kind": "VARCHAR",
    "failure_reason": "VARCHAR",
    "request": f"""STRUCT(model VARCHAR, messages {_MESSAGE}[], prompt VARCHAR,
        temperature DOUBLE, max_tokens BIGINT, "stream" BOOLEAN)""",
    "response": f"""STRUCT(model VARCHAR, system_fingerprint VARCHAR, choices {_CHOICE}[],
        "usage" {_USAGE})""",
    "tagResolved": "STRUCT(name VARCHAR)[]",
    "stacktrace": "STRUCT(file VARCHAR, line VARCHAR, lineno BIGINT, name VARCHAR)[]",
}
_FRAMES = {
    "completions": """
        SELECT row_id, id AS completion_id, status, created_at, duration AS duration_raw,
            organization_id, session_id, coalesce(response.model, request.model) AS model,
            request.model AS model_requested, failure_kind, failure_reason, request.temperature,
            request.max_tokens, request."stream" AS is_stream, response.system_fingerprint
        FROM raw""",
    "choices": """
        WITH found AS (SELECT row_id, unnest(response.choices) AS choice FROM raw)
        SELECT row_id, choice."index" AS choice_index, choice.message.role,
            coalesce(choice.message.content, choice."text") AS "text", choice.finish_reason
        FROM found""",
    "usage": """
        SELECT row_id, response."usage".prompt_tokens, response."usage".completion_tokens,
            response."usage".total_tokens,
            response."usage".prompt_tokens_details.cached_tokens,
            response."usage".completion_tokens_details.reasoning_tokens
        FROM raw WHERE response."usage" IS NOT NULL""",
    "tags": """
        SELECT row_id, unnest(tagResolved).name AS tag FROM raw""",
    "messages": """
        WITH found AS (
            SELECT row_id, unnest(request.messages) AS message,
                unnest(range(len(request.messages))) AS message_index FROM raw)
        SELECT row_id, message_index, message.role, message.content AS "text",
            message.tool_call_id FROM found
        UNION ALL
        SELECT row_id, 0, 'prompt', request.prompt, NULL FROM raw WHERE request.prompt IS NOT NULL
        ORDER BY row_id, message_index""",
    "tool_calls": """
        WITH sent AS (
            SELECT row_id, unnest(request.messages) AS holder,
                unnest(range(len(request.messages))) AS message_index FROM raw),
        answered AS (SELECT row_id, unnest(response.choices) AS choice FROM raw),
        holders AS (
            SELECT row_id, message_index, NULL AS choice_index, holder.tool_calls AS calls
            FROM sent WHERE holder.tool_calls IS NOT NULL
            UNION ALL
            SELECT row_id, NULL, choice."index", choice.message.tool_calls
            FROM answered WHERE choice.message.tool_calls IS NOT NULL),
        found AS (
            SELECT row_id, message_index, choice_index, unnest(calls) AS call,
                unnest(range(len(calls))) AS tool_call_index FROM holders)
        SELECT row_id, choice_index, message_index, tool_call_index, call.id AS tool_call_id,
            call."function".name, call."function".arguments
        FROM found
        ORDER BY row_id, message_index NULLS LAST, choice_index, tool_call_index""",
    "stacktrace": """
        WITH found AS (
            SELECT row_id, unnest(stacktrace) AS frame,
                unnest(range(len(stacktrace))) AS frame_index FROM raw)
        SELECT row_id, frame_index, frame.file, frame.line, frame.lineno, frame.name FROM found""",
}


_TEXT_COLUMNS = {
    "id": "VARCHAR",
    "created": "BIGINT",
    "model": "VARCHAR",
    "system_fingerprint": "VARCHAR",
    "choices": 'STRUCT("index" BIGINT, "text" VARCHAR, finish_reason VARCHAR)[]',
    "usage": "STRUCT(prompt_tokens BIGINT, completion_tokens BIGINT, total_tokens BIGINT)",
}
_TEXT_FRAMES = {
    "completions": """
        SELECT row_id, id AS completion_id, to_timestamp(created) AS created_at, model,
            system_fingerprint FROM raw""",
    "choices": """
        WITH found AS (SELECT row_id, unnest(choices) AS choice FROM raw)
        SELECT row_id, choice."index" AS choice_index, choice."text", choice.finish_reason
        FROM found""",
    "usage": """
        SELECT row_id, unnest("usage") FROM raw WHERE "usage" IS NOT NULL""",
}


def log10(path: Path) -> dict[str, pa.Table]:
    return _frames(path, _COLUMNS, _FRAMES)


def text(path: Path) -> dict[str, pa.Table]:
    return _frames(path, _TEXT_COLUMNS, _TEXT_FRAMES)


def _frames(path: Path, columns: dict[str, str], queries: dict[str, str]) -> dict[str, pa.Table]:
    form = "array" if path.suffix == ".json" else "newline_delimited"
    kinds = ", ".join(f"'{name}': '{' '.join(kind.split())}'" for name, kind in columns.items())
    raw = f"""
        CREATE TEMP TABLE raw AS SELECT row_number() OVER () - 1 AS row_id, *
        FROM read_json(?, format = '{form}', columns = {{{kinds}}})"""
    with duckdb.connect() as connection:
        connection.execute("SET TimeZone = 'UTC'")
        connection.execute(raw, [str(path)])
        return {name: connection.sql(query).to_arrow_table() for name, query in queries.items()}
