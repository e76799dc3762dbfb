"""A converted folder is the log that `load` gives, however often the conversion was broken off."""

from __future__ import annotations

import errno
import json
import shutil
import subprocess
import sys
from collections.abc import Callable
from itertools import count, islice
from pathlib import Path
from random import Random
from typing import Any, NoReturn

import pytest

import completion_analytics as ca
from bench.fuzz import corpus_lines, file_of, mostly_clean, seed_lines, unequal
from bench.mutations import mutated_lines
from completion_analytics.gathering import Fill, Reading, gather_batches
from completion_analytics.log import CompletionLog
from completion_analytics.options import distinct
from completion_analytics.reading import find_sources, pieces
from completion_analytics.scale import putting, staging, unfinished
from completion_analytics.scale.converting import Sizes, converted
from completion_analytics.storage import folder as storage_folder
from completion_analytics.synthetic import write_demo

ROOT = Path(__file__).parents[2]
SMALL = Sizes(20_000, Fill(20, 1 << 20))
TINY = Sizes(1, Fill(2, 1 << 20))


def convert(what: Any, directory: Path, sizes: Sizes = SMALL, **options: Any) -> CompletionLog:
    """What is opened again of a conversion in small parts."""
    unit, workers = options.pop("duration_unit", "auto"), options.pop("workers", 1)
    reading = Reading(options.get("strict", False), extra_columns=options.get("columns", {}))
    sources = distinct(find_sources(what))
    converted(sources, directory, reading, unit, workers, sizes=sizes)
    return ca.open_parquet(directory)


def differences(what: Any, directory: Path, sizes: Sizes = SMALL, **options: Any) -> list[str]:
    whole = ca.load(what, workers=1, **options)
    return list(unequal((convert(what, directory, sizes, **options), []), (whole, [])))


def a_row(number: int, **changed: Any) -> dict[str, Any]:
    usage = {"prompt_tokens": 11, "completion_tokens": 6, "total_tokens": 17}
    return {
        "id": f"c-{number}",
        "created_at": f"2025-03-01T09:{number // 60:02}:{number % 60:02}Z",
        "status": "finished",
        "duration": 1500,
        "request": {"model": "gpt-4o", "messages": [{"role": "user", "content": f"{number}?"}]},
        "response": {"choices": [{"index": 0, "message": {"content": "yes"}}], "usage": usage},
        "stacktrace": [{"file": f"/srv/{number % 2}/app/main.py", "lineno": 1, "name": "f"}],
        "tagResolved": [],
    } | changed


def n_parts(log: Path) -> int:
    return len(list((log / "completions").iterdir()))


def file_with(path: Path, *records: dict[str, Any]) -> Path:
    path.write_bytes(b"".join(json.dumps(record).encode() + b"\n" for record in records))
    return path


@pytest.mark.parametrize(
    ("sizes", "n"), [(Sizes(), 1), (SMALL, 20), (Sizes(100_000, Fill(1_000, 30_000)), 10)]
)
def test_a_converted_folder_of_every_form_is_the_log_of_a_load(
    tmp_path: Path, sizes: Sizes, n: int
) -> None:
    (tmp_path / "in").mkdir()
    write_demo(tmp_path / "in" / "demo.jsonl", 40)
    write_demo(tmp_path / "in" / "demo.jsonl.gz", 10)
    what = [tmp_path / "in", ROOT / "data" / "samples"]
    assert differences(what, tmp_path / "log", sizes) == []
    assert n_parts(tmp_path / "log") >= n


@pytest.mark.filterwarnings("ignore:.*were rejected")
@pytest.mark.parametrize(
    "options", [{}, {"strict": True, "duration_unit": "s"}, {"columns": {"key": "request.model"}}]
)
def test_converted_mutated_lines_are_the_log_of_a_load(
    tmp_path: Path, options: dict[str, Any]
) -> None:
    seeds = mostly_clean([*seed_lines(), *corpus_lines([ROOT / "tests" / "data"])])
    mutated = list(islice(mutated_lines(seeds, seed=5), 200))
    (tmp_path / "mutated.jsonl").write_bytes(file_of(mutated, Random(5)))
    assert differences(tmp_path / "mutated.jsonl", tmp_path / "log", **options) == []


def test_what_only_the_whole_tells_is_told_across_parts(tmp_path: Path) -> None:
    """Some three records to a part, and no two that belong together in the same."""
    prompt = {"model": "gpt-4o", "messages": [{"role": "user", "content": "the same"}]}
    answer = a_row(0)["response"]
    counts = [{"prompt_tokens": n, "completion_tokens": 1, "total_tokens": n + 1} for n in (3, 4)]
    copied = [
        a_row(40, request=prompt, duration=60_000, response=answer | {"usage": counts[0]}),
        a_row(41, request=prompt, duration=60_000, response=answer | {"usage": counts[1]}),
    ]
    floored = [
        a_row(n, request={"model": "m", "stream": True, "messages": []}, duration=2_000)
        for n in range(50, 56)
    ]
    feedback = {"id": "f", "task_id": "t", "json_values": {}, "matched_completion_ids": ["c-7"]}
    file = file_with(
        tmp_path / "rows.jsonl",
        feedback,
        a_row(1, status="started", response=None),
        copied[0],
        *(a_row(n, duration=0.5 * n) for n in range(2, 44) if n not in (40, 41)),
        *floored,
        copied[1],
        a_row(1),
        a_row(2, status="started", response=None),
        a_row(60, duration=None),
    )
    whole = ca.load(file, workers=1)
    assert set(whole.issues["code"]) >= {
        "duplicate_id", "request_copied", "duration_whole_second", "duration_missing",
        "fifty_rows", "duration_unit",
    }  # fmt: skip
    assert whole.feedback["row_id"].tolist() == [8]
    assert sorted(whole.completions["callsite"].unique()) == [
        "0/app/main.py:1 f",
        "1/app/main.py:1 f",
    ]
    assert differences(file, tmp_path / "log", Sizes(1_500)) == []
    assert n_parts(tmp_path / "log") > 10


def test_a_compressed_file_is_converted_in_several_parts(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pieces, "_LONGEST_RUN", 10)
    write_demo(tmp_path / "demo.jsonl.gz", 100)
    log = convert(tmp_path / "demo.jsonl.gz", tmp_path / "log", Sizes(1 << 20, Fill(20, 1 << 20)))
    assert n_parts(tmp_path / "log") == 6
    assert log.raw(77) == ca.load(tmp_path / "demo.jsonl.gz").raw(77)


def test_two_processes_convert_as_one(tmp_path: Path) -> None:
    for number in range(3):
        write_demo(tmp_path / f"{number}.jsonl", 60, seed=number)
    what = sorted(tmp_path.iterdir())
    log = convert(what, tmp_path / "log", workers=2)
    assert list(unequal((log, []), (ca.load(what, workers=1), []))) == []


def test_files_without_a_record_are_converted(tmp_path: Path) -> None:
    (tmp_path / "empty.jsonl").touch()
    counts = ca.convert(tmp_path / "empty.jsonl", tmp_path / "log")
    assert counts[["records", "rows"]].to_numpy().tolist() == [[0, 0]]
    whole = ca.load(tmp_path / "empty.jsonl")
    assert list(unequal((ca.open_parquet(tmp_path / "log"), []), (whole, []))) == []


def test_convert_warns_where_most_is_rejected_and_counts_everything(tmp_path: Path) -> None:
    (tmp_path / "a.jsonl").write_text('{"no": 1}\n{"no": 2}\n', encoding="utf-8")
    with pytest.warns(UserWarning, match="2 of 2 records were rejected"):
        counts = ca.convert(tmp_path / "a.jsonl", tmp_path / "log")
    assert counts[["records", "rejects"]].to_numpy().tolist() == [[2, 2]]


class Killed(BaseException):
    """Stands for the end of a process."""


def killing(monkeypatch: pytest.MonkeyPatch, at: int) -> None:
    """End at a step: before a file is written, or put into its place."""
    steps = count(1)

    def dying(function: Callable[..., Any]) -> Callable[..., Any]:
        def step(*arguments: Any, **named: Any) -> Any:
            if next(steps) == at:
                raise Killed
            return function(*arguments, **named)

        return step

    for owner, name in (
        (Path, "replace"), (Path, "rename"), (Path, "touch"), (Path, "mkdir"),
        (staging, "write_frame"), (storage_folder, "write_frame"), (shutil, "rmtree"),
    ):  # fmt: skip
        monkeypatch.setattr(owner, name, dying(getattr(owner, name)))


def contents(folder: Path) -> dict[str, bytes]:
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def test_wherever_it_ends_the_next_goes_on_to_the_same_files(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each run comes a step further than the one before, and ends there."""
    monkeypatch.setattr(pieces, "_LONGEST_RUN", 2)
    write_demo(tmp_path / "a.jsonl.gz", 8)
    file_with(tmp_path / "b.jsonl", *(a_row(n % 5) for n in range(8)))
    what, sizes = [tmp_path / "a.jsonl.gz", tmp_path / "b.jsonl"], Sizes(2_000, Fill(6, 1 << 20))
    convert(what, tmp_path / "whole", sizes)
    for at in count(1):
        try:
            with monkeypatch.context() as patch:
                killing(patch, at)
                convert(what, tmp_path / "log", sizes)
            break
        except Killed:
            continue
    assert at > 30
    assert contents(tmp_path / "log") == contents(tmp_path / "whole")
    assert not (tmp_path / "log.partial").exists()


DYING = """
import os, signal, sys
from pathlib import Path
from completion_analytics.gathering import Fill, Reading
from completion_analytics.reading import find_sources
from completion_analytics.scale import converting, staging, unfinished

def dying(owner, name, after):
    function, calls = getattr(owner, name), []
    def step(*arguments):
        function(*arguments)
        calls.append(1)
        if len(calls) == after:
            os.kill(os.getpid(), signal.SIGKILL)
    setattr(owner, name, step)

exports, directory, owner, name, after = sys.argv[1:]
unfinished.reader = lambda: "whatever is edited meanwhile"
dying({"Stage": staging.Stage, "Unfinished": unfinished.Unfinished}[owner], name, int(after))
sizes = converting.Sizes(20_000, Fill(20, 1 << 20))
converting.converted(find_sources(exports), Path(directory), Reading(), sizes=sizes)
"""


def test_a_process_killed_twice_leaves_what_the_third_goes_on_with(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(unfinished, "reader", lambda: "whatever is edited meanwhile")
    write_demo(tmp_path / "demo.jsonl", 60)
    script = tmp_path / "dying.py"
    script.write_text(DYING, encoding="utf-8")
    for owner, name, after in (("Stage", "put", "3"), ("Unfinished", "completes", "2")):
        arguments = [str(tmp_path / "demo.jsonl"), str(tmp_path / "log"), owner, name, after]
        ended = subprocess.run([sys.executable, script, *arguments], check=False)
        assert ended.returncode == -9
        assert not (tmp_path / "log").exists()
    assert len(list((tmp_path / "log.partial" / "written").iterdir())) == 2
    assert differences(tmp_path / "demo.jsonl", tmp_path / "log") == []


@pytest.fixture
def begun(tmp_path: Path) -> Path:
    """A file whose conversion into `log` ended when half of it was gathered."""
    file = file_with(tmp_path / "rows.jsonl", *(a_row(n) for n in range(8)))
    with pytest.MonkeyPatch.context() as patch:
        killing(patch, 60)
        with pytest.raises(Killed):
            convert(file, tmp_path / "log", TINY)
    return file


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"duration_unit": "s"}, "begun with duration_unit='auto': give it again, or remove it"),
        ({"strict": True}, "begun with strict=False"),
        ({"columns": {"key": "id"}}, r"begun with columns=\{\}"),
        ({"sizes": SMALL}, "begun with sizes="),
    ],
)
def test_other_options_do_not_go_on(begun: Path, options: dict[str, Any], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        convert(begun, begun.parent / "log", **{"sizes": TINY} | options)
    assert differences(begun, begun.parent / "log", TINY) == []


def test_other_files_do_not_go_on(begun: Path, tmp_path: Path) -> None:
    other = file_with(tmp_path / "other.jsonl", a_row(1))
    with pytest.raises(ValueError, match=r"begun with .*rows.jsonl, in this order: name them so"):
        convert([begun, other], tmp_path / "log", TINY)


def test_the_same_files_in_another_order_do_not_go_on(tmp_path: Path) -> None:
    a, b = (file_with(tmp_path / name, a_row(1)) for name in ("a.jsonl", "b.jsonl"))
    with pytest.MonkeyPatch.context() as patch:
        killing(patch, 8)
        with pytest.raises(Killed):
            convert([a, b], tmp_path / "log", TINY)
    with pytest.raises(ValueError, match=r"begun with .*a\.jsonl, .*b\.jsonl, in this order"):
        convert([b, a], tmp_path / "log", TINY)
    assert differences([a, b], tmp_path / "log", TINY) == []


def test_a_changed_file_does_not_go_on(begun: Path, tmp_path: Path) -> None:
    with begun.open("ab") as file:
        file.write(b"{}\n")
    with pytest.raises(ValueError, match=r"rows\.jsonl has changed since .*log\.partial was begun"):
        convert(begun, tmp_path / "log", TINY)


def test_another_version_of_the_package_does_not_go_on(
    begun: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(unfinished, "reader", lambda: "another")
    with pytest.raises(ValueError, match="begun by another version of this package"):
        convert(begun, tmp_path / "log", TINY)


def test_a_file_that_changes_while_it_is_read_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = file_with(tmp_path / "rows.jsonl", *(a_row(n) for n in range(3)))

    def growing(*arguments: Any) -> Any:
        yield from gather_batches(*arguments)
        file.write_bytes(b"{}")

    monkeypatch.setattr(putting, "gather_batches", growing)
    with pytest.raises(ValueError, match="changed while it was read"):
        convert(file, tmp_path / "log")
    assert not (tmp_path / "log").exists()


def test_a_folder_that_exists_is_refused_and_stays(tmp_path: Path) -> None:
    file = file_with(tmp_path / "rows.jsonl", a_row(1))
    (tmp_path / "log").mkdir()
    with pytest.raises(FileExistsError, match="log exists; name a new folder"):
        ca.convert(file, tmp_path / "log")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["log", "rows.jsonl"]


def test_a_folder_without_a_name_of_its_own_is_refused(tmp_path: Path) -> None:
    file = file_with(tmp_path / "rows.jsonl", a_row(1))
    with pytest.raises(FileExistsError, match=r"'\.' exists; name a new folder"):
        ca.convert(file, ".")


def test_a_conversion_into_the_folder_of_the_exports_is_gone_on_with(tmp_path: Path) -> None:
    file_with(tmp_path / "rows.jsonl", *(a_row(n) for n in range(6)))
    with pytest.MonkeyPatch.context() as patch:
        killing(patch, 12)
        with pytest.raises(Killed):
            convert(tmp_path, tmp_path / "calls", TINY)
    assert (tmp_path / "calls.partial" / "plan.json").exists()
    assert len(convert(tmp_path, tmp_path / "calls", TINY)) == 6
    assert ca.load(tmp_path).counts["source"].tolist() == [(tmp_path / "rows.jsonl").as_posix()]


def test_what_is_not_ours_is_neither_used_nor_removed(tmp_path: Path) -> None:
    file = file_with(tmp_path / "rows.jsonl", a_row(1))
    (tmp_path / "log.partial").mkdir()
    (tmp_path / "log.partial" / "mine").touch()
    with pytest.raises(FileExistsError, match="mine in it is not by this package"):
        ca.convert(file, tmp_path / "log")
    assert (tmp_path / "log.partial" / "mine").exists()


def test_a_target_that_appears_meanwhile_is_not_replaced(begun: Path, tmp_path: Path) -> None:
    (tmp_path / "log").mkdir()
    with pytest.raises(FileExistsError, match="log exists"):
        convert(begun, tmp_path / "log", TINY)
    assert (tmp_path / "log.partial" / "staged").exists()


def test_a_folder_that_was_made_and_removed_before_the_last_step_is_made_again(
    begun: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patch:
        patch.setattr(shutil, "rmtree", lambda *_, **__: None)  # as if it ended before
        convert(begun, tmp_path / "log", TINY)
    shutil.rmtree(tmp_path / "log")
    assert (tmp_path / "log.partial").exists()
    assert differences(begun, tmp_path / "log", TINY) == []
    assert not (tmp_path / "log.partial").exists()


def test_one_process_at_a_time_makes_a_folder(tmp_path: Path) -> None:
    file = file_with(tmp_path / "rows.jsonl", a_row(1))
    plan = unfinished.Plan.of(find_sources(file), {})
    with (
        unfinished.unfinished(tmp_path / "log", plan),
        pytest.raises(BlockingIOError, match=r"written by another process \(pid \d+\): wait"),
    ):
        ca.convert(file, tmp_path / "log")


def test_a_lock_of_a_process_that_is_gone_holds_nobody_up(begun: Path, tmp_path: Path) -> None:
    (tmp_path / "log.partial" / "lock").write_text("1", encoding="ascii")
    assert differences(begun, tmp_path / "log", TINY) == []


@pytest.mark.parametrize(
    ("number", "kind", "message"),
    [
        (errno.ENOSPC, OSError, "disk of .*log.partial is full: make room and convert again"),
        (errno.EACCES, PermissionError, "nothing can be written into .*log.partial"),
    ],
)
def test_a_full_disk_is_one_sentence_and_nothing_is_lost(
    begun: Path, monkeypatch: pytest.MonkeyPatch, number: int, kind: type[OSError], message: str
) -> None:
    def full(*_: Any) -> NoReturn:
        raise OSError(number, "no")

    with monkeypatch.context() as patch:
        patch.setattr(storage_folder, "write_frame", full)
        with pytest.raises(kind, match=message):
            convert(begun, begun.parent / "log", TINY)
    assert differences(begun, begun.parent / "log", TINY) == []


def test_only_files_are_converted(tmp_path: Path) -> None:
    with pytest.raises(TypeError, match="convert reads files, and <bytes> is none"):
        ca.convert(b"{}", tmp_path / "log")  # type: ignore[arg-type]  # because that is the mistake


def test_a_convert_with_a_wrong_option_does_nothing(tmp_path: Path) -> None:
    file = file_with(tmp_path / "rows.jsonl", a_row(1))
    with pytest.raises(ValueError, match="duration_unit must be one of"):
        ca.convert(file, tmp_path / "log", duration_unit="h")  # type: ignore[arg-type]  # because that is the mistake
    with pytest.raises(ValueError, match="are columns of the frame already"):
        ca.convert(file, tmp_path / "log", columns={"model": "id"})
    assert sorted(path.name for path in tmp_path.iterdir()) == ["rows.jsonl"]
