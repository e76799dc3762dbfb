"""What a command ends with."""

from __future__ import annotations

DONE, REJECTS, BREACH, MISTAKE, INTERRUPTED = 0, 1, 2, 64, 130

EXITS = {
    DONE: "done; no limit was breached",
    REJECTS: "`validate` only: there are records that could not be kept",
    BREACH: "`report --fail-if` only: a limit was breached",
    MISTAKE: "the call is wrong: an option, a path, a condition, an expression, or the output",
    INTERRUPTED: "interrupted; no output is half-written, and `convert` says what it goes on with",
}
"""Exit codes and their meanings. A mistake of the caller is never taken for a breach."""
