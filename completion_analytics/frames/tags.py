"""The frame `tags`: which completion bears which tag."""

from __future__ import annotations

from collections.abc import Sequence

from ..models.completion import ResolvedTag
from .columns import Column, Table

TAGS = Table(
    "tags",
    "one row per completion and tag",
    (
        Column("row_id", "int64", "the completion"),
        Column("tag", "category", "name of the tag; `key=value` where the file has pairs"),
    ),
)


def tag_names(tags: Sequence[str] | None, resolved: Sequence[ResolvedTag] | None) -> Sequence[str]:
    """Names of the tags, each once, in the file's order; ids only where no name is known."""
    if not tags and not resolved:
        return ()
    named = [tag.name or tag.id or "" for tag in resolved or ()]
    return list(dict.fromkeys(tag for tag in named or tags or () if tag))
