"""A record can be read again from its origin alone, whatever form it came in."""

import gzip
import io
import json
import os
import sys
from dataclasses import replace
from functools import partial

import pytest

from completion_analytics.reading import RawRecord, SourceChanged, find_sources, read, reread

if sys.version_info >= (3, 14):
    from compression import zstd
else:
    from backports import zstd

ROWS = [{"id": f"é{n}\u2028", "n": n, "big": 2**70} for n in range(5)]
CHUNK = {"object": "chat.completion.chunk", "choices": [{"index": 0, "delta": {"content": "é"}}]}
CHUNKS = [CHUNK | {"id": name} for name in "abab"]
dumps = partial(json.dumps, ensure_ascii=False)

FORMS = {
    "lines": "\n".join(map(dumps, ROWS)),
    "crlf": "\r\n\r\n".join(map(dumps, ROWS)) + "\r\n",
    "cr": "\r".join(map(dumps, ROWS)),
    "array": json.dumps(ROWS, indent=2),
    "array on one line": dumps(ROWS),
    "documents": "\n".join(json.dumps(row, indent=1) for row in ROWS),
    "page": dumps({"data": ROWS, "total": 9}),
    "envelope": dumps({"data": {"request": {}, "status": "started"}}),
    "nested page": dumps({"results": {"results": ROWS}}),
    "lists on lines": "\n".join(dumps([row, [row]]) for row in ROWS),
    "sequence": "".join(f"\x1e{dumps(row)}\n" for row in ROWS),
    "chunks": "\n".join(map(dumps, [*CHUNKS, ROWS[0], CHUNKS[0]])),
    "one chunk": dumps(CHUNK),
    "array of chunks": json.dumps(CHUNKS, indent=1),
    "chunks on a line": "\n".join([dumps(ROWS[0]), dumps(CHUNKS)]),
    "page of chunks": dumps({"data": CHUNKS}),
    "mixed list": "\n".join([dumps(ROWS[0]), dumps([CHUNK, ROWS[0]])]),
    "broken off": "\n".join([dumps(CHUNK), dumps({"error": {"message": "é"}})]),
    "events": "".join(f"id: 1\ndata: {dumps(each)}\n\n" for each in CHUNKS) + "data: [DONE]\n\n",
    "events of two lines": 'data: {"id":\r\nid: 3\r\ndata: "é"}\r\n\r\n',
    "one event": f"data: {dumps(CHUNK)}",
    "csv": 'completion_id,content\nb1,"x\ny"\nb2,é\n',
    "surrogates": '{"a": "\\ud83d"}\n[{"b": "\\ude00"}]\n',
}
STORED = {
    "as it is": bytes,
    "gzip": gzip.compress,
    "two members": lambda data: gzip.compress(data[:40]) + gzip.compress(data[40:]),
    "zstd": zstd.compress,
    "mark": lambda data: b"\xef\xbb\xbf" + data,
    "utf-16": lambda data: data.decode().encode("utf-16"),
}


def records_of(source):
    return [each for each in read(source) if isinstance(each, RawRecord)]


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("stored", STORED)
def test_every_record_is_the_same_again(tmp_path, form, stored):
    path = tmp_path / "export.jsonl"
    path.write_bytes(STORED[stored](FORMS[form].encode()))
    (source,) = find_sources(path)
    records = records_of(source)
    assert records
    for record in records:
        assert reread(source, record.origin) == record.value
        assert reread(path, record.origin) == record.value


@pytest.mark.parametrize("form", FORMS)
def test_bytes_and_file_objects_can_be_read_again(form):
    data = FORMS[form].encode()
    for what in (data, io.BytesIO(data), io.StringIO(data.decode(), newline="")):
        (source,) = find_sources(what)
        for record in records_of(source):
            assert reread(source, record.origin) == record.value


def test_records_in_memory_can_be_read_again():
    (source,) = find_sources([*CHUNKS, {"data": ROWS}])
    records = records_of(source)
    assert len(records) == 6
    for record in records:
        assert reread(source, record.origin) == record.value


def test_offsets_are_where_the_bytes_are():
    data = FORMS["documents"].encode()
    (source,) = find_sources(data)
    for record in records_of(source):
        start, length = record.origin.byte_offset, record.origin.byte_length
        assert json.loads(data[start : start + length]) == record.value
        assert data.count(b"\n", 0, start) + 1 == record.origin.line


@pytest.fixture
def loaded(tmp_path):
    path = tmp_path / "export.jsonl"
    path.write_bytes(FORMS["lines"].encode())
    (source,) = find_sources(path)
    return source, records_of(source)[-1].origin


def test_a_changed_file_is_one_clear_error(loaded):
    source, origin = loaded
    source.path.write_bytes(b"{}")
    for place in (source, source.path):
        with pytest.raises(SourceChanged, match="has changed since it was read"):
            reread(place, origin)


def test_a_touched_file_counts_as_changed(loaded):
    source, origin = loaded
    os.utime(source.path, ns=(1, 1))
    with pytest.raises(SourceChanged, match="has changed"):
        reread(source, origin)


def test_a_moved_file_is_one_clear_error(loaded):
    source, origin = loaded
    source.path.rename(source.path.with_name("elsewhere.jsonl"))
    with pytest.raises(SourceChanged, match="no longer there"):
        reread(source, origin)


@pytest.mark.parametrize("change", [{"byte_offset": 10**6}, {"path": ("data", 3)}, {"path": (9,)}])
@pytest.mark.parametrize("compress", [bytes, gzip.compress])
def test_an_origin_that_does_not_fit_is_one_clear_error(change, compress):
    (source,) = find_sources(compress(FORMS["lines"].encode()))
    with pytest.raises(SourceChanged, match="has changed"):
        reread(source, replace(records_of(source)[-1].origin, **change))


def test_a_pipe_can_be_read_only_once():
    class Pipe(io.RawIOBase):
        def readable(self):
            return True

        def readinto(self, buffer):
            return 0

    (source,) = find_sources(Pipe())
    with pytest.raises(SourceChanged, match="only once"):
        reread(source, records_of(find_sources(b"{}")[0])[0].origin)
