"""`ca.redact`: nothing planted is left in any frame, record or file, and everything still joins."""

from __future__ import annotations

import dataclasses
import json
import re

import pandas as pd
import pytest

import completion_analytics as ca
from completion_analytics.frames import TABLES
from completion_analytics.redaction import DEFAULT_RULES, JsonRedactor, Redactor, Rule
from completion_analytics.storage import ARROW, write_log

KEY = "sk-" + "proj-" + "Ab3dEf6hIj9lMn2pQr5t"
MAIL, PHONE, CARD, IP = "ada@example.com", "+49 30 901820", "4111 1111 1111 1111", "203.0.113.77"
HOME = "/home/ada/harbour"
USER = "user-" + "Zk3mQ8sT1vX5yB7c"
PLANTED = [KEY, MAIL, PHONE, CARD, IP, HOME, USER[5:], "4111111111111111", "hush-" + "hush"]


def a_row(number=1, **changes):
    return {
        "id": f"c{number}",
        "created_at": "2025-05-05T10:00:00+00:00",
        "status": "finished",
        "duration": 900,
        "kind": "chat",
        "organization_id": "0b1ad3e2-7c7f-4a3b-9a51-1f6f0e5d2b90",
        "request": {
            "model": "gpt-4o",
            "user": "ada",
            "metadata": {"reach": PHONE, MAIL: 1, "card": 4111111111111111},
            "messages": [{"role": "user", "name": USER, "content": f"I am {MAIL}, {PHONE}"}],
        },
        "response": {
            "model": "gpt-4o",
            "choices": [
                {
                    "index": 0,
                    "finish_reason": "tool_calls",
                    "message": {
                        "role": "assistant",
                        "content": f"Your key is {KEY}.",
                        "tool_calls": [
                            {
                                "id": "call_1",
                                "type": "function",
                                "function": {"name": "pay", "arguments": ARGUMENTS},
                            }
                        ],
                    },
                }
            ],
        },
        "stacktrace": [{"file": f"{HOME}/rag.py", "line": "ask()", "lineno": 9, "name": "main"}],
        "tags": [f"from {IP}", f"paid={CARD}", "prod"],
        "failure_reason": None,
    } | changes


ARGUMENTS = json.dumps(
    {"note": f"mail:\n{MAIL}", "card": 4111111111111111, "password": PLANTED[-1]}
)
FAILED = {
    "status": "failed", "response": None, "failure_kind": "AuthenticationError",
    "failure_reason": f"Incorrect API key provided: {KEY}",
}  # fmt: skip
FEEDBACK = {
    "id": "f1", "task_id": "t", "json_values": {"from": MAIL}, "comment": f"Call {PHONE}",
    "matched_completion_ids": ["c1"],
}  # fmt: skip
BROKEN = a_row(8, duration=MAIL), {"choices": f"{MAIL} wrote {KEY}"}


@pytest.fixture(scope="module")
def log():
    rows = [a_row(1), a_row(2, **FAILED), a_row(3), FEEDBACK, *BROKEN]
    return ca.load(rows)


@pytest.fixture(scope="module")
def redacted(log):
    return ca.redact(log, salt="s")


def everything(log):
    frames = {**log.frames, "rejects": log.rejects, "counts": log.counts, "issues": log.issues}
    texts = [frame.to_csv() for frame in frames.values()]
    texts += [json.dumps(raw, ensure_ascii=False) for raw in log.origins.held.values()]
    return "\n".join([*texts, repr(log), str(log), log._repr_html_(), str(log.source_issues)])


@pytest.mark.parametrize("secret", PLANTED)
def test_nothing_planted_is_left_anywhere(log, redacted, secret):
    assert secret in everything(log)
    assert secret not in everything(redacted)


def test_the_log_that_was_given_stays_as_it_was(log):
    before = everything(log)
    ca.redact(log)
    assert everything(log) == before
    assert log.redactions == {}


def test_every_rule_tells_how_much_it_replaced(redacted):
    assert redacted.redactions["openai_key"] >= 2
    assert redacted.redactions["organization"] == 1
    assert set(redacted.redactions) == {
        "card", "email", "ip", "named_key", "openai_key", "organization", "path", "phone", "user",
    }  # fmt: skip


@pytest.mark.parametrize("name", [name for name in TABLES if name != "issues"])
def test_frames_keep_their_columns_dtypes_rows_and_ids(log, redacted, name):
    before, after = getattr(log, name), getattr(redacted, name)
    assert after.columns.tolist() == before.columns.tolist()
    assert len(after) == len(before)
    kinds = [str(dtype) for dtype in before.dtypes]
    assert [str(dtype) for dtype in after.dtypes] == kinds
    if "row_id" in before:
        assert after["row_id"].equals(before["row_id"])
        assert after.notna().equals(before.notna())


def test_equal_prompts_stay_equal_and_their_hash_cannot_be_guessed(log, redacted):
    before, after = log.completions["prompt_hash"], redacted.completions["prompt_hash"]
    assert after.nunique() == before.nunique() == 1
    assert after[0] != before[0]
    assert ca.redact(log, salt="t").completions["prompt_hash"][0] != after[0]


def test_the_same_salt_gives_the_same_log(log, redacted):
    again = ca.redact(log, salt="s")
    pd.testing.assert_frame_equal(again.messages, redacted.messages)
    assert ca.redact(log).messages["text"][0] != redacted.messages["text"][0]


def test_redacting_a_redacted_log_changes_nothing_but_hashes(redacted):
    again = ca.redact(redacted, salt="s")
    for name in ("messages", "choices", "tool_calls", "stacktrace", "tags", "rejects"):
        pd.testing.assert_frame_equal(getattr(again, name), getattr(redacted, name))


def test_arguments_stay_json_and_hold_the_pseudonyms_of_the_messages(redacted):
    arguments = json.loads(redacted.tool_calls["arguments"][0])
    mail = arguments["note"].removeprefix("mail:\n")
    assert redacted.messages["text"][0].startswith(f"I am {mail}, ")
    assert arguments["card"].startswith("{card:")
    assert arguments["password"].startswith("{named_key:")


def test_a_path_keeps_the_name_of_its_file(redacted):
    assert redacted.stacktrace["file"][0].startswith("{path:")
    assert redacted.stacktrace["file"][0].endswith("}/rag.py")


def test_what_stands_in_the_name_of_a_file_is_found_beside_its_line():
    stack = [{"file": "/srv/192.168.7.31", "line": "ask()", "lineno": 9, "name": "main"}]
    log = ca.load([{"request": {"prompt": "hi"}, "status": "started", "stacktrace": stack}])
    assert "192.168.7.31" in log.completions["callsite"].item()
    callsite = ca.redact(log).completions["callsite"].item()
    assert "192.168.7.31" not in callsite
    assert callsite.endswith(":9 main")


def test_a_record_in_memory_is_redacted_and_still_a_record(redacted):
    raw = redacted.raw(0)
    assert raw["request"]["user"].startswith("{user:")
    assert raw["id"] == "c1"
    assert redacted.record(0).request.messages[0].content == redacted.messages["text"][0]


def test_a_record_of_a_file_is_not_read_again(tmp_path):
    path = tmp_path / "export.jsonl"
    path.write_text(json.dumps(a_row()) + "\n")
    log = ca.redact(ca.load(path))
    assert log.completions["source"][0].endswith("}/export.jsonl")
    with pytest.raises(LookupError, match=r"redacted, so \{path:.*keep_raw=True before redacting"):
        log.raw(0)
    with pytest.raises(LookupError, match="redacted"):
        list(log.records())
    assert ca.redact(ca.load(path, keep_raw=True)).record(0).id == "c1"


def test_nothing_planted_is_in_the_bytes_on_disk(tmp_path):
    path = tmp_path / "export.jsonl"
    path.write_text(json.dumps(a_row()) + "\n" + json.dumps(FEEDBACK) + "\n")
    log = ca.redact(ca.load(path, keep_raw=True), salt="s")
    log.to_parquet(tmp_path / "log")
    write_log(log, tmp_path / "uncompressed", ARROW)
    files = [each for each in tmp_path.glob("*/**/*") if each.is_file()]
    assert len(files) > 20
    for file in files:
        for secret in (*PLANTED, str(tmp_path)):
            assert secret.encode() not in file.read_bytes()
    back = ca.open_parquet(tmp_path / "log")
    assert back.redactions == log.redactions
    pd.testing.assert_frame_equal(back.messages, log.messages)
    assert back.raw(0) == log.raw(0)


def test_a_secret_spread_over_tokens_goes_with_them():
    def tokens(text):
        pieces = [text[i : i + 3] for i in range(0, len(text), 3)]
        return {"content": [{"token": piece, "logprob": -0.1, "bytes": None} for piece in pieces]}

    def answer(number, text):
        message = {"role": "assistant", "content": text}
        choice = {"index": 0, "message": message, "finish_reason": "stop", "logprobs": tokens(text)}
        return a_row(number, response={"choices": [choice]})

    log = ca.redact(ca.load([answer(1, f"It is {KEY}."), answer(2, "It is raining.")]))
    told = log.logprobs.groupby("row_id")["token"].agg(lambda tokens: tokens.notna().all())
    assert told.to_dict() == {0: False, 1: True}
    assert log.logprobs.loc[log.logprobs["row_id"] == 0, "token"].isna().all()
    assert log.logprobs["logprob"].notna().all()
    assert log.raw(0)["response"]["choices"][0]["logprobs"] is None
    assert log.raw(1)["response"]["choices"][0]["logprobs"] is not None


def test_half_a_key_at_the_end_of_a_snippet_goes():
    log = ca.load([{"choices": "the " + KEY}, a_row()])
    assert KEY[:9] in log.rejects["snippet"][0]
    assert KEY[:9] not in ca.redact(log).rejects["snippet"][0]


def test_rules_of_ones_own_are_applied_beside_the_others(log):
    rules = (*DEFAULT_RULES, Rule("model", "gpt-[0-9]o"))
    assert ca.redact(log, rules).completions["model"].cat.categories[0].startswith("{model:")
    assert ca.redact(log, [Rule("model", "gpt-[0-9]o")]).messages["text"][0].endswith(PHONE)


def test_an_empty_log_can_be_redacted():
    assert len(ca.redact(ca.load([]))) == 0


def test_filters_keep_what_was_redacted(redacted):
    kept = ca.select(redacted, ca.OneOf("outcome", ["failed"]))
    assert kept.redactions == redacted.redactions
    assert len(kept) == 1


def test_the_fields_of_the_log_are_all_considered():
    """A new field of `CompletionLog` must be redacted, too: then it belongs here."""
    assert [field.name for field in dataclasses.fields(ca.CompletionLog)] == [
        "completions", "choices", "usage", "tags", "messages", "tool_calls", "stacktrace",
        "logprobs", "feedback", "rejects", "counts", "row_issues", "source_issues", "origins",
        "redactions", "left_out",
    ]  # fmt: skip


def test_json_that_is_deeper_than_python_goes_is_redacted_as_text():
    text = "[" * 100_000 + MAIL
    assert MAIL not in JsonRedactor(Redactor()).text(text)


def test_the_demo_has_nothing_to_hide_but_paths_organizations_and_masked_keys():
    """False positives on ordinary text would show here."""
    found = ca.redact(ca.demo(600, seed=4)).redactions
    assert set(found) <= {"path", "organization", "key_fragment"}


@pytest.mark.parametrize("name", ["password", "pwd", "client_secret", "passphrase"])
@pytest.mark.parametrize("value", ["open sesame street", "open,sesame", 'an "open" gate'])
def test_a_field_named_as_a_secret_loses_all_its_words(name, value):
    veil = JsonRedactor(Redactor())
    assert re.fullmatch(r"\{named_key:[a-z]{10}\}", veil.value({name: value})[name])
    assert veil.redactor.found == {"named_key": 1}


def test_a_placeholder_in_a_field_named_as_a_secret_stays():
    record = {"api_key": "your api key", "token": "my nice word", "password": " }"}
    assert JsonRedactor(Redactor()).value(record) == record
