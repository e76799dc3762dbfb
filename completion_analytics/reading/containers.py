"""What a source's bytes are: JSON Lines, documents, events, a sequence, CSV, or none of these."""

from __future__ import annotations

from collections.abc import Iterator

from completion_analytics.reading.content import Content
from completion_analytics.reading.csv_rows import csv_rows, is_csv_header
from completion_analytics.reading.documents import documents
from completion_analytics.reading.json_values import Fault, parse
from completion_analytics.reading.lines import RECORD_SEPARATOR, json_lines, json_sequence
from completion_analytics.reading.pieces import Broken, Decode, Item
from completion_analytics.reading.sse import IS_SSE, sse_streams

COMPRESSION_SUFFIXES = (".gz", ".gzip", ".zst")

_UNPACK = "unpack it and load the files inside"
_FOREIGN = (
    (b"PK\x03\x04", "a zip archive", _UNPACK),
    (b"PK\x05\x06", "an empty zip archive", _UNPACK),
    (b"BZh", "bzip2 data", _UNPACK),
    (b"\xfd7zXZ", "xz data", _UNPACK),
    (b"7z\xbc\xaf", "a 7z archive", _UNPACK),
    (b"PAR1", "a Parquet file", "give its rows: pandas.read_parquet(path).to_dict('records')"),
    (b"SQLite format 3", "an SQLite database", "export the table of calls as JSON Lines"),
    (b"%PDF", "a PDF file", "this is no export"),
)


def items(content: Content, name: str, decode: Decode | None = None) -> Iterator[Item]:
    """What the content holds, container by container; wrappers and chunks are still as they stood.

    The name counts only for CSV, which has no mark of its own; `decode` only for JSON Lines and
    arrays.
    """
    start = content.head().lstrip()
    for magic, what, hint in _FOREIGN:
        if start.startswith(magic):
            return iter([Broken(Fault(f"this is {what}", hint), 1, 0)])
    if start.startswith(RECORD_SEPARATOR):
        return json_sequence(content)
    if IS_SSE.match(start):
        return sse_streams(content)
    if start.startswith(b"["):
        return json_lines(content) if _is_line_of_lines(start) else documents(content, decode)
    if start.startswith(b"{"):
        is_jsonl = _is_json(_first_line(content))
        return json_lines(content, decode) if is_jsonl else documents(content)
    if _is_csv_name(name) or is_csv_header(_line_of(start)):
        return csv_rows(content)
    return json_lines(content)


def is_lines_of_objects(content: Content) -> bool:
    """Whether `items` reads the content as JSON Lines, and not by their first line alone."""
    is_object = content.head().lstrip().startswith(b"{")
    return is_object and b"\n" in content.head(until=b"\n") and _is_json(_first_line(content))


def _is_csv_name(name: str) -> bool:
    lowered = name.lower()
    for suffix in COMPRESSION_SUFFIXES:
        lowered = lowered.removesuffix(suffix)
    return lowered.endswith(".csv")


def _first_line(content: Content) -> bytes:
    return _line_of(content.head(until=b"\n").lstrip())


def _line_of(start: bytes) -> bytes:
    line, newline, _ = start.partition(b"\n")
    return line if newline else line.partition(b"\r")[0]


def _is_line_of_lines(start: bytes) -> bool:
    """Whether an array is one line among others; alone, it is read element by element."""
    line = _line_of(start)
    follows = start[len(line) :].lstrip()[:1]
    return follows in (b"[", b"{") and line.rstrip().endswith(b"]") and _is_json(line)


def _is_json(line: bytes) -> bool:
    try:
        parse(line)
    except Fault:
        return False
    return True
