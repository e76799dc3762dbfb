"""Secrets replaced by pseudonyms that tell nothing and stay the same.

What a rule finds becomes a pseudonym such as `{email:fkqzbdhwya}`: the same for the same value and
salt, so that joins, counts and duplicates stay.
"""

from __future__ import annotations

import re
import secrets
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import partial
from hashlib import sha256
from hmac import digest

from .rules import DEFAULT_RULES, Rule


@dataclass
class Redactor:
    """Replaces what rules find, and counts it.

    Without a salt one is drawn, and pseudonyms are the same within this redactor only. Whoever
    knows the salt can try out whether a pseudonym stands for a value he guesses.

    >>> veil = Redactor(salt="s")
    >>> veil.text("Write to ada@example.com or bo@example.com, best to ada@example.com.")
    'Write to {email:iwmobrohny} or {email:vrpijmvjec}, best to {email:iwmobrohny}.'
    >>> veil.found["email"]
    3
    """

    rules: Iterable[Rule] = DEFAULT_RULES
    salt: str | bytes | None = None
    found: Counter[str] = field(default_factory=Counter)
    """How many were replaced, by rule."""

    def __post_init__(self) -> None:
        self.rules = tuple(rule.checked() for rule in self.rules)
        given = secrets.token_bytes(32) if self.salt is None else self.salt
        self._key = given.encode() if isinstance(given, str) else given

    def text(self, text: str) -> str:
        """A text with everything replaced that a rule finds."""
        lowered = text.lower()
        for rule in self.rules:
            if rule.may_find(lowered):
                text = rule.replaced(text, partial(self.pseudonym, rule.name))
        return text

    def is_clean(self, text: str) -> bool:
        """Whether no rule finds anything; nothing is counted."""
        counted = self.found.copy()
        is_clean = self.text(text) == text
        self.found = counted
        return is_clean

    def pseudonym(self, name: str, value: str) -> str:
        """What stands for a value, whatever it is; a pseudonym stands for itself."""
        if _PSEUDONYM.fullmatch(value):
            return value
        self.found[name] += 1
        return f"{{{name}:{self.fingerprint(name, value)}}}"

    def fingerprint(self, name: str, value: str) -> str:
        """Ten letters, and no digits, which other rules would take for numbers."""
        message = f"{name}\0{value}".encode("utf-8", "surrogatepass")
        number = int.from_bytes(digest(self._key, message, sha256)[:8])
        return "".join(_LETTERS[number // 26**place % 26] for place in range(10))


_LETTERS = "abcdefghijklmnopqrstuvwxyz"
_PSEUDONYM = re.compile(r"\{[a-z_]+:[a-z]{10}\}")
