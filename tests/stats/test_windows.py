"""Windows of time: they follow a zone's clock and lose no row."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from completion_analytics.stats.windows import (
    Windows,
    instants_of,
    local_times,
    windows_of,
)


def windows(times: list[str | None], every: str | None = "1h", tz: str = "UTC") -> Windows:
    stamps = pd.to_datetime(pd.Series(times, dtype="str"), utc=True, format="ISO8601")
    return windows_of(stamps, "example", every, tz)


@pytest.mark.parametrize(
    ("zone", "instant", "hours"),
    [
        ("Europe/Berlin", "2026-03-29T12:00Z", 23.0),
        ("Europe/Berlin", "2026-10-25T12:00Z", 25.0),
        ("Australia/Lord_Howe", "2026-04-05T00:00Z", 24.5),
        ("UTC", "2026-03-29T12:00Z", 24.0),
    ],
)
def test_a_day_lasts_as_long_as_the_zone_says(zone: str, instant: str, hours: float) -> None:
    assert windows([instant], "1D", zone).elapsed_s.tolist() == [hours * 3600]


def test_a_repeated_hour_is_two_windows() -> None:
    found = windows(["2026-10-25T00:30Z", "2026-10-25T01:30Z"], "1h", "Europe/Berlin")
    assert found.starts.strftime("%H:%M%z").tolist() == ["02:00+0200", "02:00+0100"]
    assert found.place.tolist() == [0, 1]


def test_a_day_without_midnight_begins_at_its_first_instant() -> None:
    found = windows(["2026-09-06T12:00Z"], "1D", "America/Santiago")
    assert found.starts[0].isoformat() == "2026-09-06T01:00:00-03:00"
    assert found.elapsed_s.tolist() == [23 * 3600]


def test_times_that_the_clock_skips_begin_no_empty_window() -> None:
    found = windows(["2026-09-06T03:50Z", "2026-09-06T04:20Z"], "15min", "America/Santiago")
    assert found.starts.strftime("%H:%M").tolist() == ["23:45", "01:00", "01:15"]
    assert found.elapsed_s.tolist() == [900.0] * 3


def test_a_day_with_two_midnights_begins_at_the_first() -> None:
    found = windows(["2026-11-01T04:30Z", "2026-11-01T05:30Z"], "1D", "America/Havana")
    assert found.starts[0].isoformat() == "2026-11-01T00:00:00-04:00"
    assert found.elapsed_s.tolist() == [25 * 3600]


def test_windows_are_half_open() -> None:
    found = windows(["2026-04-04T23:59:59.999999Z", "2026-04-05T00:00:00Z"], "1D")
    assert found.place.tolist() == [0, 1]


def test_empty_windows_between_are_there_and_undated_rows_have_none() -> None:
    found = windows(["2026-04-04T00:10Z", None, "2026-04-04T03:10Z"])
    assert found.size == 4
    assert found.place.tolist() == [0, -1, 3]


def test_weeks_begin_on_monday_and_months_on_the_first() -> None:
    assert windows(["2026-04-05T12:00Z"], "1W").starts[0].isoformat().startswith("2026-03-30")
    assert windows(["2026-04-05T12:00Z"], "1M").starts[0].isoformat().startswith("2026-04-01")


@pytest.mark.parametrize(
    ("last", "every"),
    [
        ("2026-01-01T01:00Z", "1min"),
        ("2026-01-02T00:00Z", "15min"),
        ("2026-01-04T00:00Z", "1h"),
        ("2026-03-01T00:00Z", "1D"),
        ("2027-01-01T00:00Z", "1W"),
        ("2030-01-01T00:00Z", "1M"),
    ],
)
def test_without_a_width_the_narrowest_readable_one_is_taken(last: str, every: str) -> None:
    found = windows(["2026-01-01T00:00Z", last], None)
    assert found.every == every
    assert found.size <= 101


@pytest.mark.parametrize("times", [[], [None, None]])
def test_without_a_time_there_is_no_window(times: list[str | None]) -> None:
    found = windows(times, None, "Europe/Berlin")
    assert found.size == 0
    assert found.place.tolist() == [-1] * len(times)
    assert str(found.starts.dtype) == "datetime64[us, Europe/Berlin]"


def test_another_backing_or_offset_gives_the_same_windows() -> None:
    stamps = pd.Series(pd.to_datetime(["2026-10-25T00:30Z", "2026-10-25T01:30Z"]))
    plain = windows_of(stamps, "example", "1h", "Europe/Berlin")
    for other in (
        stamps.dt.tz_convert("Asia/Kolkata"),
        stamps.dt.tz_localize(None),
        stamps.astype("timestamp[ns, tz=UTC][pyarrow]"),
        stamps.astype("timestamp[us][pyarrow]"),
    ):
        assert windows_of(other, "example", "1h", "Europe/Berlin").starts.equals(plain.starts)


zones = st.sampled_from(
    ["UTC", "Europe/Berlin", "America/Santiago", "Australia/Lord_Howe", "Asia/Kathmandu"]
)
widths = st.sampled_from(["15min", "30min", "1h", "6h", "1D", "1W", "1M"])
moments = st.datetimes(datetime(2026, 1, 1), datetime(2026, 12, 31), timezones=st.just(UTC))


@given(moments, st.lists(st.timedeltas(timedelta(0), timedelta(days=9)), max_size=5), widths, zones)
@settings(deadline=None)
def test_windows_tile_the_span_and_hold_every_row(
    first: datetime, later: list[timedelta], every: str, tz: str
) -> None:
    times = pd.Series([first, *(first + step for step in later)]).astype("datetime64[us, UTC]")
    found = windows_of(times, "example", every, tz)
    ends = found.starts + pd.to_timedelta(found.elapsed_s, unit="s")
    assert (found.starts[1:] == ends[:-1]).all()
    assert (found.elapsed_s > 0).all()
    assert (found.starts[found.place] <= times.array).all()
    assert (times.array < ends[found.place]).all()
    assert set(found.place) >= {0, found.size - 1}


def test_local_times_are_on_the_zones_clock() -> None:
    stamps = pd.Series(pd.to_datetime(["2026-03-29T00:30Z", "2026-03-29T01:30Z"], utc=True))
    assert local_times(stamps, "example", "Europe/Berlin").hour.tolist() == [1, 3]


def test_instants_know_which_are_missing() -> None:
    found = instants_of(pd.Series([pd.Timestamp(1, unit="us", tz="UTC"), pd.NaT]), "example")
    assert found.us[0] == 1
    assert np.array_equal(found.known, [True, False])


@pytest.mark.parametrize("every", ["7h", "2D", "0h", "-1h", "soon", "45min1s"])
def test_a_width_that_does_not_divide_a_day_is_refused(every: str) -> None:
    with pytest.raises(ValueError, match=r"example cannot make windows of every=.*divides a day"):
        windows(["2026-04-04T00:10Z"], every)


def test_more_windows_than_anyone_reads_are_refused() -> None:
    with pytest.raises(ValueError, match=r"525,600 windows of every='1min'.*take a wider one"):
        windows(["2025-01-01T00:00Z", "2026-01-01T00:00Z"], "1min")


@pytest.mark.parametrize("tz", ["Mars/Olympus", "", "../etc/passwd", "Europe"])
def test_an_unknown_zone_is_refused(tz: str) -> None:
    with pytest.raises(ValueError, match=r"example knows no time zone .* IANA name"):
        windows(["2026-04-04T00:10Z"], "1h", tz)


def test_a_column_of_something_else_is_refused() -> None:
    with pytest.raises(TypeError, match=r"example needs instants, and 'created_at' holds str"):
        windows_of(pd.Series(["2026"], name="created_at"), "example", "1h", "UTC")
