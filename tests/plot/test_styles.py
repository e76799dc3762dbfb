"""A style ends with its block, and takes nothing else with it."""

from __future__ import annotations

import matplotlib as mpl
import pytest

from completion_analytics import plot


def test_colours_are_those_of_before_when_the_block_ends():
    before = mpl.rcParams["text.color"]
    with plot.style("dark"):
        assert mpl.rcParams["text.color"] != before
    assert mpl.rcParams["text.color"] == before


@pytest.mark.parametrize("is_interactive", [False, True])
def test_a_notebook_that_shows_figures_since_the_block_goes_on_doing_so(is_interactive):
    before = mpl.is_interactive()
    with plot.style("dark"):
        mpl.interactive(is_interactive)
    assert mpl.is_interactive() == is_interactive
    mpl.interactive(before)


def test_an_error_within_the_block_ends_it_as_well():
    before = mpl.rcParams["text.color"]
    with pytest.raises(ZeroDivisionError), plot.style("dark"):
        _ = 1 / 0
    assert mpl.rcParams["text.color"] == before
