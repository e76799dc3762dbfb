"""What a statistic finds in rows: counts, sums, extremes, order; of all rows, or of a part.

A statistic reads its rows only through what its tally makes of each finding. Where all rows are in
one place a finding is the whole already. Where they are in parts, findings are merged; see
`by_parts`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TypeVar

Found = TypeVar("Found")


class Tally:
    """All rows are here: what is found in them is the whole."""

    is_whole = True

    def whole(self, found: Found, merge: Callable[[Found, Found], Found]) -> Found:
        """A finding of all rows, from that of the rows here."""
        return found

    def agreed(self, found: Found, merge: Callable[[Found, Found], Found]) -> Found:
        """The same, where the statistic goes on by what it is: windows, bins, the groups."""
        return found

    def asks(self, columns: Iterable[str]) -> None:
        """Take note of the columns of `completions` that the statistic reads."""


HERE = Tally()
