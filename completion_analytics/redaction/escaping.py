"""Text from a file, for places that would obey some of it."""

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


def for_spreadsheet(text: str) -> str:
    r"""Text that a spreadsheet shows and does not run: what begins like a formula gets a quote.

    Source: OWASP, CSV Injection (https://owasp.org/www-community/attacks/CSV_Injection).

    >>> for_spreadsheet("=HYPERLINK(1)"), for_spreadsheet("1 = 1")
    ("'=HYPERLINK(1)", '1 = 1')
    """
    return f"'{text}" if text.startswith(_FORMULA_STARTS) else text


_FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
