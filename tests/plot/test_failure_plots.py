"""What plots of failures draw is what their statistics return."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from matplotlib.dates import date2num
from matplotlib.patches import Rectangle

from completion_analytics import plot, stats


def outcomes(**per_model):
    """Calls of each model: so many finished, failed, unresolved."""
    words = ("finished", "failed", "unresolved")
    return pd.DataFrame(
        [
            {"model": model, "outcome": word}
            for model, numbers in per_model.items()
            for word, n in zip(words, numbers, strict=True)
            for _ in range(n)
        ]
    )


def row_names(ax):
    return [label.get_text() for label in ax.get_yticklabels()]


def said(ax):
    return [text.get_text() for text in ax.texts]


def noted(ax):
    return " ".join(ax.child_axes[0].get_xlabel().split())


def bars(ax):
    return [patch for patch in ax.patches if isinstance(patch, Rectangle)]


def drawn_points(ax):
    """The marks of a forest, from top to bottom."""
    marks = [line for line in ax.lines if line.get_linestyle() == "None"]
    return {int(line.get_ydata()[0]): float(line.get_xdata()[0]) for line in marks}


def drawn_intervals(ax):
    lines = [line for line in ax.lines if line.get_linestyle() == "-"]
    return {int(line.get_ydata()[0]): list(line.get_xdata()) for line in lines}


@pytest.mark.parametrize("name", ["failure_rates", "truncation"])
def test_a_forest_is_its_statistic(name, normal):
    ax = getattr(plot, name)(normal, by="model")
    table = getattr(stats, name)(normal, by="model").set_index("model")
    points, lines = drawn_points(ax), drawn_intervals(ax)
    for place, model in enumerate(row_names(ax)):
        assert points[place] == table.loc[model, "value"]
        assert lines[place] == [table.loc[model, "lo"], table.loc[model, "hi"]]


def test_the_highest_rate_stands_on_top_with_its_numbers_at_the_edge():
    ax = plot.failure_rates(outcomes(a=(90, 10, 0), b=(30, 20, 3), c=(50, 0, 0)), by="model")
    assert row_names(ax) == ["b", "a", "c"]
    assert said(ax) == ["20/50 + 3 unresolved", "10/100", "0/50"]


def test_unresolved_calls_stand_beside_the_rate_and_not_in_it():
    ax = plot.failure_rates(outcomes(a=(9, 1, 30)))
    assert drawn_points(ax) == {0: 0.1}
    assert "left out: 30 unresolved" in noted(ax)


def test_where_unresolved_calls_outnumber_failed_ones_a_dotted_line_ends_at_the_ceiling():
    ax = plot.failure_rates(outcomes(a=(9, 1, 30)))
    (dotted,) = [line for line in ax.lines if line.get_linestyle() == ":"]
    assert dotted.get_xdata()[-1] == 31 / 40
    assert "dotted: up to the rate if the unresolved failed" in noted(ax)


def test_a_rate_of_few_calls_is_pale():
    ax = plot.failure_rates(outcomes(a=(3, 1, 0)))
    sure = plot.failure_rates(outcomes(a=(30, 10, 0)))
    assert ax.lines[-1].get_color() != sure.lines[-1].get_color()
    assert "pale: fewer than 10 calls" in noted(ax)


def test_a_group_of_unresolved_calls_alone_keeps_its_row():
    ax = plot.failure_rates(outcomes(a=(8, 2, 0), b=(0, 0, 4)), by="model")
    assert said(ax) == ["2/10", "0/0 + 4 unresolved"]


def test_of_two_hundred_groups_nineteen_have_a_row(crowded, shrunk):
    calls = outcomes(**{f"model-{i:03}": (10 + i, 5, 1) for i in range(200)})
    ax = shrunk(plot.failure_rates(calls, by="model"))
    assert len(row_names(ax)) == 19
    assert "181 more not drawn" in noted(ax)
    assert crowded(ax) == []


def test_names_are_cut_to_the_room_that_nobody_makes(small_axes, shrunk, crowded):
    calls = outcomes(**{"an-organisation/with-a-model-of-a-long-name": (90, 10, 5)})
    ax = plot.failure_rates(calls, by="model", ax=small_axes(layout=None))
    assert crowded(shrunk(ax)) == []
    assert said(ax) == ["10/100"]


def failing(*kinds):
    return pd.DataFrame(
        {
            "outcome": "failed",
            "failure_class": [kind for kind, _, n in kinds for _ in range(n)],
            "failure_reason": [reason for _, reason, n in kinds for _ in range(n)],
        }
    )


def test_a_pareto_has_bars_in_falling_order_and_a_line_that_ends_at_all():
    ax = plot.failure_kinds(failing(("auth", "no key", 1), ("timeout", "slow", 3)))
    assert [float(bar.get_width()) for bar in bars(ax)] == [0.75, 0.25]
    assert ax.lines[0].get_xdata().tolist() == [0.75, 1.0]
    assert said(ax) == ["timeout  3 (75 %)  slow", "auth  1 (25 %)  no key"]


def test_a_bar_names_the_commonest_reason_of_its_class():
    ax = plot.failure_kinds(failing(("server", "rare", 1), ("server", "usual", 2)))
    assert said(ax) == ["server  3 (100 %)  usual"]


def test_what_an_exception_wraps_around_a_message_is_not_shown():
    reason = "Error code: 400 - {'error': {'message': \"Too long\"}}"
    ax = plot.failure_kinds(failing(("context_length", reason, 1)))
    assert said(ax)[0].startswith("context_length  1 (100 %)  Too long")


def test_reasons_have_bars_of_their_own_where_they_are_wanted():
    ax = plot.failure_kinds(failing(("server", "rare", 1), ("server", "usual", 3)), detail="reason")
    assert [float(bar.get_width()) for bar in bars(ax)] == [0.75, 0.25]


def test_of_many_reasons_eleven_are_drawn_and_the_others_counted(shrunk, crowded):
    words = "abcdefghijklmnopqrst"
    kinds = [("other", word * 200, 30 - place) for place, word in enumerate(words)]
    ax = shrunk(plot.failure_kinds(failing(*kinds), detail="reason"))
    assert len(bars(ax)) == 11
    assert "9 rarer ones not drawn" in noted(ax)
    assert crowded(ax) == []


def hourly(*hours):
    """Calls of consecutive hours: in each so many failed of so many."""
    start = pd.Timestamp("2026-11-05", tz="UTC")
    rows = [
        {"created_at": start + pd.Timedelta(hours=hour, minutes=i), "outcome": word}
        for hour, (k, n) in enumerate(hours)
        for i, word in enumerate(["failed"] * k + ["finished"] * (n - k))
    ]
    return pd.DataFrame(rows)


def test_a_rate_is_level_within_its_window_and_a_window_without_calls_is_a_gap():
    ax = plot.failures_over_time(hourly((1, 4), (0, 0), (3, 4)), every="1h")
    assert np.nan_to_num(ax.lines[0].get_ydata(), nan=-1).tolist() == [
        0.25, 0.25, -1, -1, 0.75, 0.75,
    ]  # fmt: skip
    hours = (ax.lines[0].get_xdata() - date2num(pd.Timestamp("2026-11-05"))) * 24
    assert hours.round(6).tolist() == [0, 1, 1, 2, 2, 3]


def test_a_few_windows_tell_failed_of_resolved_calls():
    ax = plot.failures_over_time(hourly((1, 4), (0, 0), (3, 4)), every="1h")
    assert [text for text in said(ax) if text] == ["1/4", "3/4"]


def test_bursts_of_failures_are_shaded():
    ax = plot.failures_over_time(hourly((0, 50), (20, 20), (0, 50)), every="1h")
    (span,) = [patch for patch in ax.patches if patch.get_alpha()]
    table = stats.bursts(hourly((0, 50), (20, 20), (0, 50)))
    assert len(table) == 1
    start = date2num(table["start_at"].dt.tz_localize(None))[0]
    assert span.get_x() == pytest.approx(start)
    assert "shaded: 1 burst (20 of 20 calls failed)" in noted(ax)


def test_many_groups_have_lines_without_bands(normal):
    ax = plot.failures_over_time(normal, by="model", every="1D")
    assert len(ax.lines) == 4
    assert not ax.collections


def test_segments_of_finish_reasons_are_shares_that_add_up(normal):
    ax = plot.finish_reasons(normal, by="model")
    table = stats.finish_reasons(normal, by="model")
    known = table[(table["n"] > 0) & (table["k"] > 0)]
    widths = sorted(float(bar.get_width()) for bar in bars(ax))
    assert widths == pytest.approx(sorted(known["value"]))
    ends = [float(bar.get_x() + bar.get_width()) for bar in bars(ax)]
    assert ends[-4:] == pytest.approx([1, 1, 1, 1])


def test_a_finish_class_has_its_colour_whoever_else_is_drawn():
    cut = pd.DataFrame({"outcome": "finished", "finish_class": ["length"]})
    both = pd.DataFrame({"outcome": "finished", "finish_class": ["stop", "length"]})
    (alone,) = bars(plot.finish_reasons(cut))
    assert alone.get_facecolor() == bars(plot.finish_reasons(both))[1].get_facecolor()


def test_answers_that_do_not_say_why_they_ended_are_counted_apart():
    calls = pd.DataFrame({"outcome": "finished", "finish_class": ["stop"] * 3 + [None] * 2})
    ax = plot.finish_reasons(calls)
    assert noted(ax) == "n = 3 · left out: 2 that do not say why they ended"
