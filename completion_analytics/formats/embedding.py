"""Bodies of an embeddings endpoint."""

from __future__ import annotations

from ..models.notes import Notes
from .contract import Format
from .fields import JsonObject


def claims(record: JsonObject) -> bool:
    """Whether a record is such a body: a list of vectors."""
    vectors = record.get("data")
    return (
        isinstance(vectors, list)
        and bool(vectors)
        and isinstance(vectors[0], dict)
        and "embedding" in vectors[0]
        and "request" not in record
    )


def canonical(record: JsonObject, notes: Notes) -> JsonObject:
    """The body as `response`; it is finished, though it holds no choices."""
    return {"kind": "embedding", "status": "finished", "response": record}


FORMAT = Format("embedding", "One body of an embeddings endpoint.", claims, canonical)
