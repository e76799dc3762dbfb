"""What a log gives back: records, raw JSON, Parquet, and how it introduces itself."""

from __future__ import annotations

import gzip
import io
import json
from pathlib import Path

import pandas as pd
import pytest

import completion_analytics as ca
from completion_analytics.frames import TABLES
from completion_analytics.models import Completion
from completion_analytics.reading import SourceChanged

DOWNLOAD = "form_A_download_full.jsonl"


@pytest.fixture
def log(recorded: Path) -> ca.CompletionLog:
    return ca.load(recorded / DOWNLOAD)


@pytest.fixture
def rows(recorded: Path) -> list[dict[str, object]]:
    return [json.loads(line) for line in (recorded / DOWNLOAD).read_bytes().splitlines()]


def test_the_repr_counts_what_matters(log: ca.CompletionLog) -> None:
    assert repr(log) == (
        "<CompletionLog: 44 completions of 8 models; 8 failed, 5 unresolved; 0 rejects>"
    )


def test_raw_is_the_record_as_the_file_has_it(
    log: ca.CompletionLog, rows: list[dict[str, object]]
) -> None:
    assert [log.raw(row_id) for row_id in log.completions["row_id"]] == rows


def test_a_record_is_validated_when_asked_for(log: ca.CompletionLog) -> None:
    record = log.record(3)
    assert isinstance(record, Completion)
    assert (record.kind, record.duration, record.request.model) == (
        "completion",
        56,
        "gpt-3.5-turbo-instruct",
    )


def test_records_come_in_the_order_of_the_rows(log: ca.CompletionLog) -> None:
    ids = [record.id for record in log.records()]
    assert ids == log.completions["completion_id"].tolist()


def test_raw_reads_through_compression(recorded: Path, tmp_path: Path) -> None:
    packed = tmp_path / "download.jsonl.gz"
    packed.write_bytes(gzip.compress((recorded / DOWNLOAD).read_bytes()))
    log = ca.load(packed)
    assert log.raw(43)["id"] == log.completions["completion_id"].iloc[43]


def test_an_unknown_row_is_a_key_error(log: ca.CompletionLog) -> None:
    with pytest.raises(KeyError, match="no row 99 in this log"):
        log.raw(99)


def test_a_changed_file_is_a_sentence_and_the_frames_stay(recorded: Path, tmp_path: Path) -> None:
    path = tmp_path / "download.jsonl"
    path.write_bytes((recorded / DOWNLOAD).read_bytes())
    log = ca.load(path)
    path.write_bytes(b"{}\n")
    with pytest.raises(SourceChanged, match="changed since it was read"):
        log.raw(0)
    with pytest.raises(SourceChanged, match="changed since it was read"):
        list(log.records())
    assert len(log.completions) == 44


def test_the_records_of_a_lost_file_are_not_silently_none(recorded: Path, tmp_path: Path) -> None:
    path = tmp_path / "download.jsonl"
    path.write_bytes((recorded / DOWNLOAD).read_bytes())
    log = ca.load(path)
    path.unlink()
    with pytest.raises(SourceChanged, match="no longer there"):
        list(log.records())


def test_kept_records_need_no_file(recorded: Path, tmp_path: Path) -> None:
    path = tmp_path / "download.jsonl"
    path.write_bytes((recorded / DOWNLOAD).read_bytes())
    log = ca.load(path, keep_raw=True)
    path.unlink()
    assert log.raw(0)["status"] == "finished"


def test_a_stream_that_is_read_once_keeps_its_records(recorded: Path) -> None:
    class Once(io.BytesIO):
        def seekable(self) -> bool:
            return False

    log = ca.load(Once((recorded / DOWNLOAD).read_bytes()))
    assert log.raw(0)["status"] == "finished"


def test_rows_with_an_issue_are_rows_of_completions(log: ca.CompletionLog) -> None:
    assert log.rows_with("usage_estimated")["row_id"].tolist() == [33]
    with pytest.raises(KeyError, match="no row has the issue 'nonsense'; there are"):
        log.rows_with("nonsense")


def test_issues_name_an_example_and_a_share(log: ca.CompletionLog) -> None:
    unresolved = log.issues[log.issues["code"] == "unresolved"].iloc[0]
    assert (unresolved["n"], unresolved["example_row_id"]) == (5, 8)
    assert unresolved["share"] == pytest.approx(5 / 44)


def test_parquet_gives_the_same_log_back(log: ca.CompletionLog, tmp_path: Path) -> None:
    log.to_parquet(tmp_path / "kept")
    again = ca.open_parquet(tmp_path / "kept")
    for name in TABLES:
        pd.testing.assert_frame_equal(getattr(log, name), getattr(again, name))
    assert again.raw(5) == log.raw(5)
    assert repr(again) == repr(log)


def test_parquet_keeps_records_that_only_memory_had(tmp_path: Path) -> None:
    record = {"id": "cmpl-1", "object": "text_completion", "choices": [{"text": "hi"}]}
    ca.load([record]).to_parquet(tmp_path / "kept")
    assert ca.open_parquet(tmp_path / "kept").raw(0) == record


def test_parquet_keeps_columns_of_ones_own(recorded: Path, tmp_path: Path) -> None:
    log = ca.load(recorded / DOWNLOAD, columns={"temperature_text": "request.temperature"})
    log.to_parquet(tmp_path / "kept")
    again = ca.open_parquet(tmp_path / "kept")
    assert again.completions["temperature_text"].iloc[0] == "0.2"


def test_parquet_never_overwrites(log: ca.CompletionLog, tmp_path: Path) -> None:
    with pytest.raises(FileExistsError, match="exists; name a new folder"):
        log.to_parquet(tmp_path)


def test_a_folder_without_a_log_is_named(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError, match="holds no log"):
        ca.open_parquet(tmp_path)


def test_columns_by_path_are_text_and_missing_where_absent(recorded: Path) -> None:
    log = ca.load(recorded / DOWNLOAD, columns={"wanted": "request.temperature"})
    assert log.completions["wanted"].isna().sum() > 0
    assert log.completions["wanted"].iloc[0] == "0.2"


def test_a_column_of_ones_own_cannot_replace_a_declared_one(recorded: Path) -> None:
    with pytest.raises(ValueError, match="columns of the frame already"):
        ca.load(recorded / DOWNLOAD, columns={"model": "request.model"})


def test_the_unit_of_durations_can_be_given(recorded: Path) -> None:
    log = ca.load(recorded / DOWNLOAD, duration_unit="s")
    assert log.completions["duration_s"].iloc[0] == 69
    told = log.issues.loc[log.issues["code"] == "duration_unit", "advice"].iloc[0]
    assert "duration_unit='s' was given" in told


def test_an_unknown_unit_is_refused(recorded: Path) -> None:
    with pytest.raises(ValueError, match="duration_unit must be one of"):
        ca.load(recorded / DOWNLOAD, duration_unit="m")  # type: ignore[arg-type]  # because wrong


HOSTILE = '<script>alert(1)</script><img src=x onerror="x()">\x1b[2J{{7*7}}'


@pytest.fixture
def hostile() -> ca.CompletionLog:
    record = {"id": HOSTILE, "object": HOSTILE, "model": HOSTILE, "choices": [{"text": HOSTILE}]}
    return ca.load([record, {HOSTILE: 1}])


def test_the_card_shows_hostile_text_as_text(hostile: ca.CompletionLog) -> None:
    card = hostile._repr_html_()
    assert "<script" not in card
    assert "<img" not in card
    assert "&lt;script&gt;" in card


def test_print_names_every_kind_of_issue(log: ca.CompletionLog) -> None:
    codes = log.issues["code"].unique()
    assert len(codes) > 1
    assert all(code in str(log) for code in codes[:12])


def test_a_name_without_an_end_is_cut_in_the_card() -> None:
    log = ca.load(
        [{"id": "1", "object": "text_completion", "model": "m" * 1_000_000, "choices": []}]
    )
    assert len(log._repr_html_()) < 10_000
    assert len(str(log)) < 10_000
    assert "m" * 79 + "…" in str(log)


def test_the_card_reads_without_its_style(log: ca.CompletionLog) -> None:
    card = log._repr_html_()
    assert "<strong>44 completions</strong>" in card
    assert "31 finished" in card
    assert "unresolved" in card
    assert "http" not in card


def bare(**what: object) -> dict[str, object]:
    return {"object": "chat.completion", "model": "m", "choices": [{"message": {}}], **what}


def test_the_card_counts_rows_of_a_row_issue_and_sources_of_a_sources_issue() -> None:
    pages = [
        json.dumps({"data": [bare(id=f"{page}-{n}") for n in range(2)], "total": 9 + page}).encode()
        for page in range(2)
    ]
    told = str(ca.load(pages))
    assert "usage_missing (4 rows): " in told
    assert "has_more (2 sources): Only a part of a longer list was exported.\n" in told


def test_what_is_true_of_every_source_is_told_in_the_card() -> None:
    page = json.dumps({"data": [bare(id="a")], "total": 9}).encode()
    assert "has_more (1 source): Only a part of a longer list was exported. 1 of 9" in str(
        ca.load(page)
    )


def test_tokens_without_a_total_count_in_the_card() -> None:
    with_total = {"prompt_tokens": 1, "completion_tokens": 2, "total_tokens": 10}
    without = {"prompt_tokens": 3, "completion_tokens": 4}
    log = ca.load([bare(id="a", usage=with_total), bare(id="b", usage=without), bare(id="c")])
    assert next(line for line in str(log).splitlines() if line.startswith("  m ")).endswith(" 17")


def test_a_clock_before_the_first_year_still_has_a_card() -> None:
    log = ca.load([bare(id="a", created=-9e10)])
    assert "-882-01-06 08:00 UTC" in str(log)
    assert "-882-01-06 08:00 UTC" in log._repr_html_()


def test_an_empty_log_has_a_card() -> None:
    empty = ca.load([])
    assert "0 completions" in empty._repr_html_()
    assert "0 completions" in str(empty)


@pytest.mark.parametrize("columns", [{"c": 5}, {5: "a"}, "x"])
def test_columns_that_are_no_paths_are_refused(columns: object) -> None:
    with pytest.raises(TypeError, match="columns must map names to paths"):
        ca.load([], columns=columns)  # type: ignore[arg-type]  # because wrong


def test_a_frame_is_no_export() -> None:
    with pytest.raises(TypeError, match="A frame is no export"):
        ca.load(pd.DataFrame({"a": [1]}))  # type: ignore[arg-type]  # because wrong
