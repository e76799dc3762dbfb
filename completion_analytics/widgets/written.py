"""Text from a file on a page: shown whole or cut, always as text, never obeyed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Generic, NamedTuple, TypeVar

from markupsafe import Markup, escape

from ..redaction.escaping import UNSEEN, escape_of, for_terminal

Item = TypeVar("Item")


class Most(NamedTuple):
    """How much of a long thing is shown: so much of its beginning, so much of its end."""

    head: int
    tail: int

    def __str__(self) -> str:
        return f"the first {self.head:,} and the last {self.tail:,}"


WHOLE = Most(20_000, 2_000)
BRIEF = Most(2_000, 500)
# Beyond this many characters in all, the texts of a conversation share what room there is.
_ROOM = 500_000
_FEWEST = 100
_LONG_CHARS, _LONG_LINES = 4_000, 40
_PREVIEW = 160


@dataclass(frozen=True)
class Excerpt:
    """A text as far as it is shown.

    >>> shown = Excerpt("x" * 30_000)
    >>> len(shown.head), shown.left_out, len(shown.tail), shown.is_long
    (20000, 8000, 2000, True)
    """

    whole: str
    most: Most = WHOLE
    long_chars: int = _LONG_CHARS
    long_lines: int = _LONG_LINES

    @property
    def is_cut(self) -> bool:
        """Whether its middle is left out."""
        return len(self.whole) > sum(self.most)

    @property
    def head(self) -> str:
        """Its beginning: all of it unless it is cut."""
        return self.whole[: self.most.head] if self.is_cut else self.whole

    @property
    def tail(self) -> str:
        """Its end, where it is cut."""
        return self.whole[-self.most.tail :] if self.is_cut else ""

    @property
    def left_out(self) -> int:
        """Characters between the two."""
        return len(self.whole) - len(self.head) - len(self.tail)

    @property
    def n_lines(self) -> int:
        """Its lines."""
        return self.whole.count("\n") + (not self.whole.endswith("\n"))

    @property
    def is_long(self) -> bool:
        """Whether it is folded until somebody opens it."""
        return len(self.whole) > self.long_chars or self.n_lines > self.long_lines

    @property
    def preview(self) -> str:
        """Its first words in one line."""
        return " ".join(self.whole[: 2 * _PREVIEW].split())[:_PREVIEW]


@dataclass(frozen=True)
class Ends(Generic[Item]):
    """A sequence as far as it is shown."""

    head: Sequence[Item]
    left_out: int
    tail: Sequence[Item]

    def __len__(self) -> int:
        return len(self.head) + self.left_out + len(self.tail)


def ends(items: Sequence[Item], most: Most) -> Ends[Item]:
    """The first and the last items, and how many stand between.

    >>> ends("abcdef", Most(2, 1))
    Ends(head='ab', left_out=3, tail='f')
    """
    left_out = len(items) - sum(most)
    if left_out <= 0:
        return Ends(items, 0, items[:0])
    return Ends(items[: most.head], left_out, items[len(items) - most.tail :])


def most_of(texts: Sequence[str]) -> Most:
    """How much to show of each text, so that all of them stay a page that scrolls.

    >>> most_of(["x" * 30_000] * 10), most_of(["x" * 30_000] * 1_000)
    (Most(head=20000, tail=2000), Most(head=400, tail=100))
    """
    if sum(min(len(text), sum(WHOLE)) for text in texts) <= _ROOM:
        return WHOLE
    each = max(_FEWEST, min(sum(BRIEF), _ROOM // len(texts)))
    return Most(each * 4 // 5, each // 5)


def brief(value: object, most: int = 60) -> str:
    """A short text of anything, for names that may be of any length."""
    text = str(value)
    return text if len(text) <= most else f"{text[:most]}…"


def visible(text: str) -> str:
    r"""Text with everything invisible shown as an escape; line breaks and tabs stay.

    >>> visible("a\r\n\x1b[2Jb\u202e")
    'a\n\\x1b[2Jb\\u202e'
    """
    return for_terminal(text.replace("\r\n", "\n"))


def in_code(text: str) -> Markup:
    r"""Text as HTML whose line breaks are those of `<pre>`.

    >>> in_code("<b>\x07")
    Markup('&lt;b&gt;<span class="ca-unseen">\\x07</span>')
    """
    safe = str(escape(text.replace("\r\n", "\n")))
    return Markup(UNSEEN.sub(lambda found: _marked(escape_of(found.group())), safe))


def in_prose(text: str) -> Markup:
    """Text as HTML that keeps its lines without any style."""
    return Markup(str(in_code(text)).replace("\n", "<br>"))


def _marked(sequence: str) -> str:
    return f'<span class="ca-unseen">{sequence}</span>'
