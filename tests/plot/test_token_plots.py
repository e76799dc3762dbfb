"""What plots of tokens draw is what their statistics return."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
import pandas as pd
import pytest

from completion_analytics import plot, stats


def row_names(ax):
    return [label.get_text() for label in ax.get_yticklabels()]


def said(ax):
    return [text.get_text() for text in ax.texts]


def points(ax, place=0):
    """The marks on a row of a forest, in the order in which they were drawn."""
    marks = [line for line in ax.lines if line.get_linestyle() == "None"]
    return [float(line.get_xdata()[0]) for line in marks if line.get_ydata()[0] == place]


class Layer(NamedTuple):
    heights: Any
    edges: Any
    baseline: Any


def layers(ax):
    return [Layer(*patch.get_data()) for patch in ax.patches]


def test_a_histogram_of_tokens_counts_every_finished_call_once(normal):
    ax = plot.token_histogram(normal)
    known = normal.completions["total_tokens"].notna()
    assert sum(layer.heights.sum() for layer in layers(ax)) == known.sum()
    assert layers(ax)[0].edges.tolist() == sorted(
        {*stats.token_histogram(normal)["from_tokens"][1:], layers(ax)[0].edges[-1]}
    )


def test_histograms_of_groups_are_shares_of_each(normal):
    ax = plot.token_histogram(normal, "completion_tokens", by="model")
    assert [layer.heights.sum() for layer in layers(ax)] == pytest.approx([1, 1, 1, 1])


def test_calls_without_any_token_stand_apart_at_the_left():
    ax = plot.token_histogram(pd.DataFrame({"total_tokens": [0, 0, 7, 900]}))
    zeros = layers(ax)[-1]
    assert zeros.heights.tolist() == [2]
    assert zeros.edges[-1] < layers(ax)[0].edges[0]
    assert "zero" in said(ax)


def test_prompt_and_completion_tokens_are_stacked(normal):
    ax = plot.tokens_over_time(normal, every="1D")
    table = stats.tokens_over_time(normal, every="1D")
    prompt, completion = (
        table.loc[table["tokens"] == kind, "value"].astype("float64").to_numpy()
        for kind in ("prompt", "completion")
    )
    lower, upper = layers(ax)
    np.testing.assert_allclose(lower.heights, prompt)
    np.testing.assert_allclose(upper.heights, prompt + completion)
    np.testing.assert_allclose(upper.baseline, prompt)


def test_groups_are_stacked_to_the_sum_of_all(normal):
    table = stats.tokens_over_time(normal, every="1D")
    total = table.groupby("start_at")["value"].sum().astype("float64").to_numpy()
    np.testing.assert_allclose(
        layers(plot.tokens_over_time(normal, every="1D", by="model"))[-1].heights, total
    )


def test_a_window_in_which_no_count_is_known_is_a_gap():
    calls = pd.DataFrame(
        {
            "prompt_tokens": [5, 9],
            "completion_tokens": pd.array([None, None], dtype="Int64"),
            "created_at": pd.to_datetime(["2026-11-05T09:10Z", "2026-11-05T11:10Z"]),
        }
    )
    prompt, completion = layers(plot.tokens_over_time(calls, every="1h"))
    assert np.nan_to_num(prompt.heights, nan=-1).tolist() == [5, -1, 9]
    assert np.isnan(completion.heights).all()


def test_throughput_marks_median_mean_and_the_rate_of_totals(normal):
    ax = plot.throughput(normal, by="model")
    table = stats.throughput(normal, by="model").set_index("model")
    assert row_names(ax) == list(table["p50"].sort_values(ascending=False).index)
    for place, model in enumerate(row_names(ax)):
        speeds = table.loc[model, ["p50", "mean_of_rates", "rate_of_totals"]]
        assert points(ax, place) == speeds.astype(float).tolist()


def test_a_single_call_has_a_rate_without_an_interval():
    calls = pd.DataFrame({"outcome": ["finished"], "completion_tokens": [9], "duration_s": [3.0]})
    ax = plot.throughput(calls)
    assert points(ax) == [3, 3, 3]
    assert np.isnan(ax.lines[0].get_xdata()).all()


def test_token_shares_are_ratios_of_totals(normal):
    ax = plot.token_shares(normal)
    table = stats.token_shares(normal).set_index("part")
    assert row_names(ax) == ["cached", "reasoning"]
    assert [points(ax, 0), points(ax, 1)] == [[share] for share in table["value"]]


def test_a_part_that_a_group_never_tells_has_no_row(normal):
    ax = plot.token_shares(normal, by="model")
    assert row_names(ax) == [
        "gpt-4o · cached",
        "gpt-4o-mini · cached",
        "o3-mini · cached",
        "o3-mini · reasoning",
    ]


def test_the_use_of_max_tokens_is_its_statistic(normal):
    ax = plot.max_tokens_use(normal, by="model")
    table = stats.max_tokens_use(normal, by="model")
    for place, row in enumerate(table.to_dict("records")):
        assert points(ax, place) == [row["p50"], row["p90"], row["p99"]]
    assert said(ax)[0].endswith(" at the limit")


def test_two_hundred_groups_have_room(shrunk, crowded):
    rows = 25 * 200
    calls = pd.DataFrame(
        {
            "outcome": "finished",
            "model": [f"an-organisation/model-{i % 200}" for i in range(rows)],
            "prompt_tokens": np.arange(rows) % 977 + 2,
            "cached_tokens": np.arange(rows) % 2,
            "completion_tokens": np.arange(rows) % 101 + 2,
            "reasoning_tokens": np.arange(rows) % 3,
            "total_tokens": np.arange(rows) % 54_321 + 4,
            "max_tokens": 200,
            "duration_s": np.arange(rows) % 17 + 1.0,
            "created_at": pd.date_range("2026-11-05", periods=rows, freq="min", tz="UTC"),
        }
    )
    for name in ("token_shares", "token_histogram", "tokens_over_time", "throughput"):
        assert crowded(shrunk(getattr(plot, name)(calls, by="model"))) == []
    assert crowded(shrunk(plot.max_tokens_use(calls, by="model"))) == []
