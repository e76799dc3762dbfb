"""Files and folders that appear when all of them is written, and otherwise leave no trace."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from os import PathLike
from pathlib import Path


@contextmanager
def whole_file(path: str | PathLike[str]) -> Iterator[Path]:
    """Where to write a file that takes the place of `path` at the end, if all goes well.

    A link keeps leading to its file, and a file keeps its mode. Pipes and devices are written at
    once, for nothing can take their place.

    Raises:
        FileNotFoundError: there is no such folder to write into.
        IsADirectoryError: `path` is a folder.
    """
    require_place_for_file(path)
    given = Path(path)
    if given.exists() and not given.is_file():
        yield given
        return
    target = given.resolve()
    with _aside(target) as whole:
        yield whole
        if target.exists():
            shutil.copymode(target, whole)


@contextmanager
def whole_folder(path: str | PathLike[str]) -> Iterator[Path]:
    """An empty folder, for its owner only, that becomes the new folder `path` if all goes well.

    Raises:
        FileExistsError: `path` exists.
    """
    require_new(path)
    target = Path(path)
    target.parent.mkdir(parents=True, exist_ok=True)
    with _aside(target) as whole:
        whole.mkdir(mode=0o700)
        yield whole


def write_whole(path: Path, text: str) -> None:
    """Write a small file of our own in one step."""
    half = half_written(path)
    half.write_text(text, encoding="utf-8")
    half.replace(path)


def half_written(path: Path) -> Path:
    """Where `write_whole` leaves a file if it is killed."""
    return path.with_name(f".{path.name}")


def require_place_for_file(path: str | PathLike[str]) -> None:
    """Check that a file can stand there. Raises as `whole_file` does."""
    given = Path(path)
    if not given.resolve().parent.is_dir():
        raise FileNotFoundError(f"there is no folder {given.parent} to write {given.name} into")
    if given.is_dir():
        raise IsADirectoryError(f"{given} is a folder; name a file")


def require_new(path: str | PathLike[str]) -> None:
    """Check that nothing stands there. Raises as `whole_folder` does."""
    if Path(path).exists():
        raise FileExistsError(f"{path} exists; name a new folder, or remove it first")


@contextmanager
def _aside(target: Path) -> Iterator[Path]:
    # Beside the target, for only within one file system is a rename done at once.
    with tempfile.TemporaryDirectory(prefix=f".{target.name}-", dir=target.parent) as folder:
        whole = Path(folder) / target.name
        yield whole
        whole.replace(target)
