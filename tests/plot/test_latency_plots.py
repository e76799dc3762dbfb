"""Plots of durations show the numbers of their statistics, and only those."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from numpy.testing import assert_allclose

from completion_analytics import plot, stats


def by_model(table):
    return [part for _, part in table.groupby("model", observed=True, sort=False)]


def lines_by_colour(ax):
    """The lines in the order of the models, which is that of their colours' slots."""
    return sorted(ax.lines, key=lambda line: plot.colours.LIGHT.index(line.get_color()))


@pytest.mark.parametrize(
    ("name", "x"),
    [("answered_within", "t_s"), ("latency_ecdf", "duration_s")],
)
def test_a_curve_is_its_statistic(name, x, normal):
    table = getattr(stats, name)(normal, by="model")
    lines = lines_by_colour(getattr(plot, name)(normal, by="model"))
    for line, part in zip(lines, by_model(table), strict=True):
        assert_allclose(line.get_xdata(), part[x])
        assert_allclose(line.get_ydata(), part["value"])
        assert line.get_drawstyle() == "steps-post"


def test_survival_is_its_statistic(normal):
    table = stats.survival(normal)
    assert_allclose(plot.survival(normal).lines[0].get_ydata(), table["value"])


def test_the_band_is_the_interval_of_the_statistic(normal):
    table = stats.latency_ecdf(normal)
    (band,) = plot.latency_ecdf(normal).collections
    heights = band.get_paths()[0].vertices[:, 1]
    assert set(np.round(heights, 9)) == set(np.round([*table["lo"], *table["hi"]], 9))


def test_the_slo_prints_each_share_and_draws_its_line():
    calls = pd.DataFrame(
        {"outcome": ["finished"] * 3 + ["failed"], "duration_s": [1.0, 2.0, 9.0, None]}
    )
    ax = plot.answered_within(calls, slo_s=5)
    assert [text.get_text() for text in ax.texts] == ["5 s", "50 % in 5 s,\n75 % ever"]
    assert list(ax.lines[1].get_xdata()) == [5, 5]


def test_the_plateau_is_the_success_rate(normal):
    ax = plot.answered_within(normal)
    finished = (normal.completions["outcome"] == "finished").mean()
    assert ax.lines[0].get_ydata()[-1] == pytest.approx(finished)


def test_unresolved_calls_of_unknown_age_are_mentioned(normal):
    unresolved = (normal.completions["outcome"] == "unresolved").sum()
    for by in (None, "model", "tag"):
        (note,) = plot.answered_within(normal, by=by).child_axes
        assert f"{unresolved} unresolved of unknown age" in note.get_xlabel().replace("\n", " ")


def test_what_is_left_out_is_counted_by_cause():
    calls = pd.DataFrame(
        {
            "outcome": ["finished"] * 4 + ["failed", "unresolved", None],
            "duration_s": [1.0, 0.0, None, 3.0, None, None, None],
            "is_mock": [False, False, False, True, False, False, False],
        }
    )
    (note,) = plot.latency_ecdf(calls).child_axes
    assert note.get_xlabel().replace("\n", " ") == (
        "n = 1 · left out: 1 failed, 1 unresolved, 1 below the clock's resolution, "
        "1 without duration, 1 of unknown outcome, 1 mock"
    )


def test_a_histogram_counts_every_duration_once(normal):
    (bars,) = plot.latency_histogram(normal).patches
    assert np.sum(bars.get_data()[0]) == stats.latency_histogram(normal)["n"].iloc[0]


def test_histograms_of_groups_are_shares(normal):
    for outline in plot.latency_histogram(normal, by="model").patches:
        assert np.sum(outline.get_data()[0]) == pytest.approx(1)


def test_a_percentile_is_a_point_on_its_interval(normal):
    table = stats.percentiles(normal)
    ax = plot.percentiles(normal)
    intervals, points = ax.collections
    assert_allclose(points.get_offsets()[:, 0], table["value"])
    ends = np.array([segment[:, 0] for segment in intervals.get_segments()])
    assert_allclose(ends, table[["lo", "hi"]])


def test_an_interval_without_an_end_is_an_arrow_and_its_point_is_hollow():
    waits = pd.DataFrame({"duration_s": [0.8, 1.1, 1.3, 2.0, 2.4, 3.1, 3.3, 4.0, 5.2, 9.7]})
    ax = plot.percentiles(waits, q=[0.5, 0.9])
    assert [line.get_marker() for line in ax.lines] == [">"]
    _, points = ax.collections
    faces = points.get_facecolor()[:, :3].tolist()
    assert faces[1] == [1, 1, 1] != faces[0]
    assert "hollow: too few calls" in ax.child_axes[0].get_xlabel()


def test_a_percentile_among_the_failures_is_infinite():
    calls = pd.DataFrame(
        {"outcome": ["finished"] * 9 + ["failed"] * 3, "duration_s": [1.0] * 9 + [None] * 3}
    )
    ax = plot.percentiles(calls, q=[0.99], failures="inf")
    assert [text.get_text() for text in ax.texts] == ["p99 ∞: among the failed"]


def test_percentiles_of_tokens_are_counts(normal):
    ax = plot.percentiles(normal, "completion_tokens", q=[0.5])
    value = stats.percentiles(normal, "completion_tokens", q=[0.5])["value"].iloc[0]
    assert [text.get_text() for text in ax.texts] == [f"p50 {value:.0f}"]
    assert ax.get_xlabel() == "completion_tokens"


def test_an_empty_window_is_a_gap_in_the_line():
    calls = pd.DataFrame(
        {
            "outcome": "finished",
            "duration_s": [1.0, 3.0],
            "created_at": pd.to_datetime(["2026-03-29T00:10Z", "2026-03-29T02:10Z"]),
        }
    )
    ax = plot.latency_over_time(calls, q=[0.5], every="1h", tz="Europe/Berlin")
    assert_allclose(ax.lines[0].get_ydata(), [1.0, np.nan, 3.0])
    assert ax.get_xlabel() == "time (Europe/Berlin)"


def test_a_heat_map_holds_every_dated_call_once(normal):
    mesh = plot.latency_heatmap(normal).collections[0]
    assert mesh.get_array().sum() == stats.latency_heatmap(normal)["value"].sum()


def test_lines_over_tokens_are_the_coefficients_of_the_statistic(normal):
    (name, part), *_ = stats.latency_by_tokens(normal, q=[0.5]).groupby(
        ["model", "is_stream"], observed=True, sort=False
    )
    overhead, per_prompt, per_completion = part["value"]
    rows = normal.completions.query("outcome == 'finished' and model == @name[0]")
    rows = rows[rows["is_stream"] == name[1]]
    line = plot.latency_by_tokens(normal).lines[0]
    x = np.asarray(line.get_xdata())
    expected = overhead + per_prompt * rows["prompt_tokens"].median() + per_completion * x
    assert_allclose(line.get_ydata(), expected)


def test_a_group_whose_line_cannot_be_told_says_why(normal):
    ax = plot.latency_by_tokens(normal, by=None)
    assert not ax.lines
    note = ax.child_axes[0].get_xlabel().replace("\n", " ")
    assert "no line for 1 group: 4 values of model together" in note


def test_many_calls_become_a_density_and_never_as_many_markers(calls):
    many = calls(4_000)
    ax = plot.latency_by_tokens(many, by="model")
    (density,) = ax.collections
    assert ax.yaxis.get_major_formatter()(60) == "1 min"
    shown = many.completions.query("outcome == 'finished'")
    assert len(density.get_array()) < 2_500
    assert density.get_array().sum() == len(shown)


def test_a_long_curve_is_drawn_through_few_points_with_its_ends():
    n = 50_000
    waits = pd.DataFrame({"outcome": "finished", "duration_s": np.arange(1, n + 1) / 1000})
    line = plot.latency_ecdf(waits).lines[0]
    assert len(line.get_xdata()) < 2_600
    assert_allclose(line.get_ydata(), np.asarray(line.get_xdata()) * 1000 / n)
    assert (line.get_xdata()[0], line.get_xdata()[-1]) == (0.001, 50.0)


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda f: plot.latency_ecdf(f, by="modle"), r"cannot group by 'modle'.*mean 'model'"),
        (lambda f: plot.percentiles(f, "model"), r"percentiles needs a column of numbers"),
        (lambda f: plot.survival(f, timeout=-1), r"needs a timeout above 0 seconds, not -1"),
        (lambda f: plot.answered_within(f, by="duration_s"), r"continuous"),
        (lambda f: plot.latency_nines([1, 2]), r"takes a DataFrame or a CompletionLog, not 'list'"),
    ],
)
def test_what_was_asked_wrongly_is_told_in_one_sentence(call, message, normal):
    with pytest.raises((KeyError, TypeError, ValueError), match=message):
        call(normal.completions)
