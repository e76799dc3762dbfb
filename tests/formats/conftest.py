"""Builders of the records that the tests of formats say only the interesting part of."""

from __future__ import annotations

from typing import Any

import pytest

from completion_analytics.formats import recognise
from completion_analytics.models import Completion
from completion_analytics.models.notes import Notes


class Told:
    """A record's canonical form, the notes that were made, and the completion it validates to."""

    def __init__(self, record: dict[str, Any]) -> None:
        self.notes = Notes()
        self.format = recognise(record)
        self.canonical = self.format.canonical(record, self.notes)
        self.codes = [code for code, _ in self.notes]

    def __getitem__(self, path: str) -> Any:
        """What stands at a dotted path of the canonical form."""
        value: Any = self.canonical
        for step in path.split("."):
            value = value[int(step)] if isinstance(value, list) else value[step]
        return value

    def get(self, name: str) -> Any:
        return self.canonical.get(name)

    @property
    def completion(self) -> Completion:
        return Completion.model_validate(self.canonical, context=self.notes)


@pytest.fixture
def told():
    """The canonical form of a record, as `told(record)["response.model"]`."""
    return Told


@pytest.fixture
def a_body():
    """A chat body with one choice that says hi; keywords change its fields."""

    def build(**fields: Any) -> dict[str, Any]:
        choice = {
            "index": 0,
            "finish_reason": "stop",
            "message": {"role": "assistant", "content": "hi"},
        }
        return {"id": "chatcmpl-1", "object": "chat.completion", "choices": [choice], **fields}

    return build
