"""Counts that follow a filter: how many rows each view shows, given what the others demand.

No widget and no pandas: codes in, counts out. The same codes and rules serve the page that has no
kernel, where the brush module counts by itself.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import numpy.typing as npt
from scipy.sparse import csr_array

Flags = npt.NDArray[np.bool_]
Counts = npt.NDArray[np.int64]
Rows = npt.NDArray[np.intp] | slice
EVERY = slice(None)
_MOST_SLOTS = 32


@dataclass(frozen=True)
class Single:
    """A dimension with one code per row; the last code stands for missing."""

    codes: npt.NDArray[Any]
    size: int

    def counts(self, rows: Rows) -> Counts:
        """How many of the rows have each code."""
        return np.bincount(self.codes[rows], minlength=self.size)

    @cached_property
    def whole(self) -> Counts:
        """The counts of all rows."""
        return self.counts(EVERY)


@dataclass(frozen=True)
class Several:
    """A dimension with any number of codes per row, such as tags; the last stands for none."""

    rows_by_code: csr_array
    """1 where the row bears the code. A dense one of a million rows and 10,000 tags is 10 GB."""

    @classmethod
    def of(cls, rows: npt.NDArray[Any], codes: npt.NDArray[Any], shape: tuple[int, int]) -> Several:
        """A dimension from pairs of row and code, in any order and perhaps repeated."""
        n_rows, n_codes = shape
        bare = np.ones(n_rows, dtype=np.bool_)
        bare[rows] = False
        row = np.concatenate([rows, np.flatnonzero(bare)])
        code = np.concatenate([codes, np.full(int(bare.sum()), n_codes)])
        matrix = csr_array(
            (np.ones(len(row), dtype=np.int32), (row, code)), shape=(n_rows, n_codes + 1)
        )
        matrix.sum_duplicates()
        matrix.data[:] = 1  # a pair that was given twice was added up
        return cls(matrix)

    @property
    def size(self) -> int:
        """How many codes there are, that of none included."""
        return int(self.rows_by_code.shape[1])

    def counts(self, rows: Rows) -> Counts:
        """How many of the rows bear each code; a row counts for each of its codes."""
        if isinstance(rows, slice):
            return np.bincount(self.rows_by_code.indices, minlength=self.size)
        chosen = np.zeros(self.rows_by_code.shape[0], dtype=np.int32)
        chosen[rows] = 1
        return np.asarray(self.rows_by_code.T @ chosen, dtype=np.int64)

    @cached_property
    def whole(self) -> Counts:
        """The counts of all rows."""
        return self.counts(EVERY)


Dimension = Single | Several


class CrossFilter:
    """Rows under several filters, each in a slot of its own; a view ignores the filter of its slot.

    A bit per row and slot says that the row fails it. Slots that bear the name of a dimension can
    be counted; others, such as a search in texts, only keep rows.

    >>> models = Single(np.array([0, 0, 1, 2], dtype=np.uint8), size=3)
    >>> x = CrossFilter(4, {"model": models})
    >>> x.keep("model", np.array([True, True, False, False]))
    >>> x.keep("text", np.array([True, False, True, True]))
    >>> x.count, x.counts("model").tolist()
    (1, [1, 1, 1])
    """

    def __init__(self, n_rows: int, dimensions: Mapping[str, Dimension]) -> None:
        self.n_rows = n_rows
        self.dimensions = dict(dimensions)
        self._fail = np.zeros(n_rows, dtype=np.uint32)
        self._bits: dict[str, np.uint32] = {}
        self._found: dict[int, Rows] = {}

    def keep(self, slot: str, rows: Flags | None) -> None:
        """Set the rows that a slot keeps; None keeps all of them.

        Raises:
            ValueError: more than 32 slots keep rows at the same time.
        """
        bit = self._bits.pop(slot, None)
        if bit is not None:
            self._fail &= ~bit
        if rows is not None:
            bit = self._bits[slot] = self._free_bit(slot)
            self._fail |= (~rows).astype(np.uint32) * bit
        self._found.clear()

    @property
    def kept(self) -> Flags:
        """True for each row that no slot refuses."""
        return np.asarray(self._fail == 0)

    @property
    def positions(self) -> npt.NDArray[np.intp]:
        """The places of the rows that no slot refuses."""
        rows = self._rows()
        return np.arange(self.n_rows) if isinstance(rows, slice) else rows

    @property
    def count(self) -> int:
        """How many rows no slot refuses."""
        rows = self._rows()
        return self.n_rows if isinstance(rows, slice) else len(rows)

    def refused(self, slot: str) -> tuple[int, int]:
        """How many rows a slot refuses, and how many of these no other slot does."""
        bit = self._bits.get(slot)
        if bit is None:
            return 0, 0
        return int(np.count_nonzero(self._fail & bit)), int(np.count_nonzero(self._fail == bit))

    def counts(self, name: str) -> Counts:
        """How many rows have each code of a dimension, its own slot ignored."""
        rows, dimension = self._rows(name), self.dimensions[name]
        return dimension.whole if isinstance(rows, slice) else dimension.counts(rows)

    def prefix(self, active: str) -> Counts:
        """Running totals over the codes of a dimension, from 0: rows below each code."""
        return np.concatenate([[0], self.counts(active).cumsum()])

    def cube(self, active: str, name: str) -> Counts:
        """Running totals of another dimension's counts over the codes of `active`.

        Row hi minus row lo is what `counts(name)` will be once `active` keeps the codes
        lo <= code < hi; so whoever holds the table follows a brush without asking again. Both
        dimensions have one code per row.

        Source: the idea of Falcon, Moritz et al. 2019.
        """
        rows, across = self._rows(active, name), self.dimensions[name]
        along = self.dimensions[active]
        if not (isinstance(along, Single) and isinstance(across, Single)):
            raise TypeError(f"a cube needs one code per row, and {active} or {name} has several")
        joint = along.codes[rows].astype(np.intp)
        joint *= across.size
        joint += across.codes[rows]
        table = np.bincount(joint, minlength=along.size * across.size)
        running = np.zeros((along.size + 1, across.size), dtype=np.int64)
        table.reshape(along.size, across.size).cumsum(axis=0, out=running[1:])
        return running

    def _rows(self, *ignoring: str) -> Rows:
        """The rows that fail nothing but perhaps these slots; all of them as one slice."""
        ignored = _joined(self._bits[slot] for slot in ignoring if slot in self._bits)
        asked = _joined(self._bits.values()) & ~ignored
        if asked not in self._found:
            self._found[asked] = (
                np.flatnonzero((self._fail & np.uint32(asked)) == 0) if asked else EVERY
            )
        return self._found[asked]

    def _free_bit(self, slot: str) -> np.uint32:
        taken = _joined(self._bits.values())
        for place in range(_MOST_SLOTS):
            if not taken >> place & 1:
                return np.uint32(1 << place)
        raise ValueError(f"{slot!r} would be the 33rd filter at the same time; 32 are possible")


def _joined(bits: Iterable[np.uint32]) -> int:
    whole = 0
    for bit in bits:
        whole |= int(bit)
    return whole
