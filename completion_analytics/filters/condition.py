"""What every condition is, and the one that turns another round."""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import MISSING, dataclass, fields
from typing import Any

from .scope import Flags, Names, Scope


class Condition(ABC):
    """An immutable value that says which rows to keep; its `repr` is the code that makes it.

    Its classes are frozen dataclasses: hashable, and equal where they say the same.
    """

    @abstractmethod
    def rows(self, scope: Scope) -> Flags:
        """True for each row of the frame to keep, by position."""

    @abstractmethod
    def code(self, names: Names) -> str:
        """A pandas expression, in parentheses where it needs them, for the rows to keep."""

    def __repr__(self) -> str:
        return f"{type(self).__name__}({', '.join(self._arguments())})"

    def _arguments(self) -> list[str]:
        """Required fields by position; others by name, where they differ from the default."""
        shown = []
        for field in fields(self):  # type: ignore[arg-type]  # because every subclass is a dataclass
            value = getattr(self, field.name)
            text = repr(list(value) if isinstance(value, tuple) else value)
            if field.default is MISSING:
                shown.append(text)
            elif value != field.default:
                shown.append(f"{field.name}={text}")
        return shown


@dataclass(frozen=True, repr=False)
class Not(Condition):
    """Keeps exactly the rows that a condition leaves, those without a value included.

    Raises:
        TypeError: it is given something else than a condition.

    >>> import pandas as pd
    >>> import completion_analytics as ca
    >>> frame = pd.DataFrame({"duration_s": [1.0, 9.0, None]})
    >>> ca.select(frame, ca.Not(ca.Between("duration_s", 5, None)))
       duration_s
    0         1.0
    2         NaN
    """

    condition: Condition

    def __post_init__(self) -> None:
        require_condition("Not", self.condition)

    def rows(self, scope: Scope) -> Flags:
        """The complement."""
        return ~self.condition.rows(scope)

    def code(self, names: Names) -> str:
        """A negation; a missing comparison counts as false before it is turned round."""
        return f"~{self.condition.code(names)}.fillna(False)"


def require_condition(what: str, value: Any) -> None:
    """Check that a value is a condition.

    Raises:
        TypeError: it is not.
    """
    if isinstance(value, Condition):
        return
    hint = ": unpack them with *" if isinstance(value, (tuple, list)) else ""
    raise TypeError(
        f"{what} takes conditions such as OneOf('model', ['gpt-4o']), "
        f"not {type(value).__name__}{hint}"
    )
