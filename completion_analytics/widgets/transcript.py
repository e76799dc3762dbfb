"""One completion as plain text, for terminals and for copying."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TypeVar

from . import heading
from .confidence import Confidence
from .exchange import Call, Choice, Exchange, Message
from .parts import Part
from .written import Ends, Excerpt, visible

Item = TypeVar("Item")
Lines = Iterator[str]


def transcript(shown: Exchange) -> str:
    """The completion as text; controls are shown as escapes."""
    return visible("\n".join(_lines(shown)))


def _lines(shown: Exchange) -> Lines:
    yield from _heading(shown)
    failed = heading.failure(shown.row)
    if failed:
        yield from ("", "── failed ──", *(f"{name}: {value}" for name, value in failed))
        yield from _text(shown.reason)
    yield from _every(shown.messages, "messages", _message)
    if not shown.messages:
        yield from ("", heading.no_messages(shown.row))
    yield from _every(shown.choices, "answers", _choice)
    if not shown.choices:
        yield from ("", heading.no_answer(shown.row))
    if shown.doubts:
        yield from ("", "── doubtful ──")
        yield from (f"{each.severity}: {each.code}: {each.advice}" for each in shown.doubts)


def _heading(shown: Exchange) -> Lines:
    row = shown.row
    yield " · ".join([f"row {row['row_id']}", heading.title(row), *heading.facts(row)])
    yield " · ".join(badge.word for badge in heading.badges(row))
    yield from (f"{each.name}: {each.value} ({each.note})" for each in heading.figures(row))
    if shown.tags:
        left_out = f" … and {shown.tags.left_out:,} more" if shown.tags.left_out else ""
        yield f"tags: {', '.join([*shown.tags.head, *shown.tags.tail])}{left_out}"
    yield from (f"{name}: {value}" for name, value in heading.places(row))


def _message(message: Message) -> Lines:
    answers = message.answers and f"answers {message.answers}"
    about = ", ".join(words for words in (message.role, message.name, answers) if words)
    yield from ("", f"── {about} ──")
    yield from _every(message.parts, "parts", _part)
    yield from _every(message.calls, "tool calls", _call)
    yield from [message.lacks] if message.lacks else []


def _choice(choice: Choice) -> Lines:
    ended = ", ".join(badge.word for badge in choice.badges)
    yield from ("", f"── answer {choice.number}{f': {ended}' if ended else ''} ──")
    if choice.reasoning:
        yield from ("(reasoning)", *_text(choice.reasoning), "(answer)")
    yield from _every(choice.parts, "parts", _part)
    if choice.refusal:
        yield from ("(refused)", *_text(choice.refusal))
    for each in choice.confidences:
        yield from _confidence(each)
    yield from _every(choice.calls, "tool calls", _call)
    yield from [choice.lacks] if choice.lacks else []


def _part(part: Part) -> Lines:
    if part.title:
        yield f"[{part.title}]"
    yield from _text(part.text)


def _call(call: Call) -> Lines:
    flaw = f" ({call.flaw})" if call.flaw else ""
    yield f"calls {call.name}{flaw}"
    yield from _text(call.arguments)


def _confidence(confidence: Confidence) -> Lines:
    if not confidence.is_apart:
        yield from ["(refused)"] if confidence.is_refusal else []
        yield from _text(confidence.text)
    yield f"[{confidence.perplexity}]"


def _text(text: Excerpt | None) -> Lines:
    if text is None:
        return
    yield text.head
    if text.is_cut:
        yield from (f"… {text.left_out:,} characters left out here …", text.tail)


def _every(ends: Ends[Item], noun: str, lines_of: Callable[[Item], Lines]) -> Lines:
    for item in ends.head:
        yield from lines_of(item)
    if ends.left_out:
        yield f"… {ends.left_out:,} {noun} left out here …"
    for item in ends.tail:
        yield from lines_of(item)
