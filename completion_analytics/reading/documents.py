"""JSON documents: one, several in a row, pretty-printed or not, and the elements of arrays."""

from __future__ import annotations

from collections.abc import Iterator

from completion_analytics.reading.content import Content
from completion_analytics.reading.json_values import Fault
from completion_analytics.reading.lines import TRUNCATED_LAST_LINE
from completion_analytics.reading.pieces import Broken, Clean, Decode, Item, in_runs
from completion_analytics.reading.scanner import Scanner


def documents(content: Content, decode: Decode | None = None) -> Iterator[Item]:
    """Each document, or each element of a document that is an array.

    A document that breaks off is followed by the next line that begins one; what follows a broken
    element of an array is lost. Elements that `decode` makes records of come in runs.
    """
    return in_runs(_values(Scanner(content), decode))


def _values(scanner: Scanner, decode: Decode | None) -> Iterator[Item | Clean]:
    while first := scanner.peek():
        yield from _elements(scanner, decode) if first == "[" else _document(scanner)


def _document(scanner: Scanner) -> Iterator[Item]:
    item = scanner.take()
    if isinstance(item, Broken) and item.length is None:
        broken = scanner.rest_of_document(item)
        item = _truncated(broken, is_one_line=broken.line == scanner.line)
    yield item


def _elements(scanner: Scanner, decode: Decode | None) -> Iterator[Item | Clean]:
    scanner.skip_character()
    if scanner.peek() == "]":
        scanner.skip_character()
        return
    while True:
        item = (decode and scanner.take_decoded(decode)) or scanner.take()
        if isinstance(item, Broken) and item.length is None:
            yield _last_read(scanner.rest(item))
            return
        yield item
        follows = scanner.peek()
        if follows not in (",", "]"):
            yield _last_read(scanner.rest(_unfinished(scanner, follows)))
            return
        scanner.skip_character()
        if follows == "]":
            return
        scanner.peek()
        if not isinstance(item, Clean):
            scanner.note_gap()


def _unfinished(scanner: Scanner, follows: str) -> Broken:
    if follows:
        return scanner.broken("Expecting ',' or ']' in the array")
    return scanner.broken("the array ends without ']'", is_cut=True)


def _last_read(broken: Broken) -> Broken:
    """The broken element of an array that ends its reading: says what is lost with it."""
    fault = broken.fault
    if fault.is_cut:
        return broken
    reason = f"{fault.reason}; the rest of the array, {broken.length:,} bytes, is not read"
    return broken._replace(fault=Fault(reason, fault.hint, fault.snippet))


def _truncated(broken: Broken, *, is_one_line: bool) -> Broken:
    fault = broken.fault
    if not (broken.reaches_end and fault.is_cut):
        return broken
    what, note = ("last line", TRUNCATED_LAST_LINE) if is_one_line else ("document", "")
    reason = f"truncated {what}: {fault.reason}"
    cut = Fault(reason, fault.hint, fault.snippet, is_cut=True)
    return broken._replace(fault=cut, note=note)
