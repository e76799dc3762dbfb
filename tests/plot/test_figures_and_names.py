"""New axes, and how groups are chosen, named and kept apart."""

from __future__ import annotations

import subprocess
import sys

import pandas as pd
import pytest
from matplotlib.axes import Axes

from completion_analytics import plot
from completion_analytics.plot.figures import new_axes
from completion_analytics.plot.parts import parts_of
from completion_analytics.plot.ticks import LadderLocator, human_seconds, seconds_axis
from completion_analytics.plot.words import plain

PROGRAM = """
import os; os.environ["MPLBACKEND"] = "agg"
import sys, pandas as pd
from completion_analytics import plot
calls = pd.DataFrame({"outcome": ["finished"], "duration_s": [1.0]})
plot.latency_ecdf(calls).figure.savefig(os.devnull, format="png")
print({"matplotlib.pyplot", "ipywidgets"} & set(sys.modules))
import matplotlib.pyplot as plt
ax = plot.latency_ecdf(calls)
print(plt.fignum_exists(ax.figure.number), plot.latency_ecdf(calls) is not ax)
"""


def test_a_figure_belongs_to_nobody_unless_pyplot_is_there_to_show_it():
    command = [sys.executable, "-c", PROGRAM]
    said = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    assert said.split("\n")[:2] == ["set()", "True True"]


def many_models(n):
    return pd.DataFrame(
        {
            "outcome": "finished",
            "duration_s": [1.0 + i for i in range(n) for _ in range(i + 1)],
            "model": [f"m{i:03}" for i in range(n) for _ in range(i + 1)],
        }
    )


@pytest.mark.parametrize(("n", "lines", "said"), [(8, 8, ""), (9, 7, "2 more not drawn")])
def test_of_more_than_eight_groups_the_seven_largest_are_drawn(n, lines, said):
    ax = plot.latency_ecdf(many_models(n), by="model")
    (note,) = ax.child_axes
    assert len(ax.lines) == lines
    assert note.get_xlabel().endswith(said)
    names = [text.get_text() for text in ax.get_legend().get_texts()]
    assert any(name.startswith(f"m{n - 1:03}") for name in names)
    assert any(name.startswith("m000") for name in names) == (n == 8)


def test_two_hundred_groups_are_no_matter(shrunk, crowded):
    ax = shrunk(plot.latency_ecdf(many_models(200), by="model"))
    assert crowded(ax) == []
    assert ax.child_axes[0].get_xlabel().endswith("193 more not drawn")


def test_few_groups_are_named_at_their_ends_and_no_legend_is_needed(normal):
    ax = plot.answered_within(normal, by="model")
    assert ax.get_legend() is None
    assert len(ax.texts) == 4


def test_with_two_columns_the_first_decides_the_hue_and_the_second_the_dash(normal):
    ax = plot.answered_within(normal, by=["model", "is_stream"])
    assert len({line.get_color() for line in ax.lines}) == 4
    assert len({line.get_linestyle() for line in ax.lines}) == 2


def test_groups_by_tag_count_a_call_once_in_n(normal):
    ax = plot.survival(normal, by="tag")
    alone = plot.survival(normal)
    assert ax.child_axes[0].get_xlabel() == alone.child_axes[0].get_xlabel()


def test_a_title_set_later_stands_above_the_note(normal, small_axes, shrunk, crowded):
    ax = plot.latency_ecdf(normal, ax=small_axes())
    ax.set_title("How long our calls take, as told by everyone who waited for them")
    assert crowded(shrunk(ax)) == []


def test_a_long_name_keeps_both_its_ends():
    assert plain("ft:gpt-4o-mini-2024-07-18:acme::abcd1234", 21) == "ft:gpt-4o-…::abcd1234"


def test_a_group_without_a_name_is_told_apart():
    table = pd.DataFrame({"model": pd.Series(["m", None], dtype="str"), "n": [1, 2]})
    named = parts_of(new_axes(), table, table, "model")
    assert [part.name for part in named.shown] == ["m", "(model missing)"]


@pytest.mark.parametrize(
    ("low", "high", "said"),
    [
        (0.08, 4000, ["0.1 s", "1 s", "10 s", "1 min", "10 min", "1 h"]),
        (0.4, 35, ["0.5 s", "1 s", "2 s", "5 s", "10 s", "20 s", "30 s"]),
        (0.0004, 20, ["1 ms", "10 ms", "0.1 s", "1 s", "10 s"]),
    ],
)
def test_seconds_have_ticks_that_people_say(low, high, said):
    ax: Axes = new_axes()
    seconds_axis(ax.xaxis)
    ax.set_xlim(low, high)
    told = [human_seconds(tick) for tick in ax.xaxis.get_major_locator()()]
    assert told == said


def test_a_short_logarithmic_axis_still_has_ticks():
    ticks = LadderLocator((1.0, 10.0), (1.0, 2.0, 5.0, 10.0)).tick_values(1.42, 1.58)
    assert len(ticks) >= 2
    assert all(1.42 <= tick <= 1.58 for tick in ticks)
