"""Chunks on lines or in arrays become the streams they came from."""

import json

import pytest

from completion_analytics.reading import find_sources, read

USAGE = {"id": "c1", "object": "chat.completion.chunk", "choices": [], "usage": {"total_tokens": 6}}
BODY = {"id": "b", "object": "chat.completion", "choices": []}


def as_lines(values):
    return b"".join(json.dumps(value).encode() + b"\n" for value in values)


def as_array(values):
    return json.dumps(values, indent=1).encode()


@pytest.fixture(params=[as_lines, as_array, list], ids=["lines", "array", "memory"])
def streams(reading, request):
    def of(*values):
        return [
            value["events"] if value["object"] == "stream" else value
            for value in reading(request.param(list(values))).contents
        ]

    return of


def test_chunks_of_one_id_are_one_stream(streams, chunk):
    chunks = [chunk(content="Hel", role="assistant"), chunk(content="lo", finish="stop"), USAGE]
    assert streams(*chunks) == [chunks]


def test_chunks_on_lines_are_never_done(reading, chunk):
    (value,) = reading(as_lines([chunk(finish="stop")])).contents
    assert value == {"object": "stream", "events": [chunk(finish="stop")], "done": False}


def test_interleaved_streams_are_told_apart_in_the_order_of_their_first_chunks(streams, chunk):
    a1, a2 = chunk("a", "x", role="assistant"), chunk("a", "y", finish="stop")
    b1, b2 = chunk("b", "x", role="assistant"), chunk("b", "y", finish="stop")
    assert streams(a1, b1, b2, a2) == [[a1, a2], [b1, b2]]


def test_an_empty_id_joins_the_current_stream(streams, chunk):
    chunks = [chunk("a", "x", role="assistant"), chunk("", "y"), chunk(None, "z")]
    assert streams(*chunks) == [chunks]


def test_a_new_id_joins_an_unfinished_stream_unless_it_says_a_role(streams, chunk):
    first = chunk("a", "x", role="assistant")
    assert streams(first, chunk("b", "y"), chunk("c", "z")) == [
        [first, chunk("b", "y"), chunk("c", "z")]
    ]
    second = chunk("b", "y", role="assistant")
    assert streams(first, second) == [[first], [second]]


def test_a_new_id_behind_a_finished_stream_opens_another(streams, chunk):
    first, second = chunk("a", "x", finish="stop"), chunk("b", "y")
    assert streams(first, second) == [[first], [second]]


def test_a_first_chunk_without_id_and_choices_belongs_to_what_follows(streams, chunk):
    filters = {"id": "", "object": "chat.completion.chunk", "choices": []}
    chunks = [filters, chunk("a", "x", role="assistant"), chunk("a", "y", finish="stop")]
    assert streams(*chunks) == [chunks]


def test_streams_without_any_id_are_told_apart_by_the_next_role(streams, chunk):
    first = [chunk("", "x", role="assistant"), chunk("", "y", finish="stop")]
    assert streams(*first, *first) == [first, first]


def test_another_record_ends_the_run(streams, chunk):
    first, second = chunk("a", "x"), chunk("a", "y")
    assert streams(first, BODY, second) == [[first], BODY, [second]]


def test_an_error_breaks_off_an_unfinished_stream(streams, chunk):
    error = {"error": {"message": "overloaded"}}
    first = chunk("a", "x")
    assert streams(first, error, BODY) == [[first, error], BODY]


def test_an_error_behind_a_finished_stream_is_a_record(reading, chunk):
    error = {"error": {"message": "overloaded"}}
    values = reading(as_lines([chunk("a", "x", finish="stop"), error])).contents
    assert values[1] == error


def test_a_list_of_chunks_on_a_line_is_one_stream(reading, chunk):
    chunks = [chunk("a", "x", role="assistant"), chunk("b", "y", role="assistant")]
    found = reading(as_lines([BODY, chunks, chunks]))
    assert [value.get("events") for value in found.contents] == [None, chunks, chunks]


def test_numbers_have_no_gaps_when_chunks_are_put_together(reading, chunk):
    lines = as_lines([chunk("a", "x"), chunk("a", "y")]) + b"oops\n" + as_lines([BODY])
    assert reading(lines).numbers == [1, 2, 3]


def test_a_long_run_gives_out_finished_streams_before_it_ends(chunk):
    lines = [as_lines([chunk(str(n), "x", finish="stop")]) for n in range(3000)]
    waiting = iter(lines)

    class OneLineAtATime:
        def read(self, size):
            return next(waiting, b"")

    (source,) = find_sources(OneLineAtATime())
    records = read(source)
    assert next(records).origin.line == 1
    assert len(list(waiting)) > 1900
    assert [record.origin.record for record in records][-1] < 1100


def test_a_long_run_loses_no_stream(reading, chunk):
    lines = [chunk(str(n), "x", finish="stop" if n % 2 else None, role="r") for n in range(3000)]
    found = reading(as_lines(lines))
    assert len(found.records) == 3000
    assert found.numbers == list(range(1, 3001))
