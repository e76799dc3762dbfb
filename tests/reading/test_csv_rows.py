"""Rows of known CSV files are records of texts."""

import csv
import io
import json

import pytest

HEADER = "completion_id,tags,content\n"


def test_a_row_is_a_dict_of_texts_with_its_line(reading):
    first, second = reading((HEADER + "b1,\"['x']\",Hi\n\nb2,,\n").encode()).records
    assert first.value == {"completion_id": "b1", "tags": "['x']", "content": "Hi"}
    assert second.value == {"completion_id": "b2", "tags": None, "content": None}
    assert (first.origin.line, second.origin.line) == (2, 4)
    assert first.origin.byte_offset is None


@pytest.mark.parametrize(
    "header",
    ["completion_id,model", "Completion ID,Model", '"completion_id","model"', "request,x,response"],
)
def test_a_csv_is_told_by_its_header(reading, header):
    assert len(reading(f"{header}\r\na,b,c\r\n".encode()).everything) == 1
    assert len(reading(f"{header}\r\na,b\r\n".encode()).records) == 1


@pytest.mark.parametrize("name", ["a.csv", "a.CSV", "a.csv.gz"])
def test_a_csv_is_told_by_its_suffix(reading, tmp_path, name):
    path = tmp_path / name
    path.write_bytes(b"name,words\nx,3\n")
    assert reading(path).contents == [{"name": "x", "words": "3"}]


def test_json_lines_under_a_csv_name_are_still_json_lines(reading, tmp_path):
    path = tmp_path / "a.csv"
    path.write_bytes(b'{"a": 1}\n')
    assert reading(path).contents == [{"a": 1}]


def test_quoted_cells_hold_commas_quotes_and_lines(reading):
    out = io.StringIO()
    rows = [["completion_id", "content"], ["a", 'x, "y"\nz'], ["b", "é\u2028"]]
    csv.writer(out).writerows(rows)
    found = reading(out.getvalue().encode())
    assert [value["content"] for value in found.contents] == ['x, "y"\nz', "é\u2028"]
    assert [record.origin.line for record in found.records] == [2, 4]


def test_a_cell_may_be_longer_than_the_csv_module_allows(reading):
    before = csv.field_size_limit()
    cell = json.dumps({"text": "x" * 200_000}).replace('"', '""')
    found = reading(f'request,response\n"{cell}",\n'.encode())
    assert len(found.contents[0]["request"]) > 200_000
    assert csv.field_size_limit() == before


def test_a_row_of_too_many_cells_is_unreadable(reading):
    found = reading((HEADER + "a,b,c,d\ne,f,g\n").encode())
    assert [value["completion_id"] for value in found.contents] == ["e"]
    assert found.unreadable[0].reason == "4 cells under 3 columns"


def test_a_quote_that_never_ends_is_unreadable(reading):
    found = reading((HEADER + 'a,b,c\nd,"e,f\ng,h,i\n').encode())
    assert [value["completion_id"] for value in found.contents] == ["a"]
    (bad,) = found.unreadable
    assert (bad.origin.record, bad.origin.line) == (2, 3)


def test_a_cell_that_is_not_utf_8_costs_its_row(reading):
    found = reading(HEADER.encode() + b"a,\xff,c\nd,e,f\n")
    assert [value["completion_id"] for value in found.contents] == ["d"]
    assert "UTF-8" in found.unreadable[0].reason
