"""What tells that nothing changed: of a file, of the package, of the way records were read."""

from __future__ import annotations

import hashlib
import sys
from collections.abc import Iterator, Sequence
from functools import cache
from pathlib import Path
from typing import BinaryIO, Literal

import msgspec
import pandas as pd
import pyarrow as pa
import pydantic

from ..reading import Source

Verify = Literal["quick", "full"]

_BLOCK = 4_096
_BLOCKS = 64
_PACKAGE = Path(__file__).parent.parent
_WITHOUT_INFLUENCE = ("stats", "plot", "widgets", "reporting", "synthetic", "cli")
_LIBRARIES = (pd.__version__, pa.__version__, pydantic.VERSION, msgspec.__version__)


def key_of(sources: Sequence[Source], asked: str, verify: Verify) -> str:
    """A name for what a load of these files gives, when asked for in this way.

    Raises:
        FileNotFoundError: one of the files is gone.
    """
    told = [reader(), asked, verify]
    for source in sources:
        if source.path is not None:
            stat = source.path.stat()
            where = (source.name, str(source.path.absolute()))
            what = (stat.st_size, stat.st_mtime_ns, stat.st_ino, digest(source.path, verify))
            told.append(repr((where, what)))
    return hashlib.blake2b(
        "\n".join(told).encode("utf-8", "backslashreplace"), digest_size=16
    ).hexdigest()


def digest(path: Path, verify: Verify) -> str:
    """A digest of 64 blocks of a file, the first and the last among them, or of all its bytes."""
    with path.open("rb", buffering=0) as file:
        if verify == "full":
            return hashlib.file_digest(file, "sha256").hexdigest()
        seen = hashlib.blake2b(digest_size=16)
        for block in _sampled(file, path.stat().st_size):
            seen.update(block)
        return seen.hexdigest()


def _sampled(file: BinaryIO, size: int) -> Iterator[bytes]:
    if size <= _BLOCK * _BLOCKS:
        yield file.read()
        return
    for number in range(_BLOCKS):
        file.seek((size - _BLOCK) * number // (_BLOCKS - 1))
        yield file.read(_BLOCK)


@cache
def reader() -> str:
    """What reads: every source file of the package that a load depends on, and the libraries."""
    seen = hashlib.blake2b(digest_size=16)
    for path in sorted(_PACKAGE.rglob("*.py")):
        if path.relative_to(_PACKAGE).parts[0] not in _WITHOUT_INFLUENCE:
            seen.update(path.read_bytes())
    return repr((seen.hexdigest(), sys.version_info[:2], _LIBRARIES))
