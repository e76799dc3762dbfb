"""Text from a file: cut, folded, and never obeyed."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from completion_analytics.widgets.written import (
    BRIEF,
    WHOLE,
    Ends,
    Excerpt,
    Most,
    ends,
    in_code,
    in_prose,
    most_of,
    visible,
)


@pytest.mark.parametrize(
    ("hidden", "shown"),
    [
        ("\x1b[31m", "\\x1b[31m"),
        ("\x00", "\\x00"),
        ("a\rb", "a\\rb"),
        ("\u202egnp", "\\u202egnp"),
        ("\u2066x\u2069", "\\u2066x\\u2069"),
        ("\u2028", "\\u2028"),
        ("\u200b", "\\u200b"),
        ("\ufeff", "\\ufeff"),
        ("\ud800", "\\ud800"),
        ("\U000e0041", "\\U000e0041"),
    ],
)
def test_what_nobody_would_see_is_shown_as_an_escape(hidden: str, shown: str) -> None:
    assert visible(hidden) == shown


@pytest.mark.parametrize("text", ["a\n\tb", "شكراً", "请", "👩\u200d👩\u200d👧", "می\u200cخواهم"])
def test_what_scripts_and_emoji_need_stays(text: str) -> None:
    assert visible(text) == text


def test_windows_line_ends_are_line_ends() -> None:
    assert in_prose("a\r\nb") == "a<br>b"


def test_markup_is_text() -> None:
    assert in_prose('<b a="1">&') == "&lt;b a=&#34;1&#34;&gt;&amp;"


@given(st.text(alphabet=st.characters(codec=None)))
def test_no_control_is_left_in_any_text(text: str) -> None:
    for safe in (visible(text), str(in_code(text)), str(in_prose(text))):
        kinds = {unicodedata.category(char) for char in safe if char not in "\n\t"}
        assert kinds.isdisjoint({"Cc", "Cs", "Zl", "Zp"})
        safe.encode()


@given(st.text(max_size=60), st.integers(0, 20), st.integers(1, 20))
def test_an_excerpt_counts_what_it_leaves_out(text: str, head: int, tail: int) -> None:
    shown = Excerpt(text, Most(head, tail))
    assert len(shown.head) + shown.left_out + len(shown.tail) == len(text)
    assert text.startswith(shown.head)
    assert text.endswith(shown.tail)
    assert shown.is_cut == (len(text) > head + tail)


def test_a_text_of_40_lines_and_4000_characters_is_not_folded() -> None:
    assert not Excerpt("x\n" * 40).is_long
    assert Excerpt("x\n" * 41).is_long
    assert not Excerpt("x" * 4_000).is_long
    assert Excerpt("x" * 4_001).is_long


def test_ends_count_all() -> None:
    assert ends([1, 2, 3, 4, 5], Most(2, 1)) == Ends([1, 2], 2, [5])
    assert len(ends([1, 2, 3, 4, 5], Most(2, 1))) == 5
    assert ends([1, 2, 3], Most(2, 1)) == Ends([1, 2, 3], 0, [])


def test_many_long_texts_share_the_room() -> None:
    assert most_of(["x" * 20_000] * 25) == WHOLE
    assert most_of(["x" * 20_000] * 26) == BRIEF
    assert most_of(["x" * 1_000_000]) == WHOLE
    assert sum(most_of(["x" * 1_000] * 5_000)) == 100
