"""What is shown of one completion, as plain values that a page and a transcript are made of."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple

from .confidence import Confidence
from .heading import Badge
from .parts import Part
from .written import Ends, Excerpt


class Call(NamedTuple):
    """A tool that the model asked for."""

    name: str
    tool_call_id: str | None
    arguments: Excerpt | None
    flaw: str | None
    """What is wrong with the arguments."""


class Message(NamedTuple):
    """A message of the request."""

    role: str
    name: str | None
    answers: str | None
    """The tool call that it answers."""
    parts: Ends[Part]
    calls: Ends[Call]
    lacks: str | None
    """What is not there, in a sentence."""


class Choice(NamedTuple):
    """An answer."""

    number: int
    """Its place among the answers, from 1."""
    role: str
    badges: list[Badge]
    parts: Ends[Part]
    reasoning: Excerpt | None
    refusal: Excerpt | None
    calls: Ends[Call]
    confidences: list[Confidence]
    lacks: str | None


class StackFrame(NamedTuple):
    """A frame of the stack."""

    place: str
    line: str | None
    is_library: bool


class Doubt(NamedTuple):
    """Something doubtful and what it means."""

    code: str
    severity: str
    advice: str


@dataclass(frozen=True)
class Exchange:
    """A completion as it is shown."""

    row: Mapping[str, Any]
    tags: Ends[str]
    messages: Ends[Message]
    choices: Ends[Choice]
    reason: Excerpt | None
    stack: Ends[StackFrame]
    doubts: list[Doubt]
    parameters: list[tuple[str, Excerpt]]
    tools: Excerpt | None
    tool_names: list[str]
    raw: Excerpt | None
    raw_absent: str | None
    """Why the raw JSON is not available."""
