"""How often calls fail, when, and of what."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any, Literal

import numpy as np
import pandas as pd

from ..frames.completions import FINISH_CLASSES
from .by_parts import of_parts
from .generic import rate_table
from .groups import Groups, groups_of
from .inputs import By, Counts, Data, Flags, require_choice, require_share
from .intervals import wilson
from .templates import templates, without_secrets
from .usable import finished
from .windows import instants_of, windows_of

DETAILS = ("class", "kind", "reason")
_DETAIL_COLUMNS = ["failure_class", "failure_kind", "reason"]


@of_parts
def failure_rates(data: Data, *, by: By = None, level: float = 0.95) -> pd.DataFrame:
    """The share of resolved calls that failed; unresolved ones stand beside it.

    One row per group. Columns: those of `by`, ``value, lo, hi, k, n, n_excluded, n_mock,
    reliable, n_unresolved, unresolved_share, is_floor, ceiling, n_truncated, n_filtered``.

    `k` of `n` calls failed, whatever the class; `n` counts failed and finished ones. Where more are
    unresolved than failed the rate is a floor, and `ceiling` the rate if all of them failed.
    Truncated and filtered answers count as finished: their numbers are soft failures. Fewer than
    10 resolved calls are not `reliable`.

    Raises:
        KeyError: a column is not there.
        TypeError: a column of `by` is continuous.
        ValueError: `level` is not between 0 and 1.

    Source: Wilson 1927.

    >>> calls = pd.DataFrame({"outcome": ["finished"] * 3 + ["failed", "unresolved"]})
    >>> failure_rates(calls)[["value", "k", "n", "n_unresolved", "unresolved_share"]]
       value  k  n  n_unresolved  unresolved_share
    0   0.25  1  4             1               0.2
    """
    require_share("failure_rates", "level", level)
    optional = ("is_truncated", "finish_class")
    groups = groups_of(data, "failure_rates", ["outcome"], by=by, optional=optional)
    return failure_table(groups, level).assign(**_soft_failures(groups))


@of_parts
def failures_over_time(
    data: Data,
    *,
    by: By = None,
    every: str | None = None,
    tz: str = "UTC",
    level: float = 0.95,
) -> pd.DataFrame:
    """The failure rate in each window of time; a window without calls is empty and not zero.

    One row per group and window, in order of time. Columns: those of `by`, ``start_at`` (its start
    in the zone), ``elapsed_s``, then those of `failure_rates` but the soft failures, and
    ``n_undated``, the group's rows that have no time and so no window.

    Args:
        data: a frame, or a log.
        by: the columns that tell groups apart.
        every: width of a window, as `"15min"`, `"1h"`, `"1D"`, `"1W"`, `"1M"`; None chooses one.
        tz: IANA name of the zone whose clock the windows follow.
        level: how sure the intervals are.

    Raises:
        KeyError: a column is not there.
        TypeError: a column of `by` is continuous, or `created_at` holds no instants.
        ValueError: an unknown width or zone, or `level` is not between 0 and 1.

    >>> calls = pd.DataFrame({
    ...     "outcome": ["failed", "finished"],
    ...     "created_at": pd.to_datetime(["2026-11-05T09:10Z", "2026-11-05T11:20Z"]),
    ... })
    >>> failures_over_time(calls, every="1h")[["value", "k", "n"]]
       value  k  n
    0    1.0  1  1
    1    NaN  0  0
    2    0.0  0  1
    """
    function = "failures_over_time"
    require_share(function, "level", level)
    groups = groups_of(data, function, ["outcome", "created_at"], by=by)
    windows = windows_of(groups.frame["created_at"], function, every, tz, groups.tally)
    undated = groups.count(windows.place < 0)
    cells = groups.crossed(windows.place, "start_at", windows.starts)
    table = failure_table(cells, level)
    table.insert(
        list(table.columns).index("start_at") + 1,
        "elapsed_s",
        np.tile(windows.elapsed_s, groups.size),
    )
    return table.assign(n_undated=np.repeat(undated, windows.size))


def failure_kinds(
    data: Data,
    *,
    by: By = None,
    detail: Literal["class", "kind", "reason"] = "reason",
) -> pd.DataFrame:
    """What failed calls failed of, the most frequent first, with the share of all failures so far.

    One row per group and kind of failure. Columns: those of `by`, ``failure_class``, with
    ``detail="kind"`` also ``failure_kind`` and with ``"reason"`` also ``reason``; then ``k, n,
    share, cumulative_share, first_seen_at, last_seen_at, example``.

    `k` of the group's `n` failed calls; the last cumulative share of a group is 1. Reasons are
    templates: keys, addresses, ids, models, times and numbers are masked. A missing kind or reason
    is a row of its own. The example is the latest reason, its keys and addresses masked.

    Raises:
        KeyError: a column is not there.
        TypeError: a column of `by` is continuous, or `created_at` holds no instants.
        ValueError: `detail` is unknown.

    >>> calls = pd.DataFrame({
    ...     "outcome": "failed",
    ...     "failure_class": ["timeout", "rate_limit", "rate_limit"],
    ...     "failure_reason": ["Request timed out.", "Try again in 1.4s", "Try again in 20ms"],
    ... })
    >>> failure_kinds(calls)[["failure_class", "reason", "k", "cumulative_share"]].round(2)
      failure_class               reason  k  cumulative_share
    0    rate_limit  Try again in {time}  2              0.67
    1       timeout   Request timed out.  1              1.00
    """
    require_choice("failure_kinds", "detail", detail, DETAILS)
    optional = ("failure_kind", "failure_reason", "created_at", "model", "model_requested")
    groups = groups_of(
        data, "failure_kinds", ["outcome", "failure_class"], by=by, optional=optional
    )
    failed = groups.matches("outcome", "failed")
    keys = _DETAIL_COLUMNS[: DETAILS.index(detail) + 1]
    rows = _failed_rows(groups, failed, "reason" in keys)
    # The latest row of a kind is its example, the text deciding between equals.
    rows = rows.sort_values(["seen", "text"], na_position="first", ignore_index=True)
    kinds = rows.groupby(["group", *keys], observed=True, dropna=False, sort=False)
    found = kinds.agg(
        k=("group", "size"),
        first_seen_at=("seen", "min"),
        last_seen_at=("seen", "max"),
        row=("row", "last"),
    ).reset_index()
    found = found.sort_values(
        ["group", "k", *keys], ascending=[True, False, *[True] * len(keys)], ignore_index=True
    )
    group = found["group"].to_numpy()
    n = groups.count(failed)[group]
    texts = rows.set_index("row")["text"].loc[found["row"]]
    return groups.table(
        {
            **{name: found[name].array for name in keys},
            "k": found["k"].to_numpy(),
            "n": n,
            "share": found["k"].to_numpy() / n,
            "cumulative_share": found.groupby("group")["k"].cumsum().to_numpy() / n,
            "first_seen_at": found["first_seen_at"].array,
            "last_seen_at": found["last_seen_at"].array,
            "example": texts.map(without_secrets, na_action="ignore").astype("str").array,
        },
        group,
    )


@of_parts
def finish_reasons(data: Data, *, by: By = None, level: float = 0.95) -> pd.DataFrame:
    """Why answers ended: the share of each finish class among finished calls that tell one.

    One row per group and finish class that occurs anywhere. Columns: those of `by`,
    ``finish_class, value, lo, hi, k, n, n_unknown, n_excluded, n_mock``. `n` finished calls have
    a class and `n_unknown` have none; the class is that of the first choice.

    Raises:
        KeyError: a column is not there.
        TypeError: a column of `by` is continuous.
        ValueError: `level` is not between 0 and 1.

    >>> calls = pd.DataFrame({"outcome": "finished", "finish_class": ["stop", "length", None]})
    >>> finish_reasons(calls)[["finish_class", "value", "k", "n", "n_unknown"]]
      finish_class  value  k  n  n_unknown
    0         stop    0.5  1  2          1
    1       length    0.5  1  2          1
    """
    require_share("finish_reasons", "level", level)
    groups = groups_of(data, "finish_reasons", ["finish_class"], by=by, optional=["outcome"])
    classes = groups.frame["finish_class"].astype("category")
    done = finished(groups)
    here = {str(name) for name in classes[done].dropna().unique()}
    seen = groups.tally.agreed(here, set.union)
    names = [name for name in FINISH_CLASSES if name in seen] + sorted(seen - {*FINISH_CLASSES})
    labels = pd.Categorical(names, categories=pd.Index(names, dtype="str"))
    of_class = pd.Index(names, dtype="str").get_indexer(classes.cat.categories.astype("str"))
    place = np.where(done & classes.notna(), np.append(of_class, -1)[classes.cat.codes], -1)
    cells = groups.crossed(place.astype(np.int64), "finish_class", labels)
    known = groups.count(place >= 0)
    k, n = cells.count(), np.repeat(known, len(names))
    lo, hi = wilson(k, n, level)
    return cells.table(
        {
            "value": k / np.where(n > 0, n, np.nan),
            "lo": lo,
            "hi": hi,
            "k": k,
            "n": n,
            "n_unknown": np.repeat(groups.count(done) - known, len(names)),
            "n_excluded": np.repeat(groups.count() - known + groups.n_mock, len(names)),
            "n_mock": np.repeat(groups.n_mock, len(names)),
        }
    )


def failure_table(groups: Groups, level: float) -> pd.DataFrame:
    """What `failure_rates` returns, but the soft failures, of rows that are already told apart."""
    failed, unresolved = (groups.matches("outcome", word) for word in ("failed", "unresolved"))
    k, waiting = groups.count(failed), groups.count(unresolved)
    n = groups.count(failed | groups.matches("outcome", "finished"))
    every = np.where(n + waiting > 0, n + waiting, np.nan)
    return rate_table(groups, k, n, groups.count() - n + groups.n_mock, level).assign(
        n_unresolved=waiting,
        unresolved_share=waiting / every,
        is_floor=waiting > k,
        ceiling=np.where(waiting > k, (k + waiting) / every, np.nan),
    )


def _soft_failures(groups: Groups) -> dict[str, Counts]:
    done = groups.matches("outcome", "finished")
    truncated = groups.is_true("is_truncated") | groups.matches("finish_class", "length")
    return {
        "n_truncated": groups.count(done & truncated),
        "n_filtered": groups.count(done & groups.matches("finish_class", "content_filter")),
    }


def _failed_rows(groups: Groups, failed: Flags, with_reasons: bool) -> pd.DataFrame:
    """One row per failed call: its group, what it failed of, when, and the text.

    Reasons take long, and are worked out only `with_reasons`.
    """
    rows = groups.frame[failed]
    missing = pd.Series(pd.NA, index=rows.index, dtype="str")
    text = rows.get("failure_reason", missing).astype("str")
    seen = np.full(len(rows), np.iinfo(np.int64).min)
    if "created_at" in rows:
        instants = instants_of(rows["created_at"], groups.function)
        seen = np.where(instants.known, instants.us, seen)
    return pd.DataFrame(
        {
            "group": groups.codes[failed],
            "row": np.arange(len(rows)),
            "failure_class": rows["failure_class"].astype("str").array,
            "failure_kind": rows.get("failure_kind", missing).astype("str").array,
            "reason": _templates(text, _models(groups.frame)) if with_reasons else missing.array,
            "seen": pd.DatetimeIndex(seen.view("datetime64[us]")).tz_localize("UTC"),
            "text": text.array,
        }
    )


def _templates(texts: pd.Series, models: Collection[str]) -> Any:
    """The template of each reason; each distinct reason is masked once."""
    places, distinct = pd.factorize(texts)
    masked = pd.array(templates(distinct, models), dtype="str")
    return masked.take(places, allow_fill=True)


def _models(frame: pd.DataFrame) -> set[str]:
    columns = [frame[name] for name in ("model", "model_requested") if name in frame]
    return {str(model) for column in columns for model in column.dropna().unique()}
