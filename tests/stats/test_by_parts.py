"""Statistics of a log in parts beside those of the same log in one place."""

from __future__ import annotations

from functools import reduce
from itertools import pairwise
from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from completion_analytics import stats
from completion_analytics.frames import TABLES
from completion_analytics.stats.sketch import RELATIVE_ERROR, Sketch

N = 300
MIDNIGHT = 1_767_225_600_000_000
RANKED = {
    "latency_over_time",
    "max_tokens_use",
    "percentile_ranges",
    "percentiles",
    "summary",
    "tag_summary",
    "throughput",
    "hour_weekday",
}
"""These take values by rank."""
CALLS = [
    ("failure_rates", {}),
    ("failure_rates", {"by": "model"}),
    ("failure_rates", {"by": ["model", "n_choices"]}),
    ("failure_rates", {"by": "seed"}),
    ("failures_over_time", {"by": "model", "every": "1h"}),
    ("failures_over_time", {}),
    ("finish_reasons", {"by": "model"}),
    ("hour_weekday", {"by": "model", "tz": "Europe/Berlin"}),
    ("latency_over_time", {"by": "model", "tz": "Asia/Kolkata"}),
    ("max_tokens_use", {"by": "model"}),
    ("missing_by_outcome", {"by": "model"}),
    ("percentile_ranges", {"by": "model"}),
    ("percentiles", {}),
    ("percentiles", {"by": "tag", "q": [0.01, 0.5, 0.999]}),
    ("percentiles", {"by": "model", "failures": "inf"}),
    ("percentiles", {"by": "model", "method": "linear"}),
    ("percentiles", {"column": "prompt_tokens", "failures": "exclude"}),
    ("summary", {}),
    ("summary", {"by": None}),
    ("summary", {"by": ["tag", "outcome"]}),
    ("tag_summary", {}),
    ("throughput", {"by": "model"}),
    ("token_totals", {"by": "model"}),
    ("tokens_over_time", {"every": "6h"}),
    ("truncation", {"by": "model"}),
]


class InPieces:
    """A log cut into parts, all of them in this process."""

    def __init__(self, *logs):
        self.logs = logs

    def empty(self):
        return SimpleNamespace(completions=self.logs[0].completions[:0], tags=self.logs[0].tags[:0])

    def compute(self, *, most=None):
        raise NotImplementedError

    def fold(self, work, merge, columns):
        return reduce(merge, [work(_with_columns(log, columns)) for log in self.logs])


def _with_columns(log, columns):
    return SimpleNamespace(completions=log.completions[columns], tags=log.tags)


def a_log():
    rng = np.random.default_rng(5)
    outcome = rng.choice(["finished", "failed", "unresolved"], N, p=[0.8, 0.15, 0.05])
    done = outcome == "finished"
    quality = rng.choice(["exact", "exact", "exact", "whole_second", "below_resolution"], N)
    seconds = np.round(rng.lognormal(1, 1, N), 3)
    seconds = np.where(quality == "whole_second", np.floor(seconds), seconds)
    tokens = rng.integers(1, 5_000, N)

    def told(values, where=done):
        return [
            value if ok else None for value, ok in zip(values.tolist(), where.tolist(), strict=True)
        ]

    completions = TABLES["completions"].build(
        {
            "row_id": range(N),
            "model": [None if i % 11 == 3 else "small" if i < 200 else "large" for i in range(N)],
            "seed": [None if i % 3 else f"{i % 7}" for i in range(N)],
            "outcome": outcome.tolist(),
            "created_at": [None if i % 50 == 9 else MIDNIGHT + i * 400_000_000 for i in range(N)],
            "duration_s": told(np.where(quality == "below_resolution", 0, seconds)),
            "duration_quality": quality.tolist(),
            "prompt_tokens": told(tokens),
            "completion_tokens": told(tokens // 3),
            "max_tokens": told(np.full(N, 1_000), rng.random(N) < 0.7),
            "finish_class": told(rng.choice(["stop", "length", "tool_calls"], N)),
            "is_truncated": told(rng.random(N) < 0.1),
            "is_mock": (rng.random(N) < 0.05).tolist(),
            "n_choices": rng.integers(0, 3, N).tolist(),
        }
    )
    pairs = [(row, tag) for row in range(N) for tag in ("a", "b", "c") if rng.random() < 0.3]
    row_ids, tags = zip(*pairs, strict=True)
    return SimpleNamespace(
        completions=completions, tags=TABLES["tags"].build({"row_id": row_ids, "tag": tags})
    )


def cut(log, *places):
    """The log in parts, the last ones without words that only the first ones have."""
    ends = [0, *places, len(log.completions)]
    parts = []
    for start, stop in pairwise(ends):
        rows = log.completions["row_id"].between(start, stop - 1)
        kept = log.completions[rows].reset_index(drop=True)
        kept["model"] = kept["model"].cat.remove_unused_categories()
        kept["finish_class"] = kept["finish_class"].cat.remove_unused_categories()
        tags = log.tags[log.tags["row_id"].between(start, stop - 1)].reset_index(drop=True)
        parts.append(SimpleNamespace(completions=kept, tags=tags))
    return InPieces(*parts)


@pytest.mark.parametrize(("name", "options"), CALLS, ids=str)
def test_a_log_in_parts_gives_the_table_of_the_whole(name, options):
    log = a_log()
    statistic = getattr(stats, name)
    whole, merged = statistic(log, **options), statistic(cut(log, 1, 100, 100, 250), **options)
    rtol = RELATIVE_ERROR if name in RANKED else 1e-12
    pd.testing.assert_frame_equal(merged, whole, rtol=rtol, atol=0)
    assert merged.attrs.get("relative_error") == (RELATIVE_ERROR if name in RANKED else None)


@pytest.mark.parametrize(
    ("name", "column"),
    [("latency_histogram", "duration_s"), ("token_histogram", "prompt_tokens")],
)
def test_histograms_are_exact_for_edges_that_the_parts_agree_on(name, column):
    log = a_log()
    options = {} if column == "duration_s" else {"column": column}
    calls = log.completions[~log.completions["is_mock"]]
    values = calls.loc[(calls["outcome"] == "finished") & (calls[column] > 0), column]
    table = getattr(stats, name)(cut(log, 70, 200), **options).iloc[1:]
    from_, to = (column for column in table if column.startswith(("from_", "to_")))
    counts, _ = np.histogram(values.astype("float64"), [*table[from_], table[to].iloc[-1]])
    assert table["value"].tolist() == counts.tolist()
    assert len(table) > 5


def test_a_heat_map_counts_every_dated_duration_once():
    log = a_log()
    merged = stats.latency_heatmap(cut(log, 150), by="model")
    assert merged["value"].sum() == stats.latency_heatmap(log, by="model")["value"].sum()


def test_no_rows_in_any_part_are_no_rows():
    none = SimpleNamespace(completions=a_log().completions[:0], tags=a_log().tags[:0])
    pd.testing.assert_frame_equal(stats.summary(InPieces(none, none)), stats.summary(none))
    assert len(stats.latency_histogram(InPieces(none), by=None)) == 1


def test_what_is_asked_wrongly_raises_before_any_part_is_read():
    log = InPieces(a_log())
    log.fold = None
    with pytest.raises(KeyError, match="summary cannot group by 'modle'"):
        stats.summary(log, by="modle")
    with pytest.raises(ValueError, match="needs q between 0 and 1, not 50"):
        stats.percentiles(log, q=[50])


def test_a_statistic_of_all_rows_at_once_says_what_to_do():
    with pytest.raises(TypeError, match=r"describe looks at all rows at once.*what compute\(\)"):
        stats.describe(cut(a_log(), 100), "duration_s")


numbers = st.floats(allow_nan=False) | st.sampled_from([0.0, 1.0, 2.0, float("inf")])


@given(st.lists(numbers, min_size=1), st.integers(0, 50), st.data())
def test_a_value_by_rank_is_near_the_true_one_and_the_ends_are_exact(values, place, data):
    given_ = np.array(values)
    first, second = given_[:place], given_[place:]
    sketch = sketch_of(second).merge(sketch_of(first))
    ascending = np.sort(given_)
    rank = data.draw(st.integers(1, len(values)))
    found = sketch.at(np.array([rank]))[0]
    np.testing.assert_allclose(found, ascending[rank - 1], rtol=RELATIVE_ERROR * (1 + 1e-9))
    assert sketch.at(np.array([1]))[0] == ascending[0]
    assert sketch.at(sketch.n)[0] == ascending[-1]


@given(st.lists(st.integers(0, 300)))
def test_counts_of_at_most_200_stay_exact(values):
    ascending = np.sort([value for value in values if value <= 200]).astype(np.float64)
    sketch = sketch_of(np.array(values, dtype=np.float64))
    found = [sketch.at(np.array([rank + 1]))[0] for rank in range(len(ascending))]
    assert found == ascending.tolist()


def test_merging_does_not_depend_on_the_order():
    values = np.random.default_rng(0).lognormal(0, 2, 999)
    one, two, three = (sketch_of(part) for part in np.split(values, 3))
    left, right = one.merge(two).merge(three), three.merge(one.merge(two))
    for name in ("key", "count", "least", "greatest"):
        assert np.array_equal(getattr(left, name), getattr(right, name))


def test_nine_decades_of_durations_take_a_few_thousand_bins():
    sketch = sketch_of(np.geomspace(1e-4, 1e5, 100_000))
    assert len(sketch.key) == 4_151


def test_a_group_without_values_has_no_rank():
    sketch = Sketch.of(np.array([1, 1]), np.array([3.0, 4.0]), 3)
    assert sketch.n.tolist() == [0, 2, 0]
    assert np.isnan(sketch.at(np.array([1, 3, 0]))).all()
    assert sketch.at(np.array([1, 2, 1]))[1] == 4.0


def sketch_of(values):
    return Sketch.of(np.zeros(len(values), np.int64), values, 1)
