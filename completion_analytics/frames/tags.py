"""The frame `tags`: which completion bears which tag."""

from __future__ import annotations

from .columns import Column, Table

TAGS = Table(
    "tags",
    "one row per completion and tag",
    (
        Column("row_id", "int64", "the completion"),
        Column("tag", "category", "name of the tag; `key=value` where the file has pairs"),
    ),
)
