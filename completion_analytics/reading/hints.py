"""What text that is no JSON looks like, and what to do about it."""

from __future__ import annotations

import re

NOT_UTF8 = "save the file as UTF-8; it may be Latin-1, Windows-1252 or binary"
_CUT = "it was cut off: copy or export the file again once its writer is done"
_PLAIN = "plain text is no export: give JSON, JSON Lines, server-sent events or CSV"
_START_CHARS, _NEAR_CHARS = 200, 40

# Tried in this order; each pattern is searched in one stretch of the text: its start, what stands
# at the error, or what stands around it.
_HINTS = (
    ("start", r"\A\s*<[!?a-zA-Z]", "this is HTML or XML: was an error page saved as the export?"),
    ("start", r"\A\s*[\[{]\s*'", "a Python repr, not JSON: write it with json.dumps"),
    ("near", r"\b(?:True|False|None)\b", "a Python repr, not JSON: write it with json.dumps"),
    ("near", r"//|/\*|^\s*#", "JSON has no comments: remove them"),
    ("near", r",\s*[}\]]", "remove the trailing comma"),
    ("at", r"\A[\x00-\x1f]", "a raw control character in a text: it must be escaped, as \\n"),
    ("start", r"\A[^{\[\"]*[^\s{\[\"][^{\[\"]*[{\[]", "text stands before the JSON: remove it"),
    ("at", r"\A\s*[{\[]", "several documents without a separator: put each on its own line"),
)
_PATTERNS = tuple((where, re.compile(pattern, re.M), hint) for where, pattern, hint in _HINTS)


def hint_for(text: str, position: int, *, start: int = 0, is_cut: bool = False) -> str:
    """What to do about a text that begins at `start` and stops being JSON at a position.

    >>> hint_for("{'model': 'gpt-4o'}", 1)
    'a Python repr, not JSON: write it with json.dumps'
    """
    stretches = {
        "start": text[start : start + _START_CHARS],
        "at": text[position : position + _NEAR_CHARS],
        "near": text[max(0, position - 3) : position + _NEAR_CHARS],
    }
    if is_cut:
        return _CUT
    for where, pattern, hint in _PATTERNS:
        if pattern.search(stretches[where]):
            return hint
    return "" if text[:position].strip() else _PLAIN
