"""Conditions are values that say which rows to keep; `select` keeps them.

A condition is frozen and hashable, its `repr` is the code that makes it, and it goes to JSON and
back. So a filter can be printed, compared, saved, and pasted. A new kind of condition is one class
and one entry in `CONDITIONS`.

Whatever is missing matches nothing, unless it is asked for: `Missing(column)`, or None among the
values of `OneOf`. `Not` keeps exactly the rows that its condition leaves, those without a value
included.
"""

from __future__ import annotations

from .as_json import CONDITIONS, from_json, to_json
from .as_text import from_text
from .condition import Condition, Not
from .on_children import Contains, HasTags
from .on_columns import Between, Missing, OneOf
from .selection import as_code, select

__all__ = [
    "CONDITIONS",
    "Between",
    "Condition",
    "Contains",
    "HasTags",
    "Missing",
    "Not",
    "OneOf",
    "as_code",
    "from_json",
    "from_text",
    "select",
    "to_json",
]
