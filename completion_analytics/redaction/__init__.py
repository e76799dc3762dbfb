"""What must not leave a log as it is, and texts made safe to show.

`ca.redact` applies `DEFAULT_RULES` to a log; further ones are made as `Rule`.

>>> from completion_analytics.redaction import DEFAULT_RULES, Rule
>>> rules = (*DEFAULT_RULES, Rule("badge", "TW-[0-9]{4}"))
"""

from __future__ import annotations

from .escaping import for_spreadsheet, for_terminal
from .redactor import Redactor
from .rules import DEFAULT_RULES, KEY_RULES, Rule
from .structured import JsonRedactor

__all__ = [
    "DEFAULT_RULES",
    "KEY_RULES",
    "JsonRedactor",
    "Redactor",
    "Rule",
    "for_spreadsheet",
    "for_terminal",
]
