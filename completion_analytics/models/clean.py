"""How a lenient field is built: a clean form checked at full speed, a repair for the rest."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, NoReturn

from pydantic import (
    BaseModel,
    ConfigDict,
    GetCoreSchemaHandler,
    ValidationInfo,
)
from pydantic_core import CoreSchema, PydanticCustomError, core_schema, from_json

from .notes import Notes

CLEAN = "(clean form)"
REPAIRED = "(repaired)"
UNSET = "__SPEAKEASY_UNSET__"
SNIPPET = 40
KINDS = {dict: "an object", list: "a list", type(None): "null"}


@dataclass(frozen=True)
class Clean:
    """Marks a lenient type with its clean form and with the function that repairs the rest.

    A lenient type is `Annotated[T, Clean(form, repair)]`. The clean form is strict and needs no
    Python call; only what fails it reaches the repair, which returns a value that `T` accepts,
    notes what it did, or refuses with one plain sentence.
    """

    form: Any
    repair: Callable[[Any, ValidationInfo], Any]

    def __get_pydantic_core_schema__(
        self, source: Any, handler: GetCoreSchemaHandler
    ) -> CoreSchema:
        """The clean form, else what the repair makes of the value."""
        repaired = core_schema.with_info_before_validator_function(self._mend, handler(source))
        return core_schema.union_schema(
            [(handler.generate_schema(self.form), CLEAN), (repaired, REPAIRED)],
            mode="left_to_right",
        )

    def _mend(self, value: Any, info: ValidationInfo) -> Any:
        return None if value == UNSET else self.repair(value, info)


class Record(BaseModel):
    """An object of an export: every field optional, undeclared keys kept in `model_extra`."""

    model_config = ConfigDict(extra="allow", use_attribute_docstrings=True)


def note(info: ValidationInfo, code: str, field: str) -> None:
    """Note a repair, where the caller wants to know of them."""
    if isinstance(info.context, Notes):
        info.context.add(code, field)


def refuse(expected: str, value: Any) -> NoReturn:
    """Refuse a value in one plain sentence."""
    raise PydanticCustomError(
        "refused", "expected {expected}, got {got}", {"expected": expected, "got": shown(value)}
    )


def shown(value: Any) -> str:
    """A value in a few words, as `str 'hi'`, `int 3` or `an object`; never its whole text."""
    if type(value) in KINDS:
        return KINDS[type(value)]
    if isinstance(value, int) and value.bit_length() > 128:
        return f"int of {value.bit_length()} bits"
    text = repr(value[:SNIPPET] if isinstance(value, str) else value)
    cut = text if len(text) <= SNIPPET else text[: SNIPPET - 1] + "…"
    return f"{type(value).__name__} {cut}".encode("utf-8", "replace").decode()


def json_text(value: Any) -> str:
    """A value as canonical JSON text: keys sorted, no blanks."""
    try:
        return json.dumps(value, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    except (RecursionError, TypeError, ValueError):
        refuse("a JSON value", value)


def parsed(value: str, expected: str, info: ValidationInfo) -> Any:
    """The value that a JSON text holds; the empty text holds nothing."""
    if not value.strip():
        return None
    try:
        found = _decoded(value, info)
    except (ValueError, RecursionError):
        refuse(f"{expected} or its JSON text", value)
    note(info, "json_string_payload", info.field_name or "")
    return found


def _decoded(value: str, info: ValidationInfo) -> Any:
    try:
        return from_json(value)
    except ValueError:  # it may hold half a character pair, which only `json` reads
        return from_json(mended(json.dumps(json.loads(value), ensure_ascii=False), info))


def mended(text: str, info: ValidationInfo) -> str:
    """Text without lone surrogates, which no encoding can write."""
    whole = text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    if whole != text:
        note(info, "surrogate_replaced", info.field_name or "")
    return whole
