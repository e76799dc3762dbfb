"""Folders that this package wrote, told from exports by a glance at them."""

from __future__ import annotations

import re
from pathlib import Path

MANIFEST = "manifest.json"
"""What makes a folder a log; `storage` writes it."""
PLAN, LOCK, UNFINISHED = "plan.json", "lock", ".partial"
"""Two files of a conversion that is not done, and how the name of its folder ends."""
_OUR_MANIFEST = re.compile(rb'\s*\{\s*"version": \d+,\s*"encoding": "\w+",\s*"parts": \d')


def holds_log(folder: Path) -> bool:
    """Whether a log stands in the folder, whatever version wrote it."""
    try:
        with (folder / MANIFEST).open("rb") as file:
            return _OUR_MANIFEST.match(file.read(200)) is not None
    except OSError:
        return False


def is_unfinished(folder: Path) -> bool:
    """Whether the folder holds a log in the making."""
    return folder.name.endswith(UNFINISHED) and all(
        (folder / name).is_file() for name in (PLAN, LOCK)
    )


def is_own(folder: Path) -> bool:
    """Whether nothing in the folder is an export."""
    return is_unfinished(folder) or holds_log(folder)
