"""Concurrency, the hours of the week, and what is missing of whom."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from completion_analytics.frames import TABLES
from completion_analytics.stats.clock import hour_weekday
from completion_analytics.stats.in_flight import concurrency, concurrency_totals
from completion_analytics.stats.missingness import missing_by_outcome


def running(spans: list[tuple[float, float]]) -> pd.DataFrame:
    """Calls that run from a second to a second."""
    starts = pd.to_datetime(pd.Series([a for a, _ in spans], dtype="float64"), unit="s", utc=True)
    durations = pd.Series([b - a for a, b in spans], dtype="float64")
    return pd.DataFrame({"created_at": starts, "duration_s": durations})


class TestConcurrency:
    def test_the_peak_and_the_mean_of_three_calls(self) -> None:
        found = concurrency_totals(running([(0, 4), (1, 2), (3, 5)])).iloc[0]
        assert (found["peak"], found["value"], found["arrivals_per_s"]) == (2, 1.4, 0.6)
        assert found["mean_duration_s"] == 7 / 3
        assert found["peak_at"] == pd.Timestamp(1, unit="s", tz="UTC")

    def test_a_call_that_ends_as_another_begins_does_not_overlap_it(self) -> None:
        assert concurrency_totals(running([(0, 2), (2, 4), (4, 6)]))["peak"].tolist() == [1]

    def test_windows_tell_what_runs_across_their_edges(self) -> None:
        found = concurrency(running([(0, 90), (30, 60), (70, 80)]), every="1min")
        assert found["value"].tolist() == [1.5, 40 / 60]
        assert found["peak"].tolist() == [2, 2]
        assert found["n"].tolist() == [2, 1]
        assert found["gap"].tolist() == [1.5 - 120 / 60, 40 / 60 - 10 / 60]

    def test_a_window_between_calls_is_empty_and_zero(self) -> None:
        found = concurrency(running([(0, 1), (130, 131)]), every="1min")
        assert found["peak"].tolist() == [1, 0, 1]
        assert found["value"].tolist()[1] == 0.0
        assert np.isnan(found["mean_duration_s"][1])

    def test_calls_without_a_time_or_a_duration_are_counted(self) -> None:
        frame = running([(0, 2), (1, 3), (5, 5)])
        frame.loc[1, "created_at"] = pd.NaT
        assert concurrency(frame)["n_excluded"].tolist() == [2]
        found = concurrency_totals(frame).iloc[0]
        assert (found["n"], found["n_excluded"]) == (1, 2)
        assert pd.isna(found["peak"])

    def test_each_group_has_its_own_calls_in_the_same_windows(self) -> None:
        frame = running([(0, 30), (60, 90), (65, 70)]).assign(model=["a", "b", "b"])
        found = concurrency(frame, by="model", every="1min")
        assert found["model"].tolist() == ["a", "a", "b", "b"]
        assert found["peak"].tolist() == [1, 0, 0, 2]

    def test_burstiness_is_nought_for_a_clock_and_needs_twenty_calls(self) -> None:
        clock = running([(float(i), i + 0.5) for i in range(20)])
        assert concurrency_totals(clock)["burstiness"].tolist() == [0.0]
        assert concurrency_totals(clock[:19])["burstiness"].isna().all()

    @pytest.mark.parametrize("n", [0, 1])
    def test_fewer_than_two_calls_tell_nothing(self, n: int) -> None:
        found = concurrency_totals(running([(0.0, 1.0)] * n))
        assert found[["peak", "value", "span_s"]].isna().all(axis=None)
        assert len(concurrency(running([(0.0, 1.0)] * n))) == n

    spans = st.lists(
        st.tuples(st.integers(0, 400), st.integers(1, 200)).map(lambda x: (x[0], x[0] + x[1])),
        min_size=2,
        max_size=15,
    )

    @given(spans)
    @settings(max_examples=50, deadline=None)
    def test_all_that_runs_is_the_sum_of_the_durations(self, spans: list) -> None:
        frame = running(spans)
        windows, totals = concurrency(frame, every="1min"), concurrency_totals(frame).iloc[0]
        busy = sum(end - start for start, end in spans)
        assert (windows["value"] * windows["elapsed_s"]).sum() == pytest.approx(busy)
        assert totals["value"] * totals["span_s"] == pytest.approx(busy)
        assert totals["value"] == pytest.approx(
            totals["arrivals_per_s"] * totals["mean_duration_s"]
        )
        assert windows["n"].sum() == len(spans)

    @given(spans, st.integers(0, 10**9))
    @settings(max_examples=50, deadline=None)
    def test_peaks_are_those_counted_second_by_second_at_any_time(
        self, spans: list, shift: int
    ) -> None:
        level = np.zeros(700, dtype=int)
        for start, end in spans:
            level[start:end] += 1
        frame = running([(start + shift * 60, end + shift * 60) for start, end in spans])
        peaks = concurrency(frame, every="1min")["peak"].tolist()
        first = min(start for start, _ in spans) // 60
        assert peaks == [
            level[at * 60 : at * 60 + 60].max() for at in range(first, first + len(peaks))
        ]
        assert concurrency_totals(frame)["peak"].tolist() == [level.max()]


class TestHourWeekday:
    def frame(self, *times: str | None, **columns: object) -> pd.DataFrame:
        stamps = pd.to_datetime(pd.Series(times, dtype="str"), utc=True, format="ISO8601")
        finished = pd.DataFrame({"created_at": stamps, "outcome": "finished", "duration_s": 2.0})
        return finished.assign(**columns)

    def test_hours_are_those_of_the_zones_clock(self) -> None:
        frame = self.frame("2026-11-05T23:30Z", "2026-10-25T00:30Z", "2026-10-25T01:30Z")
        found = hour_weekday(frame, tz="Europe/Berlin")
        busy = found[found["n"] > 0]
        assert busy["weekday"].tolist() == ["Fri", "Sun"]
        assert busy["hour"].tolist() == [0, 2]
        assert busy["n"].tolist() == [1, 2]
        assert len(found) == 168

    def test_an_hour_without_calls_has_no_rate(self) -> None:
        frame = self.frame("2026-11-02T00:30Z", outcome="failed")
        found = hour_weekday(frame)
        assert found["failure_rate"].tolist()[0] == 1.0
        assert found["failure_rate"][1:].isna().all()
        assert found["n"].sum() == 1

    def test_every_group_has_the_whole_week_and_its_undated_rows(self) -> None:
        frame = self.frame("2026-11-02T00:30Z", None, model=["a", "b"])
        found = hour_weekday(frame, by="model")
        assert found["model"].value_counts().tolist() == [168, 168]
        assert found.groupby("model")["n_undated"].max().tolist() == [0, 1]

    def test_an_empty_frame_has_an_empty_week(self) -> None:
        found = hour_weekday(TABLES["completions"].empty())
        assert (found["n"] == 0).all()
        assert found["weekday"].cat.ordered

    def test_an_unknown_zone_is_refused(self) -> None:
        with pytest.raises(ValueError, match="hour_weekday knows no time zone 'Mars'"):
            hour_weekday(self.frame("2026-11-02T00:30Z"), tz="Mars")


class TestMissingByOutcome:
    def calls(self) -> pd.DataFrame:
        return pd.DataFrame(
            {
                "outcome": ["finished"] * 90 + ["failed"] * 10,
                "duration_s": [1.0] * 88 + [np.nan] * 12,
            }
        )

    def test_a_field_that_failed_calls_lack_is_selective(self) -> None:
        found = missing_by_outcome(self.calls()).set_index("outcome").loc["failed"]
        assert (found["k"], found["n"], found["k_all"], found["n_all"]) == (0, 10, 88, 100)
        assert round(found["difference"], 3) == 0.978
        assert round(found["difference_lo"], 3) == 0.695
        assert round(found["difference_hi"], 3) == 0.994
        assert found["is_selective"]

    def test_finished_calls_and_outcomes_without_a_call_are_not_compared(self) -> None:
        found = missing_by_outcome(self.calls()).set_index("outcome")
        assert found["is_selective"].isna().tolist() == [True, False, True]
        assert found["difference"].isna().tolist() == [True, False, True]
        assert pd.isna(found.loc["unresolved", "value"])

    def test_a_field_that_all_tell_is_not_selective(self) -> None:
        frame = self.calls().assign(model="a")
        found = missing_by_outcome(frame, columns=["model"]).set_index("outcome")
        assert not found.loc["failed", "is_selective"]
        assert found.loc["failed", "value"] == 1.0

    def test_fields_stand_within_groups_and_outcomes_within_fields(self) -> None:
        frame = self.calls().assign(model="m", tier=["x", "y"] * 50)
        found = missing_by_outcome(frame, columns=["model", "duration_s"], by="tier")
        assert found["tier"].tolist() == ["x"] * 6 + ["y"] * 6
        assert found["field"].tolist() == (["model"] * 3 + ["duration_s"] * 3) * 2
        assert found["outcome"].tolist() == ["finished", "failed", "unresolved"] * 4

    @given(
        st.lists(
            st.tuples(
                st.sampled_from(["finished", "failed", "unresolved"]), st.none() | st.just(1.0)
            )
        )
    )
    @settings(max_examples=50, deadline=None)
    def test_cells_add_up_to_what_the_column_tells(self, rows: list) -> None:
        frame = pd.DataFrame(
            {
                "outcome": pd.array([word for word, _ in rows], dtype="str"),
                "ttft_s": pd.array([value for _, value in rows], dtype="float64"),
            }
        )
        found = missing_by_outcome(frame)
        assert found["k"].sum() == frame["ttft_s"].notna().sum()
        assert (found["k_all"] == found["k"].sum()).all()
        assert found["n"].sum() == len(rows)

    def test_an_unknown_field_is_refused(self) -> None:
        with pytest.raises(KeyError, match="did you mean 'duration_s'"):
            missing_by_outcome(self.calls(), columns=["duration"])

    def test_a_frame_without_a_measured_field_is_refused(self) -> None:
        with pytest.raises(ValueError, match="missing_by_outcome needs a column to look at"):
            missing_by_outcome(self.calls()[["outcome"]])
