"""What is filtered by which condition: the explorer without its widgets."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import pandas as pd

from ..filters import Contains, as_code
from ..filters.condition import Condition, require_condition
from ..filters.scope import Flags, Log, Scope
from .choices import TAG, Choice, choice_of, tags_of
from .crossfilter import CrossFilter
from .ranges import Range, is_range, range_of

TEXT, OTHERS = "the text search", "other conditions"
WHERE = ("both", "prompts", "answers")
DEFAULT_FILTERS = (
    "outcome",
    "failure_class",
    "model",
    TAG,
    "finish_class",
    "kind",
    "session_id",
    "callsite",
    "duration_s",
    "created_at",
    "prompt_tokens",
    "completion_tokens",
)
Control = Range | Choice


class Filtering:
    """The conditions of an explorer, each in the slot of the control that shows it.

    A column's control takes one condition; what no control can show is kept all the same, under
    `OTHERS`. Rows are kept by the conditions themselves, so they are those of `ca.select`.
    """

    def __init__(self, data: pd.DataFrame | Log, filters: Sequence[str] | None = None) -> None:
        self.log: Any = None if isinstance(data, pd.DataFrame) else data
        self.frame: pd.DataFrame = data if isinstance(data, pd.DataFrame) else data.completions
        self.controls = self._controls(filters)
        dimensions = {name: control.dimension for name, control in self.controls.items()}
        self.crossfilter = CrossFilter(len(self.frame), dimensions)
        self._held: dict[str, tuple[Condition, ...]] = {}
        self._scope = Scope(self.frame, self.log)

    @property
    def conditions(self) -> tuple[Condition, ...]:
        """What is filtered by; immutable values whose `repr` is code."""
        return tuple(condition for held in self._held.values() for condition in held)

    def replace(self, conditions: Iterable[Condition]) -> None:
        """Filter by these conditions and no others; if one is wrong, everything stays as it was.

        Raises:
            KeyError, TypeError: as `ca.select` does.
        """
        wanted: dict[str, tuple[Condition, ...]] = {}
        for condition in conditions:
            require_condition("explore", condition)
            slot = self.slot_of(condition)
            slot = OTHERS if slot in wanted else slot
            wanted[slot] = (*wanted.get(slot, ()), condition)
        kept = {
            slot: self._rows(held) for slot, held in wanted.items() if held != self._held.get(slot)
        }
        for slot in self._held.keys() - wanted.keys():
            self.crossfilter.keep(slot, None)
        for slot, rows in kept.items():
            self.crossfilter.keep(slot, rows)
        self._held = wanted

    def with_slots(self, slots: Mapping[str, Condition | None]) -> tuple[Condition, ...]:
        """The conditions with those of some slots replaced; None empties a slot."""
        held = {**self._held, **{slot: (c,) if c else () for slot, c in slots.items()}}
        return tuple(condition for conditions in held.values() for condition in conditions)

    @property
    def slots(self) -> Mapping[str, tuple[Condition, ...]]:
        """The conditions by the control that shows them."""
        return self._held

    def held(self, slot: str) -> Condition | None:
        """The condition of a control's slot."""
        return next(iter(self._held.get(slot, ())), None)

    @property
    def others(self) -> tuple[Condition, ...]:
        """The conditions that no control can show."""
        return self._held.get(OTHERS, ())

    def slot_of(self, condition: Condition) -> str:
        """The slot of the control that can show a condition."""
        for name, control in self.controls.items():
            if control.takes(condition):
                return name
        is_search = isinstance(condition, Contains) and condition.where in WHERE
        return TEXT if is_search and self.log is not None else OTHERS

    @property
    def selected(self) -> pd.DataFrame:
        """The rows that all conditions keep; the frame itself where none is refused."""
        if self.crossfilter.count == len(self.frame):
            return self.frame
        return self.frame.iloc[self.crossfilter.positions]

    def code(self, name: str | None = None) -> str:
        """Pandas code that gives the same rows; the log or frame is called `name`."""
        is_frame = self.log is None
        name = name or ("frame" if is_frame else "log")
        return as_code(self.conditions, name, is_frame=is_frame)

    def why(self) -> list[str]:
        """For each slot that refuses rows, how many, how many without a value, how many alone."""
        return [self._reason(slot) for slot in self._held if self.crossfilter.refused(slot)[0]]

    def _reason(self, slot: str) -> str:
        n, alone = self.crossfilter.refused(slot)
        control = self.controls.get(slot)
        parts = []
        if isinstance(control, Range):
            n_missing = int(control.dimension.whole[-1])
            parts += [f"{n_missing:,} without a value"] if n_missing else []
        if alone != n:
            parts.append(f"{alone:,} by nothing else")
        return f"{n:,} by {slot}" + (f" ({', '.join(parts)})" if parts else "")

    def _rows(self, held: tuple[Condition, ...]) -> Flags:
        kept = ~self._scope.none()
        for condition in held:
            kept &= condition.rows(self._scope)
        return kept

    def _controls(self, filters: Sequence[str] | None) -> Mapping[str, Control]:
        if filters is None:
            names = [name for name in DEFAULT_FILTERS if self._has(name)]
        else:
            names = list(dict.fromkeys(filters))
            self._require(names)
        return {name: self._control(name) for name in names}

    def _has(self, name: str) -> bool:
        if name == TAG and self.log is not None:
            return bool(len(self.log.tags))
        return name in self.frame and not (
            # Of a list without a value there is nothing to tick; of a picture there is this to say.
            not is_range(self.frame[name]) and self.frame[name].isna().all()
        )

    def _control(self, name: str) -> Control:
        if name == TAG and self.log is not None:
            return tags_of(self.frame["row_id"], self.log.tags)
        values = self.frame[name]
        return range_of(name, values) if is_range(values) else choice_of(name, values)

    def _require(self, names: Sequence[str]) -> None:
        for name in names:
            if name == TAG and self.log is not None:
                continue
            Scope(self.frame).column(f"explore(filters=[{name!r}])", name)
