from __future__ import annotations

import pandas as pd
import pytest

from completion_analytics import stats


def us(*stamps):
    return [None if s is None else pd.Timestamp(s).value // 1000 for s in stamps]


@pytest.fixture
def autumn(calls):
    """The night in which Berlin's clock shows 02:30 twice."""
    return calls(
        duration_s=[1.0, 3.0, 5.0, 7.0],
        created_at=us("2026-10-25T00:30Z", "2026-10-25T01:30Z", "2026-10-25T03:59:59Z", None),
    )


def test_the_repeated_hour_is_two_windows_and_an_empty_one_is_empty(autumn):
    table = stats.latency_over_time(autumn, q=[0.5], every="1h", tz="Europe/Berlin")
    assert table["start_at"].dt.strftime("%H:%M%z").tolist() == [
        "02:00+0200",
        "02:00+0100",
        "03:00+0100",
        "04:00+0100",
    ]
    assert table["n"].tolist() == [1, 1, 0, 1]
    assert table["value"].isna().tolist() == [False, False, True, False]
    assert table["n_undated"].tolist() == [1] * 4


def test_windows_hold_every_dated_row_once(autumn):
    for every in ("15min", "1h", "6h", "1D", "1W", "1M"):
        table = stats.latency_over_time(autumn, q=[0.5], every=every, tz="Europe/Berlin")
        assert table["n"].sum() == 3


def test_groups_have_the_same_windows(calls):
    frame = calls(
        model=["a", "b"],
        duration_s=[1.0, 2.0],
        created_at=us("2026-01-01T00:10Z", "2026-01-01T02:10Z"),
    )
    table = stats.latency_over_time(frame, by="model", q=[0.5], every="1h")
    assert table["model"].tolist() == ["a"] * 3 + ["b"] * 3
    assert table["n"].tolist() == [1, 0, 0, 0, 0, 1]


def test_a_heat_map_counts_every_dated_duration_once(autumn):
    table = stats.latency_heatmap(autumn, every="1h", tz="Europe/Berlin")
    assert table["value"].sum() == 3
    assert table.groupby("start_at")["value"].sum().tolist() == [1, 1, 0, 1]
    assert (
        table.groupby("start_at")["value"].sum() == table.groupby("start_at")["n"].first()
    ).all()


def test_the_slowest_come_first_in_all_their_columns(calls):
    frame = calls(
        duration_s=[1.0, 9.0, 99.0, 4.0, 50.0, None],
        outcome=["finished"] * 2 + ["failed"] + ["finished"] * 3,
        is_mock=[None] * 4 + [True, None],
    )
    found = stats.slowest(frame, 2)
    assert found["row_id"].tolist() == [1, 3]
    assert found.columns.tolist() == frame.columns.tolist()
    assert stats.slowest(frame, 99)["row_id"].tolist() == [1, 3, 0]


def test_an_unknown_zone_is_refused(autumn):
    with pytest.raises(ValueError, match="latency_over_time knows no time zone 'Berlin'"):
        stats.latency_over_time(autumn, tz="Berlin")
