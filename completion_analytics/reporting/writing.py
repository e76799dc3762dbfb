"""`report`: a log as one file of HTML that asks nobody."""

from __future__ import annotations

from collections.abc import Iterable
from os import PathLike
from pathlib import Path
from typing import TYPE_CHECKING

from ..aside import whole_file
from ..filters import Condition
from ..log import require_whole_log
from ..plot.parts import by_columns
from ..stats.inputs import By
from .one_place import in_one_place
from .page import page_of

if TYPE_CHECKING:
    from ..log import CompletionLog


def report(
    log: CompletionLog,
    path: str | PathLike[str],
    *,
    title: str | None = None,
    by: By = "model",
    redact: bool = True,
    conditions: Iterable[Condition] = (),
    conversations: bool = False,
) -> Path:
    """Write what a log tells into one HTML file that needs no network and no Python, and its path.

    What was loaded and what is doubtful, the summary with its intervals, latency, tokens, failures,
    tags and sessions, the slowest and the failed calls; and views to brush and tick, which count
    the calls, rates and percentiles of any selection by themselves. The file appears when all is
    written; one that is there is replaced.

    Args:
        log: the log.
        path: the file to write.
        title: what stands above it.
        by: the columns that tell groups apart where groups are compared, or `"tag"`.
        redact: replace what `ca.redact` would: in labels, reasons, ids and conversations. The title
            stays as it is.
        conditions: what to filter by beforehand, as `ca.select` does.
        conversations: show the messages and answers of the calls that are listed one by one.

    Raises:
        FileNotFoundError: there is no such folder.
        IsADirectoryError: `path` is a folder.
        KeyError, TypeError: a column of `by` is not there or continuous, the log was opened with
            few columns or is none, or as `ca.select` does.
        ValueError: it is a log in parts with more than 2,000,000 calls.

    >>> import completion_analytics as ca
    >>> report(ca.demo(50), getfixture("tmp_path") / "report.html").name
    'report.html'
    """
    given = tuple(conditions)
    with whole_file(path) as whole:
        page = page_of(
            require_whole_log(in_one_place(log, given), "report"),
            title=title,
            by=by_columns(by),
            is_redacted=redact,
            conditions=given,
            with_conversations=conversations,
        )
        whole.write_text(page, encoding="utf-8", errors="replace")
    return Path(path)
