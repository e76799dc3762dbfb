"""A log that was loaded before: the same from the cache, and never a stale one."""

from __future__ import annotations

import json
import os
import shutil
import stat
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from typer.testing import CliRunner

import completion_analytics as ca
from completion_analytics import loading
from completion_analytics.cli import app
from completion_analytics.frames import TABLES
from completion_analytics.reading import find_sources
from completion_analytics.scale import identity
from completion_analytics.scale.cache import Cache
from completion_analytics.scale.identity import digest, key_of
from completion_analytics.scale.unfinished import Plan, unfinished
from completion_analytics.storage import STORED

ROW = {"object": "text_completion", "model": "m", "choices": [{"index": 0, "text": "hi"}]}
LIMIT = "COMPLETION_ANALYTICS_CACHE_GB"


@pytest.fixture
def kept(tmp_path: Path) -> Path:
    """The folder of the cache."""
    return tmp_path / "kept"


@pytest.fixture
def export(tmp_path: Path) -> Path:
    return export_of(tmp_path / "export.jsonl", "a", "b")


def export_of(path: Path, *ids: str) -> Path:
    path.write_text("".join(json.dumps(ROW | {"id": name}) + "\n" for name in ids))
    return path


@pytest.fixture
def reads(monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    """Grows by one whenever exports are read."""
    read: list[Any] = []
    gather = loading.gather_by

    def noted(*arguments: Any) -> Any:
        read.append(arguments)
        return gather(*arguments)

    monkeypatch.setattr(loading, "gather_by", noted)
    return read


def ids(log: ca.CompletionLog) -> list[str]:
    return log.completions["completion_id"].tolist()


@pytest.mark.parametrize(
    "options",
    [
        {},
        {"keep_raw": True},
        {"columns": {"asked": "request.temperature"}, "duration_unit": "s"},
        {"strict": True},
    ],
    ids=str,
)
def test_a_log_from_the_cache_is_the_log_loaded(
    recorded: Path, kept: Path, reads: list[Any], options: dict[str, Any]
) -> None:
    loaded = ca.load(recorded, cache=kept, **options)
    again = ca.load(recorded, cache=kept, **options)
    assert len(reads) == 1
    for name in (*TABLES, "row_issues"):
        pd.testing.assert_frame_equal(getattr(again, name), getattr(loaded, name))
    pd.testing.assert_frame_equal(again.origins.places, loaded.origins.places)
    assert again.source_issues == loaded.source_issues
    assert [again.raw(row) for row in again.completions["row_id"]] == [
        loaded.raw(row) for row in loaded.completions["row_id"]
    ]
    first = loaded.completions["row_id"].iloc[0]
    assert again.record(first) == loaded.record(first)
    assert len(list(again.records())) == len(again)
    assert str(again) == str(loaded)


def test_records_kept_in_memory_need_no_file_from_the_cache_either(
    export: Path, kept: Path
) -> None:
    ca.load(export, cache=kept, keep_raw=True)
    again = ca.load(export, cache=kept, keep_raw=True)
    export.unlink()
    assert again.raw(1) == ROW | {"id": "b"}


@pytest.mark.parametrize(
    "options",
    [
        {"duration_unit": "s"},
        {"columns": {"mine": "model"}},
        {"strict": True},
        {"on_error": "raise"},
        {"keep_raw": True},
        {"verify": "full"},
    ],
    ids=str,
)
def test_another_way_of_loading_is_another_entry(
    export: Path, kept: Path, reads: list[Any], options: dict[str, Any]
) -> None:
    ca.load(export, cache=kept)
    ca.load(export, cache=kept, **options)
    assert len(reads) == len(Cache(kept).entries()) == 2


def test_what_does_not_change_the_log_is_the_same_entry(
    export: Path, kept: Path, reads: list[Any]
) -> None:
    ca.load(export, cache=kept, workers=1, progress=False)
    ca.load(export, cache=str(kept), workers="auto", progress=True)
    assert len(reads) == 1


def test_the_order_of_columns_is_kept(export: Path, kept: Path) -> None:
    columns = {"one": "model", "two": "object"}
    turned = dict(reversed(columns.items()))
    ca.load(export, cache=kept, columns=columns)
    assert list(ca.load(export, cache=kept, columns=turned).completions.columns[-2:]) == list(
        turned
    )


def test_a_file_that_grew_is_read_again(export: Path, kept: Path) -> None:
    ca.load(export, cache=kept)
    export_of(export, "a", "b", "c")
    assert ids(ca.load(export, cache=kept)) == ["a", "b", "c"]


def test_a_file_of_the_same_size_and_time_is_told_by_its_content(export: Path, kept: Path) -> None:
    ca.load(export, cache=kept)
    overwrite(export, b'"b"', b'"z"')
    assert ids(ca.load(export, cache=kept)) == ["a", "z"]


def test_a_change_between_the_blocks_is_told_by_all_bytes(tmp_path: Path, kept: Path) -> None:
    export = export_of(tmp_path / "large.jsonl", *(f"{number:09}" for number in range(6_000)))
    size = export.stat().st_size
    behind_tenth_block = (size - 4_096) * 10 // 63 + 4_096
    row = behind_tenth_block // (size // 6_000) + 1
    assert ids(ca.load(export, cache=kept, verify="full"))[row] == f"{row:09}"
    before = {verify: digest(export, verify) for verify in ("quick", "full")}
    overwrite(export, f'"{row:09}"'.encode(), b'"changed !"')
    assert digest(export, "quick") == before["quick"]
    assert digest(export, "full") != before["full"]
    assert ids(ca.load(export, cache=kept, verify="full"))[row] == "changed !"


def overwrite(path: Path, old: bytes, new: bytes) -> None:
    """Change bytes in place, and the time of the file back."""
    before = path.stat()
    content = path.read_bytes()
    assert content.count(old) == 1
    with path.open("r+b") as file:
        file.seek(content.index(old))
        file.write(new)
    os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns))


def test_a_file_that_changes_while_it_is_read_is_not_kept(
    export: Path, kept: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    gather = loading.gather_by

    def overtaken(*arguments: Any) -> Any:
        gathered = gather(*arguments)
        export_of(export, "a", "b", "c")
        return gathered

    monkeypatch.setattr(loading, "gather_by", overtaken)
    ca.load(export, cache=kept)
    assert Cache(kept).entries() == []


def test_another_version_of_the_package_is_another_entry(
    export: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    sources, keys = find_sources(export), []
    shutil.copytree(identity._PACKAGE / "frames", tmp_path / "package" / "frames")
    monkeypatch.setattr(identity, "_PACKAGE", tmp_path / "package")
    for module in ("frames/units.py", "stats/groups.py"):
        changed = tmp_path / "package" / module
        changed.parent.mkdir(exist_ok=True)
        with changed.open("a") as file:
            file.write("\n")
        identity.reader.cache_clear()
        keys.append(key_of(sources, "", "quick"))
    identity.reader.cache_clear()
    monkeypatch.undo()
    keys.append(key_of(sources, "", "quick"))
    assert keys[0] == keys[1] != keys[2]


DAMAGES = {
    "cut": lambda path: os.truncate(path, path.stat().st_size // 2),
    "emptied": lambda path: os.truncate(path, 0),
    "removed": lambda path: path.unlink(),
    "altered": lambda path: path.write_bytes(bytes(255 - byte for byte in path.read_bytes())),
    "a folder": lambda path: (path.unlink(), path.mkdir()),
}


@pytest.mark.parametrize("damage", DAMAGES)
@pytest.mark.parametrize(
    "name",
    ["seal.json", "manifest.json", *(f"{name}/part-00000.arrow" for name in ("tags", "origins"))],
)
def test_a_damaged_entry_is_not_served_and_written_again(
    export: Path, kept: Path, reads: list[Any], name: str, damage: str
) -> None:
    ca.load(export, cache=kept)
    (entry,) = Cache(kept).entries()
    DAMAGES[damage](entry.folder / name)
    assert ids(ca.load(export, cache=kept)) == ["a", "b"]
    assert len(reads) == 2
    ca.load(export, cache=kept)
    assert len(reads) == 2


def test_a_damage_that_keeps_size_and_time_is_not_served(
    export: Path, kept: Path, reads: list[Any]
) -> None:
    ca.load(export, cache=kept)
    (entry,) = Cache(kept).entries()
    overwrite(entry.folder / "choices" / "part-00000.arrow", b"hihi", b"nono")
    ca.load(export, cache=kept)
    assert len(reads) == 2


def test_every_frame_has_its_file_in_an_entry(export: Path, kept: Path) -> None:
    ca.load(export, cache=kept)
    (entry,) = Cache(kept).entries()
    assert {path.parent.name for path in entry.folder.glob("*/*.arrow")} == set(STORED)


@pytest.mark.skipif(os.name == "nt", reason="Windows knows no such permissions")
def test_entries_are_for_their_owner_alone(export: Path, kept: Path) -> None:
    ca.load(export, cache=kept)
    for path in (kept, *kept.rglob("*")):
        mode = stat.S_IMODE(path.stat().st_mode)
        assert mode == (0o700 if path.is_dir() else 0o600), path


def test_what_was_not_used_for_longest_goes_first(
    tmp_path: Path, kept: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    exports = [export_of(tmp_path / f"{name}.jsonl", name) for name in "abc"]
    for export in exports[:2]:
        ca.load(export, cache=kept)
    sizes = [entry.size for entry in Cache(kept).entries()]
    for entry in Cache(kept).entries():
        os.utime(entry.folder / "seal.json", (0, 0))
    ca.load(exports[0], cache=kept)
    monkeypatch.setenv(LIMIT, str((sum(sizes) + 1_000) / 1e9))
    ca.load(exports[2], cache=kept)
    sources = {Path(entry.sources[0]).name for entry in Cache(kept).entries()}
    assert sources == {"a.jsonl", "c.jsonl"}


def test_a_log_larger_than_the_limit_is_not_kept_and_says_so(
    export: Path, kept: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(LIMIT, "1e-6")
    with pytest.warns(UserWarning, match=rf"not cached: it takes .* GB, and {LIMIT} allows 1e-06"):
        log = ca.load(export, cache=kept)
    assert len(log) == 2
    assert list(kept.iterdir()) == []


def test_a_limit_that_is_no_number_is_refused(
    export: Path, kept: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(LIMIT, "much")
    with pytest.raises(ValueError, match=f"{LIMIT} must be a number of gigabytes, got 'much'"):
        ca.load(export, cache=kept)


def test_what_is_no_file_is_not_kept_and_says_so(kept: Path) -> None:
    with pytest.warns(
        UserWarning, match="<records> is no file, so this load is not cached"
    ) as told:
        log = ca.load([ROW], cache=kept)
    assert len(log) == 1
    assert told[0].filename == __file__
    assert not kept.exists()


def test_a_folder_that_cannot_be_written_is_said_and_the_log_is_there(
    export: Path, tmp_path: Path
) -> None:
    (tmp_path / "file").touch()
    with pytest.warns(UserWarning, match="this load is not cached: "):
        assert len(ca.load(export, cache=tmp_path / "file")) == 2


def test_true_means_the_users_own_folder(
    export: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("completion_analytics.scale.cache.default_folder", lambda: tmp_path / "own")
    ca.load(export, cache=True)
    assert len(Cache(tmp_path / "own").entries()) == 1


def test_a_log_in_use_stays_readable_when_its_entry_goes(export: Path, kept: Path) -> None:
    ca.load(export, cache=kept)
    log = ca.load(export, cache=kept)
    Cache(kept).clear()
    assert log.choices["text"].tolist() == ["hi", "hi"]
    assert log.raw(0)["id"] == "a"


def test_only_entries_are_cleared(export: Path, kept: Path) -> None:
    kept.mkdir()
    (kept / "thesis").mkdir()
    ca.load(export, cache=kept)
    Cache(kept).clear()
    assert [path.name for path in kept.iterdir()] == ["thesis"]


def test_what_others_name_by_digests_is_neither_cleared_nor_evicted(
    export: Path, kept: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    other = kept / "d41d8cd98f00b204e9800998ecf8427e"
    other.mkdir(parents=True)
    (other / "manifest.json").write_text('{"precious": 1}')
    (kept / "e41d8cd98f00b204e9800998ecf8427e").write_text("precious")
    ca.load(export, cache=kept)
    size = Cache(kept).entries()[0].size
    monkeypatch.setenv(LIMIT, str((size + 1_000) / 1e9))
    ca.load(export_of(kept.parent / "b.jsonl", "b"), cache=kept)
    (entry,) = Cache(kept).clear()
    assert Path(entry.sources[0]).name == "b.jsonl"
    assert sorted(kept.iterdir()) == [other, kept / "e41d8cd98f00b204e9800998ecf8427e"]
    assert (other / "manifest.json").read_text() == '{"precious": 1}'


def test_what_was_converted_for_a_cluster_is_listed_and_cleared(export: Path, kept: Path) -> None:
    place = kept / "converted" / ("0" * 32)
    ca.convert(export, place)
    begun = place.with_name("1" * 32 + ".partial")
    begun.mkdir()
    for name in ("plan.json", "lock"):
        (begun / name).write_text("{}")
    converted = Cache(kept).converted()
    assert [(each.rows, Path(each.sources[0]).name) for each in converted] == [
        (2, export.name),
        (0, "(unfinished)"),
    ]
    assert Cache(kept).entries() == []
    assert Cache(kept).clear() == converted
    assert list((kept / "converted").iterdir()) == []


def test_what_is_being_converted_stays(kept: Path) -> None:
    target = kept / "converted" / ("0" * 32)
    with unfinished(target, Plan.of([], {})) as work:
        assert work is not None
        assert Cache(kept).clear() == []
        assert work.folder.exists()
    assert [entry.folder for entry in Cache(kept).clear()] == [work.folder]


def test_what_a_killed_process_left_is_removed_after_a_day(export: Path, kept: Path) -> None:
    for name in ("old", "new"):
        (kept / f".aside-{name}").mkdir(parents=True)
    os.utime(kept / ".aside-old", (0, 0))
    ca.load(export, cache=kept)
    assert [path.name for path in kept.glob(".*")] == [".aside-new"]


def test_many_at_once_leave_one_whole_entry(export: Path, kept: Path) -> None:
    sources, log = find_sources(export), ca.load(export)
    key = key_of(sources, "", "quick")

    def put_and_get(_: int) -> ca.CompletionLog | None:
        Cache(kept).put(key, log, "quick")
        return Cache(kept).get(key, sources, "quick")

    with ThreadPoolExecutor(4) as pool:
        found = list(pool.map(put_and_get, range(12)))
    assert all(ids(got) == ["a", "b"] for got in found if got is not None)
    assert [path.name for path in kept.iterdir()] == [key]
    assert Cache(kept).get(key, sources, "quick") is not None


@pytest.mark.slow
def test_two_processes_write_at_once(export: Path, kept: Path) -> None:
    load = "ca.load(sys.argv[1], cache=sys.argv[2])"
    code = f"import sys; import completion_analytics as ca; print(len({load}))"
    command = [sys.executable, "-W", "error", "-c", code, str(export), str(kept)]
    running = [subprocess.Popen(command, stdout=subprocess.PIPE) for _ in range(2)]
    assert [process.communicate()[0] for process in running] == [b"2\n", b"2\n"]
    assert len(list(kept.iterdir())) == 1


def run(*arguments: str) -> tuple[int, str]:
    result = CliRunner().invoke(app, ["cache", *arguments])
    return result.exit_code, result.output


def test_the_command_lists_and_clears(export: Path, kept: Path) -> None:
    ca.load(export, cache=kept)
    code, listed = run("list", "--dir", str(kept))
    assert code == 0
    assert "2 completions  " in listed
    assert "export.jsonl" in listed
    assert "1 log, 0." in listed
    code, cleared = run("clear", "--dir", str(kept))
    assert code == 0
    assert cleared.startswith("removed 1 log, 0.")
    assert run("list", "--dir", str(kept)) == (0, f"0 logs, 0.0 MB, in {kept}\n")
    assert export.exists()


def test_the_list_shows_hostile_names_as_text(tmp_path: Path, kept: Path) -> None:
    ca.load(export_of(tmp_path / "\x1b[2J.jsonl", "a"), cache=kept)
    assert "\x1b" not in run("list", "--dir", str(kept))[1]
