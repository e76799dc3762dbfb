"""Compression is told by magic, encodings by their mark, and what came before damage is kept."""

import gzip
import sys

import pytest

if sys.version_info >= (3, 14):
    from compression import zstd
else:
    from backports import zstd

LINES = b"".join(b'{"n": %d, "text": "%d"}\n' % (n, n * 7919) for n in range(2000))


@pytest.mark.parametrize("compress", [gzip.compress, zstd.compress])
def test_compression_is_told_by_magic_under_any_name(reading, tmp_path, compress):
    path = tmp_path / "plain.jsonl"
    path.write_bytes(compress(LINES))
    assert [value["n"] for value in reading(path).contents] == list(range(2000))


@pytest.mark.parametrize("compress", [gzip.compress, zstd.compress])
def test_members_and_frames_in_a_row_are_one_text(reading, compress):
    packed = compress(b'{"n": 1}\n{"n"') + compress(b"") + compress(b': 2}\n{"n": 3}\n')
    assert reading(packed).contents == [{"n": 1}, {"n": 2}, {"n": 3}]
    assert reading(packed + b"\0" * 512).unreadable == []


@pytest.mark.parametrize("compress", [gzip.compress, zstd.compress])
@pytest.mark.parametrize("kept", [0.3, 0.9, 0.999])
def test_a_cut_file_keeps_its_lines_and_is_one_unreadable(reading, compress, kept):
    text = LINES * 20
    packed = compress(text)
    found = reading(packed[: int(len(packed) * kept)])
    count = len(found.records)
    assert found.contents == [{"n": n % 2000, "text": str(n % 2000 * 7919)} for n in range(count)]
    (bad,) = found.unreadable
    assert "end too early" in bad.reason
    assert "cut off" in bad.hint
    assert found.notes == [("truncated_file", "", "")]
    assert found.numbers == list(range(1, count + 2))


def test_garbage_behind_a_member_is_one_unreadable(reading):
    found = reading(gzip.compress(b'{"n": 1}\n') + b"garbage")
    assert found.contents == [{"n": 1}]
    assert "damaged" in found.unreadable[0].reason


def test_only_the_magic_is_one_unreadable(reading):
    assert len(reading(b"\x1f\x8b").unreadable) == 1
    assert len(reading(b"\x28\xb5\x2f\xfd").unreadable) == 1


def test_highly_compressed_data_are_read_block_by_block(reading):
    packed = gzip.compress(b'{"a": "' + b"x" * 5_000_000 + b'"}\n{"b": 1}')
    first, second = reading(packed).contents
    assert (len(first["a"]), second) == (5_000_000, {"b": 1})


def test_a_cut_array_keeps_its_elements(reading):
    packed = gzip.compress(b"[" + LINES.rstrip().replace(b"\n", b",") + b"]")
    found = reading(packed[:-100])
    assert len(found.records) > 1000
    assert len(found.unreadable) == 1


def test_a_cut_csv_does_not_make_a_row_of_its_last_piece(reading):
    rows = b"completion_id,model\n" + b"".join(b"b%d,gpt\n" % (n * 7919) for n in range(9000))
    found = reading(gzip.compress(rows)[:-1000])
    assert {value["model"] for value in found.contents} == {"gpt"}
    assert len(found.unreadable) == 1


def test_a_byte_order_mark_is_skipped_and_counted(reading):
    (record,) = reading(b'\xef\xbb\xbf{"a": 1}\n').records
    assert (record.value, record.origin.byte_offset) == ({"a": 1}, 3)
    (record,) = reading(b'\xef\xbb\xbf[{"a": 1}]').records
    assert (record.value, record.origin.byte_offset) == ({"a": 1}, 4)


def test_marks_between_files_put_together_are_skipped(reading):
    part = b'\xef\xbb\xbf{"a": 1}\n'
    assert reading(part + part).contents == [{"a": 1}, {"a": 1}]
    pretty = b'\xef\xbb\xbf{\n"a": 1}\n'
    assert reading(pretty + pretty).contents == [{"a": 1}, {"a": 1}]


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-be", "utf-32"])
def test_utf_16_and_32_are_decoded_by_their_mark(reading, encoding):
    text = '{"a": "é\U0001f600"}\r\n{"a": 2}\r\n'
    mark = "\ufeff" if encoding == "utf-16-be" else ""
    found = reading((mark + text).encode(encoding))
    assert found.contents == [{"a": "é\U0001f600"}, {"a": 2}]
    assert found.records[1].origin.byte_offset == len('{"a": "é\U0001f600"}\r\n'.encode())


def test_compressed_utf_16_is_decoded(reading):
    assert reading(gzip.compress('{"a": "é"}\n'.encode("utf-16"))).contents == [{"a": "é"}]


def test_a_damaged_first_block_is_one_unreadable(reading):
    assert len(reading(b"\x1f\x8b\x08\x00" + b"\xff" * 50).unreadable) == 1
