"""Pages and lists give the records they hold."""

import json

import pytest

ROW = {"request": {"model": "m"}, "status": "started"}


@pytest.fixture
def elements(reading):
    def of(document):
        found = reading(json.dumps(document).encode())
        return [(each.origin.path, each.value) for each in found.records], found.notes

    return of


@pytest.mark.parametrize(
    "key",
    ["data", "runs", "results", "completions", "feedback", "logs", "traces", "samples", "rows"],
)
def test_a_known_list_gives_its_elements(elements, key):
    assert elements({key: [ROW, {"id": "x"}]}) == ([((key, 0), ROW), ((key, 1), {"id": "x"})], [])


def test_results_in_results_give_their_elements(elements):
    page = {"results": {"version": 3, "results": [ROW]}, "config": {}}
    assert elements(page) == ([(("results", "results", 0), ROW)], [])


def test_one_envelope_under_data_is_taken_out(elements):
    assert elements({"data": ROW}) == ([(("data",), ROW)], [])


def test_a_page_stands_in_the_bytes_of_its_document(reading):
    found = reading(b'{"id": "a"}\n{"data": [{"id": "b"}, {"id": "c"}]}\n')
    assert [(each.origin.record, each.origin.line) for each in found.records] == [
        (1, 1),
        (2, 2),
        (3, 2),
    ]
    assert [each.origin.byte_offset for each in found.records] == [0, 12, 12]


@pytest.mark.parametrize(
    "record",
    [
        {"object": "list", "data": [{"embedding": [0.1]}], "model": "e", "usage": {}},
        {"data": [{"embedding": [0.1]}]},
        {"id": "r", "logs": [{"line": 1}], "request": {}},
        {"choices": [], "results": []},
        {"error": {"message": "no"}, "data": []},
        {"data": {"spans": []}, "info": {}},
        {"results": ["good", "bad"]},
        {"tests": [{"nodeid": "a"}]},
        {},
    ],
)
def test_a_record_is_no_page(elements, record):
    assert elements(record) == ([((), record)], [])


def test_null_marks_do_not_make_a_page_a_record(elements):
    assert elements({"data": [ROW], "error": None}) == ([(("data", 0), ROW)], [])


def test_an_empty_page_holds_nothing(elements):
    assert elements({"object": "list", "data": [], "has_more": False}) == ([], [])


def test_has_more_is_noted(elements):
    assert elements({"object": "list", "data": [ROW], "has_more": True})[1] == [
        ("has_more", "has_more", "")
    ]


def test_a_total_beyond_the_page_is_noted_with_both_numbers(elements):
    assert elements({"data": [ROW] * 5, "total": 44})[1] == [("has_more", "total", "5 of 44")]
    assert elements({"data": [ROW] * 5, "total": 5})[1] == []


def test_aggregates_stay_records(elements):
    row = {"metric": "tokens_per_model_per_day", "value": 3}
    assert elements({"data": [row]})[0] == [(("data", 0), row)]


def test_two_lists_in_one_page_are_both_read(elements):
    assert [path for path, _ in elements({"data": [ROW], "feedback": [{"id": "f"}]})[0]] == [
        ("data", 0),
        ("feedback", 0),
    ]


def test_pages_in_an_array_are_taken_apart(reading):
    assert reading(b'[{"data": [{"id": "a"}]}, {"data": [{"id": "b"}]}]').contents == [
        {"id": "a"},
        {"id": "b"},
    ]
