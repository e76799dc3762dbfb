"""Where in one's own code a call was made."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Sequence
from functools import lru_cache

Frame = tuple[str | None, float | None, str | None]
"""File, line number and function of one stack frame."""

_LIBRARY = re.compile(
    r"(^|/)(site-packages|dist-packages|node_modules)/"
    r"|(^|/)lib(64)?/python\d+(\.\d+)?/"
    r"|/python\d+/lib/|python\d+\.zip/"
    r"|(^|/)(log10|openai|litellm|anthropic)/"
    r"|^<frozen |^node:",
    re.IGNORECASE,
)
_KEY = re.compile(r"(?P<path>.+?)(?P<place>:\d+(?: .*)?)?", re.DOTALL)


def callsite(frames: Sequence[Frame]) -> str | None:
    """The innermost frame outside libraries as `file:lineno name`; None if there is no such frame.

    Frames run outermost first; where the first and not the last is a library's, they are taken to
    run the other way. Libraries are installed packages, the standard library and the clients that
    log calls. Where the line or the function is unknown, it is left out of the key.

    >>> callsite([("app/api.py", 40, "get"), ("app/rag.py", 88, "answer"), ("openai/a.py", 1, "f")])
    'app/rag.py:88 answer'
    """
    known = [(file, lineno, name) for file, lineno, name in frames if file]
    ours = [frame for frame in known if not is_library(frame[0])]
    if not ours:
        return None
    is_reversed = is_library(known[0][0]) and not is_library(known[-1][0])
    return _key(*ours[0 if is_reversed else -1])


@lru_cache(maxsize=4096)
def is_library(file: str) -> bool:
    """Whether a file belongs to an installed package, the standard library or a logging client.

    >>> is_library("/venv/lib/python3.12/site-packages/httpx/_client.py"), is_library("app/rag.py")
    (True, False)
    """
    return _LIBRARY.search(file.replace("\\", "/")) is not None


def shorten(callsites: Iterable[str]) -> dict[str, str]:
    """Each path, or call site, with its path cut to the shortest ending that no other path has.

    At least the folder and the file are kept: `main.py` alone names nothing. Line numbers and
    functions stay as they are, and do not make a path unique.

    >>> shorten(["/srv/app/rag.py:88 answer", "/srv/a/job/run.py", "/srv/b/job/run.py"])
    {'/srv/app/rag.py:88 answer': 'app/rag.py:88 answer', '/srv/a/job/run.py': 'a/job/run.py', \
'/srv/b/job/run.py': 'b/job/run.py'}
    """
    split = {key: _split(key) for key in callsites}
    short = _shortest_endings({path for path, _ in split.values()})
    return {key: short[path] + place for key, (path, place) in split.items()}


def _key(file: str, lineno: float | None, name: str | None) -> str:
    where = "" if lineno is None else f":{int(lineno)}"
    return f"{file}{where}{f' {name}' if name else ''}"


def _split(key: str) -> tuple[str, str]:
    found = _KEY.fullmatch(key)
    return (found["path"], found["place"] or "") if found else (key, "")


def _shortest_endings(paths: set[str]) -> dict[str, str]:
    """Deepen the ambiguous ones folder by folder; whole paths are unique, so it ends."""
    parts = {path: path.replace("\\", "/").split("/") for path in paths}
    endings: dict[str, str] = {}
    depth, left = 2, sorted(paths)
    while left:
        owners = defaultdict(list)
        for path in left:
            owners["/".join(parts[path][-depth:])].append(path)
        done = {
            path: ending
            for ending, owned in owners.items()
            for path in owned
            if len(owned) == 1 or depth >= len(parts[path])
        }
        endings |= done
        left = [path for path in left if path not in done]
        depth += 1
    return endings
