"""Whatever names exports is found, and what is not there is said."""

import io
import sys
from pathlib import Path

import pytest

from completion_analytics.reading import Fingerprint, find_sources


@pytest.fixture
def folder(tmp_path):
    for name in ("b.jsonl", "a.json.gz", "deep/c.NDJSON", "deep/d.csv.zst", "deep/e.sse"):
        path = tmp_path / name
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(b"{}\n")
    for name in (".hidden.jsonl", "notes.txt", ".git/x.json"):
        path = tmp_path / name
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(b"{}\n")
    return tmp_path


def names(what, below):
    return [Path(source.name).relative_to(below).as_posix() for source in find_sources(what)]


def test_a_file_is_a_source_with_its_name_as_given(folder, monkeypatch):
    monkeypatch.chdir(folder)
    for what in ("deep/e.sse", Path("deep") / "e.sse"):
        (source,) = find_sources(what)
        assert source.name == "deep/e.sse"
        assert source.path == Path("deep/e.sse")
        assert source.fingerprint == Fingerprint.of(Path("deep/e.sse"))
        with source.open() as raw:
            assert raw.read() == b"{}\n"


def test_a_folder_gives_its_exports_sorted_without_hidden_ones(folder):
    assert names(folder, folder) == [
        "a.json.gz",
        "b.jsonl",
        "deep/c.NDJSON",
        "deep/d.csv.zst",
        "deep/e.sse",
    ]


def test_a_glob_gives_what_matches_sorted(folder):
    assert names(str(folder / "*.json*"), folder) == ["a.json.gz", "b.jsonl"]
    assert names(str(folder / "**/*.sse"), folder) == ["deep/e.sse"]
    assert names(folder / "*.txt", folder) == ["notes.txt"]


def test_folders_that_match_a_glob_are_searched(folder):
    assert names(str(folder / "dee?"), folder) == ["deep/c.NDJSON", "deep/d.csv.zst", "deep/e.sse"]


def test_a_file_whose_name_is_a_pattern_is_itself(tmp_path):
    path = tmp_path / "run[1].jsonl"
    path.write_bytes(b"{}")
    assert names(path, tmp_path) == ["run[1].jsonl"]


def test_several_places_give_their_sources_in_the_order_given(folder):
    assert names([folder / "b.jsonl", str(folder / "a*")], folder) == ["b.jsonl", "a.json.gz"]


def test_bytes_records_and_file_objects_have_a_name(folder):
    assert find_sources(b"{}")[0].name == "<bytes>"
    assert find_sources({"id": "a"})[0].name == "<records>"
    assert find_sources(io.BytesIO(b"{}"))[0].name == "<file>"
    with (folder / "b.jsonl").open("rb") as file:
        assert find_sources(file)[0].name == (folder / "b.jsonl").as_posix()
    assert find_sources(b"{}")[0].path is None


def test_a_dash_is_standard_input(reading, monkeypatch):
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO('{"a": "é"}\n'.encode())))
    (source,) = find_sources("-")
    assert source.name == "<stdin>"
    assert reading("-").contents == [{"a": "é"}]


def test_a_file_object_is_read_from_where_it_stands_and_left_open(reading):
    file = io.BytesIO(b'skipped\n{"a": 1}\n')
    file.readline()
    assert reading(file).contents == [{"a": 1}]
    assert not file.closed


def test_a_text_file_is_read_with_lone_surrogates_replaced(reading):
    (record,) = reading(io.StringIO('{"a": "é\ud83d"}\n')).records
    assert (record.value, record.repairs) == ({"a": "é\ufffd"}, ("surrogate_replaced",))


@pytest.mark.parametrize("what", ["nowhere.jsonl", "no/such/folder", "a\0b", "x" * 5000])
def test_a_path_that_is_not_there_is_named(what, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    with pytest.raises(FileNotFoundError, match="There is no file or folder"):
        find_sources(what)


def test_a_folder_without_exports_says_what_was_looked_for(tmp_path):
    (tmp_path / "notes.txt").write_text("x")
    with pytest.raises(FileNotFoundError, match=r"holds no exports: .*\.jsonl"):
        find_sources(tmp_path)


def test_a_glob_without_match_names_the_pattern(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    with pytest.raises(FileNotFoundError, match=r"No file matches the pattern '\*\.jsonl'"):
        find_sources("*.jsonl")


def test_json_text_given_for_a_path_is_told_to_be_bytes():
    with pytest.raises(FileNotFoundError, match="pass it as bytes"):
        find_sources('{"id": "a"}')


def test_anything_else_is_a_type_error():
    with pytest.raises(TypeError, match="not int"):
        find_sources(3)


def test_records_have_no_bytes_to_open():
    with pytest.raises(TypeError, match="objects in memory"):
        find_sources({"id": "a"})[0].open()


def test_a_file_that_cannot_be_opened_is_one_unreadable(reading, tmp_path):
    path = tmp_path / "a.jsonl"
    path.write_bytes(b"{}")
    (source,) = find_sources(path)
    path.unlink()
    (bad,) = reading(source).everything
    assert "cannot be opened" in bad.reason


@pytest.fixture
def beside_ours(tmp_path):
    """An export, beside a log and an unfinished one, which hold JSON, too."""
    ours = '{"version": 9, "encoding": "parquet", "parts": 1}'
    files = {"a.json": "{}", "log/manifest.json": ours, "log/x/seal.json": "{}"}
    files |= {"calls.partial/plan.json": "{}", "calls.partial/lock": "1"}
    files["calls.partial/staged/part-00000.json"] = "{}"
    for name, text in files.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(text)
    return tmp_path


@pytest.mark.parametrize("pattern", ["", "**/*.json", "*"])
def test_folders_that_the_package_wrote_are_passed_over(beside_ours, pattern):
    assert names(str(beside_ours / pattern), beside_ours) == ["a.json"]


def test_a_log_given_as_exports_is_to_be_opened(beside_ours):
    with pytest.raises(
        FileNotFoundError, match=r"holds a log and no exports: open it with ca\.open"
    ):
        find_sources(beside_ours / "log")


def test_a_manifest_and_a_plan_of_somebody_else_are_exports(tmp_path):
    (tmp_path / "manifest.json").write_text('{"version": 1, "parts": 2}')
    (tmp_path / "plan.json").write_text("{}")
    assert names(tmp_path, tmp_path) == ["manifest.json", "plan.json"]
