"""The text of message contents and prompts, whatever shape they have."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from types import NoneType
from typing import Any, NamedTuple

import numpy as np


class Content(NamedTuple):
    """The text of a content, None when it has none, and its parts that are no text."""

    text: str | None
    n_other_parts: int


def content_of(content: Any) -> Content:
    """Text parts joined by nothing; other parts counted; a bare object as its JSON text.

    >>> content_of([{"type": "text", "text": "Look: "}, {"type": "image_url"}])
    Content(text='Look: ', n_other_parts=1)
    """
    if content is None or isinstance(content, str):
        return Content(content, 0)
    if isinstance(content, dict):
        return Content(json.dumps(content, ensure_ascii=False), 0)
    texts = [part_text(part) for part in content]
    known = [text for text in texts if text is not None]
    return Content("".join(known) if known else None, len(texts) - len(known))


def contents_of(contents: Sequence[Any]) -> tuple[Sequence[str | None], np.ndarray]:
    """The texts of many contents, and how many parts of each are no text."""
    texts, n_other_parts = contents, np.zeros(len(contents), np.int64)
    if not set(map(type, contents)) <= _PLAIN:
        texts = list(contents)
        for at, content in enumerate(contents):
            if type(content) not in _PLAIN:
                texts[at], n_other_parts[at] = content_of(content)
    return texts, n_other_parts


_PLAIN = {str, NoneType}


def part_text(part: Any) -> str | None:
    """The text of one content part; None for images, audio, files, tool results and the like."""
    if isinstance(part, str):
        return part
    text, kind = (field_of(part, name) for name in ("text", "type"))
    return text if isinstance(text, str) and kind in _TEXT_PARTS else None


def field_of(holder: Any, name: str) -> Any:
    """A field of an object that may be a dict or a model; None where it has none."""
    return holder.get(name) if isinstance(holder, dict) else getattr(holder, name, None)


_TEXT_PARTS = frozenset(("text", "input_text", "output_text", None))


def prompts_of(prompt: Any) -> Iterator[str | None]:
    """The prompts of a text request: one for a string, one each for a list; None for token ids."""
    if prompt is None:
        return
    if isinstance(prompt, str):
        yield prompt
    elif prompt and all(isinstance(token, int) for token in prompt):
        yield None
    else:
        yield from (text if isinstance(text, str) else None for text in prompt)
