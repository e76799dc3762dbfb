"""Rows of CSV files, every cell as text."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator

from completion_analytics.reading.content import Content
from completion_analytics.reading.hints import NOT_UTF8
from completion_analytics.reading.json_values import Fault
from completion_analytics.reading.lines import lines
from completion_analytics.reading.pieces import Broken, Item, Piece

_ID_HEADERS = ("completion_id", "Completion ID")
_PAYLOAD_HEADERS = {"request", "response"}
# Prompts are longer than the csv module allows by default; a C long holds this everywhere.
_CELL_CHARS = 2**31 - 1
_OPEN_QUOTE = "unexpected end of data"  # the csv module's words
_BLANK = re.compile(r"\s*\Z")


def is_csv_header(line: bytes) -> bool:
    """Whether a line names the columns of a CSV file that we know.

    >>> is_csv_header(b"id,request,response,duration"), is_csv_header(b"duration,words")
    (True, False)
    """
    try:
        cells = next(csv.reader([line.decode("utf-8", "replace")]), [])
    except csv.Error:
        return False
    return (len(cells) > 1 and cells[0] in _ID_HEADERS) or _PAYLOAD_HEADERS.issubset(cells)


def csv_rows(content: Content) -> Iterator[Item]:
    """Each row as a dict of texts under the names of the first; an empty cell is None.

    Rows have a line and no byte offsets.
    """
    reader = csv.reader(_text_lines(content), strict=True)
    header: list[str] | None = None
    while True:
        line = reader.line_num + 1
        try:
            cells = _next_row(reader)
        except csv.Error as error:
            fault = Fault(f"no CSV row: {error}", "check its quotes")
            yield Broken(fault, line, reaches_end=str(error) == _OPEN_QUOTE)
            continue
        if cells is None:
            return
        if all(map(_BLANK.match, cells)):
            continue
        if header is None:
            header = [name.encode("utf-8", "replace").decode() for name in cells]
        else:
            yield _row(header, cells, line)


def _next_row(reader: Iterator[list[str]]) -> list[str] | None:
    # The limit is one for the whole process, so it is only ever changed for the time of a row.
    before = csv.field_size_limit(_CELL_CHARS)
    try:
        return next(reader, None)
    finally:
        csv.field_size_limit(before)


def _row(header: list[str], cells: list[str], line: int) -> Item:
    try:
        "".join(cells).encode()
    except UnicodeEncodeError:
        return Broken(Fault("a cell is not UTF-8", NOT_UTF8), line)
    if len(cells) > len(header):
        reason = f"{len(cells)} cells under {len(header)} columns"
        return Broken(Fault(reason, "quote cells that hold commas", ",".join(cells)), line)
    filled = {name: cell or None for name, cell in zip(header, cells, strict=False)}
    return Piece(dict.fromkeys(header) | filled, line)


def _text_lines(content: Content) -> Iterator[str]:
    for line in lines(content):
        text = line.raw.decode("utf-8", "surrogateescape")
        if not line.is_open:
            yield text + "\n"
        elif not content.damage:  # a row cut off cannot be told from a short one
            yield text
