"""What is secret, as rules: one kind of secret each, and how it is found.

Every default rule takes time proportional to the text, whatever the text.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property

from .checks import (
    is_address,
    is_card,
    is_ipv4,
    is_ipv6,
    is_named_value,
    is_phone,
    is_user_or_organization,
    is_whole_path,
    looks_random,
)

Check = Callable[[re.Match[str]], bool]


@dataclass(frozen=True)
class Rule:
    """One kind of secret: what it is called, and how it is found.

    Where the pattern has a group `secret`, that is replaced, else the whole match. `needles` are
    texts in lower case of which a text must hold one, in any case, to be searched at all; `check`
    is asked last. Patterns that take long on hostile texts are the caller's own affair.

    Raises:
        ValueError: the name is more than lower-case letters and underscores.

    >>> from completion_analytics.redaction.redactor import Redactor
    >>> Redactor([Rule("badge", r"TW-[0-9]{4}")], salt="s").text("Badge TW-1234.")
    'Badge {badge:rncumhpppf}.'
    """

    name: str
    pattern: str
    needles: tuple[str, ...] = ()
    check: Check | None = None

    def __post_init__(self) -> None:
        if not re.fullmatch("[a-z_]+", self.name):
            raise ValueError(f"a rule's name has only a–z and _, and {self.name!r} has more")

    @cached_property
    def compiled(self) -> re.Pattern[str]:
        """The pattern, ready to search; made on first use, as importing should take no time."""
        return re.compile(self.pattern)

    def checked(self) -> Rule:
        """This rule, if it can be used.

        Raises:
            ValueError: the pattern finds the empty text.
            re.error: it is no pattern.
        """
        if self.compiled.search(""):
            raise ValueError(f"the pattern of the rule {self.name!r} finds the empty text")
        return self

    def may_find(self, lowered: str) -> bool:
        """Whether a text, given in lower case, is worth a search."""
        return not self.needles or any(needle in lowered for needle in self.needles)

    def replaced(self, text: str, by: Callable[[str], str]) -> str:
        """A text with everything that is found replaced by what a function gives for it."""
        parts: list[str] = []
        kept, position = 0, 0
        while found := self.compiled.search(text, position):
            group = "secret" if found.groupdict().get("secret") else 0
            if self.check is None or self.check(found):
                parts += [text[kept : found.start(group)], by(found[group])]
                kept = position = found.end(group)
            else:  # a secret may begin within what is none, unless that is long
                is_short = found.end() - found.start() < _SHORT
                position = found.start() + 1 if is_short else found.end()
        return "".join((*parts, text[kept:])) if parts else text


_SHORT = 64


def _start(inside: str) -> str:
    r"""A place where a word of these characters begins; also after `\n` as JSON text has it."""
    return rf"(?:(?<![{inside}])(?!(?<=\\)[nrt])|(?<=\\[nrt]))"


def _after_none_of(inside: str) -> str:
    r"""A place where a number begins, which may stand behind `\n` in JSON text."""
    return rf"(?:(?<![{inside}])|(?<=\\[nrt]))"


_AT_WORD = _start("A-Za-z0-9")
_AT_TOKEN = _start(r"A-Za-z0-9_\-")
_AT_ADDRESS = _start(r"\w.%+\-")
_TOKEN = "[A-Za-z0-9_-]"

KEY_RULES: tuple[Rule, ...] = (
    Rule(
        "private_key",
        r"-----BEGIN [A-Z ]{0,30}PRIVATE KEY-----(?:[^-]|-(?!----))*+"
        r"(?:-----END [A-Z ]{0,30}PRIVATE KEY-----)?",
        ("private key-----",),
    ),
    Rule("anthropic_key", rf"{_AT_WORD}sk-ant-{_TOKEN}{{12,}}", ("sk-ant-",)),
    Rule("openai_key", rf"{_AT_WORD}sk-{_TOKEN}{{16,}}", ("sk-",), looks_random),
    Rule(
        "key_fragment",
        rf"{_AT_WORD}(?:[spr]k|gsk)[-_]{_TOKEN}{{0,40}}(?:\*{{3,}}[A-Za-z0-9_*-]*|(?:\.{{3}}|…)[A-Za-z0-9_-]{{2,}})",
        ("sk-", "sk_", "pk-", "pk_", "rk_"),
    ),
    Rule("google_key", rf"{_AT_WORD}(?:AIza|GOCSPX-){_TOKEN}{{24,}}", ("aiza", "gocspx-")),
    Rule(
        "aws_key",
        rf"{_AT_WORD}(?:AKIA|ASIA|ABIA|ACCA)[A-Z0-9]{{16}}(?![A-Za-z0-9])",
        ("akia", "asia", "abia", "acca"),
    ),
    Rule(
        "github_token",
        rf"{_AT_WORD}(?:gh[pousr]_[A-Za-z0-9]{{20,}}|github_pat_[A-Za-z0-9_]{{20,}})",
        ("ghp_", "gho_", "ghu_", "ghs_", "ghr_", "github_pat_"),
    ),
    Rule(
        "slack_token",
        rf"{_AT_WORD}(?:xox[a-z]-|xapp-)[A-Za-z0-9-]{{10,}}"
        r"|hooks\.slack\.com/services/(?P<secret>[A-Za-z0-9/]{16,})",
        ("xox", "xapp-", "hooks.slack"),
    ),
    Rule("huggingface_token", rf"{_AT_WORD}(?:hf|api_org)_[A-Za-z0-9]{{16,}}", ("hf_", "api_org_")),
    Rule("groq_key", rf"{_AT_WORD}gsk_[A-Za-z0-9]{{16,}}", ("gsk_",)),
    Rule(
        "stripe_key",
        rf"{_AT_WORD}(?:[spr]k_(?:live|test)_|whsec_)[A-Za-z0-9]{{10,}}",
        ("k_live_", "k_test_", "whsec_"),
    ),
    Rule("azure_key", rf"{_AT_WORD}[A-Za-z0-9]{{52}}JQQJ99[A-Za-z0-9]{{20,40}}", ("jqqj99",)),
    Rule(
        "vendor_token",
        rf"{_AT_WORD}(?:(?:xai-|nvapi-|pplx-|tvly-|glpat-|npm_|r8_|dop_v1_|pypi-|lsv2_[a-z]{{2}}_)"
        rf"{_TOKEN}{{20,}}|SG\.{_TOKEN}{{16,}}\.{_TOKEN}{{16,}})",
        ("xai-", "nvapi-", "pplx-", "tvly-", "glpat-", "npm_", "r8_", "dop_v1_", "pypi-", "lsv2_",
         "sg."),
        looks_random,
    ),
    Rule(
        "jwt",
        rf"{_AT_TOKEN}eyJ{_TOKEN}{{8,}}\.{_TOKEN}{{4,}}(?:\.{_TOKEN}*)?",
        ("eyj",),
    ),
    Rule(
        "bearer",
        r"(?i)\bbearer\s{1,5}(?P<secret>[A-Za-z0-9._~+/=-]{8,})",
        ("bearer",),
        looks_random,
    ),
    Rule(
        "authorization",
        r"""(?i)\bauthorization['"\\]{0,4}\s{0,5}[:=]\s{0,5}['"\\]{0,4}(?:(?:basic|token|digest)"""
        r"""\s{1,5})?(?P<secret>[A-Za-z0-9._~+/=-]{8,})""",
        ("authorization",),
        looks_random,
    ),
    Rule("url_password", r"://[^\s/@:'\"]{0,80}:(?P<secret>[^\s/@'\"{}]{1,200})@", ("://",)),
    Rule(
        "url_key",
        r"(?i)[?&](?:[a-z_-]{0,20}key|[a-z_-]{0,20}token|sig|signature|code|secret)="
        r"(?P<secret>[^&\s'\"<>#{}]{8,})",
        ("key=", "token=", "sig=", "signature=", "code=", "secret="),
        looks_random,
    ),
    Rule(
        "named_key",
        r"(?i)(?P<name>(?:api|secret|access|subscription|account|shared|private|encryption|signing|"
        r"master|auth|license)[ _-]?(?:access[ _-]?)?key(?:[ _-]?id)?|"
        r"(?:access|auth|refresh|session|api|id|bot|security|secret)[ _-]?token|"
        r"secret|passw(?:or)?d|passphrase|\bpwd)"
        r"""['"\\]{0,4}\s{0,3}(?P<sign>[:=])\s{0,3}(?P<quote>['"\\]{0,4})"""
        r"""(?P<secret>[^\s'"\\,;&<>(){}\[\]]{4,})""",
        ("key", "token", "secret", "passw", "passphrase", "pwd"),
        is_named_value,
    ),
)  # fmt: skip
"""Keys, tokens and passwords."""

_AT_PATH = r"(?:(?<![\w:/.\-~])|(?<=\\[nrt])|(?<=file://))"
_FOLDER = r"[^\\/\s'\":;,<>()\[\]{}|]+"
_NO_LIBRARY = r"(?!(?:site|dist)-packages/|node_modules/)"
_SLASHES = r"[\\/]{1,2}"
_AT_NUMBER = _after_none_of(r"\w.+\-")
_AT_CARD = _after_none_of("A-Za-z0-9.")
_AT_PLUS = _after_none_of(r"\w+")
_AT_ZERO = _after_none_of(r"\w.,/+\-")
_AT_GROUP = _after_none_of(r"\w.")

PERSONAL_RULES: tuple[Rule, ...] = (
    Rule(
        "email",
        rf"{_AT_ADDRESS}[\w.%+-]++@[\w-]++(?:\.[\w-]++)++",
        ("@",),
        is_address,
    ),
    Rule(
        "card",
        rf"{_AT_CARD}(?<![0-9a-f]{{4}}-)"  # the groups of a UUID are no card's
        r"(?:[2-6][0-9]{12,18}|[2-6][0-9]{3}([ -])[0-9]{4}\1[0-9]{4}\1[0-9]{1,7}"
        r"|3[0-9]{3}([ -])[0-9]{6}\2[0-9]{4,5})(?![A-Za-z0-9])",
        (),
        is_card,
    ),
    Rule(
        "phone",
        rf"{_AT_PLUS}\+[1-9](?:[ ().\-/]{{0,2}}[0-9]){{7,14}}(?![0-9])",
        ("+",),
        is_phone,
    ),
    Rule(
        "phone",
        rf"{_AT_NUMBER}(?:1[ .-])?(?:\([2-9][0-9]{{2}}\) ?[0-9]{{3}}[ .-][0-9]{{4}}"
        r"|[2-9][0-9]{2}([.-])[0-9]{3}\1[0-9]{4}|[2-9][0-9]{2} [0-9]{3}-[0-9]{4})(?![\w-])",
        ("-", ".", ")"),
    ),
    Rule(
        "phone",
        rf"{_AT_ZERO}(?<![0-9]:)(?:0{{1,2}}[1-9][0-9]{{0,3}}(?:[ /-][0-9]{{2,8}}){{1,5}}"
        r"|0[1-9](?:\.[0-9]{2}){4})(?!\w|[.:,-][0-9])",
        ("0",),
        is_phone,
    ),
    Rule(
        "phone",
        r"(?i)\b(?:(?:tele)?phone|mobile|tel|fax|cell|whatsapp)\b[^0-9{}\n]{0,12}"
        r"(?P<secret>[0-9]{7,15})(?![0-9])",
        ("phone", "mobile", "tel", "fax", "cell", "whatsapp"),
    ),
    Rule(
        "ip",
        rf"{_AT_GROUP}(?<![0-9A-Fa-f:]:)(?:[0-9A-Fa-f]{{0,4}}:){{2,7}}"
        r"(?:(?:[0-9]{1,3}\.){3}[0-9]{1,3}|[0-9A-Fa-f]{1,4})?"
        r"(?![\w:])",
        (":",),
        is_ipv6,
    ),
    Rule(
        "ip",
        rf"{_AT_NUMBER}(?:[0-9]{{1,3}}\.){{3}}[0-9]{{1,3}}(?!\w|-|\.[0-9])",
        (".",),
        is_ipv4,
    ),
    # Of a path the folders are private; the file and what belongs to a library may be told.
    Rule("path", rf"\A(?P<secret>(?:/{_NO_LIBRARY}[^/\n{{}}]+)+)(?=/)", ("/",), is_whole_path),
    Rule(
        "path",
        rf"{_AT_PATH}(?P<secret>/(?:home|Users)/{_FOLDER}(?:(?:/{_NO_LIBRARY}{_FOLDER})*(?=/))?)",
        ("/home/", "/users/"),
    ),
    Rule(
        "path",
        rf"{_AT_PATH}(?P<secret>/(?:root|srv|opt|var|usr|tmp|mnt|app|etc|private|data|code|"
        rf"workspaces?|builds?)(?:/{_NO_LIBRARY}{_FOLDER})*)(?=/)",
        ("/root/", "/srv/", "/opt/", "/var/", "/usr/", "/tmp/", "/mnt/", "/app/", "/etc/",
         "/private/", "/data/", "/code/", "/workspace", "/build"),
    ),
    Rule(
        "path",
        rf"(?<![A-Za-z0-9])(?P<secret>[A-Za-z]:{_SLASHES}(?:(?i:users){_SLASHES}{_FOLDER}"
        rf"(?:(?:{_SLASHES}{_FOLDER})*(?=[\\/]))?|{_FOLDER}(?:{_SLASHES}{_FOLDER})*(?=[\\/])))",
        (":\\", ":/"),
    ),
    Rule(
        "organization",
        rf"{_AT_WORD}(?:org|proj)[-_](?P<secret>[A-Za-z0-9]{{10,}})(?!\w)",
        ("org-", "proj_", "org_", "proj-"),
        is_user_or_organization,
    ),
    Rule(
        "user",
        rf"{_AT_WORD}user[-_](?P<secret>[A-Za-z0-9]{{10,}})(?!\w)",
        ("user-", "user_"),
        is_user_or_organization,
    ),
)  # fmt: skip
"""What leads to people, machines and organizations."""

DEFAULT_RULES: tuple[Rule, ...] = (*KEY_RULES, *PERSONAL_RULES)
