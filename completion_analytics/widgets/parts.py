"""The parts of a message's content: text, and what stands in the place of anything else."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

from pydantic import BaseModel

from ..frames.texts import part_text
from .written import BRIEF, Excerpt, Most, brief

_SMALL = 200_000
_RASTER = re.compile(r"data:image/(?:png|jpeg|gif|webp);base64,[A-Za-z0-9+/]+={0,2}")
_DATA = re.compile(r"data:(?P<media>[^;,]*)[^,]*,(?P<data>.*)", re.DOTALL)
_ADDRESS_CHARS = 300


class Part(NamedTuple):
    """One part: a text under an optional title, or a placeholder that says what stood there."""

    title: str | None = None
    text: Excerpt | None = None
    is_code: bool = False
    picture: str | None = None
    """A small raster image as a data URL; nothing else is ever shown as a picture."""


def parts_of(content: Any, most: Most) -> list[Part]:
    """The parts of a validated content in their order."""
    if content is None:
        return []
    if isinstance(content, str):
        return [Part(text=Excerpt(content, most))]
    return [_part(each, most) for each in (content if isinstance(content, list) else [content])]


def spoken(audio: Any, most: Most) -> list[Part]:
    """An answer's audio as the response holds it: a placeholder and the transcript."""
    if not isinstance(audio, Mapping):
        return []
    transcript = audio.get("transcript")
    text = Excerpt(transcript, most) if isinstance(transcript, str) else None
    return [Part(_listed("audio", _size(audio.get("data")), text and "transcript:"), text)]


def pretty(value: Any) -> str:
    """A JSON value over several lines.

    >>> print(pretty({"a": [1]}))
    {
      "a": [
        1
      ]
    }
    """
    try:
        return json.dumps(value, indent=2, ensure_ascii=False, default=str)
    except RecursionError:
        return "(nested too deeply to be shown)"


def _part(part: Any, most: Most) -> Part:
    text = part_text(part)
    if text is not None:
        return Part(text=Excerpt(text, most))
    fields = _fields(part)
    kind = fields.get("type")
    known = _KNOWN.get(kind) if isinstance(kind, str) else None
    return known(fields, most) if known else _other(fields, most)


def _fields(part: Any) -> dict[str, Any]:
    if isinstance(part, BaseModel):
        return part.model_dump(exclude_unset=True, warnings=False)
    return dict(part) if isinstance(part, Mapping) else {"value": part}


def _image(fields: dict[str, Any], _: Most) -> Part:
    address, detail = _address(fields), _inner(fields, "image_url", "detail")
    picture = address if address and _is_small_raster(address) else None
    closeness = f"detail {brief(detail)}" if detail else None
    return Part(_listed("image", _described(address, fields), closeness), picture=picture)


def _audio(fields: dict[str, Any], _: Most) -> Part:
    form = _inner(fields, "input_audio", "format")
    size = _size(_inner(fields, "input_audio", "data"))
    return Part(_listed("audio", form, size, _described(_address(fields), fields)))


def _file(fields: dict[str, Any], _: Most) -> Part:
    inner = fields.get("file")
    inside = inner if isinstance(inner, Mapping) else fields
    name = inside.get("filename") or inside.get("title")
    data = inside.get("file_data")
    address = data if isinstance(data, str) and data.startswith("data:") else _address(fields)
    size = None if address else _size(data)
    return Part(_listed("file", _brief(name), size, _described(address, inside)))


def _titled(title: str, field: str) -> Callable[[dict[str, Any], Most], Part]:
    def part(fields: dict[str, Any], most: Most) -> Part:
        value = fields.get(field)
        if isinstance(value, str):
            return Part(title, Excerpt(value, most))
        return Part(title, Excerpt(pretty(value), most), is_code=True)

    return part


def _tool_use(fields: dict[str, Any], most: Most) -> Part:
    return Part(
        f"calls {brief(fields.get('name'))}",
        Excerpt(pretty(fields.get("input")), most),
        is_code=True,
    )


def _other(fields: dict[str, Any], most: Most) -> Part:
    shown = BRIEF if sum(BRIEF) < sum(most) else most
    title = f"part of type {brief(fields.get('type'))}"
    return Part(title, Excerpt(pretty(fields), shown, long_chars=400, long_lines=12), is_code=True)


_KNOWN: dict[str, Callable[[dict[str, Any], Most], Part]] = {
    "image_url": _image,
    "input_image": _image,
    "output_image": _image,
    "image": _image,
    "input_audio": _audio,
    "audio": _audio,
    "file": _file,
    "input_file": _file,
    "document": _file,
    "refusal": _titled("refusal", "refusal"),
    "thinking": _titled("reasoning", "thinking"),
    "tool_result": _titled("result of a tool", "content"),
    "tool_use": _tool_use,
}


def _address(fields: Mapping[str, Any]) -> str | None:
    """Where it is, or the thing itself as a data URL."""
    source = fields.get("source")
    if isinstance(source, Mapping) and isinstance(source.get("data"), str):
        return f"data:{source.get('media_type') or ''};base64,{source['data']}"
    places = (
        _inner(fields, "image_url", "url"),
        fields.get("image_url"),
        _inner(fields, "source", "url"),
        fields.get("file_url"),
        fields.get("url"),
    )
    return next((place for place in places if isinstance(place, str) and place), None)


def _described(address: str | None, fields: Mapping[str, Any]) -> str | None:
    if address is None:
        file_id = fields.get("file_id")
        return f"with the id {_brief(file_id)}" if file_id else None
    data = _DATA.match(address)
    if data is None:
        return f"not loaded, at {_brief(address)}"
    return _listed(_brief(data["media"]) or "of unknown type", _size(data["data"]))


def _is_small_raster(address: str) -> bool:
    return len(address) * 3 // 4 < _SMALL and _RASTER.fullmatch(address) is not None


def _size(base64: Any) -> str | None:
    if not isinstance(base64, str) or not base64:
        return None
    n_bytes = len(base64.rstrip("=")) * 3 // 4
    return f"{n_bytes:,} bytes" if n_bytes < 1_000 else f"{n_bytes / 1_000:,.0f} kB"


def _inner(fields: Mapping[str, Any], outer: str, name: str) -> Any:
    holder = fields.get(outer)
    return holder.get(name) if isinstance(holder, Mapping) else None


def _brief(value: Any) -> str | None:
    return brief(value, _ADDRESS_CHARS) if value else None


def _listed(*words: Any) -> str:
    return ", ".join(str(word) for word in words if word)
