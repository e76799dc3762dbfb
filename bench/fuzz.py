"""Whether the fast path gives what the plain path gives, on mutated lines."""

from __future__ import annotations

import argparse
import json
import sys
import time
import warnings
from collections.abc import Callable, Iterator, Sequence
from itertools import islice
from pathlib import Path
from random import Random
from typing import Any
from unittest.mock import patch

import numpy as np
import pandas as pd

import completion_analytics as ca
from completion_analytics import gathering, loading

from .mutations import mutated_lines
from .rows import log10_rows, text_bodies

Writer = Callable[[Sequence[bytes], Random], bytes]
"""What makes a file of lines."""

_BATCH = 2_000
_SEEDS = 300
_OPTIONS: tuple[dict[str, Any], ...] = ({}, {}, {}, {"strict": True}, {"duration_unit": "s"})


def add_options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--lines", type=int, default=20_000, help="mutated lines [20000]")
    parser.add_argument("--seed", type=int, default=0, help="of the mutations [0]")
    parser.add_argument(
        "--corpus", type=Path, nargs="*", default=[Path("data"), Path("tests/data")]
    )


def main(options: argparse.Namespace) -> None:
    seeds = [*seed_lines(), *corpus_lines(options.corpus)]
    print(f"Mutations of {len(seeds):,} records, fast path beside plain path, seed {options.seed}")
    lines, rng = mutated_lines(mostly_clean(seeds), options.seed), Random(options.seed)
    start, done, clean = time.perf_counter(), 0, 0
    while done < options.lines:
        batch = list(islice(lines, min(_BATCH, options.lines - done)))
        chosen = rng.choice(_OPTIONS)
        written = rng.choice(_WRITERS)
        found = differences(written(batch, rng), **chosen)
        if found:
            fewer = smallest(batch, written, **chosen)
            print(f"{found} with {chosen} by {written.__name__} of", *map(repr, fewer), sep="\n")
            sys.exit(1)
        done += len(batch)
        clean += fast_lines(batch)
    seconds = time.perf_counter() - start
    share = clean / max(done, 1)
    print(f"{done:,} lines, no difference; {share:.0%} took the fast path; {seconds:,.0f} s")


def mostly_clean(lines: Sequence[bytes]) -> list[bytes]:
    """The lines, those that the fast path takes so often that they are four in five."""
    clean = [line for line in lines if fast_lines([line])]
    others = [line for line in lines if not fast_lines([line])]
    return clean * max(1, 4 * len(others) // max(len(clean), 1)) + others


def seed_lines() -> list[bytes]:
    """Invented rows and bodies; short texts let mutations hit structure more often than words."""
    rows = list(islice(log10_rows(), _SEEDS))
    chats = [row["response"] for row in rows if row["response"]]
    records = (*rows, *chats, *islice(text_bodies(), _SEEDS))
    return [json.dumps(_shortened(record)).encode() for record in records]


def _shortened(value: Any) -> Any:
    if isinstance(value, str):
        return value[:60]
    if isinstance(value, list):
        return [_shortened(each) for each in value[-4:]]
    if isinstance(value, dict):
        return {key: _shortened(each) for key, each in value.items()}
    return value


def corpus_lines(folders: Sequence[Path]) -> list[bytes]:
    """The JSON Lines among the files of some folders, without lines that are very long."""
    found = []
    for path in (p for f in folders for p in sorted(f.rglob("*.*json*")) if p.suffix != ".gz"):
        for line in path.read_bytes().split(b"\n"):
            try:
                value = json.loads(line)
            except ValueError:
                continue
            payload = value.get("payload", value) if isinstance(value, dict) else value
            if isinstance(payload, dict) and len(line) < 20_000:
                found.append(json.dumps(payload).encode())
    return found


def file_of(lines: Sequence[bytes], rng: Random) -> bytes:
    """The lines as a file, with a clean one first so that it is JSON Lines, and blank ones."""
    end = rng.choice((b"\n", b"\n", b"\r\n"))
    mark = rng.choice((b"", b"", b"\xef\xbb\xbf"))
    gaps = (line + end + (end if rng.random() < 0.01 else b"") for line in lines)
    return mark + b"{}" + end + b"".join(gaps).removesuffix(rng.choice((b"", end)))


def array_of(lines: Sequence[bytes], rng: Random) -> bytes:
    """Those of the lines that are JSON as an array, whose layout may change on the way.

    At the end one of the others may stand, as no array is read on behind it.
    """
    elements: list[bytes] = []
    others: list[bytes] = []
    for line in lines:
        (elements if _is_json(line) else others).append(line)
    usual, parts = rng.choice(_GAPS), [b"[", *elements[:1]]
    for element in elements[1:] + others[: rng.randrange(2)]:
        parts += (usual if rng.random() < 0.95 else rng.choice(_GAPS), element)
    return b"".join((*parts, rng.choice((b"]", b"\n]\n", b""))))


_GAPS = (b",", b", ", b",\n", b"\n,\n    ")
_WRITERS: tuple[Writer, ...] = (file_of, file_of, array_of)


def _is_json(line: bytes) -> bool:
    try:
        json.loads(line)
    except (ValueError, RecursionError):
        return False
    return True


def differences(what: Any, **options: Any) -> list[str]:
    """The parts of a log in which the two paths differ."""
    fast = _loaded(what, options)
    with patch.object(gathering, "clean_rows", lambda: None):
        plain = _loaded(what, options)
    if isinstance(fast, str) or isinstance(plain, str):
        return [] if fast == plain else [f"errors: {fast!r} and {plain!r}"]
    return list(unequal(fast, plain))


def _loaded(what: Any, options: dict[str, Any]) -> Any:
    with warnings.catch_warnings(record=True) as told:
        warnings.simplefilter("always")
        try:
            log = ca.load(what, progress=False, **options)
        except loading.LoadError as error:
            return str(error)
    return log, [str(each.message) for each in told]


def unequal(fast: Any, plain: Any) -> Iterator[str]:
    """The parts in which two logs differ, each given with its warnings."""
    (fast_log, fast_told), (plain_log, plain_told) = fast, plain
    names = (*fast_log.frames, "rejects", "counts", "row_issues", "issues")
    for name in names:
        yield from _frame_differences(name, getattr(fast_log, name), getattr(plain_log, name))
    yield from _frame_differences("origins", fast_log.origins.places, plain_log.origins.places)
    if fast_log.source_issues != plain_log.source_issues:
        yield "source_issues"
    if fast_told != plain_told:
        yield "warnings"


def _frame_differences(name: str, one: pd.DataFrame, other: pd.DataFrame) -> Iterator[str]:
    if list(one.columns) != list(other.columns) or len(one) != len(other):
        yield f"{name}: {one.shape} and {other.shape}"
        return
    for column in one.columns:
        if not _is_same(one[column], other[column]):
            yield f"{name}.{column}"


def _is_same(one: pd.Series, other: pd.Series) -> bool:
    if one.dtype != other.dtype:
        return False
    if one.dtype == np.float64:  # by their bytes: −0.0 is not 0.0
        return one.to_numpy().tobytes() == other.to_numpy().tobytes()
    return one.equals(other)


def smallest(lines: Sequence[bytes], written: Writer, **options: Any) -> list[bytes]:
    """A few of the lines that still differ."""
    kept, size = list(lines), len(lines)
    while size := size // 2:
        for start in reversed(range(0, len(kept), size)):
            fewer = kept[:start] + kept[start + size :]
            if fewer and differences(written(fewer, Random(0)), **options):
                kept = fewer
    return kept


def fast_lines(lines: Sequence[bytes]) -> int:
    """How many of the lines the fast path takes."""
    decode: Callable[[bytes], Any] | None = gathering.clean_rows()
    return sum(decode(line) is not None for line in lines) if decode else 0
