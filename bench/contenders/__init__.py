"""Who is timed: each a module with `load(path)`, which gives the seven frames or None.

Adding one: one file, one line here.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import NamedTuple

_NOTHING: Mapping[str, str] = MappingProxyType({})
_JSON_TEXT = "a content in parts stays JSON text"
_LISTS = "a content in parts stays a list in an object column"


class Contender(NamedTuple):
    """One way from a file to frames."""

    module: str
    ends_as: str
    validates: str
    packages: tuple[str, ...]
    """Distributions whose versions are printed."""
    differs: Mapping[str, str] = _NOTHING
    """Columns that are known to come out otherwise, and why."""


CONTENDERS = {
    "ours": Contender(
        "ours", "pandas", "everything, and counts what is doubtful", ("completion-analytics",)
    ),
    "plain": Contender(
        "plain", "pandas", "the same, all of it by pydantic", ("completion-analytics", "pydantic")
    ),
    "pydantic": Contender(
        "pydantic_lines", "nothing: a floor", "everything", ("pydantic", "pydantic-core")
    ),
    "json_normalize": Contender(
        "json_normalize", "pandas", "JSON syntax", ("pandas",), {"messages.text": _LISTS}
    ),
    "read_json": Contender(
        "pandas_read_json", "pandas", "JSON syntax", ("pandas",), {"messages.text": _LISTS}
    ),
    "polars": Contender(
        "polars_ndjson",
        "polars",
        "the types of its schema; a bad line ends the run",
        ("polars",),
        {"messages.text": _JSON_TEXT},
    ),
    "duckdb": Contender(
        "duckdb_json",
        "Arrow",
        "coerces to the types of its columns; a bad line ends the run",
        ("duckdb",),
        {"messages.text": _JSON_TEXT},
    ),
}
