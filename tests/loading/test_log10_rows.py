"""The recorded Log10 rows, against what was counted by hand from the client's posts."""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

import numpy as np
import pandas as pd
import pytest

import completion_analytics as ca


class Row(NamedTuple):
    """One recorded call: outcome, kind, finish class, milliseconds, prompt/completion tokens."""

    case: str
    outcome: str
    kind: str
    finish: str | None = None
    ms: int | None = None
    quality: str = "missing"
    tokens: tuple[int, int] | None = None
    usage: str = "missing"
    failure: str | None = None
    tags: tuple[str, ...] = ()
    n_choices: int = 1
    n_tool_calls: int = 0


def finished(case: str, kind: str, finish: str | None, ms: int, **more: object) -> Row:
    quality = "exact" if ms else "below_resolution"
    return Row(case, "finished", kind, finish, ms, quality, **more)  # type: ignore[arg-type]  # because **more names fields


def failed(case: str, kind: str, failure: str, tags: tuple[str, ...] = ()) -> Row:
    return Row(case, "failed", kind, failure=failure, tags=tags, n_choices=0)


def started(case: str, tags: tuple[str, ...] = ()) -> Row:
    return Row(case, "unresolved", "chat", tags=tags, n_choices=0)


CHAT = {"tokens": (13, 7), "usage": "reported"}
TEXT = {"tokens": (10, 3), "usage": "reported"}
CLAUDE = {"tokens": (25, 12), "usage": "reported"}
LITELLM = {"tags": ("litellm",)}

ROWS = (
    finished("openai_chat_sync", "chat", "stop", 69, **CHAT),
    finished(
        "openai_chat_n2_tags",
        "chat",
        "stop",
        54,
        tags=("outer", "inner", "prod"),
        n_choices=2,
        **CHAT,
    ),
    finished("openai_chat_tools", "chat", "tool_calls", 59, n_tool_calls=2, **CHAT),
    finished("openai_text", "text", "stop", 56, **TEXT),
    finished("openai_text_list", "text", "stop", 53, **TEXT),
    finished("openai_stream_sync", "chat", "stop", 81),
    finished("openai_stream_sync_usage", "chat", "stop", 80),
    finished("openai_stream_sync_tools", "chat", "tool_calls", 141, n_tool_calls=1),
    started("openai_stream_abandoned"),
    failed("openai_err400", "chat", "context_length"),
    failed("openai_err429", "chat", "rate_limit"),
    failed("openai_err401", "chat", "auth"),
    failed("openai_err500", "chat", "server"),
    failed("openai_text_err400", "text", "context_length"),
    failed("openai_connerr", "chat", "network"),
    failed("openai_timeout", "chat", "timeout"),
    finished("openai_async_chat", "chat", "stop", 131, **CHAT),
    finished("openai_async_stream", "chat", None, 0),
    finished("openai_async_stream_usage", "chat", None, 0),
    finished("openai_async_stream_tools", "chat", "tool_calls", 0, n_tool_calls=1),
    started("openai_async_err429"),
    finished("anthropic_msg", "chat", "stop", 60, **CLAUDE),
    finished("anthropic_msg_maxtok", "chat", "length", 53, **CLAUDE),
    finished("anthropic_tools", "chat", "stop", 54, n_tool_calls=1, **CLAUDE),
    finished("anthropic_tool_result", "chat", "stop", 53, n_tool_calls=1, **CLAUDE),
    finished("anthropic_image", "chat", "stop", 52, **CLAUDE),
    finished("anthropic_stream_ctx", "chat", "stop", 0, **CLAUDE),
    finished("anthropic_stream", "chat", "stop", 0, **CLAUDE),
    finished("anthropic_stream_tools", "chat", "tool_calls", 0, n_tool_calls=1, **CLAUDE),
    finished("anthropic_legacy", "text", "stop", 54, usage="zero_filled"),
    started("anthropic_err529"),
    finished("anthropic_async_tools", "chat", "stop", 70, n_tool_calls=1, **CLAUDE),
    finished("litellm_openai", "chat", "stop", 347, **CHAT, **LITELLM),
    finished(
        "litellm_openai_stream", "chat", "stop", 784, tokens=(11, 2), usage="estimated", **LITELLM
    ),
    failed("litellm_openai_err", "chat", "rate_limit", tags=("litellm",)),
    finished(
        "litellm_anthropic", "chat", "stop", 90, tokens=(1025, 12), usage="reported", **LITELLM
    ),
    finished("llm_abstraction_openai", "chat", "stop", 56, tags=("abs",), **CHAT),
    finished("mock", "chat", "stop", 0, usage="zero_filled", tags=("MOCK_CHAT_COMPLETIONS", "geo")),
    finished("mistral_chat", "chat", "stop", 55, **CHAT),
    started("mistral_stream"),
    finished("google_genai", "chat", "stop", 0, usage="zero_filled"),
    finished("langchain_chat", "chat", "stop", 60, tags=("test", "foobar", "cfg"), **CHAT),
    finished("langchain_llm", "text", "stop", 62, tags=("cfg",), **TEXT),
    started("langchain_err", tags=("cfg",)),
)
FULL = ("captured_rows.jsonl", "form_A_download_full.jsonl")
DOWNLOADS = (*FULL, "form_B_download_compact.jsonl")


@pytest.fixture(params=DOWNLOADS)
def download(request: pytest.FixtureRequest, recorded: Path) -> ca.CompletionLog:
    """The 44 rows as a download has them."""
    return ca.load(recorded / request.param)


def missing_as_none(column: pd.Series) -> list[object]:
    return column.astype("object").where(column.notna(), None).tolist()


@pytest.mark.parametrize(
    ("column", "field"),
    [
        ("outcome", "outcome"),
        ("kind", "kind"),
        ("finish_class", "finish"),
        ("duration_quality", "quality"),
        ("usage_quality", "usage"),
        ("failure_class", "failure"),
        ("n_choices", "n_choices"),
        ("n_tool_calls", "n_tool_calls"),
    ],
)
def test_a_column_of_a_download_is_what_was_recorded(
    download: ca.CompletionLog, column: str, field: str
) -> None:
    expected = [getattr(row, field) for row in ROWS]
    assert missing_as_none(download.completions[column]) == expected


def test_durations_of_a_download_are_seconds_from_milliseconds(
    download: ca.CompletionLog,
) -> None:
    expected = [np.nan if row.ms is None else row.ms / 1000 for row in ROWS]
    np.testing.assert_allclose(download.completions["duration_s"], expected)


def test_placeholders_for_token_counts_are_missing(download: ca.CompletionLog) -> None:
    found = download.completions[["prompt_tokens", "completion_tokens", "total_tokens"]]
    expected = [(*row.tokens, sum(row.tokens)) if row.tokens else (None,) * 3 for row in ROWS]
    assert [tuple(missing_as_none(row)) for _, row in found.iterrows()] == expected


def test_tags_are_names_in_the_order_they_were_given(download: ca.CompletionLog) -> None:
    by_row = download.tags.groupby("row_id")["tag"].agg(list)
    found = [tuple(by_row.get(row_id, ())) for row_id in download.completions["row_id"]]
    assert found == [row.tags for row in ROWS]


def test_only_the_mock_is_a_mock(download: ca.CompletionLog) -> None:
    assert download.completions["is_mock"].tolist() == [row.case == "mock" for row in ROWS]


@pytest.mark.parametrize("name", FULL)
def test_full_rows_count_their_messages_and_keep_their_stacks(recorded: Path, name: str) -> None:
    log = ca.load(recorded / name)
    chat = log.completions["kind"] == "chat"
    assert log.completions.loc[chat, "n_messages"].notna().all()
    # No frame of one's own: two calls without a stack, LiteLLM's worker thread, mock, LangChain.
    without = log.completions.loc[log.completions["callsite"].isna(), "row_id"].tolist()
    assert without == [20, 30, 32, 33, 34, 35, 37, 43]
    assert not log.stacktrace.empty


def test_compact_rows_are_marked_and_count_no_messages(recorded: Path) -> None:
    log = ca.load(recorded / "form_B_download_compact.jsonl")
    assert log.completions["form"].unique().tolist() == ["log10_compact"]
    assert log.completions["n_messages"].isna().all()
    assert log.completions["prompt_hash"].isna().all()
    assert log.stacktrace.empty
    assert "compact_row" in log.issues["code"].tolist()


def test_rows_of_a_download_are_timed_by_the_server(recorded: Path) -> None:
    log = ca.load(recorded / "form_A_download_full.jsonl")
    times = log.completions["created_at"]
    assert (times.diff().dropna() == pd.Timedelta(minutes=7)).all()
    assert times.iloc[0] == pd.Timestamp("2024-10-23T17:01:02.709536Z")
    assert log.completions["created_from"].unique().tolist() == ["created_at"]


def test_sync_tool_streams_take_the_model_from_the_request(recorded: Path) -> None:
    log = ca.load(recorded / "captured_rows.jsonl")
    row = log.completions.iloc[7]
    assert row["model"] == row["model_requested"] == "gpt-4o"


def test_arguments_that_are_no_json_stay_text_and_invalid(recorded: Path) -> None:
    log = ca.load(recorded / "captured_rows.jsonl")
    answered = log.tool_calls[log.tool_calls["choice_index"].notna()]
    assert len(answered) == 8
    invalid = answered[~answered["arguments_valid"]]
    assert invalid["row_id"].tolist() == [23, 24, 31]


def test_an_sdk_dump_in_seconds_is_told_from_milliseconds(recorded: Path) -> None:
    log = ca.load(recorded / "form_E1_sdk_list_ungraded.json")
    frame = log.completions
    assert (len(frame), set(frame["kind"]), set(frame["outcome"])) == (13, {"chat"}, {"finished"})
    known = frame.loc[frame["duration_quality"] == "exact", "duration_s"]
    assert (known.min(), known.max()) == pytest.approx((0.052, 0.784), abs=0.02)
    assert (frame["duration_quality"] == "below_resolution").sum() == 4
    assert set(frame["created_from"].dropna()) <= {"response.created"}


def test_bigquery_rows_have_numbers_as_text_and_times_with_utc(recorded: Path) -> None:
    log = ca.load(recorded / "form_G_bigquery_export.ndjson")
    frame = log.completions
    assert ((frame["kind"] == "chat").sum(), (frame["kind"] == "text").sum()) == (27, 4)
    assert frame["duration_s"].iloc[0] == 0.069
    assert frame["created_at"].iloc[0] == pd.Timestamp("2024-10-23T17:01:02.709536Z")
    assert log.tags.empty


def test_javascript_rows_need_no_kind_and_keep_line_numbers(recorded: Path) -> None:
    log = ca.load(recorded / "form_H_js_ts_clients.jsonl")
    frame = log.completions
    assert frame["kind"].tolist() == ["chat"] * 3
    assert frame["duration_s"].iloc[0] == 0.812
    assert log.stacktrace["lineno"].tolist() == [12]
    assert missing_as_none(frame["usage_quality"]) == ["reported", "sentinel", "missing"]
    assert frame["prompt_tokens"].isna().tolist() == [False, True, True]
    assert frame["created_at"].isna().tolist() == [False, False, True]


def test_bare_bodies_have_a_time_and_no_duration(recorded: Path) -> None:
    frame = ca.load(recorded / "form_I_bare_openai.jsonl").completions
    assert frame["kind"].tolist() == ["text", "chat", "text"]
    assert frame["duration_s"].isna().all()
    assert frame["created_from"].tolist() == ["response.created"] * 3


def test_benchmark_rows_of_one_completion_are_no_duplicates(recorded: Path) -> None:
    log = ca.load(recorded / "form_J_benchmark.csv")
    frame = log.completions
    assert frame["duration_s"].tolist() == [2.527, 2.345]
    assert frame["model"].tolist() == ["gpt-4-0125-preview", "gpt-3.5-turbo"]
    assert missing_as_none(frame["prompt_tokens"]) == [255, None]
    assert log.tags["tag"].tolist() == ["summ_test"] * 2


def test_a_list_page_unwraps_and_says_that_it_is_a_part(recorded: Path) -> None:
    log = ca.load(recorded / "form_D2_api_list.json")
    assert log.completions["duration_s"].tolist() == [0.069, 0.054, 0.059, 0.056, 0.053]
    partial = log.issues[log.issues["code"] == "has_more"]
    assert "5 of 44" in partial["advice"].iloc[0]


@pytest.mark.parametrize("name", ["form_C_get.json", "form_D1_api_get.json"])
def test_a_single_row_is_the_first_of_the_download(recorded: Path, name: str) -> None:
    log = ca.load(recorded / name)
    assert log.completions["completion_id"].tolist() == ["f9ec0f45-cebc-41af-9677-9510b4a159a7"]
    assert log.completions["duration_s"].tolist() == [0.069]


def test_a_pytest_report_is_rejected_with_a_sentence(recorded: Path) -> None:
    with pytest.warns(UserWarning, match="1 of 1 records were rejected"):
        log = ca.load(recorded / "form_K_pytest_report.json")
    assert "pytest" in log.rejects["reason"].iloc[0]


def test_feedback_names_completions_and_joins_them_when_both_are_loaded(recorded: Path) -> None:
    alone = ca.load(recorded / "form_L_feedback_download.jsonl")
    assert (len(alone), len(alone.feedback), alone.feedback["feedback_id"].nunique()) == (0, 3, 2)
    assert alone.counts["feedback"].tolist() == [2]
    assert alone.feedback["row_id"].isna().all()


def test_the_same_rows_in_two_shapes_are_one_log(recorded: Path) -> None:
    """Loading a download twice doubles nothing: ids tell."""
    names = ("form_A_download_full.jsonl", "form_C_get.json")
    log = ca.load([recorded / name for name in names])
    assert len(log) == 44
    assert log.counts["duplicates"].sum() == 1
    assert "duplicate_id" in log.issues["code"].tolist()


@pytest.mark.parametrize("changed", [{"duration": 1e18}, {"created_at": "9999-12-31T00:00:00Z"}])
def test_a_time_beyond_the_clock_costs_nothing_but_an_issue(changed, a_record) -> None:
    log = ca.load([a_record(**changed), a_record(id="2", **changed)])
    assert len(log) == 2
