"""Reasons of failures with what differs from call to call masked, so that equal ones meet."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable
from typing import Any

from ..redaction import KEY_RULES

_LONGEST = 1_000

# A text that a mask needs, the pattern it replaces, and the mask.
# Reasons quote keys in part or masked, so these know less of a key than `KEY_RULES` do; whatever is
# left to be quoted beside a template must have gone through both.
_SECRETS = (
    ("", r"\b(?i:bearer|basic)\s+[\w.+/=~-]{8,}", "{key}"),
    ("", r"\b(?:pk|rk|gsk|xai|hf|nvapi|pplx|r8|ghp|glpat)[-_][\w.-]{7,}[\w-]", "{key}"),
    ("", r"\b(?:AIza|AKIA|eyJ)[\w.-]{7,}[\w-]", "{key}"),
    ("sk-", r"\bsk-(?:[\w.<>*-]*[\w>*-])?", "{key}"),
    ("**", r"(?<![\w{])[\w.<>-]*\*{2,}(?:[\w.<>*-]*[\w>*-])?", "{key}"),
    (
        "",
        r"(?i)(\b(?:api|subscription|access|secret)[ _-]?(?:key|token)\b(?: provided)?"
        r"""['"]?\s*[:=]\s*['"]?)(?!\{)[^\s'",;]*[^\s'",;.]""",
        r"\1{key}",
    ),
    ("://", r"https?://[^\s'\"<>)\]}]*[^\s'\"<>)\]}.,;:]", "{url}"),
    ("@", r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+", "{email}"),
)
_IDS = (
    ("", r"\b[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}\b", "{id}"),
    ("", r"\b(?:org|proj|req|chatcmpl|cmpl|asst|msg|resp|toolu|ftjob)[-_][A-Za-z0-9_-]*\w", "{id}"),
    (
        "",
        r"\b(?:user|call|run|file|batch|thread|step|sess|gen|request)[-_]"
        r"(?=[A-Za-z_-]*\d)[A-Za-z0-9_-]*\w",
        "{id}",
    ),
    ("", r"(?i)\b(?=[a-f]*\d)(?=\d*[a-f])[0-9a-f]{12,}\b", "{id}"),
    ("", r"\b(?=[A-Za-z]*\d)(?=\d*[A-Za-z])[A-Za-z0-9]{20,}\b", "{id}"),
)
_DAY = r"(?:mon|tue|wed|thu|fri|sat|sun)"
_UNIT = r"(?:ms|s|m|h|d)\b"
_WORD = r"(?:milliseconds?|msecs?|seconds?|secs?|minutes?|mins?|hours?|hrs?|days?)\b"
_MEASURES = (
    (
        "",
        r"(?<![\w-])\d{4}-\d\d-\d\d(?:[T ]\d\d:\d\d(?::\d\d(?:\.\d+)?)?"
        r"(?:\s?(?:Z|UTC)\b|[+-]\d\d:?\d\d\b)?)?",
        "{time}",
    ),
    ("", rf"(?i)\b(?:{_DAY}, )?\d\d? [a-z]{{3}} \d{{4}} \d\d:\d\d:\d\d(?: gmt)?\b", "{time}"),
    ("", r"(?<![\w:.])\d\d?:\d\d:\d\d(?:\.\d+)?\b", "{time}"),
    (
        "",
        rf"(?i)(?<![\w.-])(?:\d+(?:\.\d+)?(?:{_UNIT}|(?:ms|s|m|h|d)(?=\d)|\s?{_WORD}))+",
        "{time}",
    ),
    ("", r"(?<![\w.}-])[-+]?\d+(?:[.,]\d+)*(?:[kKmMbB]|[eE][-+]?\d+)?(?![\w{])", "{n}"),
)
# Most reasons hold none of these; the empty one, of a rule that has none, is in every text.
_KEY_NEEDLES = tuple(needle for rule in KEY_RULES for needle in rule.needles or ("",))
_ANY_DIGIT = str.maketrans("123456789", "000000000")
_TOKEN = re.compile(r"\w[\w.:/@+-]*\w")


def _compiled(table: tuple[tuple[str, str, str], ...]) -> list[tuple[str, re.Pattern[str], str]]:
    return [(needle, re.compile(pattern), mask) for needle, pattern, mask in table]


_SECRET, _ID, _LAST = map(_compiled, (_SECRETS, _IDS, _MEASURES))


def template(reason: str, models: Collection[str] = ()) -> str:
    """A reason with keys, addresses, ids, models, times and numbers masked, in that order.

    Reasons that differ only in those become equal. `models` are the names to be masked. Only
    the first 1,000 characters count.

    >>> template("Rate limit reached for gpt-4o in organization org-a1: Limit 30000. "
    ...          "Please try again in 1.4s.", {"gpt-4o"})
    'Rate limit reached for {model} in organization {id}: Limit {n}. Please try again in {time}.'
    """
    return _without_numbers(_without_ids(reason), models)


def _without_ids(reason: str) -> str:
    return _masked(_without_keys(_masked(_beginning(reason), _SECRET)), _ID)


def _without_numbers(text: str, models: Collection[str]) -> str:
    if any(model in text for model in models):
        text = _TOKEN.sub(lambda word: "{model}" if word[0] in models else word[0], text)
    return " ".join(_masked(text, _LAST).split())


def templates(reasons: Iterable[str], models: Collection[str] = ()) -> list[str]:
    """The template of each reason; of reasons that differ in digits alone only one is worked out.

    >>> templates(["Used 29500 of 30000", "Used 17321 of 20000"])
    ['Used {n} of {n}', 'Used {n} of {n}']
    """
    known: dict[Any, str] = {}
    rest: dict[str, str] = {}
    found = []
    for reason in reasons:
        # Digits are masked alike whatever they are, save those in the name of a model.
        named = [(model, reason.find(model)) for model in models if model in reason]
        shape = (reason.translate(_ANY_DIGIT), *named)
        if shape not in known:
            text = _without_ids(reason)
            if text not in rest:
                rest[text] = _without_numbers(text, models)
            known[shape] = rest[text]
        found.append(known[shape])
    return found


def without_secrets(reason: str) -> str:
    """A reason that can be shown: keys, addresses and URLs masked, blanks squeezed.

    >>> without_secrets("Incorrect API key provided: sk-abcdef123456. See https://example.com/keys.")
    'Incorrect API key provided: {key}. See {url}.'
    """
    return " ".join(_without_keys(_masked(_beginning(reason), _SECRET)).split())


def _without_keys(text: str) -> str:
    lowered = text.lower()
    if not any(needle in lowered for needle in _KEY_NEEDLES):
        return text
    for rule in KEY_RULES:
        if rule.may_find(lowered):
            text = rule.replaced(text, lambda _: "{key}")
    return text


def _beginning(reason: str) -> str:
    # Half a key would not be known as one, so a cut never falls inside a word.
    return reason if len(reason) <= _LONGEST else " ".join(reason[:_LONGEST].split()[:-1])


def _masked(text: str, table: list[tuple[str, re.Pattern[str], str]]) -> str:
    for needle, pattern, mask in table:
        if needle in text:
            text = pattern.sub(mask, text)
    return text
