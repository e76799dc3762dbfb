"""Colours that keep their meaning, on light and on dark."""

from __future__ import annotations

import pandas as pd
import pytest
from matplotlib import rc_context
from matplotlib.colors import to_hex

from completion_analytics import plot
from completion_analytics.frames.completions import COMPLETIONS
from completion_analytics.plot.colours import DARK, LIGHT, SLOTS, look, slots_of, word_colour
from completion_analytics.plot.figures import new_axes
from completion_analytics.plot.parts import parts_of


def luminance(hue):
    red, green, blue = (int(hue[at : at + 2], 16) / 255 for at in (1, 3, 5))
    linear = [
        c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in (red, green, blue)
    ]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


@pytest.mark.parametrize("hue", LIGHT)
def test_every_hue_stands_out_from_white(hue):
    assert 1.05 / (luminance(hue) + 0.05) >= 3


@pytest.mark.parametrize("hue", DARK)
def test_every_hue_stands_out_from_near_black(hue):
    assert (luminance(hue) + 0.05) / (luminance("#111111") + 0.05) >= 3


def colours_by_name(frame, by="model"):
    ax = plot.answered_within(frame, by=by)
    return {text.get_text().split(":")[0]: text.get_color() for text in ax.texts}


def test_a_model_keeps_its_colour_when_others_are_filtered_out(normal):
    whole = colours_by_name(normal.completions)
    fewer = colours_by_name(normal.completions.query("model != 'claude-3-5-haiku'"))
    assert set(whole) - set(fewer) == {"claude-3-5-haiku"}
    assert fewer == {name: whole[name] for name in fewer}


def test_a_name_without_categories_has_its_colour_from_a_hash(normal):
    text = normal.completions.assign(model=normal.completions["model"].astype("str"))
    whole = colours_by_name(text)
    alone = colours_by_name(text.query("model == 'gpt-4o'"))
    assert alone == {"gpt-4o": whole["gpt-4o"]}
    assert len(set(whole.values())) == 4


def test_groups_that_share_a_hue_differ_in_dash():
    ax = new_axes()
    looks = [look(ax, slot) for slot in range(32)]
    assert len({(one.colour, one.dash) for one in looks}) == 32
    assert look(ax, 8).colour == look(ax, 0).colour


@pytest.mark.parametrize("column", SLOTS)
def test_every_word_of_a_closed_vocabulary_has_its_own_look(column):
    words = COMPLETIONS[column].categories
    assert set(SLOTS[column]) == set(words)
    assert len(set(SLOTS[column].values())) == len(words)


def test_a_failed_call_is_the_same_colour_wherever_it_is_drawn(normal):
    ax = new_axes()
    table = pd.DataFrame({"outcome": ["failed", "finished"], "n": [1, 2]})
    by_outcome = {
        part.name: part.look.colour for part in parts_of(ax, table, normal, "outcome").shown
    }
    assert by_outcome["failed"] == word_colour(ax, "outcome", "failed") == "#D55E00"


def test_a_missing_value_has_no_slot():
    assert slots_of("model", ["b", None, pd.NA], ["a", "b"]) == [1, None, None]


def test_hues_follow_the_ground_of_any_style():
    with rc_context({"axes.facecolor": "black"}):
        assert look(new_axes(), 0).colour == DARK[0]
    with rc_context({"axes.facecolor": "none", "figure.facecolor": "#202020"}):
        assert look(new_axes(), 0).colour == DARK[0]
    assert look(new_axes(), 0).colour == LIGHT[0]


def test_a_theme_lasts_as_long_as_its_block():
    with plot.style("dark"):
        assert to_hex(new_axes().get_facecolor()) == "#111111"
    assert to_hex(new_axes().get_facecolor()) == "#ffffff"


def test_an_unknown_theme_is_told_which_there_are():
    with (
        pytest.raises(ValueError, match=r"no theme 'drak'; it knows 'light', 'dark'"),
        plot.style("drak"),
    ):
        pass
