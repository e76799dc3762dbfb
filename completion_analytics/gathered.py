"""What reading some input gave, before the decisions that only the whole of it allows."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import pandas as pd

from .frames import TABLES, Column, Table
from .frames.building import CHILDREN
from .frames.duplicates import IDENTITIES
from .frames.facts import FACTS
from .origins import PLACES
from .quality import ROW_ISSUES, SourceIssue

_TABLES = (
    FACTS,
    *CHILDREN,
    TABLES["feedback"],
    TABLES["rejects"],
    PLACES,
    IDENTITIES,
    ROW_ISSUES,
)


@dataclass(slots=True)
class Gathered:
    """The frames of some input as far as its records alone can tell, and what was counted."""

    frames: dict[str, pd.DataFrame]
    """By the names of `gathered_tables`."""
    records: Counter[str]
    """Records of each source."""
    feedback: Counter[str]
    """Those among them that are feedback."""
    source_issues: tuple[SourceIssue, ...] = ()
    held: Mapping[int, Any] = field(default_factory=dict)
    """Records that are kept in memory, by row."""
    last_form: str | None = None
    """The form of the last completion."""
    is_last: bool = True
    """Whether nothing of the input is left."""


def gathered_tables(extra_columns: Sequence[str] = ()) -> dict[str, Table]:
    """The tables of what is gathered; `extras` has a row per completion, as `facts` has."""
    columns = (
        Column("row_id", "int64", "the completion"),
        *(
            Column(name, "str", "what stands at the path that was asked for")
            for name in extra_columns
        ),
    )
    extras = Table("extras", "one row per completion", columns)
    return {table.name: table for table in (*_TABLES, extras)}
