"""Statistics: a frame or a log in, a tidy frame out, each number with its n and its interval."""

from __future__ import annotations

from .intervals import newcombe, wilson

__all__ = [
    "newcombe",
    "wilson",
]
