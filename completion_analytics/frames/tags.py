"""The frame `tags`: which completion bears which tag."""

from __future__ import annotations

from ..models import Completion
from .columns import Column, Table

TAGS = Table(
    "tags",
    "one row per completion and tag",
    (
        Column("row_id", "int64", "the completion"),
        Column("tag", "category", "name of the tag; `key=value` where the file has pairs"),
    ),
)


def tag_names(completion: Completion) -> list[str]:
    """Names of the tags, each once, in the file's order; ids only where no name is known."""
    resolved = [tag.name or tag.id or "" for tag in completion.tagResolved or ()]
    return list(dict.fromkeys(tag for tag in resolved or completion.tags or () if tag))
