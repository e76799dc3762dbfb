"""Sessions: what belongs together, how long it lasted, and what came of it."""

from __future__ import annotations

import pandas as pd
import pytest

from completion_analytics.frames import TABLES
from completion_analytics.stats.session_tables import session_timeline, sessions

SECOND = 1_000_000


def calls() -> pd.DataFrame:
    """Session a: three calls, the second failed and sent again; b: one; one call of no session."""
    return TABLES["completions"].build(
        {
            "row_id": [0, 1, 2, 3, 4],
            "session_id": ["a", "a", "b", "a", None],
            "outcome": ["finished", "failed", "unresolved", "finished", "finished"],
            "created_at": [s * SECOND for s in (100, 110, 50, 112, 0)],
            "duration_s": [4.0, None, None, 3.0, 9.0],
            "prompt_tokens": [10, None, None, 20, 7],
            "completion_tokens": [1, None, None, 2, 7],
            "cost_usd": [0.5, None, None, None, 9.0],
            "prompt_hash": ["x", "y", "z", "y", "w"],
        }
    )


class TestSessions:
    def test_a_session_spans_its_first_start_to_its_last_end(self) -> None:
        found = sessions(calls()).set_index("session_id").loc["a"]
        assert (found["span_s"], found["busy_s"]) == (15.0, 7.0)
        assert found["started_at"] == pd.Timestamp(100, unit="s", tz="UTC")
        assert found["ended_at"] == pd.Timestamp(115, unit="s", tz="UTC")

    def test_the_worst_outcome_speaks_for_the_session(self) -> None:
        found = sessions(calls())
        assert found["outcome"].tolist() == ["unresolved", "failed"]
        assert found["n_failed"].tolist() == [0, 1]
        assert found["n_unresolved"].tolist() == [1, 0]

    def test_tokens_and_costs_add_up_what_is_known(self) -> None:
        found = sessions(calls()).set_index("session_id")
        assert (found.loc["a", "prompt_tokens"], found.loc["a", "n_tokens"]) == (30, 2)
        assert (found.loc["a", "cost_usd"], found.loc["a", "n_cost"]) == (0.5, 1)
        assert pd.isna(found.loc["b", "prompt_tokens"])
        assert pd.isna(found.loc["b", "cost_usd"])

    def test_a_call_sent_again_is_a_retry(self) -> None:
        assert sessions(calls())["n_retries"].tolist() == [0, 1]

    def test_without_prompts_retries_are_unknown(self) -> None:
        assert sessions(calls().drop(columns="prompt_hash"))["n_retries"].isna().all()

    def test_calls_of_no_session_are_counted_and_not_a_session(self) -> None:
        found = sessions(calls())
        assert found["session_id"].tolist() == ["b", "a"]
        assert found["n_excluded"].tolist() == [1, 1]

    def test_undated_calls_count_and_have_no_part_in_the_span(self) -> None:
        frame = calls().assign(created_at=lambda rows: rows["created_at"].where(rows.index != 3))
        found = sessions(frame).set_index("session_id").loc["a"]
        assert (found["n"], found["n_undated"], found["span_s"]) == (3, 1, 10.0)

    @pytest.mark.parametrize("name", ["session_id", "created_at"])
    def test_a_frame_that_knows_no_sessions_or_times_gives_nothing_confident(
        self, name: str
    ) -> None:
        frame = calls().assign(**{name: calls()[name].where(calls().index < 0)})
        found = sessions(frame)
        assert found["span_s"].isna().all()
        assert len(found) == (0 if name == "session_id" else 2)

    def test_sessions_of_mock_calls_alone_are_none(self) -> None:
        frame = calls().assign(is_mock=[False, False, True, False, False])
        assert sessions(frame)["session_id"].tolist() == ["a"]

    def test_an_empty_frame_has_no_session(self) -> None:
        assert len(sessions(TABLES["completions"].empty())) == 0


class TestSessionTimeline:
    def test_calls_stand_in_order_with_the_idle_time_before_each(self) -> None:
        found = session_timeline(calls(), session="a")
        assert found["start_s"].tolist() == [0.0, 10.0, 12.0]
        assert found["end_s"].tolist() == [4.0, 10.0, 15.0]
        assert found["gap_s"].tolist()[1:] == [6.0, 2.0]
        assert pd.isna(found["gap_s"][0])
        assert found["attempt"].tolist() == [1, 1, 2]
        assert found["row_id"].tolist() == [0, 1, 3]

    def test_overlapping_calls_leave_no_gap(self) -> None:
        frame = TABLES["completions"].build(
            {
                "row_id": [0, 1, 2],
                "session_id": ["a"] * 3,
                "outcome": ["finished"] * 3,
                "created_at": [0, SECOND, 12 * SECOND],
                "duration_s": [10.0, 1.0, 1.0],
            }
        )
        assert session_timeline(frame)["gap_s"].tolist()[1:] == [0.0, 2.0]

    def test_the_latest_sessions_are_taken_and_each_begins_at_zero(self) -> None:
        found = session_timeline(calls(), latest=1)
        assert found["session_id"].unique().tolist() == ["a"]
        both = session_timeline(calls())
        assert both["session_id"].tolist() == ["b", "a", "a", "a"]
        assert both.groupby("session_id")["start_s"].min().tolist() == [0.0, 0.0]

    def test_an_unknown_session_is_refused(self) -> None:
        with pytest.raises(KeyError, match="finds no session 'q' among 2 sessions"):
            session_timeline(calls(), session=["a", "q"])

    def test_an_empty_frame_has_no_calls(self) -> None:
        found = session_timeline(TABLES["completions"].empty())
        assert len(found) == 0
        assert "gap_s" in found
