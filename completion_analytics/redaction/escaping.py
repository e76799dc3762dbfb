"""Text from a file, for places that would obey some of it."""

from __future__ import annotations

import re

# What is invisible, turns text around, breaks lines in secret or drives a terminal. Joiners stay:
# emoji, Persian and Indic scripts need them. Tag characters hide whole sentences from readers.
UNSEEN = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\xad\u061c\u180e\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f"
    "\ufeff\ufff9-\ufffb\ud800-\udfff\U000e0000-\U000e007f]"
)


def for_terminal(text: str) -> str:
    r"""Text from a file that a terminal shows and does not obey.

    Control characters, bidirectional marks and invisible characters are shown as escapes; line
    breaks and tabs stay.

    >>> for_terminal("\x1b[2Jgone?")
    '\\x1b[2Jgone?'
    """
    return UNSEEN.sub(lambda found: escape_of(found.group()), text)


def escape_of(character: str) -> str:
    r"""A character as Python writes it in ASCII, as `\u202e`."""
    return character.encode("unicode_escape").decode()


def for_spreadsheet(text: str) -> str:
    r"""Text that a spreadsheet shows and does not run: what begins like a formula gets a quote.

    Source: OWASP, CSV Injection (https://owasp.org/www-community/attacks/CSV_Injection).

    >>> for_spreadsheet("=HYPERLINK(1)"), for_spreadsheet("1 = 1")
    ("'=HYPERLINK(1)", '1 = 1')
    """
    return f"'{text}" if text.startswith(_FORMULA_STARTS) else text


_FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
