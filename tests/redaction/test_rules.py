"""A corpus of planted secrets and near misses, all made for these tests.

What looks like a key is put together from pieces, so that no scanner takes this file for a leak.
"""

from __future__ import annotations

import json
import random
import re
import string

import pytest
from hypothesis import given
from hypothesis import strategies as st

from completion_analytics.redaction import for_spreadsheet, for_terminal
from completion_analytics.redaction.redactor import Redactor
from completion_analytics.redaction.rules import DEFAULT_RULES, KEY_RULES, Rule
from completion_analytics.stats.templates import template, without_secrets

_RNG = random.Random(0)
ALNUM = string.ascii_letters + string.digits


def some(n, letters=ALNUM):
    """Letters drawn at random, a digit and both cases among them."""
    return "a7B" + "".join(_RNG.choices(letters, k=n - 3))


def upper(n):
    return "".join(_RNG.choices(string.ascii_uppercase + string.digits, k=n))


def base64(n):
    return some(n, ALNUM + "-_")


PLANTED = {
    "private_key": [
        "-----BEGIN " + "RSA PRIVATE KEY-----\nMIIE" + some(64) + "\n" + some(40) + "==\n-----END "
        "RSA PRIVATE KEY-----",
    ],
    "anthropic_key": ["sk-" + "ant-" + "api03-" + base64(90) + "AA", "sk-" + "ant-" + some(20)],
    "openai_key": [
        "sk-" + some(48),
        "sk-" + "proj-" + base64(120),
        "sk-" + "svcacct-" + base64(60),
        "sk-" + "or-v1-" + some(64, "0123456789abcdef"),
        "sk-" + "aBcDeFgHiJkLmNoPqRsTuVwXyZaBcDeFgHiJkLmNoPqRsTuV",
    ],
    "key_fragment": ["sk-" + "proj-" + "*" * 30 + "wXyZ", "sk-" + "ab1" + "..." + "9xYz"],
    "google_key": ["AI" + "za" + base64(35), "GOC" + "SPX-" + base64(28)],
    "aws_key": ["AK" + "IA" + upper(16), "AS" + "IA" + upper(16)],
    "github_token": [
        "gh" + "p_" + some(36),
        "gh" + "s_" + some(36),
        "github" + "_pat_" + some(22) + "_" + some(59),
    ],
    "slack_token": [
        "xo" + "xb-" + "123456789012-" + "123456789012-" + some(24),
        "xo" + "xp-" + "1234567890-" + some(32),
        "xa" + "pp-1-A0" + some(20),
    ],
    "huggingface_token": ["h" + "f_" + some(34)],
    "groq_key": ["gs" + "k_" + some(52)],
    "stripe_key": ["sk_" + "live_" + some(24), "rk_" + "test_" + some(24),
                   "wh" + "sec_" + some(32)],
    "azure_key": [some(52) + "JQQ" + "J99" + some(26)],
    "vendor_token": [
        "xa" + "i-" + some(80),
        "nv" + "api-" + base64(64),
        "gl" + "pat-" + base64(20),
        "np" + "m_" + some(36),
        "S" + "G." + base64(22) + "." + base64(43),
    ],
    "jwt": ["ey" + "J" + base64(34) + ".ey" + "J" + base64(60) + "." + base64(43)],
    "email": [
        "ada.lovelace@example.com",
        "o'hara+news@mail.example.co.uk"[2:],
        "jörg@bücher.example",
        "x_y-z@sub-domain.example.museum",
    ],
    "card": [
        "4111 1111 1111 1111",
        "4111-1111-1111-1111",
        "5555555555554444",
        "3782 822463 10005",
        "2223003122003222",
        "6011111111111117",
    ],
    "phone": [
        "+49 30 901820",
        "+1 (555) 010-9999",
        "+442079460958",
        "(555) 010-9999",
        "555-010-9999",
        "212.555.0187",
        "030 90182000",
        "020 7946 0958",
        "06 12 34 56 78",
        "06.12.34.56.78",
        "0049 30 1234567",
    ],
    "ip": [
        "192.168.17.4",
        "203.0.113.77",
        "2001:db8::8a2e:370:7334",
        "fe80::1ff:fe23:4567:890a",
        "2001:0db8:85a3:0000:0000:8a2e:0370:7334",
        "::ffff:192.0.2.128",
    ],
}  # fmt: skip
# Where only a part of the text is secret: the text, and that part.
IN_CONTEXT = {
    "bearer": [("Authorization: Bearer " + (t := some(40)), t), ("bearer " + (t := some(12)), t)],
    "authorization": [("Authorization: Basic " + (t := some(24) + "=="), t)],
    "url_password": [("postgres://app:" + (t := some(12)) + "@db.internal/x", t)],
    "url_key": [("https://x.example/v1?key=" + (t := some(30)) + "&q=1", t)],
    "named_key": [
        ("api_key=" + (t := some(32)), t),
        ("OPENAI_API_KEY: " + (t := some(20)), t),
        ('{"apiKey": "' + (t := some(16)) + '"}', t),
        ('{\\"api_key\\": \\"' + (t := some(16)) + '\\"}', t),
        ("aws_secret_access_key = " + (t := some(37) + "/+="), t),
        ("Ocp-Apim-Subscription-Key: " + (t := some(32, "0123456789abcdef")), t),
        ("AccountKey=" + (t := some(86) + "=="), t),
        ("password: " + (t := "hunter" + "2!"), t),
        ('"password": "' + (t := "correct" + "horse") + '"', t),
        ("DB_PASSWORD=" + (t := "correct" + "horse"), t),
        ("client_secret='" + (t := some(20)) + "'", t),
        ("refresh-token: " + (t := some(30)), t),
    ],
    "slack_token": [("hooks.slack.com/services/" + (t := "T0" + some(8) + "/B0" + some(20)), t)],
    "phone": [("phone: 5550109999", "5550109999"), ("Mobile 01701234567", "01701234567")],
    "organization": [
        ("in organization org-" + (t := some(24)) + " on", t),
        ("proj_" + (t := some(24)), t),
    ],
    "user": [("model ada:ft-user-" + (t := some(24)) + "-2022", t), ("user-" + (t := some(24)), t)],
    "path": [
        ("/home/jane/app/rag.py", "/home/jane/app"),
        ("/home/jane", "/home/jane"),
        ('File "/Users/jane/code/x.py", line 3', "/Users/jane/code"),
        ("see /var/lib/tidewater/state.json, please", "/var/lib/tidewater"),
        ("/workspace-7/customer/main.py", "/workspace-7/customer"),
        ("/secret project/run it.py", "/secret project"),
        ("C:\\Users\\jane\\app\\main.py", "C:\\Users\\jane\\app"),
        ("C:\\\\Users\\\\jane\\\\main.py", "C:\\\\Users\\\\jane"),
        ("C:/Users/jane", "C:/Users/jane"),
        ("D:\\work\\acme\\main.py:3", "D:\\work\\acme"),
        ("file:///home/jane/x.html", "/home/jane"),
    ],
}  # fmt: skip
AROUND = (
    "{}", "Use {} for it.", "({})", '"{}"', "key {}, and then", "first line\n{}\nlast", "x={}",
    "<b>{}</b>", "`{}`", "at:{};", "[{}]", "…{}…",
)  # fmt: skip
WHOLE = [(rule, secret) for rule, secrets in PLANTED.items() for secret in secrets]
PARTS = [(rule, *pair) for rule, pairs in IN_CONTEXT.items() for pair in pairs]


def test_every_rule_has_planted_secrets():
    assert set(PLANTED) | set(IN_CONTEXT) == {rule.name for rule in DEFAULT_RULES}


@pytest.mark.parametrize("around", AROUND)
@pytest.mark.parametrize(
    ("rule", "secret"), WHOLE, ids=[f"{r}-{i}" for i, (r, _) in enumerate(WHOLE)]
)
def test_a_planted_secret_is_found_wherever_it_stands(rule, secret, around):
    veil = Redactor(salt="s")
    redacted = veil.text(around.format(secret))
    assert secret not in redacted
    assert not leaks(secret, redacted)
    assert veil.found[rule] == 1
    before, after = around.split("{}")
    assert re.fullmatch(
        re.escape(before) + rf"\{{{rule}:[a-z]{{10}}\}}" + re.escape(after), redacted
    )


def test_a_private_key_that_is_cut_off_is_redacted_to_the_end_of_the_text():
    text = "Here: -----BEGIN " + "OPENSSH PRIVATE KEY-----\n" + some(70) + "\n" + some(30)
    assert re.fullmatch(r"Here: \{private_key:[a-z]{10}\}", Redactor().text(text))


def leaks(secret, redacted):
    """Eight characters of it in a row."""
    return any(secret[i : i + 8] in redacted for i in range(len(secret) - 7))


@pytest.mark.parametrize(
    ("rule", "text", "secret"), PARTS, ids=[f"{r}-{i}" for i, (r, *_) in enumerate(PARTS)]
)
def test_a_secret_that_its_surroundings_give_away_is_found(rule, text, secret):
    veil = Redactor(salt="s")
    redacted = veil.text(text)
    assert secret not in redacted
    assert veil.found[rule] == 1
    assert redacted == text.replace(secret, redacted[text.index(secret) :][: len(rule) + 13])


def test_a_secret_within_json_text_is_found_behind_an_escaped_line_break():
    for _, secret in WHOLE:
        text = json.dumps("first\n" + secret, ensure_ascii=False)
        if "\n" not in secret and "\\" not in secret:
            redacted = Redactor().text(text)
            assert not leaks(secret, redacted)
            assert json.loads(redacted).startswith("first\n{")


NEAR_MISSES = [
    "0b1ad3e2-7c7f-4a3b-9a51-1f6f0e5d2b90", "chatcmpl-BjdDmsfYnPQh3lnlPjnzRhjZX", "fp_eb9dce56a8",
    "gpt-4o-2024-08-06", "claude-3-5-sonnet-20241022", "gpt-3.5-turbo-instruct:20230824-v2",
    "meta-llama/Llama-3.1-8B-Instruct", "version 1.2.3.4", "v120.0.6099.109", "1.26.4", "3.11.7",
    "2024-11-05T09:15:30.250000+00:00", "2024-11-05 09:15:30", "05-06-2024 10:30", "01.02.2024",
    "12:34:56", "1730798130", "1730798130123", "20250518", "3.14159265358979", "+12.5 %",
    "-40 °C", "+0.123456789", "1,234,567.89", "1 000 000", "4111 1111 1111 1112",
    "1234567890123456", "0000000000000000", "127.0.0.1:8080", "0.0.0.0", "::1",
    "std::vector<int>", "a::b", "00:1A:2B:3C:4D:5E", "react@18.2.0", "@app.route", "logo@2x.png",
    "user@localhost", "sk-learn", "desk-based-work-in-2024", "task-oriented-dialogue-systems-4",
    "scikit-learn", "risk-2024-assessment-of-the-year", "user-friendly-interfaces",
    "user-authentication", "org-wide", "organization", "user-internationalization",
    "total_tokens: 12345678", "max_tokens=100000", "token: the smallest piece of text",
    "key: value", "the secret: patience and butter", "password: required", "api_key=api_key",
    "api_key=os.environ['KEY']", "client = OpenAI(api_key=settings.key)",
    "Your password must have 8 characters", "bearer of good news", "Bearer $TOKEN",
    "/v1/chat/completions", "https://example.com/home/index.html", "and/or",
    "src/app/rag.py:88 answer", "1/2/3", "7 + 8 = 15", "page 030", "ISBN 978-3-16-148410-0",
    "call_NuKi3OKveYHCLKzNwB2xlJaM", "toolu_01A09q90qw90lq917835lq9",
    "msg_013Zva2CMHLNnjNjNKqJ2EF", "d41d8cd98f00b204e9800998ecf8427e", "#abcdef", "1e-10",
    "**bold** and ***both***", "§ 4711/08", "Rate limit: 30000, used 29012, requested 1894",
    "eyJ", "hf_hub_download", "sk_learn", "npm_install", "0.0015 0.0020 0.0031",
    "10 20 30 40 50 60 70", "from 08 to 17", "200 300 4000",
]  # fmt: skip


@pytest.mark.parametrize("text", NEAR_MISSES)
def test_a_near_miss_is_left_alone(text):
    for around in ("{}", "See {} for it.", '{{"x": "{}"}}'):
        told = around.format(text)
        assert Redactor().text(told) == told


def test_ordinary_long_ids_within_words_are_left_alone():
    text = json.dumps({"id": "a" * 36, "trace": "4bf92f3577b34da6a3ce929d0e0e4736", "n": [1] * 9})
    assert Redactor().text(text) == text


def test_equal_secrets_get_equal_pseudonyms_within_a_salt_and_others_with_another():
    one, other = Redactor(salt="s"), Redactor(salt="t")
    mail = "ada@example.com"
    assert one.text(mail) == one.text(f"<{mail}>")[1:-1] == Redactor(salt=b"s").text(mail)
    assert one.text(mail) != other.text(mail)
    assert Redactor().text(mail) != Redactor().text(mail)
    assert one.text("bo@example.com") != one.text(mail)


def test_a_rule_can_be_added():
    rules = (*DEFAULT_RULES, Rule("ticket", "TW-[0-9]{6}", ("tw-",)))
    veil = Redactor(rules, salt="s")
    assert re.fullmatch(
        r"Ticket \{ticket:[a-z]{10}\} of \{email:[a-z]{10}\}",
        veil.text("Ticket TW-123456 of a@b.example"),
    )
    assert veil.found == {"ticket": 1, "email": 1}


def test_a_rule_that_finds_nothing_at_all_everywhere_is_refused():
    with pytest.raises(ValueError, match="'any' finds the empty text"):
        Redactor([Rule("any", "x*")])


def test_a_rule_with_another_name_is_refused():
    with pytest.raises(ValueError, match="'E-Mail' has more"):
        Rule("E-Mail", "x+")


@given(st.lists(st.sampled_from([s for _, s in WHOLE] + NEAR_MISSES)).map(" and ".join))
def test_redacting_twice_changes_nothing_more(text):
    once = Redactor(salt="s").text(text)
    assert Redactor(salt="s").text(once) == once


@given(st.text())
def test_without_secrets_a_text_stays_as_it_is_or_holds_pseudonyms(text):
    veil = Redactor()
    assert (veil.text(text) == text) == (veil.found.total() == 0)


HOSTILE = [
    "a", "0", " ", "-", "_", ".", "/", ":", "@", "+", "sk-", "sk-a", "eyJ", "-eyJ", "eyJa.", "a@",
    "a@a.", "@a.", "a.", "1.", "1:", "::", "0 ", "00 ", "+1 ", "+1", "4111 ", "4111-", "(2",
    "/home/", "/home", "/a", "/home/%", "C:\\", "C:\\a\\", "://a:", "://", "bearer ", "Bearer a",
    "password:", 'password="', "secret ", "api_key", "key=", "?key=",
    "-----BEGIN PRIVATE KEY-----", "-----BEGIN ", "org-", "org-a", "user-aaaaaaaaaaa", "SG.",
    "SG.aaaaaaaaaaaaaaaaa", "authorization", "authorization: ", "phone ", "phone: 1 ", "*",
    "sk-*", "pk-a", "\\n", "JQQJ99", "gsk_", "github_pat_", "hooks.slack.com/services/", "AKIA",
    "AIza", "é", "\n", "{", "{a:",
]  # fmt: skip


@pytest.mark.parametrize("piece", HOSTILE)
def test_a_hostile_text_takes_time_in_proportion_to_its_length(piece):
    """There is nothing to assert: with quadratic time this would not end."""
    Redactor().text(piece * (100_000 // len(piece)) + " jane")


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\r", "＝"])
def test_what_a_spreadsheet_would_run_gets_a_quote(start):
    assert for_spreadsheet(start + "SUM(A1)") == "'" + start + "SUM(A1)"


@pytest.mark.parametrize("text", ["", "a=b", " =1", "'=1", "1-2"])
def test_other_cells_stay_as_they_are(text):
    assert for_spreadsheet(text) == text


def test_a_terminal_gets_no_control_characters():
    assert for_terminal("a\tb\n\x1b]0;x\x07\u202e") == "a\tb\n\\x1b]0;x\\x07\\u202e"


def test_keys_are_a_part_of_the_default_rules():
    assert set(KEY_RULES) < set(DEFAULT_RULES)


KEYS = [(rule, secret) for rule, secret in WHOLE if rule in {each.name for each in KEY_RULES}]


@pytest.mark.parametrize(
    ("rule", "secret"), KEYS, ids=[f"{r}-{i}" for i, (r, _) in enumerate(KEYS)]
)
def test_no_key_is_shown_in_an_example_of_a_failure(rule, secret):
    for show in (without_secrets, template):
        assert not leaks(secret, show(f"Invalid credentials {secret} for this account."))
