"""What holds for every plot in PLOTS, whatever it shows."""

from __future__ import annotations

import copy
from inspect import Parameter, signature

import pandas as pd
import pytest
from matplotlib import colors

from completion_analytics import plot, stats

NAMES = sorted(plot.PLOTS)
SHAPES = ["normal", "one row", "empty", "all missing"]

every_plot = pytest.mark.parametrize("name", NAMES)
every_shape = pytest.mark.parametrize("shape", SHAPES)


def draw(name, log, **options):
    """Of the log where the plot needs one, else of its frame."""
    entry = plot.PLOTS[name]
    return entry.draw(log if entry.needs_log else log.completions, **options)


def takes(name, option):
    return option in signature(plot.PLOTS[name].draw).parameters


@pytest.fixture(scope="session")
def drawn(shapes, shrunk):
    """Draws a plot at 800 by 500 pixels, or hands out what it drew before."""
    made = {}

    def drawn_plot(name, shape="normal", by=None, theme="light"):
        call = (name, shape, by, theme)
        if call not in made:
            options = {"by": by} if by else {}
            with plot.style(theme):
                made[call] = shrunk(draw(name, shapes[shape], **options))
        return made[call]

    return drawn_plot


@every_plot
@every_shape
def test_a_plot_has_room_for_all_its_words(name, shape, drawn, crowded):
    assert crowded(drawn(name, shape)) == []


@every_plot
def test_a_plot_of_groups_has_room_for_all_its_words(name, drawn, crowded):
    if takes(name, "by"):
        assert crowded(drawn(name, by="model")) == []


@every_plot
@pytest.mark.parametrize("theme", ["light", "dark"])
def test_every_word_stands_out_from_its_ground(name, theme, drawn, contrast):
    by = "model" if takes(name, "by") else None
    assert contrast(drawn(name, by=by, theme=theme)) >= 3


@every_plot
@pytest.mark.parametrize("shape", ["normal", "empty"])
def test_a_plot_is_drawn_in_the_axes_given(name, shape, shapes, small_axes):
    ax = small_axes()
    assert draw(name, shapes[shape], ax=ax) is ax
    assert ax.figure.axes[0] is ax


@every_plot
def test_a_plot_fits_axes_that_nobody_lays_out(name, normal, small_axes, shrunk, crowded):
    ax = small_axes(layout=None)
    options = {"by": "model"} if takes(name, "by") else {}
    assert crowded(shrunk(draw(name, normal, ax=ax, **options))) == []


@every_plot
@every_shape
def test_a_plot_says_n(name, shape, drawn):
    said = [child.get_xlabel() for child in drawn(name, shape).child_axes]
    assert any(text.startswith("n = ") for text in said)


@every_plot
@pytest.mark.parametrize("shape", ["empty", "all missing"])
def test_a_plot_of_nothing_says_so_in_a_sentence(name, shape, drawn):
    texts = drawn(name, shape).texts
    assert [text.get_text() for text in texts if "(n = 0)" in text.get_text()]


def test_plots_leave_their_data_as_they_are(normal):
    before = copy.deepcopy(normal)
    for name in NAMES:
        draw(name, normal)
    pd.testing.assert_frame_equal(normal.completions, before.completions)
    pd.testing.assert_frame_equal(normal.tags, before.tags)


@every_plot
def test_a_plot_bears_the_name_of_its_statistic(name):
    function = plot.PLOTS[name].draw
    assert function.__name__ == name
    assert getattr(plot, name) is function
    assert name in stats.__all__


@every_plot
def test_a_plot_leaves_looks_to_matplotlib(name):
    parameters = signature(plot.PLOTS[name].draw).parameters
    assert parameters["ax"].default is None
    assert not {"figsize", "title", "color", "colour", "fontsize", "cmap"} & set(parameters)
    (passed_on,) = [p for p in parameters.values() if p.kind is Parameter.VAR_KEYWORD]
    assert f"`{passed_on.name}`" in plot.PLOTS[name].draw.__doc__


@every_plot
def test_a_plot_takes_the_log_and_passes_on_what_is_for_the_artist(name, normal):
    ax = plot.PLOTS[name].draw(normal, gid="mine")
    assert ax.findobj(lambda artist: artist.get_gid() == "mine")


@every_plot
def test_dollar_signs_of_a_file_begin_no_formula(name, normal, shrunk):
    if takes(name, "by"):
        dollars = normal.completions.assign(model="$\\frac{1$ _x")
        odd = copy.copy(normal)
        object.__setattr__(odd, "completions", dollars)
        shrunk(draw(name, odd, by="model"))


@every_plot
@pytest.mark.parametrize("theme", ["light", "dark"])
def test_a_plot_stands_on_an_opaque_ground(name, theme, drawn):
    ax = drawn(name, by="model" if takes(name, "by") else None, theme=theme)
    assert colors.to_rgba(ax.figure.get_facecolor())[3] == 1
