"""Whatever the bytes: nothing is raised, records are numbered without gaps, places are true."""

import gzip
import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from completion_analytics.reading import SourceNote, find_sources, read, reread
from completion_analytics.reading.records import RawRecord

CHUNK = '{"id": "c", "object": "chat.completion.chunk", "choices": [{"delta": {"role": "a"}}]}'
VALID = [
    f'{CHUNK}\n{CHUNK}\n{{"error": "x"}}\n{{"id": "é", "n": [1, -2.5e3, null, true]}}\n',
    '[{"a": {"b": ["\\ud83d\\ude00"]}}, [1, 2], {"data": [{"id": 1}], "total": 3}]',
    '{\n "a": 1\n}\n{\n "data": [{"request": {}}], "has_more": true\n}',
    f"event: x\ndata: {CHUNK}\n\n: hi\ndata: [DONE]\n\n",
    'completion_id,tags\r\nb1,"[""x""]"\r\nb2,é\r\n',
    '\x1e{"a": 1}\n\x1e{"b": "é"}\n',
]
PLAIN = [text.encode() for text in VALID]
PACKED = [gzip.compress(PLAIN[0], mtime=0)]
texts = st.text(st.characters(codec="utf-8"), max_size=20)
json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | texts,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(texts, inner, max_size=3),
    max_leaves=8,
)
# Keys that begin so are no page's and no chunk's.
records = st.dictionaries(texts.map("x_{}".format), json_values, min_size=1, max_size=4)


@st.composite
def mutated(draw, sources=PLAIN):
    data = bytearray(draw(st.sampled_from(sources)))
    for _ in range(draw(st.integers(1, 4))):
        at = draw(st.integers(0, len(data)))
        new = draw(
            st.binary(max_size=3) | st.sampled_from([b"\n", b"{", b"]", b'"', b"\x1e", b","])
        )
        data[at : at + draw(st.integers(0, 5))] = new
    return bytes(data)


@settings(deadline=None, max_examples=300)
@given(st.binary(max_size=200) | mutated() | mutated(PACKED))
def test_any_bytes_are_read_without_raising_and_numbered_without_gaps(data):
    (source,) = find_sources(data)
    found = list(read(source))
    numbers = [each.origin.record for each in found if not isinstance(each, SourceNote)]
    assert numbers == list(range(1, len(numbers) + 1))
    for each in found:
        if isinstance(each, RawRecord):
            assert repr(reread(source, each.origin)) == repr(each.value)
            json.dumps(each.value, ensure_ascii=False).encode()
        elif not isinstance(each, SourceNote):
            "".join((each.reason, each.hint, each.snippet)).encode()


@settings(deadline=None)
@given(mutated().map(gzip.compress), st.integers(0, 60))
def test_any_cut_of_compressed_data_is_at_most_one_more_unreadable(packed, cut):
    (source,) = find_sources(packed[: max(3, len(packed) - cut)])
    found = [each for each in read(source) if not isinstance(each, SourceNote)]
    assert [each.origin.record for each in found] == list(range(1, len(found) + 1))


class Dribble:
    """A file object that gives a few bytes at a time."""

    def __init__(self, data, size):
        self.rest, self.size = data, size

    def read(self, size):
        given, self.rest = self.rest[: self.size], self.rest[self.size :]
        return given


@settings(deadline=None, max_examples=200)
@given(mutated(), st.integers(1, 7))
def test_it_does_not_matter_how_the_bytes_arrive(data, size):
    (at_once,) = find_sources(data)
    (slowly,) = find_sources(Dribble(data, size))
    found = [repr(each).replace("<file>", "<bytes>") for each in read(slowly)]
    assert found == [repr(each) for each in read(at_once)]


def as_lines(values, ascii_only):
    return "\n".join(json.dumps(value, ensure_ascii=ascii_only) for value in values)


def as_array(values, ascii_only):
    return json.dumps(values, ensure_ascii=ascii_only)


def as_pretty_array(values, ascii_only):
    return json.dumps(values, ensure_ascii=ascii_only, indent=1)


def as_pretty_documents(values, ascii_only):
    return "\n".join(json.dumps(value, ensure_ascii=ascii_only, indent=1) for value in values)


def as_documents_on_one_line(values, ascii_only):
    return " ".join(json.dumps(value, ensure_ascii=ascii_only) for value in values)


@pytest.mark.parametrize(
    "form",
    [as_lines, as_array, as_pretty_array, as_pretty_documents, as_documents_on_one_line],
)
@settings(deadline=None, max_examples=50)
@given(values=st.lists(records, min_size=1, max_size=5), ascii_only=st.booleans())
def test_values_come_back_from_every_form_with_their_bytes(form, values, ascii_only):
    data = form(values, ascii_only).encode()
    (source,) = find_sources(data)
    found = list(read(source))
    assert [each.value for each in found] == values
    for each in found:
        start, length = each.origin.byte_offset, each.origin.byte_length
        assert json.loads(data[start : start + length]) == each.value


@settings(deadline=None)
@given(st.lists(records, max_size=4))
def test_objects_in_memory_are_what_they_are_on_lines(values):
    (memory,) = find_sources(values)
    (lines,) = find_sources(as_lines(values, True).encode())
    assert [each.value for each in read(memory)] == [each.value for each in read(lines)]
