"""Keeping the rows that all conditions keep, and the pandas code that does the same."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any, TypeVar, overload

import numpy as np
import pandas as pd

from .condition import Condition, require_condition
from .scope import Log, LogInParts, Names, Scope

AnyLog = TypeVar("AnyLog", bound=Log)
AnyLogInParts = TypeVar("AnyLogInParts", bound=LogInParts)


@overload
def select(data: pd.DataFrame, *conditions: Condition) -> pd.DataFrame: ...
@overload
def select(data: AnyLogInParts, *conditions: Condition) -> AnyLogInParts: ...
@overload
def select(data: AnyLog, *conditions: Condition) -> AnyLog: ...
def select(data: Any, *conditions: Condition) -> Any:
    """Keep the rows that every condition keeps: a frame gives a frame, a log a log.

    A frame's rows keep their order and index labels, its columns their dtypes with all categories;
    the frame given is left as it was. In a log every frame is filtered; in one of `ca.scale.open`
    when a frame or a statistic asks for it. Missing values match nothing, unless asked for. Without
    conditions everything is kept.

    Raises:
        KeyError: a condition names a column that is not there.
        TypeError: a condition looks beyond the frame (at tags, prompts or answers) and there is
            only a frame; or a column holds another kind of values than the condition compares.

    >>> frame = pd.DataFrame({"model": ["a", "b", "a"], "duration_s": [1.0, 8.0, None]})
    >>> from completion_analytics import Between, OneOf, select
    >>> select(frame, OneOf("model", ["a", "b"]), Between("duration_s", 5, None))
      model  duration_s
    1     b         8.0
    """
    for condition in conditions:
        require_condition("select", condition)
    if isinstance(data, pd.DataFrame):
        return _selected(Scope(data), conditions)
    if isinstance(data, LogInParts):
        return data.selected(conditions)
    if not hasattr(data, "keep"):
        raise TypeError(f"select takes a DataFrame or a CompletionLog, not {type(data).__name__}")
    return data.keep(_selected(Scope(data.completions, data), conditions)["row_id"])


def as_code(conditions: Iterable[Condition], name: str = "log", *, is_frame: bool = False) -> str:
    """One pandas expression that keeps the same rows as `select`, to be pasted into a notebook.

    It needs nothing but the log called `name`, and gives its completions; with `is_frame` the name
    is that of a frame. It is meant for frames with the declared dtypes: a column of Arrow
    timestamps does not compare with text, nor does a column that is empty by accident of its dtype.
    Where a regular expression has groups, pandas warns that it does not need them.

    Raises:
        TypeError: a condition looks beyond the frame and there is only a frame.

    >>> from completion_analytics import Between, OneOf
    >>> print(as_code([OneOf("model", ["gpt-4o"]), Between("duration_s", 0.5, None)]))
    log.completions.loc[lambda d: (
        d['model'].isin(['gpt-4o'])
        & (d['duration_s'] >= 0.5)
    )]
    """
    given = tuple(conditions)
    for condition in given:
        require_condition("as_code", condition)
    rows = "rows" if re.match(r"d\b", name) else "d"  # a log called d would be hidden
    names = Names(None if is_frame else name, rows)
    tests = "\n    & ".join(condition.code(names) for condition in given)
    frame = name if is_frame else f"{name}.completions"
    return f"{frame}.loc[lambda {rows}: (\n    {tests}\n)]" if given else frame


def _selected(scope: Scope, conditions: tuple[Condition, ...]) -> pd.DataFrame:
    kept = ~scope.none()
    for condition in conditions:
        kept &= condition.rows(scope)
    return scope.frame.iloc[np.flatnonzero(kept)]
