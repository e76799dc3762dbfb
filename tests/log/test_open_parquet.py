"""A log on disk: what is written, and how little of it is read."""

from __future__ import annotations

import random
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import duckdb
import pandas as pd
import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import completion_analytics as ca
from completion_analytics import Between, Contains, HasTags, Missing, Not, OneOf
from completion_analytics.frames import TABLES
from completion_analytics.storage import ARROW, STORED, Manifest, encodings, write_log, write_part
from completion_analytics.storage.folder import ENCODINGS

DOWNLOAD = "form_A_download_full.jsonl"
FRAMES = [name for name in STORED if name not in ("origins", "raw")]

MODELS = ["gpt-4o", "GPT-4O", "it's", "日本 🎉", "", None]
TAGS = ["prod", "test", "it's", ""]
NUMBERS = [-2.5, -1, -0.0, 0.0, 0.1, 1e-300, 3, 4.0, 2**53 + 1, float("inf"), None]
COUNTS = [-5, 0, 3, 4, 2**53 + 1, 2**53, None]
TIMES = [-1_000_000, 0, 1_000_001, None]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A log of 60 odd rows with gaps, in three parts; and in the middle one, nothing."""
    folder: Path = tmp_path_factory.mktemp("stored")
    rng = random.Random(0)
    for part, row_ids in enumerate([range(0, 90, 3), [], range(100, 130)]):
        write_part(folder, part, odd_frames(rng, list(row_ids)))
    Manifest(3).write(folder)
    return folder


def odd_frames(rng: random.Random, row_ids: list[int]) -> dict[str, pd.DataFrame]:
    def some(values: list[Any]) -> list[Any]:
        return [rng.choice(values) for _ in row_ids]

    pairs = [(row_id, tag) for row_id in row_ids for tag in rng.sample(TAGS, rng.randrange(3))]
    said = [(row_id, rng.choice(["Say HI", "é(", None])) for row_id in row_ids for _ in range(2)]
    texts = {"row_id": [row_id for row_id, _ in said], "text": [text for _, text in said]}
    completions = TABLES["completions"].build(
        {
            "row_id": row_ids,
            "source": ["a.jsonl"] * len(row_ids),
            "model": some(MODELS),
            "session_id": some(MODELS),
            "outcome": some(["finished", "failed"]),
            "duration_s": some(NUMBERS),
            "prompt_tokens": some(COUNTS),
            "is_stream": some([True, False, None]),
            "created_at": some(TIMES),
        }
    )
    return {
        "completions": completions.assign(own=pd.array(some(MODELS), dtype="str")),
        "tags": TABLES["tags"].build(
            {"row_id": [row for row, _ in pairs], "tag": [tag for _, tag in pairs]}
        ),
        "messages": TABLES["messages"].build(texts),
        "choices": TABLES["choices"].build(texts),
        "counts": TABLES["counts"].build({"source": ["a.jsonl"], "records": [len(row_ids)]}),
    }


columns = st.sampled_from(["model", "own", "outcome", "duration_s", "prompt_tokens", "is_stream"])
numbers = st.sampled_from([number for number in NUMBERS + COUNTS if number != float("inf")])
moments = st.sampled_from(["1969-12-31", "1970-01-01", "1970-01-01T00:00:01.000001Z", None])


@st.composite
def ranges(draw: Any) -> Between:
    held = [("duration_s", numbers), ("prompt_tokens", numbers), ("created_at", moments)]
    column, ends = draw(st.sampled_from(held))
    ends = [draw(ends), draw(ends)]
    if None not in ends:
        ends.sort()
    return Between(column, *ends, draw(st.sampled_from(["both", "left", "right", "neither"])))


simple = st.one_of(
    st.builds(
        OneOf, st.sampled_from(["model", "session_id", "own"]), st.lists(st.sampled_from(MODELS))
    ),
    st.builds(OneOf, st.sampled_from(["duration_s", "prompt_tokens"]), st.lists(numbers)),
    st.builds(OneOf, st.just("is_stream"), st.lists(st.sampled_from([True, False, None]))),
    ranges(),
    st.builds(Missing, columns),
    st.builds(HasTags, any=st.just(["prod", ""]), none=st.lists(st.just("test"))),
    st.builds(Contains, st.sampled_from(["hi", "É("]), st.sampled_from(["both", "answers", "own"])),
)
conditions = st.lists(
    simple | st.builds(Not, simple) | st.builds(Not, st.builds(Not, simple)), max_size=3
)


@pytest.fixture(scope="module")
def whole(folder: Path) -> ca.CompletionLog:
    return ca.open_parquet(folder)


@settings(deadline=None, max_examples=60)
@given(conditions)
def test_opening_with_conditions_is_selecting_from_the_whole(
    folder: Path, whole: ca.CompletionLog, where: list[Any]
) -> None:
    opened, wanted = ca.open_parquet(folder, where=where), ca.select(whole, *where)
    assert_same_rows(opened.completions, wanted.completions)
    assert_same_rows(opened.tags, wanted.tags)


def test_every_frame_is_opened_with_the_conditions(folder: Path, whole: ca.CompletionLog) -> None:
    opened = ca.open_parquet(folder, where=Missing("model"))
    wanted = ca.select(whole, Missing("model"))
    assert 0 < len(opened) < 60
    for name in FRAMES:
        assert_same_rows(getattr(opened, name), getattr(wanted, name))
    assert_same_rows(opened.origins.places, wanted.origins.places)


def assert_same_rows(left: pd.DataFrame, right: pd.DataFrame) -> None:
    """Equal, but for words of open categories that no row has."""
    pd.testing.assert_frame_equal(used(left), used(right))


def used(frame: pd.DataFrame) -> pd.DataFrame:
    words = frame.select_dtypes("category")
    return frame.assign(**{name: words[name].cat.remove_unused_categories() for name in words})


def test_open_categories_hold_the_words_of_the_rows_read(folder: Path) -> None:
    few = ca.open_parquet(folder, where=OneOf("model", ["gpt-4o"]))
    assert few.completions["model"].cat.categories.tolist() == ["gpt-4o"]
    assert few.completions["outcome"].cat.categories.tolist() == [
        "finished",
        "failed",
        "unresolved",
    ]


def test_a_wrong_condition_is_refused_as_select_does(folder: Path) -> None:
    wrong = [OneOf("model", ["nothing has this name"]), Between("model", 1, 2)]
    with pytest.raises(TypeError, match="needs a column of number values"):
        ca.open_parquet(folder, where=wrong)
    with pytest.raises(KeyError, match="did you mean 'model'"):
        ca.open_parquet(folder, where=Missing("modell"))
    with pytest.raises(TypeError, match="takes conditions such as"):
        ca.open_parquet(folder, where=["model"])  # type: ignore[list-item]  # because wrong


def test_counts_of_parts_are_summed(folder: Path) -> None:
    assert ca.open_parquet(folder).counts["records"].tolist() == [60]


def test_an_empty_part_has_every_frame_with_its_columns(folder: Path) -> None:
    for name, table in STORED.items():
        schema = pq.read_schema(folder / name / "part-00001.parquet")
        assert schema.names[: len(table.names)] == table.names


def test_only_the_columns_asked_for_are_read(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with reads(monkeypatch) as read:
        log = ca.open_parquet(folder, columns=["own", "model"])
        assert list(log.completions.columns) == ["row_id", "source", "model", "own"]
        assert {name for name, _ in read} == {"completions"}
        assert len(log.tags) > 0
        assert {name for name, _ in read} == {"completions", "tags"}
    with pytest.raises(KeyError, match=r"has no column .'modell'. of completions; it has"):
        ca.open_parquet(folder, columns=["modell"])
    with pytest.raises(TypeError, match=r"so write .'model'."):
        ca.open_parquet(folder, columns="model")


def test_columns_of_conditions_need_not_be_asked_for(folder: Path) -> None:
    log = ca.open_parquet(folder, columns=[], where=OneOf("model", ["it's"]))
    assert list(log.completions.columns) == ["row_id", "source"]
    assert len(log) == (ca.open_parquet(folder).completions["model"] == "it's").sum()


@contextmanager
def reads(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[tuple[str, Any]]]:
    """The frames that are read, with the columns asked for."""
    read: list[tuple[str, Any]] = []

    def noted(path: Path, columns: Any, filter: Any) -> Any:
        read.append((path.parent.name, columns))
        return encodings._read_parquet(path, columns, filter)

    noting = replace(encodings.PARQUET, read=noted)
    monkeypatch.setitem(ENCODINGS, "parquet", noting)
    yield read


def test_a_log_with_few_columns_shows_which(folder: Path) -> None:
    log = ca.open_parquet(folder, columns=["model"])
    assert repr(log) == "<CompletionLog: 60 completions; columns: row_id, source, model>"
    assert str(log) == repr(log)
    assert "&lt;CompletionLog: 60 completions; " in log._repr_html_()


def test_other_tools_read_the_files(folder: Path) -> None:
    found = duckdb.sql(f"select count(*), count(duration_s) from '{folder}/completions/*.parquet'")
    known = ca.open_parquet(folder).completions["duration_s"].notna().sum()
    assert found.fetchall() == [(60, known)]


def test_arrow_and_parquet_give_the_same_log(recorded: Path, tmp_path: Path) -> None:
    log = ca.load(recorded / DOWNLOAD, keep_raw=True, columns={"wanted": "request.temperature"})
    write_log(log, tmp_path, ARROW)
    again = ca.open_parquet(tmp_path)
    for name in FRAMES:
        pd.testing.assert_frame_equal(getattr(again, name), getattr(log, name))
    pd.testing.assert_frame_equal(again.origins.places, log.origins.places)
    assert dict(again.origins.held) == log.origins.held


def test_frames_read_from_disk_can_be_written_to(recorded: Path, tmp_path: Path) -> None:
    write_log(ca.load(recorded / DOWNLOAD), tmp_path, ARROW)
    completions = ca.open_parquet(tmp_path).completions
    for name, values in completions.items():
        completions.loc[0, name] = values.iloc[1]
    assert completions.iloc[0].equals(completions.iloc[1])


def test_a_folder_of_another_version_is_named(tmp_path: Path) -> None:
    Manifest(1).write(tmp_path)
    manifest = tmp_path / "manifest.json"
    manifest.write_text(manifest.read_text().replace('"version": 2', '"version": 1'))
    with pytest.raises(ValueError, match="written as version 1, this package reads version 2"):
        ca.open_parquet(tmp_path)


@pytest.mark.parametrize("manifest", ['{"version": 1}', "[2]", '{"ver'])
def test_a_folder_with_a_manifest_of_somebody_else_is_no_log(tmp_path: Path, manifest: str) -> None:
    (tmp_path / "manifest.json").write_text(manifest)
    with pytest.raises(FileNotFoundError, match=r"no log: .* manifest\.json of this package"):
        ca.open_parquet(tmp_path)


def test_a_manifest_that_is_cut_off_is_damaged(tmp_path: Path) -> None:
    Manifest(1).write(tmp_path)
    manifest = tmp_path / "manifest.json"
    manifest.write_text(manifest.read_text()[:-3])
    with pytest.raises(ValueError, match=r"manifest\.json is damaged"):
        ca.open_parquet(tmp_path)


def test_without_its_manifest_a_folder_is_no_log_yet(folder: Path, tmp_path: Path) -> None:
    write_part(tmp_path, 0, {})
    with pytest.raises(FileNotFoundError, match="holds no log"):
        ca.open_parquet(tmp_path)
    Manifest(1).write(tmp_path)
    assert len(ca.open_parquet(tmp_path)) == 0


def test_a_misspelt_frame_is_an_attribute_error(folder: Path) -> None:
    with pytest.raises(AttributeError, match="no attribute 'message'"):
        _ = ca.open_parquet(folder).message  # type: ignore[attr-defined]  # because wrong
