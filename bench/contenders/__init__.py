"""Who is timed: each a module with a function per schema, `log10(path)` and `text(path)`.

Each gives the frames of that schema, or None. Adding one: one file, one line here.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import NamedTuple

_NOTHING: Mapping[str, str] = MappingProxyType({})
NO_FRAMES = "nothing: a floor"
_JSON_TEXT = "a content in parts stays JSON text"
_LISTS = "a content in parts stays a list in an object column"


class Contender(NamedTuple):
    """One way from a file to frames."""

    module: str
    words: str
    ends_as: str
    validates: str
    packages: tuple[str, ...]
    """Distributions whose versions are told."""
    differs: Mapping[str, str] = _NOTHING
    """Columns that are known to come out otherwise, and why."""


CONTENDERS = {
    "ours": Contender(
        "ours",
        "`ca.load`, one process",
        "pandas",
        "everything, and counts what is doubtful",
        ("completion-analytics",),
    ),
    "ours_2": Contender(
        "ours_2",
        "`ca.load`, two processes",
        "pandas",
        "the same",
        ("completion-analytics",),
    ),
    "plain": Contender(
        "plain",
        "`ca.load`, pydantic line by line",
        "pandas",
        "the same, all of it by pydantic",
        ("completion-analytics", "pydantic"),
    ),
    "pydantic": Contender(
        "pydantic_lines",
        "the pydantic models alone",
        NO_FRAMES,
        "everything",
        ("pydantic", "pydantic-core"),
    ),
    "json_normalize": Contender(
        "json_normalize",
        "`json.loads`, `json_normalize`",
        "pandas",
        "JSON syntax",
        ("pandas",),
        {"messages.text": _LISTS},
    ),
    "read_json": Contender(
        "pandas_read_json",
        "`pandas.read_json`, `explode`",
        "pandas",
        "JSON syntax",
        ("pandas",),
        {"messages.text": _LISTS},
    ),
    "polars": Contender(
        "polars_ndjson",
        "polars",
        "polars",
        "the types of its schema; a bad line ends the run",
        ("polars",),
        {"messages.text": _JSON_TEXT},
    ),
    "duckdb": Contender(
        "duckdb_json",
        "DuckDB",
        "Arrow",
        "coerces to the types of its columns; a bad line ends the run",
        ("duckdb",),
        {"messages.text": _JSON_TEXT},
    ),
}
