"""Each line is a record, and a bad one costs itself alone."""

import json
import math

import pytest

SEPARATORS = "a\u2028b\u0085c"


def test_each_line_is_a_record_with_its_line_and_bytes(reading):
    first, second = reading('{"id": "é"}\n\n{"id": "b"}\n'.encode()).records
    assert (first.value, first.origin.line, first.origin.byte_offset) == ({"id": "é"}, 1, 0)
    assert (second.value, second.origin.line, second.origin.byte_offset) == ({"id": "b"}, 3, 14)
    assert first.origin.byte_length == 12


def test_an_empty_file_holds_nothing(reading):
    assert reading(b"").everything == []
    assert reading(b" \n\r\n").everything == []


@pytest.mark.parametrize("end", [b"\n", b"\r\n", b"\r"])
@pytest.mark.parametrize("last", [True, False])
def test_lines_end_in_lf_crlf_or_cr_and_the_last_in_nothing(reading, end, last):
    found = reading(end.join([b'{"n": 1}', b"", b'{"n": 2}']) + (end if last else b""))
    assert found.contents == [{"n": 1}, {"n": 2}]
    assert [record.origin.line for record in found.records] == [1, 3]


def test_unicode_line_separators_in_a_text_do_not_cut_it(reading):
    line = json.dumps({"text": SEPARATORS}, ensure_ascii=False).encode()
    assert reading(line + b"\n" + line).contents == [{"text": SEPARATORS}] * 2


def test_a_bad_line_is_one_unreadable_with_place_reason_and_hint(reading):
    found = reading(b'{"a": 1}\n{"a": 1,}\n{"a": 2}\n')
    assert found.contents == [{"a": 1}, {"a": 2}]
    (bad,) = found.unreadable
    assert (bad.origin.record, bad.origin.line, bad.origin.byte_offset) == (2, 2, 9)
    assert "column" in bad.reason
    assert bad.hint == "remove the trailing comma"
    assert bad.snippet == '{"a": 1,}'
    assert found.notes == []


@pytest.mark.parametrize(
    ("line", "hint"),
    [
        (b"<!DOCTYPE html><p>502</p>", "HTML"),
        (b"{'a': None}", "json.dumps"),
        (b'{"a": None}', "json.dumps"),
        (b'{"a": 1} // note', "comments"),
        (b'{"a": "x\ty"}', "control character"),
        (b'INFO: {"a": 1}', "text stands before"),
        (b'{"a": 1}{"b": 2}', "several documents"),
        (b"hello world", "plain text"),
        (b'{"a": "\xff"}', "UTF-8"),
    ],
)
def test_the_hint_says_what_a_bad_line_looks_like(reading, line, hint):
    found = reading(b'{"ok": 1}\n' + line + b'\n{"ok": 2}\n')
    assert found.contents == [{"ok": 1}, {"ok": 2}]
    assert hint in found.unreadable[0].hint
    assert len(found.unreadable[0].snippet) <= 40


def test_the_place_of_an_error_is_said_once(reading):
    (bad,) = reading(b'{"a": "b\x01"}\n{"a": 1}\n').unreadable
    assert bad.reason == "Invalid control character at column 9"


def test_lines_that_are_no_json_at_all_are_rejected_one_by_one(reading):
    assert len(reading(b"one\ntwo\n\nthree\n").unreadable) == 3


@pytest.mark.parametrize("cut", [b'{"a": "x', b'{"a": [1', b'{"a": tr', b'{"a": "\xc3', b'{"a": 1'])
def test_a_last_line_cut_off_is_rejected_and_noted(reading, cut):
    found = reading(b'{"a": 1}\n' + cut)
    assert found.contents == [{"a": 1}]
    assert found.unreadable[0].reason.startswith("truncated last line")
    assert found.notes == [("truncated_last_line", "", "")]


def test_a_bad_last_line_that_is_whole_is_not_called_truncated(reading):
    assert reading(b'{"a": 1}\n{"a": 1,}').notes == []


def test_nan_and_infinities_are_accepted(reading):
    (value,) = reading(b'{"a": [NaN, Infinity, -Infinity, -1e999]}').contents
    assert math.isnan(value["a"][0])
    assert value["a"][1:] == [math.inf, -math.inf, -math.inf]


def test_integers_keep_every_digit(reading):
    assert reading(b'{"a": 18446744073709551617}').contents == [{"a": 2**64 + 1}]


def test_an_integer_too_long_to_read_costs_its_line(reading):
    found = reading(b'{"a": 1}\n{"a": ' + b"9" * 5000 + b'}\n{"a": 2}\n')
    assert found.contents == [{"a": 1}, {"a": 2}]
    assert "more than 4300 digits" in found.unreadable[0].reason


def test_the_last_of_equal_keys_wins(reading):
    assert reading(b'{"a": 1, "a": 2}').contents == [{"a": 2}]


@pytest.mark.parametrize("levels", [300, 5000])
def test_a_value_nested_too_deeply_costs_its_line(reading, levels):
    deep = b'{"a":' + b"[" * levels + b"]" * levels + b"}"
    found = reading(b'{"a": 1}\n' + deep + b'\n{"a": 2}\n')
    assert found.contents == [{"a": 1}, {"a": 2}]
    assert "nested deeper" in found.unreadable[0].reason


def test_a_value_of_a_hundred_levels_is_read(reading):
    assert len(reading(b"[" + b"[" * 99 + b"{}" + b"]" * 99 + b"]").records) == 1


def test_lone_surrogates_are_replaced_in_texts_and_keys_and_said(reading):
    (record,) = reading(rb'{"k\ud83d": ["\ud83d x", "\ud83d\ude00"]}').records
    assert record.value == {"k\ufffd": ["\ufffd x", "\U0001f600"]}
    assert record.repairs == ("surrogate_replaced",)


def test_a_pair_of_surrogates_is_no_repair(reading):
    (record,) = reading(rb'[{"a": "\ud83d\ude00"}]').records
    assert (record.value, record.repairs) == ({"a": "\U0001f600"}, ())


@pytest.mark.parametrize("rest", [b" x", b' {"b": 1}', b"x1"])
def test_nothing_behind_a_value_is_swallowed(reading, rest):
    found = reading(b'{"ok": 1}\n{"a": 0}' + rest + b"\n")
    assert found.contents == [{"ok": 1}]
    assert len(found.unreadable) == 1


def test_a_single_line_of_fifty_megabytes_is_one_record(reading):
    line = b'{"image": "' + b"A" * 50_000_000 + b'"}'
    (record,) = reading(line + b"\n").records
    assert record.origin.byte_length == len(line)
    assert len(record.value["image"]) == 50_000_000


def test_a_json_text_sequence_is_split_at_its_separators(reading):
    found = reading(b'\x1e{"a": 1}\n\x1e{"a":\n 2}\n\x1e{"a": \n')
    assert found.contents == [{"a": 1}, {"a": 2}]
    assert [record.origin.line for record in found.records] == [1, 2]
    assert len(found.unreadable) == 1


@pytest.mark.parametrize(
    ("start", "what"),
    [(b"PK\x03\x04", "zip"), (b"PAR1", "Parquet"), (b"SQLite format 3\0", "SQLite")],
)
def test_other_kinds_of_files_are_one_unreadable_that_names_them(reading, start, what):
    (bad,) = reading(start + b"\n\0\n\xff\n").everything
    assert what in bad.reason
