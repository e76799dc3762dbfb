"""What a pattern alone cannot tell of a secret: checksums, ranges, and words that look like one."""

from __future__ import annotations

import re
from ipaddress import AddressValueError, IPv4Address, IPv6Address
from itertools import cycle

_PICTURES = frozenset(("png", "jpg", "jpeg", "gif", "svg", "webp"))
_PLACEHOLDERS = frozenset(
    ("none", "null", "true", "false", "required", "optional", "string", "str", "value", "here",
     "undefined", "empty", "missing", "invalid", "changeme", "redacted", "hidden", "example")
)  # fmt: skip
_NAMES_ITSELF = re.compile(r"(?i)key|token|secret|passw|pwd|your|env|config|settings|self\.")


def secret_of(found: re.Match[str]) -> str:
    """The group `secret`, or the whole match."""
    return found.groupdict().get("secret") or found[0]


def looks_random(found: re.Match[str]) -> bool:
    """A digit is in it, or capitals in something long: words joined by hyphens have neither."""
    value = secret_of(found)
    return any(map(str.isdigit, value)) or (len(value) >= 32 and not value.islower())


def is_named_value(found: re.Match[str]) -> bool:
    """What stands behind `password:` and the like, unless it is prose or code.

    Quoted values count; bare ones behind `=` unless they are names; behind `:`, where prose may go
    on, only those of six characters and more that have a digit or a sign in them.
    """
    value = found["secret"]
    if value.lower().strip(".") in _PLACEHOLDERS or not any(map(str.isalnum, value)):
        return False
    if any(map(str.isdigit, value)) and len(value) >= 6:
        return True
    if _NAMES_ITSELF.search(value):
        return False
    if found["quote"].strip("\\"):
        return True
    is_word = value.strip(".!?:").replace("-", "").isalpha()
    return not is_word and len(value) >= 6 if found["sign"] == ":" else "." not in value


def is_address(found: re.Match[str]) -> bool:
    """A mail address ends in a domain of letters, and in no picture's file name."""
    last = found[0].rpartition(".")[2].lower()
    return len(last) >= 2 and last.replace("-", "").isalpha() and last not in _PICTURES


def is_card(found: re.Match[str]) -> bool:
    """A card's number: of a known issuer's range, with the right check digit (Luhn)."""
    digits = re.sub(r"\D", "", found[0])
    if not 13 <= len(digits) <= 19 or len(set(digits)) == 1:
        return False
    if digits[0] == "2" and not 2221 <= int(digits[:4]) <= 2720:
        return False
    total = sum(
        sum(divmod(int(digit) * weight, 10))
        for digit, weight in zip(reversed(digits), cycle((1, 2)), strict=False)
    )
    return total % 10 == 0


def is_phone(found: re.Match[str]) -> bool:
    """Nine to fifteen digits (with `+` eight), and neither a decimal number nor a date."""
    text = found[0]
    n_digits = sum(map(str.isdigit, text))
    is_decimal = re.fullmatch(r"\+[0-9]+\.[0-9]+", text) is not None
    is_date = re.match(r"0?[0-9]{1,2}[-/ ][0-9]{1,2}[-/ ](?:19|20)[0-9]{2}\b", text) is not None
    least = 8 if text.startswith("+") else 9
    return least <= n_digits <= 15 and not is_decimal and not is_date


def is_ipv4(found: re.Match[str]) -> bool:
    """An address of a machine elsewhere, and no version of a program."""
    before = found.string[max(0, found.start() - 12) : found.start()].lower()
    if re.search(r"(?:version|release|build|ver)[ :=]{1,3}$", before):
        return False
    try:
        address = IPv4Address(found[0])
    except AddressValueError:
        return False
    return not (address.is_loopback or address.is_unspecified or address.packed[0] in (0, 255))


def is_ipv6(found: re.Match[str]) -> bool:
    """An address with a digit in it; `::1` is every machine's own."""
    try:
        address = IPv6Address(found[0])
    except AddressValueError:
        return False
    return any(map(str.isdigit, found[0])) and not (address.is_loopback or int(address) < 2**16)


def is_whole_path(found: re.Match[str]) -> bool:
    """The text is nothing but a path to a file, which has an ending."""
    return re.fullmatch(r"[^\n]*/[^/\n]+\.[A-Za-z]\w{0,5}", found.string) is not None


def is_user_or_organization(found: re.Match[str]) -> bool:
    """An id: digits among letters, or both cases in a long one; words have neither."""
    value = found["secret"]
    if any(map(str.isdigit, value)):
        return True
    return len(value) >= 20 and not value.islower() and not value.isupper()
