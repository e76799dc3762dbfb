"""The lenient types of what a request asks for.

A call may have failed because its request was wrong, and such a row must not be lost. So nothing
here refuses: a value of the wrong kind is missing, and noted. The text that some clients write for
"unset" is missing as well.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated, Any

from pydantic import StrictBool, StrictInt, ValidationInfo
from pydantic_core import PydanticCustomError

from .clean import Clean, note
from .lenient import Either, FreeForm, PlainText, WholeForm, flag, free_number, seed, text, whole

Repair = Callable[[Any, ValidationInfo], Any]


def asked(repair: Repair) -> Repair:
    """The same repair, except that what it refuses is missing."""

    def mend(value: Any, info: ValidationInfo) -> Any:
        try:
            return repair(value, info)
        except PydanticCustomError:
            note(info, "request_invalid", f"request.{info.field_name}")
            return None

    return mend


def logprobs(value: Any, info: ValidationInfo) -> bool | int | None:
    """Whether log-probabilities are wanted (chat), or how many (text)."""
    is_word = isinstance(value, str) and value.lower() in ("true", "false")
    return flag(value, info) if is_word else whole(value, info)


AskedText = Annotated[str | None, Clean(PlainText | None, asked(text))]
AskedNumber = Annotated[float | None, Clean(FreeForm, asked(free_number))]
AskedWhole = Annotated[int | None, Clean(WholeForm | None, asked(whole))]
AskedFlag = Annotated[bool | None, Clean(StrictBool | None, asked(flag))]
AskedSeed = Annotated[int | str | None, Clean(StrictInt | None, asked(seed))]
AskedLogprobs = Annotated[
    bool | int | None,
    Clean(Annotated[StrictBool | WholeForm | None, Either], asked(logprobs)),
]
