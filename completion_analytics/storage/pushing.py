"""Conditions as expressions of Arrow, so that rows are left out while a file is read.

An expression keeps exactly the rows that its condition keeps. What cannot be said exactly is None,
and the condition itself decides later.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import reduce
from math import ceil, floor
from operator import and_, ge, gt, le, lt, or_
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from ..filters import Between, Condition, Missing, Not, OneOf
from ..frames.columns import TIME, Column
from .arrow import TYPES

_EXACT = 2**53
"""Up to here every integer is a float of its own."""
_INTEGERS = ("int64", "Int64")
_COMPARE = {
    "both": (ge, le),
    "left": (ge, lt),
    "right": (gt, le),
    "neither": (gt, lt),
}
# Arrow compares dtypes with values of these Python types as pandas does.
_ALIKE: dict[str, tuple[type, ...]] = {
    "int64": (int,),
    "Int64": (int,),
    "float64": (int, float),
    "boolean": (bool,),
    "str": (str,),
    "category": (str,),
}


def pushed(condition: Condition, columns: dict[str, Column]) -> Any | None:
    """An expression that keeps the rows a condition keeps; None where there is none."""
    push = _PUSHES.get(type(condition))
    return push(condition, columns) if push else None


def all_of(expressions: Sequence[Any]) -> Any | None:
    """Rows that every expression keeps; None for no expressions, which keep all rows."""
    return reduce(and_, expressions) if expressions else None


def among(row_ids: npt.NDArray[np.int64]) -> Any:
    """Rows with one of these ids; row groups of other ids are not read at all."""
    if not len(row_ids):
        return pc.scalar(False)
    field = pc.field("row_id")
    span = (field >= pa.scalar(row_ids.min())) & (field <= pa.scalar(row_ids.max()))
    return span & field.isin(pa.array(row_ids))


def _one_of(condition: OneOf, columns: dict[str, Column]) -> Any | None:
    column = columns.get(condition.column)
    if column is None or not all(_is_alike(value, column) for value in condition.known):
        return None
    field = pc.field(column.name)
    tests = [_is_one(field, condition.known, column)] if condition.known else []
    if None in condition.values:  # noqa: PD011  # because it is no frame's
        tests.append(field.is_null())
    return reduce(or_, tests) if tests else pc.scalar(False)


def _is_one(field: Any, values: list[Any], column: Column) -> Any:
    if column.dtype == "float64":  # Arrow's sets tell 0.0 from -0.0
        return reduce(or_, (field == float(value) for value in values))
    kind = pa.string() if column.dtype == "category" else TYPES[column.dtype]
    return field.isin(pa.array(values, kind))


def _between(condition: Between, columns: dict[str, Column]) -> Any | None:
    column = columns.get(condition.column)
    if column is None:
        return None
    field = pc.field(column.name)
    tests = [field.is_valid()]
    ends = (condition.low, condition.high)
    for compare, end in zip(_COMPARE[condition.inclusive], ends, strict=True):
        if end is not None:
            scalar = _end(end, column, compare)
            if scalar is None:
                return None
            tests.append(compare(field, scalar))
    return reduce(and_, tests)


def _end(end: Any, column: Column, compare: Any) -> Any | None:
    """An end of a range as a value of Arrow; None where it compares in another way."""
    if isinstance(end, str):
        return pa.scalar(pd.Timestamp(end), TYPES[TIME]) if column.dtype == TIME else None
    if column.dtype in _INTEGERS and isinstance(end, float):
        # Arrow would compare as floats of 32 bits.
        end = (ceil if compare in (ge, lt) else floor)(end) if abs(end) < _EXACT else None
    is_comparable = column.dtype in _INTEGERS or (column.dtype == "float64" and abs(end) <= _EXACT)
    return pa.scalar(end, TYPES[column.dtype]) if is_comparable and end is not None else None


def _missing(condition: Missing, columns: dict[str, Column]) -> Any | None:
    return pc.field(condition.column).is_null() if condition.column in columns else None


def _not(condition: Not, columns: dict[str, Column]) -> Any | None:
    inner = pushed(condition.condition, columns)
    return None if inner is None else ~pc.coalesce(inner, pc.scalar(False))


_PUSHES: dict[type[Condition], Callable[[Any, dict[str, Column]], Any | None]] = {
    OneOf: _one_of,
    Between: _between,
    Missing: _missing,
    Not: _not,
}


def _is_alike(value: Any, column: Column) -> bool:
    kinds = _ALIKE.get(column.dtype, ())
    if isinstance(value, bool) != (kinds == (bool,)) or not isinstance(value, kinds):
        return False
    return not isinstance(value, int) or column.dtype in _INTEGERS or abs(value) <= _EXACT
