"""Which frames are built, and whether with the words of prompts and answers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from .columns import Table

# What completions, and doubts about them, follow from, whether or not the frame is asked for.
_JUDGED_BY: Mapping[str, Sequence[str]] = {
    "choices": ("row_id", "finish_class"),
    "tags": ("row_id", "tag"),
    "tool_calls": ("row_id", "arguments_valid"),
    "logprobs": ("row_id", "token_index", "logprob", "is_sentinel"),
}


WORDS = "text"
"""Stands among the frames that were left out for the words of prompts and answers."""


IN_ONE_PLACE = "select what you need, and pass what compute() of the selection gives"
"""What to do where a log in parts is of no use."""


def not_built(name: str) -> AttributeError:
    """The error that a frame, or the words of all, were not asked for."""
    if name == WORDS:
        return AttributeError(
            "this log was loaded without the words of prompts and answers: load it with `text=True`"
        )
    return AttributeError(f"this log was loaded without {name!r}: name it in `load(frames=…)`, too")


@dataclass(frozen=True, slots=True)
class Wanted:
    """What of the records becomes frames; all of it where nothing else is said."""

    frames: tuple[str, ...] | None = None
    """The names of the frames; None is all of them."""
    text: bool = True
    """Whether the words of prompts and answers are wanted."""

    def has(self, name: str) -> bool:
        """Whether a frame is asked for."""
        return self.frames is None or name in self.frames

    def columns(self, table: Table) -> Sequence[str]:
        """The columns that are built of a frame, none where nobody needs it."""
        if not self.has(table.name):
            return _JUDGED_BY.get(table.name, ())
        return [column.name for column in table if self.text or not column.is_said]
