"""Limits for pipelines: each is breached, kept, or not to be judged."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from math import inf
from typing import TYPE_CHECKING, Any, NamedTuple

import pandas as pd

from ..frames.columns import Column, Table
from ..stats.inputs import By
from .limits import Limit, read_limit
from .measures import RESULT, UNGROUPED
from .one_place import in_one_place
from .quantities import interval, written

if TYPE_CHECKING:
    from ..log import CompletionLog

_CHECKS = Table(
    "checks",
    "one row per expression and group",
    (
        Column("expression", "str", "what was asked, as it was written"),
        Column("group", "str", "the group, as `model=gpt-4o`, or `all calls`"),
        Column("value", "float64", "the value, a share as a number from 0 to 1"),
        Column("lo", "float64", "lower end of its interval"),
        Column("hi", "float64", "upper end of its interval"),
        Column("n", "Int64", "calls that the value is of"),
        Column("limit", "float64", "the limit, in the unit of the value"),
        Column("breached", "boolean", "whether it is past the limit; missing if not judged"),
        Column("sentence", "str", "the same in words"),
    ),
)
_LEVEL = 0.95


class _Verdict(NamedTuple):
    breached: bool | None
    why: str = ""
    """Why it is not judged."""


def check(log: CompletionLog, limits: Sequence[str], *, by: By = None) -> pd.DataFrame:
    """Whether a log, or each of its groups, is past limits such as `failure_rate>2%`.

    One row per limit and group. Columns: ``expression, group, value, lo, hi, n, limit, breached,
    sentence``. A limit names what must not be: `failure_rate`, `unresolved_rate`, `truncation`,
    `count`, `rejects`, or a function of a column of numbers as `p95(duration_s)`,
    `mean(cost_usd)`, `max(total_tokens)`; then `>`, `>=`, `<` or `<=` and a number, with `%`, `s`,
    `ms` or `k` behind it.

    The value is judged, or with `@95` behind the limit the interval at that level, which is past
    the limit when all of it is. `breached` is missing where the log cannot tell: there is no value;
    so few calls that the limit lies within what they leave open; durations in whole seconds around
    the limit; or more calls unresolved than failed, which may change the answer.

    Raises:
        KeyError: a column of `by` is not there.
        TypeError: a column of `by` is continuous, or `limits` is not a list.
        ValueError: a limit cannot be read.

    >>> from completion_analytics import load
    >>> log = load([{"id": str(i), "status": status, "request": {"prompt": "hi"}}
    ...             for i, status in enumerate(["finished", "failed"] * 10)])
    >>> check(log, ["failure_rate>2%", "count<10"])[["expression", "value", "limit", "breached"]]
            expression  value  limit  breached
    0  failure_rate>2%    0.5   0.02      True
    1         count<10   20.0  10.00     False
    """
    if isinstance(limits, str):
        raise TypeError(f"check takes a list of limits, so write [{limits!r}]")
    read = [read_limit(text) for text in limits]
    here = in_one_place(log, ())
    rows = [row for limit in read for row in _judged(here, limit, by)]
    return _CHECKS.build({name: [row[name] for row in rows] for name in _CHECKS.names})


def _judged(log: CompletionLog, limit: Limit, by: By) -> Iterator[dict[str, Any]]:
    names = [] if limit.measure.name in UNGROUPED else _names(by)
    table = limit.measure.ask(log, names or None, limit.level or _LEVEL)
    keys = table[names].to_dict("records")
    for key, found in zip(keys, table[RESULT].to_dict("records"), strict=True):
        yield _row(limit, _group(key), found)
    if table.empty:
        yield _row(limit, "no group", dict.fromkeys(RESULT))


def _names(by: By) -> list[str]:
    if by is None:
        return []
    return [by] if isinstance(by, str) else list(dict.fromkeys(by))


def _group(key: dict[Any, Any]) -> str:
    """A group in words, as `model=gpt-4o`."""
    told = (f"{name}={'(missing)' if pd.isna(value) else value}" for name, value in key.items())
    return ", ".join(told) or "all calls"


def _row(limit: Limit, group: str, given: dict[Any, Any]) -> dict[str, Any]:
    found = {name: None if pd.isna(value) else value for name, value in given.items()}
    verdict = _verdict(limit, found)
    return {
        "expression": limit.text,
        "group": group,
        **{name: found[name] for name in ("value", "lo", "hi", "n")},
        "limit": limit.limit,
        "breached": verdict.breached,
        "sentence": _sentence(limit, group, found, verdict),
    }


def _verdict(limit: Limit, found: dict[str, Any]) -> _Verdict:
    """Judged where everything that the value may be lies on one side of the limit."""
    if found["value"] is None:
        return _Verdict(None, "there are no calls" if found["n"] is None else "no call tells it")
    least, most, why = _range(limit, found)
    if found["is_floor"]:
        most = max(most, found["upto"])
        why = f"more calls are unresolved than failed: it may be {_upto(limit, found)}"
    breached = limit.is_past(least)
    return _Verdict(breached) if breached == limit.is_past(most) else _Verdict(None, why)


def _range(limit: Limit, found: dict[str, Any]) -> tuple[float, float, str]:
    """The least and the most that counts as the value, and why these may differ."""
    if limit.level is not None:
        return _deciding_end(limit, found)
    if not found["reliable"]:
        ends = found["lo"], found["hi"]
        why = f"{found['n']:,} calls are too few for the side of the limit it is on"
        return -inf if ends[0] is None else ends[0], inf if ends[1] is None else ends[1], why
    why = f"durations are in whole seconds: it may be {_upto(limit, found)}"
    return found["value"], found["upto"], why


def _deciding_end(limit: Limit, found: dict[str, Any]) -> tuple[float, float, str]:
    """The whole interval is past the limit if the end is that gets there last."""
    end = found["lo" if limit.is_ceiling else "hi"]
    if end is None:
        return -inf, inf, "so few calls leave that end of the interval open"
    slack = 0.0 if found["is_floor"] else found["upto"] - found["value"]
    why = "durations are in whole seconds, and that end of the interval may be on either side"
    # The upper end allows for whole seconds as it is.
    return (end, end + slack, why) if limit.is_ceiling else (end - slack, end, why)


def _upto(limit: Limit, found: dict[str, Any]) -> str:
    return f"up to {written(found['upto'], limit.measure.unit)}"


_VERDICTS = {True: "breached", False: "kept", None: "not judged"}


def _sentence(limit: Limit, group: str, found: dict[str, Any], verdict: _Verdict) -> str:
    unit = limit.measure.unit
    of = [] if found["n"] is None else [f"n = {found['n']:,}"]
    if limit.measure.has_interval and found["value"] is not None:
        ends = interval(found["lo"], found["hi"], unit)
        of.insert(0, f"{100 * (limit.level or _LEVEL):g}% interval {ends}")
    return (
        f"{_VERDICTS[verdict.breached]}: {limit.text} for {' '.join(group.split())}: "
        f"{written(found['value'], unit)}"
        + (f" ({', '.join(of)})" if of else "")
        + (f", because {verdict.why}" if verdict.why else "")
    )
