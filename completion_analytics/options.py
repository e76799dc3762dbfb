"""What `load` and `convert` are asked for, checked."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any

from .frames.building import CHILDREN
from .frames.completions import COMPLETIONS
from .reading import Source

FRAMES = (COMPLETIONS.name, *(table.name for table in CHILDREN), "feedback")
"""What `load(frames=…)` can be asked for."""


def check_choice(name: str, value: str, offered: tuple[str, ...]) -> None:
    """Raise ValueError unless the value is offered."""
    if value not in offered:
        raise ValueError(f"{name} must be one of {offered}, got {value!r}")


def check_workers(workers: Any) -> None:
    """Raise ValueError unless it is "auto" or a number of processes."""
    is_number = isinstance(workers, int) and not isinstance(workers, bool)
    if workers != "auto" and not (is_number and workers >= 1):
        raise ValueError(f'workers must be "auto" or a number from 1, got {workers!r}')


def checked_columns(columns: Any) -> dict[str, str]:
    """Further columns by path.

    Raises:
        TypeError: a name or a path is no text.
        ValueError: a name is a column of `completions` already.
    """
    pairs = columns.items() if isinstance(columns, Mapping) else [(None, None)]
    if not all(isinstance(word, str) for pair in pairs for word in pair):
        raise TypeError(f"columns must map names to paths, both text, got {columns!r}")
    taken = sorted(set(columns) & set(COMPLETIONS.names))
    if taken:
        raise ValueError(f"columns={taken} are columns of the frame already; choose other names")
    return dict(columns)


def checked_frames(frames: Any) -> tuple[str, ...] | None:
    """The frames to build, in order, `completions` among them; None is all of them.

    Raises:
        TypeError: it is no list of names.
        ValueError: there is no frame of that name.
    """
    if frames is None:
        return None
    if isinstance(frames, str) or not isinstance(frames, Iterable):
        raise TypeError(f"frames takes a list of names, as ['usage', 'tags'], got {frames!r}")
    asked = {COMPLETIONS.name, *frames}
    unknown = sorted(map(repr, asked - set(FRAMES)))
    if unknown:
        raise ValueError(f"frames={', '.join(unknown)} are none; there are {', '.join(FRAMES)}")
    return tuple(name for name in FRAMES if name in asked)


def distinct(sources: list[Source]) -> list[Source]:
    """The sources with a name each; a file that is named twice is read once."""
    named: dict[str, Source] = {}
    for source in sources:
        if source.path is not None and source.name in named:
            continue
        name, number = source.name, 1
        while name in named:
            number += 1
            name = f"{source.name} ({number})"
        named[name] = replace(source, name=name)
    return list(named.values())
