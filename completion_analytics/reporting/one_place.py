"""The log that a report is about, in this process."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from ..filters import Condition, select
from ..log import CompletionLog
from ..stats.inputs import InParts

MOST_CALLS = 2_000_000
"""A report looks at all calls at once; so many take some 3 GB."""


def in_one_place(log: Any, conditions: Sequence[Condition]) -> CompletionLog:
    """What the conditions keep; a log in parts is read here if it is small enough.

    Raises:
        ValueError: it is not.
    """
    kept = select(log, *conditions) if conditions else log
    found: CompletionLog = kept.compute(most=MOST_CALLS) if isinstance(kept, InParts) else kept
    return found
