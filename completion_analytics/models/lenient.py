"""The lenient field types: each takes its clean form at full speed and repairs all others.

Every type includes null, since exports leave out or null whatever they like. The empty text stays
where it is text and is missing everywhere else.
"""

from __future__ import annotations

import ast
import re
import warnings
from typing import Annotated, Any

from annotated_types import Ge, Gt, Le
from pydantic import (
    AfterValidator,
    Field,
    StrictBool,
    StrictInt,
    StrictStr,
    StringConstraints,
    ValidationInfo,
)
from pydantic_core import PydanticCustomError

from .clean import Clean, json_text, mended, note, parsed, refuse

INT64 = 2**63 - 1
LARGEST = 1.7e308
LATEST = 1e20

# Text


def text(value: Any, info: ValidationInfo) -> str | None:
    """Text of any scalar; NaN is how some tables write a missing text."""
    if isinstance(value, str):
        return mended(value, info)
    if value is None or value != value:
        return None
    if isinstance(value, dict | list):
        refuse("text", value)
    return said(value, info)


def said(value: Any, info: ValidationInfo) -> str | None:
    """Text of anything: what is neither text nor null is written as JSON."""
    if value is None or isinstance(value, str):
        return None if value is None else mended(value, info)
    if isinstance(value, int) and value.bit_length() > 4096:
        refuse("text", value)
    return mended(json_text(value), info)


PlainText = Annotated[str, StringConstraints(strict=True, pattern=r"\A(?:[^_]|_[^_]|_?\z)")]
"""Text that cannot be the word for "unset", since it does not begin with two underscores."""

Text = Annotated[str | None, Clean(StrictStr | None, text)]
Said = Annotated[str | None, Clean(StrictStr | None, said)]
Word = Annotated[str | int | None, Clean(StrictStr | StrictInt | None, said)]
"""An int or a text, as error codes are; anything else is written as JSON."""


# Numbers

NUMERIC = re.compile(r"[+-]?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][+-]?[0-9]+)?")
MISSING_WORDS = {"", "nan", "null", "none"}


def number(value: Any, expected: str) -> float | None:
    """A finite number, also from its text; NaN and the empty text are missing."""
    found = numeral(value.strip()) if isinstance(value, str) else value
    if found is None or found != found:
        return None
    if isinstance(found, bool) or not isinstance(found, int | float):
        refuse(expected, value)
    if abs(found) > LARGEST:
        refuse(expected, value)
    return found


def numeral(digits: str) -> float | str | None:
    """The number a text stands for, None for a word that means missing, else the text."""
    if digits.lower() in MISSING_WORDS:
        return None
    if not NUMERIC.fullmatch(digits):
        return digits
    return int(digits) if digits.lstrip("+-").isdigit() and len(digits) < 400 else float(digits)


def free_number(value: Any, info: ValidationInfo) -> float | None:
    """Any finite number."""
    return number(value, "a number")


def positive_number(value: Any, info: ValidationInfo) -> float | None:
    """A number that is not negative."""
    found = number(value, "a number >= 0")
    if found is not None and found < 0:
        refuse("a number >= 0", value)
    return found


def reading(value: Any, info: ValidationInfo) -> float | None:
    """A provider's own measurement: a bonus, so that nonsense is merely missing."""
    try:
        return positive_number(value, info)
    except PydanticCustomError:
        return None


def whole(value: Any, info: ValidationInfo) -> int | None:
    """A whole number that fits 64 bits; a fraction is rounded."""
    found = number(value, "a whole number")
    if found is not None and abs(found) > INT64:
        refuse("a whole number", value)
    return None if found is None else round(found)


def count(value: Any, info: ValidationInfo) -> int | None:
    """A count of tokens; −1 stays, it is some clients' word for unknown."""
    found = number(value, "a count")
    if found is None:
        return None
    if found > INT64 or (found < 0 and found != -1):
        refuse("a count", value)
    if found != round(found):
        note(info, "usage_fractional", f"usage.{info.field_name}")
    return round(found)


def flag(value: Any, info: ValidationInfo) -> bool | None:
    """True or false, also as a word."""
    if value is None or value == "":
        return None
    known = {"true": True, "false": False}
    found = known.get(value.lower()) if isinstance(value, str) else None
    return refuse("true or false", value) if found is None else found


def seed(value: Any, info: ValidationInfo) -> int | str | None:
    """A seed of any size, never through a float."""
    if isinstance(value, bool):
        refuse("a number or text", value)
    if isinstance(value, float) and value.is_integer():
        return int(value)
    return text(value, info) or None


Either = Field(union_mode="left_to_right")
WholeForm = Annotated[int, Field(strict=True), Ge(-INT64), Le(INT64)]
PositiveForm = Annotated[
    Annotated[int, Field(strict=True), Ge(0), Le(INT64)]
    | Annotated[float, Field(strict=True, allow_inf_nan=False), Ge(0)]
    | None,
    Either,
]
FreeForm = Annotated[
    WholeForm | Annotated[float, Field(strict=True, allow_inf_nan=False)] | None, Either
]

Count = Annotated[
    int | None, Clean(Annotated[int, Field(strict=True), Ge(0), Le(INT64)] | None, count)
]
Whole = Annotated[int | None, Clean(WholeForm | None, whole)]
Number = Annotated[float | None, Clean(PositiveForm, positive_number)]
Reading = Annotated[float | None, Clean(PositiveForm, reading)]
FreeNumber = Annotated[float | None, Clean(FreeForm, free_number)]
Flag = Annotated[bool | None, Clean(StrictBool | None, flag)]
Seed = Annotated[int | str | None, Clean(StrictInt | None, seed)]


# Times

ISO = (
    r"\A[0-9]{4}-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12][0-9]|3[01])"
    r"(?:[Tt ](?:[01][0-9]|2[0-3]):[0-5][0-9](?::[0-5][0-9](?:[.,][0-9]{1,9})?)?"
    r" ?(?:[Zz]|UTC|[+-][0-9]{2}(?::?[0-9]{2})?)?)?\z"
)


def timestamp(value: Any, info: ValidationInfo) -> float | str | None:
    """A time kept as it was written; 0, empty and NaN are missing."""
    if isinstance(value, str) and re.match(ISO.replace(r"\z", r"\Z"), value.strip()):
        return value.strip()
    found = number(value, "a time")
    if found is not None and abs(found) > LATEST:
        refuse("a time", value)
    return value if found else None


Timestamp = Annotated[
    int | float | str | None,
    Clean(
        Annotated[
            Annotated[int, Field(strict=True), Ge(1), Le(INT64)]
            | Annotated[str, StringConstraints(strict=True, pattern=ISO)]
            | Annotated[float, Field(strict=True), Gt(0), Le(LATEST)]
            | None,
            Either,
        ],
        timestamp,
    ),
]


# Objects and lists


def json_object(value: Any, info: ValidationInfo) -> dict[str, Any] | None:
    """An object, also from its JSON text."""
    found = parsed(value, "an object", info) if isinstance(value, str) else value
    return found if found is None or isinstance(found, dict) else refuse("an object", found)


def aside(value: Any, info: ValidationInfo) -> None:
    """An object that is a bonus: anything else in its place is missing."""
    return


def as_given(value: Any, info: ValidationInfo) -> Any:
    """Whatever stands there: nothing is derived from this field."""
    return value


def tags(value: Any, info: ValidationInfo) -> list[str] | None:
    """Tag names from a list, a dict (`k=v`), one text (`a,b`) or the repr of a Python list."""
    if isinstance(value, str):
        value = split_tags(value)
    if isinstance(value, dict):
        value = [f"{key}={said(item, info) or ''}" for key, item in value.items()]
    if value is None:
        return None
    if not isinstance(value, list):
        refuse("a list of tags", value)
    return [said(tag, info) or "" for tag in value if tag is not None and tag == tag]


def split_tags(listed: str) -> list[Any]:
    """The tags in one text, which is the repr of a Python list, or names with commas between."""
    try:
        # Python warns of unknown escapes in a literal: what wrote it is not ours to mend.
        with warnings.catch_warnings(action="ignore"):
            found = ast.literal_eval(listed.strip()) if "[" in listed else None
    except (ValueError, TypeError, SyntaxError, MemoryError, RecursionError):
        found = None
    if isinstance(found, list):
        return found
    return [tag.strip() for tag in listed.split(",") if tag.strip()]


def once(names: list[str] | None) -> list[str] | None:
    """Every name once, in the order of first appearance."""
    return names and list(dict.fromkeys(names))


JsonObject = Annotated[dict[str, Any] | None, Clean(dict[str, Any] | None, json_object)]
Aside = Annotated[dict[str, Any] | None, Clean(dict[str, Any] | None, aside)]
AnyForm = Annotated[dict[str, Any] | list[Any] | PlainText | WholeForm | StrictBool | None, Either]
Anything = Annotated[Any, Clean(AnyForm, as_given)]
Tags = Annotated[list[str] | None, Clean(list[StrictStr] | None, tags), AfterValidator(once)]
