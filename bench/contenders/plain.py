"""`ca.load` without its fast path: every row validated by pydantic, line by line."""

from __future__ import annotations

from pathlib import Path
from typing import Any
from unittest.mock import patch

from completion_analytics import gathering

from . import ours


def load(path: Path) -> dict[str, Any]:
    with patch.object(gathering, "clean_rows", lambda: None):
        return ours.load(path)
