"""Reading in parts gives what reading in one go gives."""

from __future__ import annotations

import json
from itertools import islice
from pathlib import Path
from random import Random
from typing import Any

import pytest

import completion_analytics as ca
from bench.fuzz import corpus_lines, file_of, mostly_clean, seed_lines, unequal
from bench.mutations import mutated_lines
from completion_analytics.assembly import assemble
from completion_analytics.gathering import Fill, Reading
from completion_analytics.log import CompletionLog
from completion_analytics.reading import find_sources, pieces
from completion_analytics.reading.pieces import Span
from completion_analytics.scale.parts import Part, parts_of
from completion_analytics.scale.putting import FILL, PutDown
from completion_analytics.scale.staging import Stage, Taken
from completion_analytics.synthetic import write_demo

ROOT = Path(__file__).parents[2]
ROW: dict[str, Any] = {
    "id": "a",
    "created_at": "2025-03-01T09:00:00Z",
    "tagResolved": [],
    "status": "started",
}
ROW |= {"request": {"model": "m", "messages": [{"role": "user", "content": "x"}]}}
CHUNK = {"id": "s", "object": "chat.completion.chunk", "choices": [{"index": 0, "delta": {}}]}
DAMAGED = {"error": {"message": "broken off"}}


def lines_of(*records: dict[str, Any]) -> bytes:
    return b"".join(json.dumps(record).encode() + b"\n" for record in records)


def in_parts(
    what: Any, part_bytes: int, folder: Path, reading: Reading, fill: Fill = FILL
) -> CompletionLog:
    sources = find_sources(what)
    parts = list(parts_of(sources, part_bytes, reading))
    stage = Stage(folder, tuple(reading.extra_columns))
    for number, part in enumerate(parts):
        PutDown(part, number, len(parts), reading, stage, fill)()
    taken = Taken(stage, [part.begins_source for part in parts])
    return assemble(taken.whole(), sources, "auto")


def differences(what: Any, part_bytes: int, folder: Path, **options: Any) -> list[str]:
    reading = Reading(options.get("strict", False), extra_columns=options.get("columns", {}))
    parted = in_parts(what, part_bytes, folder, reading)
    whole = ca.load(what, progress=False, **options)
    return list(unequal((parted, []), (whole, [])))


def spans(path: Path, part_bytes: int) -> list[Span | None]:
    (source,) = find_sources(path)
    return [part.sources[0].span for part in parts_of([source], part_bytes, Reading())]


def cuts(path: Path, part_bytes: int) -> list[Span]:
    return [span for span in spans(path, part_bytes) if span]


@pytest.mark.filterwarnings("ignore:.*were rejected")
@pytest.mark.parametrize("options", [{}, {"strict": True}, {"columns": {"key": "request.model"}}])
def test_mutated_lines_in_parts_give_the_log_of_the_whole(
    tmp_path: Path, options: dict[str, Any]
) -> None:
    seeds = mostly_clean([*seed_lines(), *corpus_lines([ROOT / "tests" / "data"])])
    rng = Random(11)
    file = tmp_path / "mutated.jsonl"
    file.write_bytes(file_of(list(islice(mutated_lines(seeds, seed=11), 400)), rng))
    assert len(cuts(file, 20_000)) > 5
    assert differences(file, 20_000, tmp_path / "stage", **options) == []


def test_a_folder_of_every_form_in_parts_gives_the_log_of_the_whole(tmp_path: Path) -> None:
    (tmp_path / "in").mkdir()
    write_demo(tmp_path / "in" / "demo.jsonl", 300)
    write_demo(tmp_path / "in" / "demo.jsonl.gz", 30)
    (tmp_path / "in" / "samples").symlink_to(ROOT / "data" / "samples", target_is_directory=True)
    what = [tmp_path / "in", ROOT / "data" / "samples"]
    assert differences(what, 4_000, tmp_path / "stage") == []


@pytest.mark.parametrize("fill", [Fill(3, 1 << 20), Fill(1_000, 2_000)])
def test_a_part_in_batches_gives_the_log_of_the_whole(tmp_path: Path, fill: Fill) -> None:
    samples = ROOT / "data" / "samples"
    batched = in_parts(samples, 20_000, tmp_path / "stage", Reading(), fill)
    assert len(list((tmp_path / "stage").glob("*.json"))) > len(find_sources(samples))
    assert list(unequal((batched, []), (ca.load(samples), []))) == []


def test_a_part_is_read_on_behind_the_batches_that_are_there(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pieces, "_LONGEST_RUN", 10)
    write_demo(tmp_path / "demo.jsonl.gz", 100)
    (source,) = find_sources(tmp_path / "demo.jsonl.gz")
    put = PutDown(Part((source,)), 0, 1, Reading(), Stage(tmp_path / "stage"), Fill(30, 1 << 20))
    put()
    summaries = sorted((tmp_path / "stage").glob("*.json"))
    untouched = {path: path.stat().st_mtime_ns for path in summaries[:2]}
    for path in summaries[2:]:
        path.unlink()
    assert not put.is_done
    put()
    assert put.is_done
    assert {path: path.stat().st_mtime_ns for path in untouched} == untouched
    log = assemble(Taken(put.stage, [True]).whole(), [source], "auto")
    assert list(unequal((log, []), (ca.load(source.path), []))) == []


def test_a_file_is_cut_behind_whole_lines_and_nothing_is_left_out(tmp_path: Path) -> None:
    file = tmp_path / "rows.jsonl"
    file.write_bytes(lines_of(*[ROW] * 100))
    found = cuts(file, 1_000)
    assert found[0].start == 0
    assert found[-1].stop == file.stat().st_size
    assert [span.stop for span in found[:-1]] == [span.start for span in found[1:]]
    assert all(file.read_bytes()[: span.stop].endswith(b"\n") for span in found)


def test_small_files_that_follow_one_another_are_one_part(tmp_path: Path) -> None:
    sizes = {"a": 1, "b": 1, "c": 50, "d": 1, "e": 1, "f": 1}
    for name, n in sizes.items():
        (tmp_path / f"{name}.jsonl").write_bytes(lines_of(*[ROW] * n))
    part_bytes = 3 * len(lines_of(ROW))
    parts = list(parts_of(find_sources(tmp_path), part_bytes, Reading()))
    named = [[Path(source.name).stem for source in part.sources] for part in parts]
    assert named[0] == ["a", "b"]
    assert named[-1] == ["d", "e", "f"]
    assert named[1:-1] == [["c"]] * len(cuts(tmp_path / "c.jsonl", part_bytes))


def test_a_stream_is_never_torn_apart(tmp_path: Path) -> None:
    file = tmp_path / "chunks.jsonl"
    file.write_bytes(lines_of(ROW, *[CHUNK] * 50, DAMAGED, ROW | {"id": "b"}, ROW | {"id": "c"}))
    end_of_stream = len(lines_of(ROW, *[CHUNK] * 50, DAMAGED))
    assert all(start == 0 or start > end_of_stream for start, _ in cuts(file, 200))
    assert differences(file, 200, tmp_path / "stage") == []


@pytest.mark.parametrize(
    "content",
    [
        json.dumps([ROW] * 50, indent=1).encode(),  # a document
        b"id,model\n" + b"a,b\n" * 500,
        lines_of(*[CHUNK] * 100),  # one stream
        lines_of(*[ROW] * 50).replace(b"\n", b"\r"),
        "\ufeff".encode("utf-16") + (json.dumps(ROW) * 20).encode("utf-16-le"),
        b"",
    ],
)
def test_what_cannot_be_read_from_its_middle_is_one_part(tmp_path: Path, content: bytes) -> None:
    file = tmp_path / "whole.jsonl"
    file.write_bytes(content)
    assert spans(file, 500) == [None]


def test_a_mark_in_the_middle_of_a_file_is_no_beginning(tmp_path: Path) -> None:
    file = tmp_path / "marks.jsonl"
    odd = [b"\xef\xbb\xbf{}\n", b"\x1f\x8b\x08\n", b"data: x\n", b"PK\x03\x04\n", b"[1]\n"]
    row = lines_of(ROW)
    file.write_bytes(row + b"".join(each + row for each in odd))
    assert differences(file, 1, tmp_path / "stage") == []
