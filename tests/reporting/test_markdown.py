"""Markdown for a comment, read by a parser that is not ours."""

from __future__ import annotations

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from markdown_it import MarkdownIt

import completion_analytics as ca
from completion_analytics.redaction import for_terminal
from completion_analytics.reporting.markdown import prose, verbatim

HOSTILE = [
    "a|b", "`code`", "``` fence", "a\nb", "a\r\n\r\n# head", "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>", "[link](javascript:alert(1))", "![x](https://evil.test/x.png)",
    "@ada", "@org/team", "#1", "org/repo#1", "https://evil.test", "www.evil.test", "*bold*",
    "_it_", "__b__", "~~gone~~", "\\|", "\\", "&lt;", "&amp;", ":smile:", "$x$", "- item",
    "| x | y |", "-->", "<!--", "\u202egnp.exe", "\x1b[2J", "‮", "{{ x }}", "^[note]", "=1+1",
]  # fmt: skip
PARSER = MarkdownIt("commonmark").enable(["table", "strikethrough"])


def a_record(number, **fields):
    return {
        "id": str(number),
        "status": "finished",
        "kind": "chat",
        "duration": 2.5,
        "request": {"model": "m", "messages": []},
        "response": {"choices": []},
        **fields,
    }


def cells(markdown):
    """The rows of the only table, each a list of the texts of its cells."""
    tokens, rows = PARSER.parse(markdown), []
    for token in tokens:
        if token.type == "tr_open":
            rows.append([])
        elif token.type == "inline" and rows:
            rows[-1].append("".join(text_of(token)))
        elif token.type == "table_close":
            return rows
    raise AssertionError("there is no table")


def text_of(inline):
    """What a reader sees; the only element that may stand in a line is `code`."""
    for token in inline.children:
        if token.type == "text":
            yield token.content
        elif token.type not in ("strong_open", "strong_close", "softbreak"):
            assert (token.type, token.content) in {
                ("html_inline", tag) for tag in ("<code>", "</code>", "<sub>", "</sub>")
            }


def seen(text):
    return for_terminal(" ".join(text.split()))


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_name_is_a_cell_of_text(name):
    log = ca.load([a_record(0, request={"model": name, "messages": []}, tags=[name])])
    numbers = ca.report_numbers(log, by=["model", "tag"], redact=False, title=name)
    head, row, every = cells(numbers.markdown())
    assert row[:3] == [seen(name), seen(name), "1"]
    assert len(head) == len(row) == len(every) == 9


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_name_makes_no_block_and_no_element(name):
    log = ca.load(
        [a_record(0, request={"model": name, "messages": []}, failure_kind=name, status="failed")]
    )
    numbers = ca.report_numbers(
        log, redact=False, title=name, limits=["count<9"], conditions=[ca.OneOf("model", [name])]
    )
    markdown = numbers.markdown()
    blocks = [token.type for token in PARSER.parse(markdown) if token.nesting == 1]
    assert blocks.count("table_open") == 1
    assert blocks.count("heading_open") == 1
    assert {"fence", "html_block", "code_block"}.isdisjoint(blocks)
    for token in PARSER.parse(markdown):
        if token.type == "inline":
            list(text_of(token))  # which looks at every element


@settings(deadline=None)
@given(st.text(st.sampled_from("a1 |`<>*_[]()!@#&\\~$:;/.-+=^{}'\"\n\t"), max_size=30))
def test_no_text_is_markup(text):
    for written in (verbatim(text), prose(text)):
        (inline,) = (t for t in PARSER.parse(f"x{written}x") if t.type == "inline")
        told = "".join(text_of(inline)).replace("\u200b", "")
        assert told == f"x{seen(text)}x"


@settings(deadline=None)
@given(st.text(max_size=20))
def test_a_row_is_one_line(text):
    assert len(verbatim(text).splitlines()) <= 1
    assert len(prose(text).splitlines()) <= 1


@pytest.mark.parametrize("sign", ["@", "#"])
def test_in_a_sentence_nobody_is_mentioned_and_nothing_referred_to(sign):
    """Forges look for mentions in the text as it is seen, outside of code."""
    (inline,) = (t for t in PARSER.parse(prose(f"x {sign}1ada")) if t.type == "inline")
    assert "".join(text_of(inline)) == f"x {sign}\u200b1ada"


def test_a_table_shows_groups_by_size_and_all_calls_last():
    names = ["few"] * 2 + ["many"] * 3
    log = ca.load(
        [a_record(i, request={"model": name, "messages": []}) for i, name in enumerate(names)]
    )
    rows = cells(ca.report_numbers(log).markdown())
    assert [row[:2] for row in rows] == [["model", "calls"], ["many", "3"], ["few", "2"],
                                         ["all", "5"]]  # fmt: skip
    assert rows[1][3] == "2.5 s (– to –)"


def test_beyond_twenty_groups_the_rest_is_counted():
    log = ca.load([a_record(i, request={"model": f"m{i}", "messages": []}) for i in range(25)])
    markdown = ca.report_numbers(log).markdown()
    assert len(cells(markdown)) == 1 + 20 + 1
    assert "and 5 more groups of fewer calls" in markdown


def test_doubts_limits_rejects_and_failures_are_listed():
    records = [a_record(0, duration=0), a_record(1, status="failed", failure_kind="Timeout"), 7]
    markdown = ca.report_numbers(ca.load(records), limits=["count<9"]).markdown()
    heads = re.findall(r"^\*\*(\w[\w ]*)\*\*$", markdown, flags=re.MULTILINE)
    assert heads == ["Limits", "Failed", "Doubtful", "Not kept"]
    assert "- **breached**: count&#60;9 for model=m: 2" in markdown
    assert "- 1 × timeout (<code>Timeout</code>), 100% of failures" in markdown
    assert "<code>duration_zero</code> (1 row)" in markdown
    assert "1 × expected an object" in markdown


def test_the_value_that_was_refused_stays_out_of_every_report(tmp_path):
    letters = ["Dear Mr Smith your biopsy shows cancer", "Dear Mr Jones, you are well, got it?"]
    records = [a_record(i, response=text) for i, text in enumerate(letters)]
    records.append(a_record(2, duration="a secret sorrow"))
    log = ca.load([*records, *map(a_record, range(3, 6))])
    assert log.rejects["reason"].str.contains("Dear|sorrow").sum() == 3
    page = ca.report(log, tmp_path / "a.html").read_text()
    numbers = ca.report_numbers(log)
    ca.redact(log).rejects["reason"].to_csv(tmp_path / "reasons.csv")
    reasons = (tmp_path / "reasons.csv").read_text()
    for text in (page, numbers.markdown(), numbers.model_dump_json(), reasons):
        assert "got str" in text
        assert not re.search("Dear|biopsy|Jones|sorrow|got it", text)
    assert sorted(reason.records for reason in numbers.reasons) == [1, 2]
    assert "biopsy" in ca.report_numbers(log, redact=False).markdown()


def test_a_log_of_nothing_says_so():
    markdown = ca.report_numbers(ca.load([])).markdown()
    assert cells(markdown)[1] == ["all", "0", *["–"] * 6]
