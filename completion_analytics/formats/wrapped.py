"""Unknown wrappers around exactly one record of a known format."""

from __future__ import annotations

from collections.abc import Sequence

from ..models.notes import Notes
from .bodies import find
from .contract import Format, Refusal
from .errors import failure_of, has_error
from .fields import JsonObject, enveloped, whole, without


def format_around(known: Sequence[Format], refusals: Sequence[Refusal]) -> Format:
    """The format of records that nothing else knows and that hold one of the `known`."""
    inside = tuple(one for one in known if one.makes == "completion")

    def claims(record: JsonObject) -> bool:
        if any(one.claims(record) for one in known) or any(no.claims(record) for no in refusals):
            return False
        return len(list(find(record, inside))) == 1

    def canonical(record: JsonObject, notes: Notes) -> JsonObject:
        (found,) = find(record, inside)
        notes.add("unknown_wrapper", ".".join(found.path))
        envelope, status = without(record, found.path[0], "error"), whole(record.get("status"))
        parts: JsonObject = {"response": None, **found.format.canonical(found.value, notes)}
        if has_error(record) and found.path[0] != "error":
            parts |= failure_of({"error": record["error"]}, status)
        if status is not None:
            envelope = {**without(envelope, "status"), "http_status": status}
        return enveloped(parts, envelope)

    return Format(
        "wrapped",
        "A wrapper of unknown kind around one record of a known format.",
        claims,
        canonical,
    )
