"""What plots of sessions, tags, hours and gaps draw is what their statistics return."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from completion_analytics import plot, stats


def said(ax):
    return [text.get_text() for text in ax.texts]


def noted(ax):
    return " ".join(ax.child_axes[0].get_xlabel().split())


def row_names(ax):
    return [label.get_text() for label in ax.get_yticklabels()]


def a_session(*calls, session="s"):
    """Calls of a session: when each began, how long it took, and how it went."""
    start, seconds, outcome = zip(*calls, strict=True)
    return pd.DataFrame(
        {
            "session_id": session,
            "created_at": pd.to_datetime(pd.Series(start, dtype="float64"), unit="s", utc=True),
            "duration_s": pd.Series(seconds, dtype="float64"),
            "outcome": outcome,
        }
    )


def boxes(ax):
    """Left, right, and row of each call's box."""
    found = []
    for collection in ax.collections:
        if type(collection).__name__ == "PolyCollection":
            for path in collection.get_paths():
                (left, low), (right, high) = path.vertices.min(axis=0), path.vertices.max(axis=0)
                found.append((float(left), float(right), round(float(low + high) / 2)))
    return sorted(found, key=lambda box: (box[2], box[0]))


def test_every_session_is_in_a_bar_once(normal):
    ax = plot.sessions(normal)
    table = stats.sessions(normal)
    tops = [heights.sum() for heights, *_ in (patch.get_data() for patch in ax.patches)]
    assert tops[-1] == len(table)
    assert tops[0] == (table["outcome"] == "finished").sum()


def test_calls_of_no_session_are_left_out_and_counted():
    calls = a_session((0, 1, "finished"), (5, 1, "finished"), (9, 1, "finished"))
    calls.loc[2, "session_id"] = None
    assert "left out: 1 of the calls, in no session" in noted(plot.sessions(calls))


def test_a_single_session_has_a_row_for_each_call():
    ax = plot.session_timeline(a_session((0, 2, "finished"), (3, 4, "failed")))
    assert boxes(ax) == [(0, 2, 0), (3, 7, 1)]


def test_several_sessions_have_a_row_each():
    one = a_session((0, 2, "finished"), (3, 4, "failed"), session="one")
    two = a_session((100, 5, "finished"), session="two")
    ax = plot.session_timeline(pd.concat([one, two], ignore_index=True))
    assert row_names(ax) == ["one", "two"]
    assert boxes(ax) == [(0, 2, 0), (3, 7, 0), (0, 5, 1)]


def test_calls_that_overlap_stand_below_each_other():
    one = a_session((0, 4, "finished"), (1, 4, "finished"), session="one")
    two = a_session((100, 5, "finished"), session="two")
    ax = plot.session_timeline(pd.concat([one, two], ignore_index=True))
    heights = [path.get_extents() for path in ax.collections[0].get_paths()]
    assert heights[0].y1 <= heights[1].y0


def test_long_idle_gaps_are_folded_and_told():
    ax = plot.session_timeline(a_session((0, 1, "finished"), (10_000, 1, "finished")))
    assert boxes(ax)[1] == pytest.approx((6, 7, 1))
    assert "idle gaps of more than 5 s folded" in noted(ax)
    assert "2.78 h" in said(ax)


def test_gaps_that_leave_room_are_drawn_as_they_are():
    ax = plot.session_timeline(a_session((0, 1, "finished"), (50, 1, "finished")))
    assert boxes(ax)[1] == (50, 51, 1)


def test_a_session_of_very_many_calls_is_cut_and_says_so():
    calls = a_session(*[(3.0 * i, 1.0, "finished") for i in range(3_500)])
    ax = plot.session_timeline(calls)
    assert len(boxes(ax)) == 3_000
    assert "500 later calls not drawn" in noted(ax)


def test_a_pair_of_tags_has_its_number_where_their_names_meet():
    tags = pd.DataFrame(
        {
            "row_id": [0, 0, 1, 1, 2, 2, 3, 3, 4],
            "tag": ["a", "b", "a", "b", "a", "c", "b", "c", "a"],
        }
    )
    ax = plot.tag_pairs(tags)
    texts = {text.get_text(): text.get_position() for text in ax.texts}
    assert texts["2"] == (0, 1)
    assert ["a (4)" in texts, "b (3)" in texts, "c (2)" in texts] == [True] * 3
    shares = ax.collections[0].get_array()
    assert shares[1, 0] == pytest.approx(2 / 5)
    assert np.ma.getmaskarray(shares)[0].all()


def test_of_many_tags_the_twelve_most_frequent_are_drawn(shrunk, crowded):
    tags = pd.DataFrame(
        {
            "row_id": np.repeat(np.arange(200), 20),
            "tag": [f"a-rather-long-tag-number-{i}" for i in range(20)] * 200,
        }
    )
    ax = shrunk(plot.tag_pairs(tags))
    assert ax.collections[0].get_array().shape == (12, 12)
    assert "8 rarer tags not drawn" in noted(ax)
    assert crowded(ax) == []


@pytest.mark.parametrize("show", ["n", "failure_rate", "p50_s"])
def test_an_hour_of_the_week_is_a_cell_of_its_statistic(show, normal):
    drawn = plot.hour_weekday(normal, show=show).collections[0].get_array()
    table = stats.hour_weekday(normal)
    want = table[show].astype("float64").where(table["n"] > 0).to_numpy().reshape(7, 24)
    np.testing.assert_allclose(np.ma.filled(drawn, np.nan), want)


def test_what_the_week_cannot_show_is_told_in_one_sentence(normal):
    with pytest.raises(ValueError, match="shows no 'cost'; it shows 'n', 'failure_rate', 'p50_s'"):
        plot.hour_weekday(normal, show="cost")


def test_concurrency_is_the_peak_of_each_window_and_marks_the_highest(normal):
    ax = plot.concurrency(normal, every="1h")
    table = stats.concurrency(normal, every="1h")
    assert ax.lines[0].get_ydata().tolist() == np.repeat(table["peak"], 2).tolist()
    assert ax.lines[1].get_ydata() == [table["peak"].max()]
    assert "▼ " in noted(ax)


def test_the_peak_of_all_groups_together_is_told_and_not_marked_on_one_of_them():
    calls = a_session((0, 10, "finished"), (5, 10, "finished")).assign(model=["a", "b"])
    ax = plot.concurrency(calls, by="model", every="1min")
    assert len(ax.lines) == 2
    assert "all together 2 at once, 1 Jan 00:00:05" in noted(ax)


def test_a_table_of_what_is_known_has_k_of_n_in_each_cell():
    calls = pd.DataFrame(
        {
            "outcome": ["finished"] * 9 + ["failed"] * 3,
            "duration_s": [1.0] * 9 + [None] * 3,
            "model": ["m"] * 12,
        }
    )
    ax = plot.missing_by_outcome(calls)
    assert said(ax) == ["9/9", "0/3 ≠", "9/9", "3/3"]
    assert row_names(ax) == ["duration_s", "model"]
    assert "duration_s describes 9 of 12 calls" in noted(ax)
