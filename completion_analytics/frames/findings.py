"""The frames `rejects`, `issues` and `counts`: what was not kept, and what is doubtful."""

from __future__ import annotations

from .columns import Column, Table

LEVELS = ("wire", "data")
SEVERITIES = ("info", "warning", "error")

REJECTS = Table(
    "rejects",
    "one row per record that could not be kept",
    (
        Column("source", "category", "the file"),
        Column("record", "Int64", "number of the record in it, from 1"),
        Column("line", "Int64", "line of the decompressed file, from 1"),
        Column("byte_offset", "Int64", "where the record begins in the decompressed file", "bytes"),
        Column("path", "str", "place in the record, as `choices.0.message`"),
        Column("reason", "str", "what is wrong"),
        Column("hint", "str", "what it may be, and what to do"),
        Column("snippet", "str", "the first characters of it"),
    ),
)

ISSUES = Table(
    "issues",
    "one row per source, code and field of something doubtful that was kept",
    (
        Column(
            "level",
            "category",
            "`wire`: a value was repaired; `data`: a fact is doubtful",
            None,
            LEVELS,
        ),
        Column("severity", "category", "how much it matters", None, SEVERITIES),
        Column("code", "category", "short name; `log.rows_with(code)` gives the rows"),
        Column("field", "category", "the field concerned"),
        Column("source", "category", "the file"),
        Column("n", "Int64", "rows concerned", "rows"),
        Column("share", "float64", "of the source's rows, 0–1"),
        Column("example_row_id", "Int64", "one of them"),
        Column("advice", "str", "what it means and what to do"),
    ),
)

COUNTS = Table(
    "counts",
    "one row per source: records = rows + feedback + duplicates + rejects",
    (
        Column("source", "str", "the file"),
        Column("records", "Int64", "records read"),
        Column("rows", "Int64", "completions kept"),
        Column("feedback", "Int64", "feedback records kept"),
        Column("duplicates", "Int64", "records that repeat another one"),
        Column("rejects", "Int64", "records that could not be kept"),
    ),
)
