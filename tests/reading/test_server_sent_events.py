"""Events over the wire become the streams they carried."""

import json

import pytest

DONE = "data: [DONE]\n\n"


@pytest.fixture
def events():
    def of(*chunks, end=DONE):
        return ("".join(f"data: {json.dumps(each)}\n\n" for each in chunks) + end).encode()

    return of


def test_a_stream_is_one_record_with_its_events_in_order(reading, events, chunk):
    first, second = chunk(content="Hel", role="assistant"), chunk(content="lo", finish="stop")
    (record,) = reading(events(first, second)).records
    assert record.value == {"object": "stream", "events": [first, second], "done": True}
    assert (record.origin.line, record.origin.byte_offset) == (1, 0)
    assert len(record.origin.more) == 2


def test_without_done_a_stream_is_not_done(reading, events, chunk):
    (value,) = reading(events(chunk(content="Hel"), end="")).contents
    assert value["done"] is False


def test_comments_names_ids_and_empty_data_are_passed_over(reading):
    text = b': hello\n\nevent: message\nid: 7\nretry: 10\ndata: {"id": "c1"}\n\ndata:\n\n: ping\n\n'
    assert reading(text).contents == [{"object": "stream", "events": [{"id": "c1"}], "done": False}]


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_data_of_several_lines_are_joined(reading, end):
    text = end.join(["event: x", 'data: {"id":', 'data: "c1"}', "", "data: [DONE]", "", ""])
    assert reading(text.encode()).contents == [
        {"object": "stream", "events": [{"id": "c1"}], "done": True}
    ]


def test_events_without_blank_lines_between_are_not_lost(reading, chunk):
    lines = [f"data: {json.dumps(chunk(content=text))}" for text in ("a", "b")]
    (value,) = reading("\n".join([*lines, "data: [DONE]", ""]).encode()).contents
    assert (len(value["events"]), value["done"]) == (2, True)


def test_no_space_behind_the_colon_is_needed(reading):
    assert reading(b'data:{"id":"c1"}\n\n').contents[0]["events"] == [{"id": "c1"}]


def test_done_separates_streams_of_one_id(reading, events, chunk):
    one = events(chunk(content="a", finish="stop"))
    values = reading(one + one).contents
    assert [(len(value["events"]), value["done"]) for value in values] == [(1, True), (1, True)]


def test_data_that_are_no_json_are_unreadable_on_their_own(reading, events, chunk):
    found = reading(events(chunk(content="a"), end="") + b"data: {oops}\n\n" + events(chunk()))
    assert len(found.records) == 1
    assert len(found.records[0].value["events"]) == 2
    (bad,) = found.unreadable
    assert bad.origin.line == 3


def test_a_last_event_cut_off_is_a_truncated_last_line(reading, events, chunk):
    found = reading(events(chunk(content="a"), end='data: {"id": "c1", "obj'))
    assert len(found.contents[0]["events"]) == 1
    assert found.notes == [("truncated_last_line", "", "")]


def test_typed_events_are_kept_and_each_start_opens_a_stream(reading):
    def answer(name):
        return [
            {"type": "message_start", "message": {"id": name}},
            {"type": "content_block_delta", "delta": {"text": name}},
            {"type": "message_stop"},
        ]

    text = "".join(
        f"event: {event['type']}\ndata: {json.dumps(event)}\n\n"
        for event in answer("a") + answer("b")
    )
    assert [value["events"] for value in reading(text.encode()).contents] == [
        answer("a"),
        answer("b"),
    ]


def test_an_object_on_a_bare_line_is_not_lost(reading, events, chunk):
    error = {"error": {"message": "overloaded"}}
    found = reading(events(chunk(content="a"), end="") + json.dumps(error).encode() + b"\n")
    assert found.contents[0]["events"] == [chunk(content="a"), error]
