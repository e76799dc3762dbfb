"""A folder in the making, which outlives the process that makes it.

```
DIR.partial/plan.json   what was asked for, so that nothing else goes on with it
DIR.partial/lock        held by the process that works on it, and let go when that ends
DIR.partial/staged/     what was gathered
DIR.partial/written/    which parts of the log are complete
DIR.partial/log/        becomes DIR when all is there
```
"""

from __future__ import annotations

import errno
import json
import os
import shutil
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import IO, Any, Self

from ..aside import half_written, require_new, write_whole
from ..reading import LOCK, PLAN, UNFINISHED, Source
from .identity import reader

if sys.platform == "win32":
    import msvcrt

    def _lock(file: IO[str]) -> None:
        msvcrt.locking(file.fileno(), msvcrt.LK_NBLCK, 1)
else:
    import fcntl

    def _lock(file: IO[str]) -> None:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)


@dataclass(frozen=True)
class Plan:
    """What a folder is made of, and how."""

    asked: Mapping[str, Any]
    files: Mapping[str, Mapping[str, int]]
    """Size and time by name."""
    package: str

    @classmethod
    def of(cls, sources: list[Source], asked: Mapping[str, Any]) -> Self:
        """The plan for some files, with this package."""
        files = {each.name: asdict(each.fingerprint) for each in sources if each.fingerprint}
        return cls(asked, files, reader())

    def refuse_other(self, begun: Plan, folder: Path) -> None:
        """Raise ValueError unless this is what was begun."""
        anew = "remove it to begin anew"
        for name, was in begun.asked.items():
            if self.asked.get(name) != was:
                raise ValueError(
                    f"{folder} was begun with {name}={was!r}: give it again, or {anew}"
                )
        if list(self.files) != list(begun.files):  # parts are numbered in the order of the files
            named = ", ".join(begun.files)
            raise ValueError(
                f"{folder} was begun with {named}, in this order: name them so, or {anew}"
            )
        changed = [name for name, mark in self.files.items() if mark != begun.files[name]]
        if changed:
            raise ValueError(f"{changed[0]} has changed since {folder} was begun: {anew}")
        if self.package != begun.package:
            raise ValueError(f"{folder} was begun by another version of this package: {anew}")


@dataclass(frozen=True)
class Unfinished:
    """The folder beside the one that it becomes."""

    target: Path
    folder: Path

    @property
    def staged(self) -> Path:
        """Where to put down what is gathered."""
        return self.folder / "staged"

    @property
    def log(self) -> Path:
        """Where to write what is to become the target."""
        return self.folder / "log"

    def begin(self, plan: Plan) -> None:
        """Begin, or go on with the same plan."""
        begun = self.folder / PLAN
        if begun.exists():
            said = json.loads(begun.read_text(encoding="utf-8"))
            plan.refuse_other(Plan(**said), self.folder)
        else:
            self._refuse_others()
            write_whole(begun, json.dumps(asdict(plan)))
        if self.log.exists():
            require_new(self.target)
        elif not self.target.exists():  # at first, or when the target was made and then removed
            shutil.rmtree(self.folder / "written", ignore_errors=True)
            for name in _FOLDERS:
                (self.folder / name).mkdir(mode=0o700, exist_ok=True)

    def _refuse_others(self) -> None:
        ours = {LOCK, half_written(self.folder / PLAN).name}
        others = sorted({path.name for path in self.folder.iterdir()} - ours)
        if others:
            raise FileExistsError(
                f"{self.folder} is in the way: {others[0]} in it is not by this package"
            )

    def has(self, part: int) -> bool:
        """Whether a part of the log is complete."""
        return self._mark(part).exists()

    def completes(self, part: int) -> None:
        """Say that a part of the log is complete."""
        self._mark(part).touch()

    def becomes_target(self) -> None:
        """Put the log into its place: everything must have been written."""
        self.log.rename(self.target)

    def _mark(self, part: int) -> Path:
        return self.folder / "written" / str(part)


def beside(target: Path) -> Path:
    """The folder to make a target in.

    Raises:
        FileExistsError: the target is a folder that has no name of its own, such as `.`.
    """
    if not target.name:
        raise FileExistsError(f"'{target}' exists; name a new folder")
    return target.with_name(target.name + UNFINISHED)


def is_held(folder: Path) -> bool:
    """Whether a process works on an unfinished folder."""
    try:
        with (folder / LOCK).open("r+", encoding="ascii") as file:
            _lock(file)
    except FileNotFoundError:
        return False
    except OSError:
        return True
    return False


@contextmanager
def unfinished(target: Path, plan: Plan) -> Iterator[Unfinished | None]:
    """The folder to work in, begun or gone on with; it goes when the target has its place.

    None where there is nothing left to do.

    Raises:
        BlockingIOError: another process works on it.
        FileExistsError: the target is there, or something else stands in the way.
        OSError: the disk is full or nothing may be written there, said in a sentence.
        ValueError: it was begun from other files or with other options.
    """
    work = Unfinished(target, beside(target))
    if not (work.folder / PLAN).exists():
        require_new(target)
    with _plainly(work.folder):
        work.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        with _alone(work.folder / LOCK):
            work.begin(plan)
            yield None if target.exists() else work
        if target.exists():
            shutil.rmtree(work.folder, ignore_errors=True)


_FOLDERS = ("staged", "written", "log")  # the last says that all of them are there


@contextmanager
def _alone(path: Path) -> Iterator[None]:
    """Hold a lock, which the system lets go when this process ends in whatever way."""
    with path.open("a+", encoding="ascii") as file:
        try:
            _lock(file)
        except OSError:
            file.seek(0)
            holder = file.read() or "unknown"
            raise BlockingIOError(
                f"{path.parent} is being written by another process (pid {holder}): wait for it"
            ) from None
        file.truncate(0)
        file.write(str(os.getpid()))
        file.flush()
        yield


_FULL = (errno.ENOSPC, errno.EDQUOT)
_FORBIDDEN = (errno.EACCES, errno.EPERM, errno.EROFS)


@contextmanager
def _plainly(folder: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        if error.errno in _FULL:
            raise OSError(
                f"the disk of {folder} is full: make room and convert again, nothing is lost"
            ) from error
        if error.errno in _FORBIDDEN:
            raise PermissionError(f"nothing can be written into {folder}: {error}") from error
        raise
