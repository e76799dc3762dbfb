"""Files as those open them who decode line by line."""

from __future__ import annotations

import gzip
from pathlib import Path
from typing import IO


def opened(path: Path) -> IO[bytes]:
    return gzip.open(path) if path.suffix == ".gz" else path.open("rb")
