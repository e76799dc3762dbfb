"""One figure that says how it goes."""

from __future__ import annotations

import dataclasses

import pytest
from matplotlib.figure import Figure
from matplotlib.patches import StepPatch

from completion_analytics import plot

SHAPES = ["normal", "one row", "empty", "all missing"]


@pytest.fixture(scope="module")
def figures(shapes):
    """The overview of each shape, drawn once."""
    made = {}
    for shape in SHAPES:
        figure = plot.overview(shapes[shape])
        figure.canvas.draw()
        made[shape] = figure
    return made


def titles(figure):
    return [ax.get_title(loc="left") for ax in figure.axes]


@pytest.mark.parametrize("shape", SHAPES)
def test_it_is_a_figure_of_six_plots_with_room_for_all_their_words(shape, figures, crowded):
    assert isinstance(figures[shape], Figure)
    assert len(figures[shape].axes) == 6
    assert crowded(figures[shape].axes[0]) == []


def test_its_sentence_tells_calls_span_failures_and_waits(figures, normal):
    first, second = figures["normal"].get_suptitle().split("\n")
    assert first.startswith("1,200 calls, 25 Feb 2026 to 7 Mar 2026 · ")
    failed = int((normal.completions["outcome"] == "failed").sum())
    resolved = int((normal.completions["outcome"] != "unresolved").sum())
    assert f"({failed:,}/{resolved:,})" in first
    assert second.startswith("durations: median ")
    assert "p95 " in second


def test_of_nothing_it_says_so(figures):
    assert figures["empty"].get_suptitle() == "No calls"
    assert figures["all missing"].get_suptitle().startswith("3 calls, undated · none known")


def test_of_one_call_it_claims_no_percentile(figures):
    assert "median cannot be told of so few" in figures["one row"].get_suptitle()


def test_the_groups_compared_can_be_chosen(normal):
    figure = plot.overview(normal, by="tag")
    assert "Who failed, by tag" in titles(figure)
    assert "How often they failed" in titles(plot.overview(normal, by=None))


def test_calls_by_outcome_add_up_to_all(figures, normal):
    tops = [heights for heights, *_ in map(StepPatch.get_data, figures["normal"].axes[0].patches)]
    assert tops[-1].sum() == len(normal.completions)


def test_it_takes_a_frame(normal):
    assert len(plot.overview(normal.completions).axes) == 6


def test_a_column_that_is_missing_is_named(normal):
    less = dataclasses.replace(normal, completions=normal.completions.drop(columns="created_at"))
    with pytest.raises(KeyError, match="created_at"):
        plot.overview(less)


def test_it_is_dark_on_a_dark_page(normal):
    with plot.style("dark"):
        figure = plot.overview(normal)
    assert all(ax.get_facecolor()[0] < 0.1 for ax in figure.axes)
