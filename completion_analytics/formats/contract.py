"""What a format is, what a refusal is, and the error for records that are neither.

ValueError
└── NotACompletion    a record that cannot become a completion: where, why, what to do
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Literal

from ..models.notes import Notes


class NotACompletion(ValueError):
    """A record, or a part of it, is not what a logged completion holds there.

    >>> str(NotACompletion("response", "expected an object, got list"))
    'response: expected an object, got list'
    """

    def __init__(self, path: str, reason: str, hint: str = "") -> None:
        """`path` is the dotted way from the record to the culprit; empty is the record."""
        super().__init__(f"{path}: {reason}" if path else reason)
        self.path = path
        self.reason = reason
        self.hint = hint


@dataclass(frozen=True, slots=True)
class Format:
    """One shape of export: how to know it and how to bring it into Log10's shape."""

    name: str
    describes: str
    """One sentence: what such a record is."""
    claims: Callable[[dict[str, Any]], bool]
    """Whether a record has this shape; no two formats claim the same record."""
    canonical: Callable[[dict[str, Any], Notes], dict[str, Any]]
    """The record in Log10's shape. Never changes its argument; may return it as it is."""
    makes: Literal["completion", "feedback"] = "completion"


@dataclass(frozen=True, slots=True)
class Refusal:
    """One shape that is known and holds no completion."""

    name: str
    claims: Callable[[dict[str, Any]], bool]
    sentence: str
    """What such a record is."""
    hint: str
    """What to load instead."""
