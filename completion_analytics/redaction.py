"""What must not leave a log as it is."""

from __future__ import annotations

import re

# Control characters (terminals obey some of them) and the marks that turn text around.
_UNSAFE = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069]")


def for_terminal(text: str) -> str:
    r"""Text from a file that a terminal shows and does not obey.

    Control characters and bidirectional marks are shown as escapes; line breaks and tabs stay.

    >>> for_terminal("\x1b[2Jgone?")
    '\\x1b[2Jgone?'
    """
    return _UNSAFE.sub(lambda found: found.group().encode("unicode_escape").decode(), text)
