"""Our models line by line, the results dropped: what validation alone costs."""

from __future__ import annotations

from pathlib import Path

from completion_analytics.models import Completion


def load(path: Path) -> None:
    with path.open("rb") as file:
        for line in file:
            Completion.model_validate_json(line)
