"""`load`: exported completions in, a `CompletionLog` out."""

from __future__ import annotations

import warnings
from collections.abc import Callable, Iterable, Mapping
from os import PathLike
from typing import IO, Any, Literal

import pandas as pd

from .assembly import assemble
from .frames.wanted import WORDS, Wanted
from .gathering import Reading
from .intake import LoadError
from .log import CompletionLog
from .options import check_choice, check_workers, checked_columns, checked_frames, distinct
from .progress import Progress
from .reading import find_sources
from .scale.workers import gather_by

Loadable = (
    str
    | PathLike[str]
    | bytes
    | IO[str]
    | IO[bytes]
    | Mapping[str, Any]
    | Iterable[Mapping[str, Any] | str | PathLike[str]]
)


def load(
    what: Loadable,
    *,
    duration_unit: Literal["auto", "s", "ms"] = "auto",
    columns: Mapping[str, str] | None = None,
    strict: bool = False,
    on_error: Literal["collect", "raise"] = "collect",
    keep_raw: bool = False,
    frames: Iterable[str] | None = None,
    text: bool = True,
    workers: int | Literal["auto"] = "auto",
    cache: bool | str | PathLike[str] = False,
    verify: Literal["quick", "full"] = "quick",
    progress: bool | None = None,
) -> CompletionLog:
    """The completions in exported files, validated and normalised into frames.

    Every record becomes a row of `completions`, a feedback, a duplicate or a reject; `log.counts`
    tells how many of each. A record is a line of JSONL, an element of an array or wrapper, a
    document, or one whole stream of chunks, and each is recognised on its own.

    Args:
        what: A file, folder or glob, several of them, an open file, bytes, a record or a list of
            records, or "-" for standard input. Compression is told by the first bytes.
        duration_unit: The unit of Log10's `duration`; "auto" decides per file and says so in
            `log.issues`.
        columns: Further columns of `completions` by path, as
            `{"customer": "request.metadata.customer"}`: text, missing where absent.
        strict: Reject records that had to be repaired (issues of level `wire`).
        on_error: "raise" stops at the first record that cannot be kept.
        keep_raw: Keep every record in memory, so that `log.raw` needs no file.
        frames: The frames that are needed, as `("usage", "tags")`: the others are not built, which
            takes time and memory, and looking at one raises AttributeError. `completions` and all
            findings always come, and are the same. None builds all.
        text: Whether the words of prompts and answers are needed. Without, they are missing from
            `messages`, `choices`, `tool_calls` and `logprobs`; `prompt_hash`, counts of characters
            and all else are the same. `log.raw` still reads them from the files.
        workers: How many processes read, this one among them; "auto" takes all cores for plain
            files of JSON Lines, and several files, of 400 MB and more. The log is the same.
        cache: Keep the log on disk, for this user alone, and open it from there when the same files
            are loaded in the same way: True in the system's folder for caches, or name a folder.
            A load that is no load of files is not kept. `completion-analytics cache` lists and
            clears; COMPLETION_ANALYTICS_CACHE_GB (4) bounds it, and what was not used for longest
            goes first.
        verify: How the cache knows that a file, or an entry, is unchanged: "quick" by its size,
            time and place and 64 blocks of it, "full" by all its bytes, too.
        progress: Show a progress bar; None shows one on a terminal or in a notebook when loading
            takes longer than half a second.

    Raises:
        FileNotFoundError: a path is missing, or a folder or glob holds no export.
        LoadError: with `on_error="raise"`, at the first record that cannot be kept.
        TypeError: `what` is nothing that can be loaded.
        ValueError: an option has a value that is not offered.

    >>> log = load([{"id": "cmpl-1", "object": "text_completion", "created": 1700000100,
    ...              "model": "davinci-002", "choices": [{"index": 0, "text": " ok"}],
    ...              "usage": {"prompt_tokens": 3, "completion_tokens": 1, "total_tokens": 4}}])
    >>> log.completions[["kind", "model", "outcome", "total_tokens"]]
       kind        model   outcome  total_tokens
    0  text  davinci-002  finished             4
    """
    extra_columns = checked_columns(columns or {})
    check_choice("duration_unit", duration_unit, ("auto", "s", "ms"))
    check_choice("on_error", on_error, ("collect", "raise"))
    check_choice("verify", verify, ("quick", "full"))
    check_workers(workers)
    sources = distinct(find_sources(what))
    wanted = Wanted(checked_frames(frames), text)
    reading = Reading(strict, on_error, keep_raw, extra_columns, wanted)

    def read() -> CompletionLog:
        with Progress(sources, progress) as bar:
            gathered = gather_by(workers, sources, reading, bar)
        log = assemble(gathered, sources, duration_unit)
        unwanted = [name for name in log.frames if not wanted.has(name)]
        return log.without(unwanted if text else [*unwanted, WORDS])

    if cache is False:
        log = read()
    else:
        from .scale.cache import load_cached

        log = load_cached(read, sources, repr((reading, duration_unit)), cache, verify)
    warn_if_mostly_rejected(log.counts, lambda: log.rejects)
    return log


def warn_if_mostly_rejected(counts: pd.DataFrame, rejects: Callable[[], pd.DataFrame]) -> None:
    """Warn of the causes where more than half of the records were rejected."""
    records, n = (int(counts[name].sum()) for name in ("records", "rejects"))
    if n * 2 > records:
        causes = rejects()["reason"].value_counts().head(3)
        told = "; ".join(f"{n:,} × {reason}" for reason, n in causes.items())
        warnings.warn(
            f"{n:,} of {records:,} records were rejected: {told} (log.rejects)",
            stacklevel=3,
        )


__all__ = ["LoadError", "load"]
