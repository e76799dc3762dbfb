"""`ca.load`: every record validated, all frames built."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import completion_analytics as ca


def load(path: Path) -> dict[str, Any]:
    log = ca.load(path, progress=False)
    names = ("completions", "choices", "usage", "tags", "messages", "tool_calls", "stacktrace")
    return {name: getattr(log, name) for name in names}
