"""A small log by its frames alone, because filters stand below the log."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd
import pytest

from completion_analytics.frames import TABLES


@dataclass(frozen=True)
class Frames:
    """What a filter needs of a log."""

    completions: pd.DataFrame
    tags: pd.DataFrame
    messages: pd.DataFrame
    choices: pd.DataFrame

    def keep(self, row_ids: pd.Series) -> Frames:
        frames = (self.completions, self.tags, self.messages, self.choices)
        return Frames(*(frame[frame["row_id"].isin(row_ids)] for frame in frames))


HOUR = 3_600_000_000


@pytest.fixture
def log() -> Frames:
    """Four completions at 0, 1 and 2 o'clock and at no known time; ids leave gaps."""
    return Frames(
        completions=TABLES["completions"].build(
            {
                "row_id": [0, 1, 5, 7],
                "model": ["gpt-4o", "it's", None, "gpt-4o"],
                "outcome": ["finished", "failed", "finished", "unresolved"],
                "created_at": [0, HOUR, 2 * HOUR, None],
                "duration_s": [1.0, 2.0, 5.0, None],
                "prompt_tokens": [10, None, 30, 40],
                "is_stream": [True, None, False, True],
                "failure_reason": [None, "Time-out after 3 s", None, "Quota"],
            }
        ),
        tags=TABLES["tags"].build({"row_id": [0, 0, 1, 5], "tag": ["prod", "web", "prod", "test"]}),
        messages=TABLES["messages"].build(
            {
                "row_id": [0, 0, 1, 5],
                "message_index": [0, 1, 0, 0],
                "text": ["Be brief.", "Why (a+b)?", "Look:\nhere", None],
            }
        ),
        choices=TABLES["choices"].build(
            {"row_id": [0, 0, 5], "choice_index": [0, 1, 0], "text": ["No.", "Because.", "here"]}
        ),
    )
