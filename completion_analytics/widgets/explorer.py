"""`explore`: filter a log by clicking, and take the filter home as code."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

import ipywidgets as widgets
import pandas as pd

from ..filters import from_json, to_json
from ..filters.condition import Condition
from ..log import CompletionLog, require_log
from ..plot import PLOTS
from ..plot.words import count
from .choices import Choice
from .display import Still, encoded
from .figures import Figures, as_html
from .filtering import TEXT, Control, Filtering
from .later import Later
from .linked import LinkedViews
from .listing import Listing
from .panels import Panels, page_of
from .pictures import heading, plot_of, still
from .views import choices_state, cubes, ranges_state, view_of


def explore(
    log_or_frame: CompletionLog | pd.DataFrame,
    *,
    filters: Sequence[str] | None = None,
    plots: Sequence[str] | None = None,
) -> Explorer:
    """Linked pictures and lists of a log or frame, to be filtered by mouse, touch and keyboard.

    Args:
        log_or_frame: a log; of a plain frame, tags, texts and conversations cannot be seen.
        filters: the columns to filter by, and `"tag"`; numbers and times become histograms to
            brush, the rest lists to tick. By default those that one looks for and that have values.
        plots: names of the plots to choose from; by default all of `ca.plot`.

    Raises:
        KeyError: a filter is no column, or a plot is not in the catalogue.
        TypeError: it is given neither log nor frame, or a log in parts.
    """
    if not isinstance(log_or_frame, pd.DataFrame):
        require_log(log_or_frame, "explore", "a CompletionLog or a DataFrame")
    chosen = list(PLOTS) if plots is None else list(plots)
    for name in chosen:
        if name not in PLOTS:
            raise KeyError(f"explore knows no plot {name!r}; it knows {', '.join(PLOTS)}")
    return Explorer(Filtering(log_or_frame, filters), chosen)


class Explorer(widgets.VBox):  # type: ignore[misc]  # because ipywidgets has no types
    """What `explore` returns: the widgets, and what they select as values.

    `frame`, `row_ids` and `conditions` follow what is clicked; setting `conditions` sets the
    widgets. `code()` is pandas code for the same rows. An exception in a callback is shown and
    kept in `error`.
    """

    def __init__(self, filtering: Filtering, plots: Sequence[str]) -> None:
        self._filtering = filtering
        self._errors: dict[str, Exception] = {}
        self._panels = Panels(filtering, plots)
        self._still = Still()
        self._searches: dict[str, str] = {}
        self._versions = dict.fromkeys(filtering.controls, 0)
        self._serial = 0
        self._opened: int | None = None
        self._listing = Listing(filtering)
        self._figures = Figures(filtering.frame)
        self._whole = self._figures.of(filtering.crossfilter.kept)
        self._draw_later = Later(self._guarded("plot", self._draw_plot), 0.3)
        self._still_later = Later(self._guarded("picture", self._renew_still), 1.5)
        self._panels.linked.views = [view_of(*each) for each in filtering.controls.items()]
        super().__init__(self._panels.all)
        self._show_everything()
        self._listen()

    @property
    def frame(self) -> pd.DataFrame:
        """The selected rows of the completions, or of the frame that was given."""
        return self._filtering.selected

    @property
    def row_ids(self) -> list[int]:
        """The `row_id` of each selected row."""
        return [int(row_id) for row_id in self.frame["row_id"]]

    @property
    def linked(self) -> LinkedViews:
        """The pictures and lists alone: one anywidget, for front ends without ipywidgets."""
        return self._panels.linked

    @property
    def conditions(self) -> tuple[Condition, ...]:
        """What is selected by; `ca.select(log, *ex.conditions)` gives the same rows."""
        return self._filtering.conditions

    @conditions.setter
    def conditions(self, conditions: Iterable[Condition]) -> None:
        self._filter_by(tuple(conditions))

    @property
    def error(self) -> Exception | None:
        """What went wrong last and still stands; None if nothing does."""
        return next(reversed(self._errors.values()), None)

    def code(self, name: str | None = None) -> str:
        """Pandas code that selects the same rows of a log called `log`, or a frame `frame`."""
        return self._filtering.code(name)

    def to_json(self) -> dict[str, Any]:
        """The conditions as plain values, fit for a file."""
        return to_json(*self.conditions)

    def from_json(self, document: Mapping[str, Any]) -> None:
        """Set the conditions that `to_json` gave. Raises as setting `conditions` does."""
        self.conditions = from_json(document)

    def _listen(self) -> None:
        panels = self._panels
        panels.linked.observe(self._guarded("filter", self._on_asked), "asked")
        panels.linked.observe(self._guarded("plot", self._on_env), "env")
        panels.linked.on_msg(self._guarded("filter", self._on_linked))
        panels.table.on_msg(self._guarded("table", self._on_table))
        panels.menu.observe(self._guarded("plot", lambda _: self._draw_plot()), "value")
        for control in panels.search_controls:
            control.observe(self._guarded("filter", self._on_search), "value")

    def _guarded(self, part: str, callback: Callable[..., None]) -> Callable[..., None]:
        """A callback whose exception is shown and kept until the same part succeeds."""

        def guarded(*given: Any) -> None:
            was = self._errors.pop(part, None)
            try:
                callback(*given)
            except Exception as error:  # a callback has nowhere else to report
                self._errors[part] = error
            if was is not self._errors.get(part):
                self._panels.show_error(self.error)

        return guarded

    def _on_asked(self, change: Any) -> None:
        """Take over what was brushed and ticked: each control that is now set otherwise."""
        asked = change["new"]
        self._serial = int(asked.get("serial", self._serial))
        was = self._panels.linked.state["chosen"]
        controls = self._filtering.controls
        try:
            wanted = {
                name: _asked_of(control, asked["chosen"].get(name))
                for name, control in controls.items()
                if asked["chosen"].get(name) != was.get(name)
            }
            self._filter_by(self._filtering.with_slots(wanted))
        except Exception:
            self._show_state()  # so that the page lets go of what could not be
            raise

    def _on_linked(self, _: Any, message: Mapping[str, Any], __: Any) -> None:
        answers: Mapping[str, Callable[[Mapping[str, Any]], None]] = {
            "activate": self._answer_cube,
            "search": self._find,
            "typed": self._take_typed,
            "drop": lambda told: self._drop(self._filtering.others[told["place"]]),
            "reset": lambda _: self._filter_by(()),
        }
        answers[message["type"]](message)

    def _answer_cube(self, message: Mapping[str, Any]) -> None:
        view, lists = message["view"], self._panels.linked.state["lists"]
        controls = self._filtering.controls
        across, tables = cubes(self._filtering.crossfilter, view, controls, lists)
        answer = {"type": "cube", "view": view, "version": self._versions[view], "across": across}
        self._panels.linked.send(answer, [tables])

    def _find(self, message: Mapping[str, Any]) -> None:
        self._searches[message["view"]] = str(message["text"])
        self._raise_versions(but=None)
        self._show_state()

    def _take_typed(self, message: Mapping[str, Any]) -> None:
        view = message["view"]
        control: Any = self._filtering.controls[view]
        self._filter_by(self._filtering.with_slots({view: control.parsed(*message["ends"])}))

    def _drop(self, condition: Condition) -> None:
        self._filter_by(tuple(each for each in self.conditions if each != condition))

    def _on_search(self, _: Any) -> None:
        if not self._panels.is_being_set:
            self._filter_by(self._filtering.with_slots({TEXT: self._panels.searched}))

    def _on_table(self, _: Any, message: Mapping[str, Any], __: Any) -> None:
        answers: Mapping[str, Callable[[Mapping[str, Any]], None]] = {
            "sort": lambda told: self._listing.sort(told["column"]),
            "page": lambda told: self._listing.turn_to(told["start"]),
            "open": lambda told: self._open(int(told["place"])),
        }
        answers[message["type"]](message)
        self._show_table()

    def _on_env(self, change: Any) -> None:
        looks = ("dark", "dpr")
        if any(change["old"].get(look) != change["new"].get(look) for look in looks):
            self._draw_later.ask()

    def _open(self, place: int) -> None:
        self._opened = place
        self._panels.viewer.value = page_of(self._filtering, place)

    def _filter_by(self, conditions: Iterable[Condition]) -> None:
        before = self._filtering.slots
        self._filtering.replace(conditions)
        after = self._filtering.slots
        changed = {s for s in {*before, *after} if before.get(s) != after.get(s)}
        if changed:
            self._raise_versions(but=changed.pop() if len(changed) == 1 else None)
            self._listing.turn_to(0)
        self._show_everything()

    def _raise_versions(self, but: str | None) -> None:
        """Running totals along a view stay true as long as only its own filter changes."""
        for name in self._versions:
            self._versions[name] += name != but

    def _show_everything(self) -> None:
        self._errors.pop("filter", None)
        self._show_state()
        self._panels.show_search(self._filtering.held(TEXT))
        selected = self._figures.of(self._filtering.crossfilter.kept)
        self._panels.figures.value = as_html(selected, self._whole)
        self._show_table()
        self._panels.show_error(self.error)
        self._draw_later.ask()
        self._still_later.ask()

    def _show_state(self) -> None:
        filtering = self._filtering
        ranges, choices = ranges_state(filtering), choices_state(filtering, self._searches)
        self._panels.linked.state = {
            **ranges,
            **choices,
            "chosen": {**ranges["chosen"], **choices["chosen"]},
            "serial": self._serial,
            "versions": dict(self._versions),
            "n": filtering.crossfilter.count,
            "total": len(filtering.frame),
            "why": filtering.why(),
            "others": [repr(condition) for condition in filtering.others],
            "code": self.code(),
        }

    def _show_table(self) -> None:
        self._panels.table.page = self._listing.page(self._opened)

    def _draw_plot(self) -> None:
        name, env = self._panels.menu.value, self._panels.linked.env
        self._panels.plot.value = (
            plot_of(self._filtering, name, is_dark=bool(env["dark"]), ratio=float(env["dpr"]))
            if name
            else ""
        )

    def _renew_still(self) -> None:
        if self._still.is_shown:
            self._still.renew(still(self._filtering), heading(self._filtering))

    def _ipython_display_(self, **_: Any) -> None:
        bundle, metadata = self._repr_mimebundle_()
        self._still.show(bundle, metadata)

    def _repr_mimebundle_(self, **given: Any) -> tuple[dict[str, Any], dict[str, Any]]:
        """The widget, its last picture, and in words what it selects."""
        bundle: Any = super()._repr_mimebundle_(**given)
        data, metadata = bundle if isinstance(bundle, tuple) else (bundle or {}, {})
        words = {"text/plain": f"Explorer: {heading(self._filtering)}"}
        return {**data, **words, "image/png": encoded(still(self._filtering))}, metadata

    def __repr__(self) -> str:
        n, total = self._filtering.crossfilter.count, len(self._filtering.frame)
        return f"<Explorer: {n:,} of {count(total, 'completion')}>"


def _asked_of(control: Control, value: Any) -> Condition | None:
    if value is None:
        return None
    if isinstance(control, Choice):
        return control.condition([int(code) for code in value["codes"]], value["mode"])
    low, high = (round(end) for end in value)
    return control.condition(low, high)
