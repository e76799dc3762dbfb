"""Frames for the statistics, built by saying only what matters."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import pandas as pd
import pytest

from completion_analytics.frames import TABLES


@pytest.fixture
def calls() -> Callable[..., pd.DataFrame]:
    """Completions from columns; finished and exact unless said otherwise."""

    def build(**columns: Sequence[Any]) -> pd.DataFrame:
        length = len(next(iter(columns.values())))
        usual = {
            "row_id": range(length),
            "outcome": ["finished"] * length,
            "duration_quality": ["exact"] * length,
        }
        return TABLES["completions"].build(usual | columns)

    return build
