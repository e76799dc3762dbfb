"""Tokens, failures and structure on every shape of frame: the same rows give the same numbers."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest

from completion_analytics import stats
from completion_analytics.frames import TABLES

GROUPED = [
    *("bursts", "concurrency", "concurrency_totals", "failure_kinds", "failure_rates"),
    *("failures_over_time", "finish_reasons", "hour_weekday", "max_tokens_use"),
    *("missing_by_outcome", "retry_rates", "summary", "throughput", "token_histogram"),
    *("token_shares", "token_totals", "tokens_over_time", "truncation"),
]
UNGROUPED = ["sessions", "session_timeline"]
TIMED = ("bursts", "failures_over_time", "hour_weekday", "tokens_over_time")

ARROW = {
    "Int64": pd.ArrowDtype(pa.int64()),
    "float64": pd.ArrowDtype(pa.float64()),
    "str": pd.ArrowDtype(pa.string()),
    "category": pd.ArrowDtype(pa.string()),
    "boolean": pd.ArrowDtype(pa.bool_()),
    "datetime64[us, UTC]": pd.ArrowDtype(pa.timestamp("us", tz="UTC")),
}


def calls(n: int, seed: int = 3) -> pd.DataFrame:
    random = np.random.default_rng(seed)
    outcome = random.choice(["finished", "failed", "unresolved"], n, p=[0.8, 0.15, 0.05])
    done = outcome == "finished"

    def known(values: np.ndarray, where: np.ndarray = done) -> list[object]:
        return [value.item() if there else None for value, there in zip(values, where, strict=True)]

    return TABLES["completions"].build(
        {
            "row_id": list(range(n)),
            "model": [f"m{i}" for i in random.integers(0, 3, n)],
            "model_requested": ["m"] * n,
            "session_id": [f"s{i}" for i in random.integers(0, max(n // 10, 1), n)],
            "outcome": outcome.tolist(),
            "created_at": (random.permutation(n) * 7_000_000 + 1_750_000_000_000_000).tolist(),
            "duration_s": known(random.lognormal(0, 1, n)),
            "prompt_tokens": known(random.integers(10, 1000, n)),
            "completion_tokens": known(random.integers(1, 300, n)),
            "total_tokens": known(random.integers(11, 1300, n)),
            "cached_tokens": known(random.integers(0, 10, n)),
            "reasoning_tokens": known(random.integers(0, 2, n)),
            "max_tokens": [300] * n,
            "finish_class": known(random.choice(["stop", "length"], n)),
            "failure_class": known(random.choice(["timeout", "server"], n), outcome == "failed"),
            "failure_reason": known(random.choice(["a 1", "a 2", "b"], n), outcome == "failed"),
            "prompt_hash": [f"p{i}" for i in random.integers(0, 5, n)],
            "is_mock": [False] * n,
        }
    )


def everything(frame: pd.DataFrame, by: str | None = "model") -> dict[str, pd.DataFrame]:
    found = {name: getattr(stats, name)(frame, by=by) for name in GROUPED}
    return found | {name: getattr(stats, name)(frame) for name in UNGROUPED}


def with_plain_words(table: pd.DataFrame) -> pd.DataFrame:
    """Words as `str`: group columns come as the frame had them."""
    words = [name for name, dtype in table.dtypes.items() if dtype in ("category", ARROW["str"])]
    return table.astype(dict.fromkeys(words, "str"))


@pytest.fixture(scope="module")
def frame() -> pd.DataFrame:
    return calls(200)


@pytest.fixture(scope="module")
def expected(frame: pd.DataFrame) -> dict[str, pd.DataFrame]:
    return everything(frame)


SAME: dict[str, Callable[[pd.DataFrame], pd.DataFrame]] = {
    "in another order": lambda rows: rows.sample(frac=1, random_state=1),
    "with one label for all rows": lambda rows: rows.set_axis([5] * len(rows)),
    "with unused categories": lambda rows: rows.assign(
        model=rows["model"].cat.add_categories(["m9", "a0"]),
        failure_class=rows["failure_class"].astype("str").astype("category"),
    ),
    "backed by Arrow": lambda rows: rows.astype(
        {name: ARROW[str(dtype)] for name, dtype in rows.dtypes.items() if str(dtype) in ARROW}
    ),
}


@pytest.mark.parametrize("variant", SAME)
def test_the_same_rows_give_the_same_numbers(
    frame: pd.DataFrame, expected: dict[str, pd.DataFrame], variant: str
) -> None:
    for name, table in everything(SAME[variant](frame)).items():
        pd.testing.assert_frame_equal(
            with_plain_words(table), with_plain_words(expected[name]), check_dtype=False, obj=name
        )


def test_no_statistic_writes_into_the_frame(frame: pd.DataFrame) -> None:
    given = frame.copy(deep=True)
    everything(given)
    pd.testing.assert_frame_equal(given, frame)


@pytest.mark.parametrize(
    "shape", ["no row", "one row", "all missing", "all failed", "all mocks", "200 groups"]
)
def test_every_shape_gives_a_table_with_the_same_columns(
    expected: dict[str, pd.DataFrame], shape: str
) -> None:
    rows = {
        "no row": lambda: TABLES["completions"].empty(),
        "one row": lambda: calls(1),
        "all missing": lambda: TABLES["completions"].build({"row_id": [0, 1, 2]}),
        "all failed": lambda: TABLES["completions"].build(
            {"row_id": [0, 1], "outcome": ["failed"] * 2, "created_at": [0, 1]}
        ),
        "all mocks": lambda: calls(9).assign(is_mock=True),
        "200 groups": lambda: calls(400).assign(model=[f"m{i % 200}" for i in range(400)]),
    }[shape]()
    for name, table in everything(rows).items():
        assert table.columns.tolist() == expected[name].columns.tolist(), name
        counts = table.filter(regex=r"^(n|n_\w+)$").drop(columns="n_retries", errors="ignore")
        assert counts.notna().all(axis=None), name
        shares = table.filter(regex=r"^(share|\w+_share|\w*rate)$").astype("float64")
        if name not in ("throughput", "summary"):
            assert (shares.isna() | ((shares >= 0) & (shares <= 1 + 1e-12))).all(axis=None), name


@pytest.mark.parametrize("name", GROUPED)
def test_grouping_by_what_is_continuous_or_unknown_is_refused(
    frame: pd.DataFrame, name: str
) -> None:
    with pytest.raises(TypeError, match=f"{name} cannot group by 'duration_s'.*bin it first"):
        getattr(stats, name)(frame, by="duration_s")
    with pytest.raises(KeyError, match=f"{name} cannot group by 'modell' .did you mean 'model'"):
        getattr(stats, name)(frame, by="modell")
    with pytest.raises(TypeError, match=f"{name} takes a DataFrame or a CompletionLog"):
        getattr(stats, name)([1, 2])


@pytest.mark.parametrize("name", TIMED)
def test_a_column_that_holds_no_instants_is_refused(frame: pd.DataFrame, name: str) -> None:
    words = frame.assign(created_at="2026-11-05")
    with pytest.raises(TypeError, match=f"{name} needs instants, and 'created_at' holds str"):
        getattr(stats, name)(words)
