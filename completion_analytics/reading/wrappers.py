"""Lists and pages taken apart into the records they hold."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from completion_analytics.reading.pieces import Item, Note, Piece
from completion_analytics.reading.streams import is_chunk, stream

HAS_MORE = "has_more"
_Path = tuple[str | int, ...]

_LIST_KEYS = (
    "data", "runs", "results", "completions", "feedback", "logs", "traces", "samples", "rows",
)  # fmt: skip
_WRAPPER_KEYS = frozenset(_LIST_KEYS)
# Whoever has one of these is a record and no page of records.
_RECORD_MARKS = frozenset(
    {
        "candidates", "choices", "completion", "custom_id", "detail", "embedding", "error", "id",
        "input", "message", "messages", "model", "output", "outputs", "prompt", "request",
        "response", "result", "usage",
    }
)  # fmt: skip
_ENVELOPE_MARKS = frozenset({"request", "response"})


def spread(items: Iterable[Item]) -> Iterator[Item]:
    """The items, with the elements of lists and pages in the place of these.

    An element's path leads to it from the JSON value that stands at its place. A list of nothing
    but chunks is one stream.
    """
    for item in items:
        if type(item) is Piece:
            value = item.value
            if type(value) is list:
                yield from _list_elements(item)
                continue
            if type(value) is dict and not _WRAPPER_KEYS.isdisjoint(value):
                yield from _page_elements(item)
                continue
        yield item


def _list_elements(piece: Piece) -> Iterator[Item]:
    if _are_chunks(piece.value):
        yield piece._replace(value=stream(piece.value))
        return
    yield from spread(_at(piece, (index,), value) for index, value in enumerate(piece.value))


def _page_elements(piece: Piece) -> Iterator[Item]:
    page = piece.value
    if any(page[mark] is not None for mark in _RECORD_MARKS & page.keys()):
        yield piece
        return
    lists = dict(_lists(page))
    if lists:
        yield from _page_notes(page, lists)
        for path, elements in lists.items():
            yield from _elements_at(piece, path, elements)
    elif _is_envelope(page.get("data")):
        yield _at(piece, ("data",), page["data"])
    else:
        yield piece


def _lists(page: Mapping[str, Any]) -> Iterator[tuple[_Path, list[Any]]]:
    for key in _LIST_KEYS:
        if _are_objects(page.get(key)):
            yield (key,), page[key]
    results = page.get("results")
    if isinstance(results, dict) and _are_objects(results.get("results")):
        yield ("results", "results"), results["results"]


def _elements_at(piece: Piece, path: _Path, elements: list[Any]) -> Iterator[Item]:
    if _are_chunks(elements):
        yield _at(piece, path, stream(elements))
        return
    for index, element in enumerate(elements):
        yield _at(piece, (*path, index), element)


def _at(piece: Piece, path: _Path, value: Any) -> Piece:
    # What stands on a path has no bytes of its own, so that it cannot be a piece of a stream.
    whole = stream([value]) if is_chunk(value) else value
    return piece._replace(value=whole, path=piece.path + path)


def _page_notes(page: Mapping[str, Any], lists: Mapping[_Path, list[Any]]) -> Iterator[Note]:
    here = sum(map(len, lists.values()))
    total = page.get("total")
    is_short = type(total) is int and total > here
    detail = f"{here} of {total}" if is_short else ""
    if page.get("has_more") is True:
        yield Note(HAS_MORE, "has_more", detail)
    elif is_short:
        yield Note(HAS_MORE, "total", detail)


def _are_objects(value: Any) -> bool:
    """Whether a list holds records; one that is no object among them is a record's loss alone."""
    if not isinstance(value, list):
        return False
    objects = [element for element in value if isinstance(element, dict)]
    # The elements of an embedding response are no records.
    is_embeddings = any("embedding" in element for element in objects)
    return not is_embeddings and (bool(objects) or not value)


def _are_chunks(value: list[Any]) -> bool:
    return bool(value) and all(map(is_chunk, value))


def _is_envelope(value: Any) -> bool:
    return isinstance(value, dict) and not _ENVELOPE_MARKS.isdisjoint(value)
