"""The parts of the explorer that are looked at, and how they stand together."""

from __future__ import annotations

import traceback
from collections.abc import Sequence
from html import escape

import ipywidgets as widgets

from ..filters import Contains
from ..filters.condition import Condition
from ..plot.words import plain
from .conversation import show
from .filtering import WHERE, Filtering
from .linked import LinkedViews, SelectionTable

_FIRST_PLOT = "answered_within"
_ITS_COLUMNS = {"outcome", "duration_s"}


class Panels:
    """The widgets of an explorer; what happens when they are used is not decided here."""

    def __init__(self, filtering: Filtering, plots: Sequence[str]) -> None:
        self.linked, self.table = LinkedViews(), SelectionTable()
        self.figures, self.plot, self.viewer, self._strip = (widgets.HTML() for _ in range(4))
        self.text = widgets.Text(
            description="Search", placeholder="in prompts and answers", continuous_update=False
        )
        self.where = widgets.Dropdown(description="in", options=WHERE)
        self.regex = widgets.Checkbox(description="regular expression", indent=False)
        first = _FIRST_PLOT if set(filtering.frame) >= _ITS_COLUMNS else ""
        self.menu = widgets.Dropdown(
            description="Plot",
            options=[("none", ""), *((name.replace("_", " "), name) for name in plots)],
            value=first if first in plots else "",
        )
        self.is_being_set = False
        self._has_log, self._has_plots = filtering.log is not None, bool(plots)

    @property
    def search_controls(self) -> tuple[widgets.Widget, ...]:
        """What a search in texts is made of."""
        return (self.text, self.where, self.regex)

    @property
    def all(self) -> list[widgets.Widget]:
        """Everything from top to bottom."""
        search = [widgets.HBox(self.search_controls)] if self._has_log else []
        plot = [self.menu, self.plot] if self._has_plots else []
        return [self._strip, *search, self.linked, self.figures, *plot, self.table, self.viewer]

    @property
    def searched(self) -> Contains | None:
        """The search as a condition.

        Raises:
            ValueError: it is no regular expression.
        """
        if not self.text.value:
            return None
        return Contains(self.text.value, self.where.value, regex=self.regex.value)

    def show_search(self, condition: Condition | None) -> None:
        """Set the search without searching."""
        self.is_being_set = True
        try:
            if isinstance(condition, Contains):
                self.text.value, self.where.value = condition.text, condition.where
                self.regex.value = condition.regex
            else:
                self.text.value = ""
        finally:
            self.is_being_set = False

    def show_error(self, error: Exception | None) -> None:
        """Show what went wrong with all of its trace, or nothing."""
        if error is None:
            self._strip.value = ""
            return
        said = escape(f"{type(error).__name__}: {error}")
        trace = escape("".join(traceback.format_exception(error)))
        self._strip.value = (
            f'<div class="ca ca-error" role="alert">{said}'
            f"<details><summary>Where it happened</summary><pre>{trace}</pre></details></div>"
        )


def page_of(filtering: Filtering, place: int) -> str:
    """The conversation of a row; of a plain frame, its values."""
    row = filtering.frame.iloc[place]
    if filtering.log is not None:
        return show(filtering.log, int(row["row_id"])).html
    known = row.dropna()
    pairs = "".join(
        f"<dt>{escape(plain(str(name)))}</dt><dd>{escape(plain(str(value), 2_000))}</dd>"
        for name, value in known.items()
    )
    return f'<div class="ca ca-show"><div><dl class="ca-pairs">{pairs}</dl></div></div>'
