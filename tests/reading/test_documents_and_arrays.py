"""Arrays give their elements and documents themselves, wherever lines end."""

import json

import pytest

BLOCK = 256 << 10


def test_an_array_gives_its_elements_with_their_bytes(reading):
    text = '[{"a": "é"},\n  {"b": 2} , 3]'
    first, second, third = reading(text.encode()).records
    assert (first.value, second.value, third.value) == ({"a": "é"}, {"b": 2}, 3)
    assert (first.origin.byte_offset, first.origin.byte_length) == (1, 11)
    assert (second.origin.line, second.origin.byte_offset, second.origin.byte_length) == (2, 16, 8)
    assert first.origin.path == ()


def test_an_empty_array_holds_nothing(reading):
    assert reading(b" [ ]\n").everything == []


def test_a_broken_element_costs_the_rest_of_its_array(reading):
    found = reading(b'[{"a": 1}, {"a": 2}, {"a": x}, {"a": 4}]\n')
    assert found.contents == [{"a": 1}, {"a": 2}]
    (bad,) = found.unreadable
    assert (bad.origin.byte_offset, bad.origin.byte_length) == (21, 20)
    assert bad.reason.endswith("; the rest of the array, 20 bytes, is not read")


def test_an_array_cut_off_keeps_the_elements_before(reading):
    found = reading(b'[{"a": 1}, {"a": 2}, {"a": ')
    assert found.contents == [{"a": 1}, {"a": 2}]
    assert len(found.unreadable) == 1
    found = reading(b'[{"a": 1}, {"a": 2}')
    assert found.contents == [{"a": 1}, {"a": 2}]
    assert "ends without" in found.unreadable[0].reason


@pytest.mark.parametrize(
    ("end", "hint"), [(b", ]", "trailing comma"), (b", // no more\n]", "comments")]
)
def test_what_stands_before_the_end_of_an_array_is_named(reading, end, hint):
    found = reading(b'[{"a": 1}' + end)
    assert found.contents == [{"a": 1}]
    assert hint in found.unreadable[0].hint


def test_an_element_that_cannot_be_kept_costs_itself_alone(reading):
    elements = [b'{"a": 1}', b"9" * 5000, b'"\xff"', b"[" * 300 + b"]" * 300, b'{"a": 5}']
    found = reading(b"[" + b", ".join(elements) + b"]")
    assert found.contents == [{"a": 1}, {"a": 5}]
    assert found.numbers == [1, 2, 3, 4, 5]


def test_lists_in_an_array_are_spread_with_their_path(reading):
    found = reading(b'[[{"a": 1}, {"a": 2}], {"a": 3}]')
    assert found.contents == [{"a": 1}, {"a": 2}, {"a": 3}]
    assert [record.origin.path for record in found.records] == [(0,), (1,), ()]


def test_a_list_on_a_line_is_spread_with_its_path(reading):
    found = reading(b'{"a": 0}\n[{"a": 1}, {"a": 2}]\n')
    assert found.contents == [{"a": 0}, {"a": 1}, {"a": 2}]
    assert [(each.origin.line, each.origin.path) for each in found.records] == [
        (1, ()),
        (2, (0,)),
        (2, (1,)),
    ]
    assert reading(b'[{"a": 1}]\n[{"a": 2}]\n').contents == [{"a": 1}, {"a": 2}]


def test_a_pretty_printed_document_is_one_record(reading):
    (record,) = reading(json.dumps({"a": {"b": [1, 2]}}, indent=2).encode()).records
    assert record.value == {"a": {"b": [1, 2]}}
    assert record.origin.line == 1


def test_pretty_printed_documents_in_a_row_are_a_record_each(reading):
    documents = [{"n": 1}, {"n": 2}, {"n": 3}]
    text = "\n".join(json.dumps(each, indent=1) for each in documents)
    found = reading(text.encode())
    assert found.contents == documents
    assert [record.origin.line for record in found.records] == [1, 4, 7]


def test_documents_on_one_line_without_separator_are_a_record_each(reading):
    assert reading(b'{"n": 1}{"n": 2} {"n": 3}').contents == [{"n": 1}, {"n": 2}, {"n": 3}]


def test_a_broken_first_line_costs_itself_alone(reading):
    found = reading(b'{"n": oops}\n{"n": 2}\n{"n": 3}\n')
    assert found.contents == [{"n": 2}, {"n": 3}]
    assert found.unreadable[0].origin.byte_length == 11


def test_a_first_line_cut_off_costs_no_more_than_the_next(reading):
    found = reading(b'{"n": 1, "x": \n{"n": 2}\n{"n": 3}\n{"n": oops}\n{"n": 5}\n')
    assert found.contents == [{"n": 3}, {"n": 5}]
    assert [bad.origin.line for bad in found.unreadable] == [1, 4]


def test_a_document_that_breaks_off_is_followed_by_the_next(reading):
    found = reading(b'{\n "a": 1,\n{\n "b": 2\n}\n')
    assert found.contents == [{"b": 2}]
    assert (found.unreadable[0].origin.line, found.records[0].origin.line) == (1, 3)


def test_a_single_line_cut_off_is_a_truncated_last_line(reading):
    found = reading(b'{"a": 1, "b": "x')
    assert found.unreadable[0].reason.startswith("truncated last line")
    assert found.notes == [("truncated_last_line", "", "")]


def test_a_pretty_printed_document_cut_off_is_a_truncated_document(reading):
    found = reading(b'{\n "a": 1,\n "b": "x')
    assert found.unreadable[0].reason.startswith("truncated document")


@pytest.mark.parametrize("filler", ["x", "é", "\u4e2d"])
@pytest.mark.parametrize("around", range(-3, 4))
def test_values_are_whole_where_blocks_meet(reading, filler, around):
    room = (BLOCK - 8) // len(filler.encode()) + around
    elements = [{"a": filler * room}, -1.5e300, {"b": [True, None, "\\"]}, 12345678901234567890]
    found = reading(json.dumps(elements, ensure_ascii=False).encode())
    assert found.contents == elements


def test_a_number_cut_by_a_block_is_not_two(reading):
    blanks = b" " * (BLOCK - 4)
    assert reading(b"[" + blanks + b"123456789, -1.25e-7]").contents == [123456789, -1.25e-7]
