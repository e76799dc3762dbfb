"""What had to be repaired while one record was read."""

from __future__ import annotations

from collections.abc import Iterator


class Notes:
    """The repairs made while one record was validated, each `(code, field)` once, in order.

    Hand one over as pydantic's context; without one, repairs are made silently.

    >>> from completion_analytics.models import Completion
    >>> notes = Notes()
    >>> Completion.model_validate({"request": '{"model": "m"}'}, context=notes).request.model
    'm'
    >>> list(notes)
    [('json_string_payload', 'request')]
    """

    def __init__(self) -> None:
        """Start with nothing noted."""
        self._seen: dict[tuple[str, str], None] = {}

    def add(self, code: str, field: str) -> None:
        """Note that `field` had to be repaired in the way that `code` names."""
        self._seen[code, field] = None

    def clear(self) -> None:
        """Forget everything, so that the next record can be read."""
        self._seen.clear()

    def __iter__(self) -> Iterator[tuple[str, str]]:
        """The pairs `(code, field)` in the order in which they were first noted."""
        return iter(tuple(self._seen))

    def __len__(self) -> int:
        """How many different repairs were noted."""
        return len(self._seen)

    def __repr__(self) -> str:
        """The notes as a list of pairs."""
        return f"Notes({list(self)})"
