"""What of a completion only its record tells, as long as its file is there."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from pydantic import BaseModel

from ..frames.texts import field_of
from ..models import Completion
from .parts import pretty
from .written import BRIEF, Excerpt, brief

if TYPE_CHECKING:
    from ..log import CompletionLog

_SHOWN_ELSEWHERE = {"model", "messages", "prompt", "tools", "functions"}
_IN_FRAMES = ("temperature", "top_p", "max_tokens", "n", "seed", "response_format", "is_stream")


@dataclass(frozen=True)
class Record:
    """A record, or why there is none."""

    completion: Completion | None = None
    raw: Any = None
    absent: str | None = None

    def content_of_message(self, index: int) -> Any:
        """The content of a request's message; None where it is not known."""
        messages = getattr(self._request, "messages", None)
        return getattr(_at(messages, index), "content", None)

    def content_of_choice(self, position: int) -> tuple[Any, Any]:
        """Content and audio of a choice's message; None where they are not known."""
        choice = _at(getattr(self._response, "choices", None), position)
        message = getattr(choice, "message", None)
        return getattr(message, "content", None), getattr(message, "audio", None)

    def parameters(self, row: Mapping[str, Any]) -> list[tuple[str, Excerpt]]:
        """What the request asked for; without the record as far as `completions` has it."""
        if isinstance(self._request, BaseModel):
            asked = self._request.model_dump(
                exclude=_SHOWN_ELSEWHERE, exclude_unset=True, exclude_none=True, warnings=False
            )
        else:
            asked = {name: row[name] for name in _IN_FRAMES if row[name] is not None}
        return [(brief(name), _parameter(value)) for name, value in asked.items()]

    @property
    def tools(self) -> Excerpt | None:
        """The tools that were offered, as JSON."""
        offered = list(self._offered())
        shown = [
            tool.model_dump(exclude_unset=True, warnings=False)
            if isinstance(tool, BaseModel)
            else tool
            for tool in offered
        ]
        return Excerpt(pretty(shown), long_chars=-1) if shown else None

    @property
    def tool_names(self) -> list[str]:
        """Their names."""
        return [_name_of(tool) for tool in self._offered()]

    def _offered(self) -> Iterator[Any]:
        for field in ("tools", "functions"):
            tools = getattr(self._request, field, None)
            yield from tools if isinstance(tools, list) else [] if tools is None else [tools]

    @property
    def _request(self) -> Any:
        return getattr(self.completion, "request", None)

    @property
    def _response(self) -> Any:
        return getattr(self.completion, "response", None)


def record_of(log: CompletionLog, row_id: int) -> Record:
    """The record of a row of the log."""
    try:
        return Record(log.record(row_id), log.raw(row_id))
    except KeyError:
        return Record(absent="This log does not know where its rows were read.")
    except LookupError as error:
        return Record(absent=str(error))


def _at(items: Sequence[Any] | None, place: int) -> Any:
    return items[place] if items is not None and 0 <= place < len(items) else None


def _parameter(value: Any) -> Excerpt:
    text = value if isinstance(value, str) else pretty(value)
    return Excerpt(text, BRIEF, long_chars=200, long_lines=6)


def _name_of(tool: Any) -> str:
    name = field_of(field_of(tool, "function"), "name") or field_of(tool, "name")
    return brief(name or field_of(tool, "type") or "(no name)")
