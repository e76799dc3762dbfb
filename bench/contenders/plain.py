"""`ca.load` without its fast path: every row validated by pydantic, line by line."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from unittest.mock import patch

import pandas as pd

from completion_analytics import gathering

from . import ours


def log10(path: Path) -> Mapping[str, pd.DataFrame]:
    with patch.object(gathering, "clean_rows", lambda: None):
        return ours.log10(path)


text = log10
