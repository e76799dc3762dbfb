"""Secrets in JSON values, and in texts that are JSON themselves."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

from .redactor import Redactor

FIELDS = {
    "organization_id": "organization",
    "organizationId": "organization",
    "organization": "organization",
    "user_id": "user",
    "userId": "user",
    "user": "user",
    "end_user": "user",
    "username": "user",
    "safety_identifier": "user",
}
"""Fields whose texts are secret whatever they look like, by the rule that counts them."""

# Under such a name a value may be secret that would not be so by itself.
_TELLING = (
    "key", "token", "secret", "passw", "passphrase", "pwd", "auth", "phone", "mobile", "tel", "fax",
)  # fmt: skip
_LONG_NUMBER = 10**12
_BETWEEN_WORDS = re.compile(r"[^\w!$%*+./:@#^~?=-]+")


@dataclass
class JsonRedactor:
    """Applies a redactor to JSON values; each distinct text is looked at, and counted, once.

    >>> veil = JsonRedactor(Redactor(salt="s"))
    >>> veil.value({"user": "ada", "password": "open sesame", "n": 3})
    {'user': '{user:imltwwenci}', 'password': '{named_key:qqswxrismo}', 'n': 3}
    """

    redactor: Redactor
    _known: dict[tuple[str, str], str] = field(default_factory=dict, repr=False)

    def text(self, text: str) -> str:
        """A text without secrets; one that is JSON stays JSON."""
        return self._once("", text)

    def under(self, name: str, text: str) -> str:
        """A text without secrets that stands in a field of a name."""
        return self._once(name if _tells(name) else "", text)

    def value(self, value: Any) -> Any:
        """A JSON value with its texts, and the names of its fields, without secrets."""
        if isinstance(value, str):
            return self.text(value)
        if isinstance(value, list):
            return [self.value(element) for element in value]
        if isinstance(value, dict):
            return {self.text(name): self._member(name, held) for name, held in value.items()}
        if isinstance(value, int) and abs(value) >= _LONG_NUMBER:
            told = self.text(str(value))
            return value if told == str(value) else told
        return value

    def _member(self, name: str, value: Any) -> Any:
        if isinstance(value, str):
            return self.under(name, value)
        if name == "logprobs" and not self.redactor.is_clean(_spoken(value)):
            return None  # a secret in pieces is still one
        return self.value(value)

    def _once(self, name: str, text: str) -> str:
        key = name, text
        if key not in self._known:
            self._known[key] = self._redacted(name, text)
        return self._known[key]

    def _redacted(self, name: str, text: str) -> str:
        if name in FIELDS:
            return self.redactor.pseudonym(FIELDS[name], text) if text else text
        if text[:1] in ("{", "["):
            try:
                value = json.loads(text)
                redacted = self.value(value)
                return text if redacted == value else json.dumps(redacted, ensure_ascii=False)
            except (ValueError, RecursionError):
                pass
        if name:
            before = f'{name}: "'
            if self._is_named_whole(before, text):
                return self.redactor.pseudonym("named_key", text)
            told = self.redactor.text(f'{before}{text}"')
            if told.startswith(before) and told.endswith('"'):
                return told[len(before) : -1]
        return self.redactor.text(text)

    def _is_named_whole(self, before: str, text: str) -> bool:
        """Whether a text of several words would be a secret by its field, were it one word."""
        joined = _BETWEEN_WORDS.sub("", text)
        named = (rule for rule in self.redactor.rules if rule.name == "named_key")
        return joined not in ("", text) and any(
            rule.replaced(f'{before}{joined}"', lambda _: "") == f'{before}"' for rule in named
        )


@lru_cache(maxsize=4096)
def _tells(name: str) -> bool:
    return name in FIELDS or any(sign in name.lower() for sign in _TELLING)


def _spoken(logprobs: Any) -> str:
    """The text whose tokens have log-probabilities."""
    if not isinstance(logprobs, dict):
        return ""
    tokens = [*(logprobs.get("content") or ()), *(logprobs.get("refusal") or ())]
    named = [token.get("token") for token in tokens if isinstance(token, dict)]
    pieces = [*named, *(logprobs.get("tokens") or ())]
    return "".join(piece for piece in pieces if isinstance(piece, str))
