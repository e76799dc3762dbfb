"""`show`: one completion as a page to read."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from jinja2 import Environment, PackageLoader

from ..log import require_whole_log
from . import heading
from .confidence import SHADES
from .exchange import Exchange
from .gathering import exchange_of
from .transcript import transcript
from .written import in_code, in_prose, visible

if TYPE_CHECKING:
    from ..log import CompletionLog


def show(log: CompletionLog, row_id: int) -> Conversation:
    """A completion of a log with its messages, answers, figures and what is doubtful about it.

    A notebook shows it as HTML without a script, `print` as a transcript. Whatever stands in the
    texts is shown as text, and nothing is loaded from anywhere. Long texts are folded, very long
    ones cut, and both say how long they are. Where the file is gone, the frames still tell nearly
    all.

    Raises:
        KeyError: the log has no such row, or was opened with few columns.
        TypeError: it is no log, or one in parts.

    >>> import completion_analytics as ca
    >>> log = ca.load([{"id": "1", "status": "finished", "kind": "chat", "duration": 1.5,
    ...                 "request": {"model": "m", "messages": [{"role": "user", "content": "Hi"}]},
    ...                 "response": {"choices": [{"index": 0, "finish_reason": "stop",
    ...                              "message": {"role": "assistant", "content": "Hello!"}}]}}])
    >>> ca.show(log, 0)
    <Conversation: row 0, m, finished; 1 message, 1 answer>
    """
    return Conversation(exchange_of(require_whole_log(log, "show"), row_id))


@dataclass(frozen=True, repr=False)
class Conversation:
    """One completion as a page of HTML and as a transcript."""

    exchange: Exchange

    @cached_property
    def html(self) -> str:
        """The page: a fragment with its own style, which reads well without it."""
        return _page(self.exchange)

    @cached_property
    def text(self) -> str:
        """The transcript."""
        return transcript(self.exchange)

    def __repr__(self) -> str:
        shown = self.exchange
        row = shown.row
        return (
            f"<Conversation: row {row['row_id']}, {heading.title(row)}, "
            f"{row['outcome']}; {_counted(len(shown.messages), 'message')}, "
            f"{_counted(len(shown.choices), 'answer')}>"
        )

    def __str__(self) -> str:
        return self.text

    def _repr_html_(self) -> str:
        return self.html

    def _repr_mimebundle_(
        self, include: Collection[str] | None = None, exclude: Collection[str] | None = None
    ) -> dict[str, str]:
        return {"text/html": self.html, "text/plain": self.text}


def _page(shown: Exchange) -> str:
    row = shown.row
    page = _TEMPLATES.get_template("conversation.html").render(
        vars(shown),
        title=heading.title(row),
        facts=heading.facts(row),
        badges=list(heading.badges(row)),
        figures=list(heading.figures(row)),
        places=list(heading.places(row)),
        failure=heading.failure(row),
        no_messages=heading.no_messages(row),
        no_answer=heading.no_answer(row),
    )
    return page.strip()


def _counted(n: int, noun: str) -> str:
    return f"{n:,} {noun}" if n == 1 else f"{n:,} {noun}s"


_TEMPLATES = Environment(
    loader=PackageLoader("completion_analytics"),
    autoescape=True,
    trim_blocks=True,
    lstrip_blocks=True,
)
_TEMPLATES.filters |= {"visible": visible, "in_code": in_code, "in_prose": in_prose}
_TEMPLATES.globals |= {
    "counted": _counted,
    "shades": SHADES,
    "roles": ("user", "assistant", "model", "tool", "function"),
}
