"""The declared frames: their columns, and how records fill them."""

from __future__ import annotations

from .choices import CHOICES
from .columns import Column, Table
from .completions import COMPLETIONS
from .feedback import FEEDBACK
from .findings import COUNTS, ISSUES, REJECTS
from .logprobs import LOGPROBS
from .messages import MESSAGES
from .stacktrace import STACKTRACE
from .tags import TAGS
from .tool_calls import TOOL_CALLS
from .usage import USAGE

TABLES: dict[str, Table] = {
    table.name: table
    for table in (
        COMPLETIONS,
        CHOICES,
        USAGE,
        TAGS,
        MESSAGES,
        TOOL_CALLS,
        STACKTRACE,
        LOGPROBS,
        FEEDBACK,
        REJECTS,
        ISSUES,
        COUNTS,
    )
}

__all__ = ["TABLES", "Column", "Table"]
