"""JSON values of any kind, as long as they are not nested deeply."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import chain
from typing import Any

from ..reading.json_values import MAX_DEPTH

_CONTAINERS = (dict, list)
_DEEPEST = MAX_DEPTH // 2  # there are some levels around it


class _Shallow(type):
    def __instancecheck__(cls, value: Any) -> bool:
        inside = [value] if type(value) in _CONTAINERS else []
        for _ in range(_DEEPEST):
            if not inside:
                return True
            members = chain.from_iterable(map(_members, inside))
            inside = [member for member in members if type(member) in _CONTAINERS]
        return False


class Shallow(metaclass=_Shallow):
    """Any JSON value that is not nested deeply: pydantic refuses to go on where msgspec would."""


def _members(container: Any) -> Iterable[Any]:
    return container.values() if type(container) is dict else container
