"""What the tests of reading share: reading anything at once, sorted by what came of it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import pytest

from completion_analytics.reading import RawRecord, SourceNote, Unreadable, find_sources, read


@dataclass
class Read:
    everything: list[Any]

    @property
    def records(self):
        return [each for each in self.everything if isinstance(each, RawRecord)]

    @property
    def contents(self):
        return [record.value for record in self.records]

    @property
    def unreadable(self):
        return [each for each in self.everything if isinstance(each, Unreadable)]

    @property
    def notes(self):
        notes = [each for each in self.everything if isinstance(each, SourceNote)]
        return [(note.code, note.field, note.detail) for note in notes]

    @property
    def numbers(self):
        return [each.origin.record for each in self.everything if not isinstance(each, SourceNote)]


@pytest.fixture(scope="session")
def reading():
    """Everything that a source, or whatever names one, holds."""

    def everything_in(what):
        (source,) = find_sources(what)
        return Read(list(read(source)))

    return everything_in


@pytest.fixture(scope="session")
def chunk():
    """A chunk of a streamed chat answer."""

    def build(name="c1", content=None, *, role=None, finish=None, index=0):
        delta = {"role": role, "content": content}
        choice = {
            "index": index,
            "delta": {key: value for key, value in delta.items() if value is not None},
            "finish_reason": finish,
        }
        return {"id": name, "object": "chat.completion.chunk", "choices": [choice]}

    return build
