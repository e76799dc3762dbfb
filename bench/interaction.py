"""Interactions in JupyterLab, from the input event to the painted picture, by a clock in the page.

The explorer beside two dashboards of four linked histograms: a new figure of pyplot in an `Output`
for each change, and a live figure of ipympl.
"""

from __future__ import annotations

import argparse
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path
from statistics import median, quantiles
from typing import NamedTuple

import numpy as np
from playwright.sync_api import BrowserContext, Locator, Page

from completion_analytics.plot import PLOTS
from tools import lab

from .million import made_file

_ROOT = Path(__file__).parent.parent
_CLOCK = Path(__file__).with_name("clock.js").read_text("utf-8")
_STEPS, _FEW_STEPS, _MOVES_ONE_WAY = 20, 8, 30
_WAIT_MS = 60_000
_REST_MS = 1_000
"""A hand rests before it pulls, and the notebook's focus comes to rest after a run."""
_YARDSTICK_ROWS = 1_000_000

_LOAD = """import sys
sys.path.insert(0, {root!r})
from pathlib import Path
import completion_analytics as ca
ca.load  # whoever has frames has imported what loads them
from bench.million import made_log, read_log
log = read_log(Path({path!r}))"""
_WARM_UP = """ca.explore(made_log(2_000))._repr_mimebundle_()"""
_EXPLORE = """import time
from IPython.display import display
began, worked = time.time(), time.process_time()
explorer = ca.explore(log)
display(explorer)
print("clocks:", 1e3 * began, time.process_time() - worked)"""
_DASHBOARD = """from bench import dashboards
dashboards.{name}(log.completions)"""
_IS_DRAWN = """plot => {
    const n = document.querySelector('.ca-count strong').textContent;
    return document.querySelector('.ca-plot img')?.alt === `${plot} of ${n} completions`;
}"""
_FIRST_PLOT = "answered_within"
_PLOT = "plot: "
_LONG_MS = 1_000

Found = dict[str, float]
Sort = tuple[float, float]


class Line(NamedTuple):
    """A line of the table: what is measured, in which unit, and the bar it is held against."""

    title: str
    name: str
    unit: str = "ms"
    at_most: float = np.inf
    at_least: float = -np.inf

    def is_missed_by(self, value: float) -> bool:
        return not self.at_least <= value <= self.at_most

    @property
    def bar(self) -> str:
        ends = (("≤", self.at_most), ("≥", self.at_least))
        return next((f"{sign} {end:,g} {self.unit}" for sign, end in ends if np.isfinite(end)), "")


LINES = (
    Line("explorer: step of a brush, p50", "step_p50", at_most=40),
    Line("  step of a brush, p90", "step_p90"),
    Line("  pictures while dragging", "drag", unit="/s", at_least=25),
    Line("  counts and percentiles, p50", "figures_p50", at_most=150),
    Line("  counts and percentiles, p90", "figures_p90"),
    Line("  another plot of the menu, p50", "menu_p50", at_most=_LONG_MS),
    Line("  the slowest plot of the menu", "menu_slowest"),
    Line("  first display", "first", at_most=2_000),
    Line("    of it the kernel's processor", "first_cpu"),
    Line("  first display, imports and all", "cold"),
    Line("    of it the kernel's processor", "cold_cpu"),
    Line("Output + pyplot: step, p50", "with_output_p50"),
    Line("  step, p90", "with_output_p90"),
    Line("  pictures while dragging", "with_output_drag", unit="/s"),
    Line("ipympl: step, p50", "with_ipympl_p50"),
    Line("  step, p90", "with_ipympl_p90"),
    Line("  pictures while dragging", "with_ipympl_drag", unit="/s"),
)


def add_options(parser: argparse.ArgumentParser) -> None:
    rows = [50_000, 1_000_000]
    parser.add_argument("--rows", type=int, nargs="+", default=rows, metavar="N")


def main(options: argparse.Namespace) -> None:
    print(str(__doc__).splitlines()[0], end="\n\n")
    executable = lab.chromium()
    if executable is None:
        print(f"Skipped: it {lab.HOW_TO_GET_IT}.")
        return
    if not find_spec("ipympl"):
        print("ipympl is not installed, so it is left out: `pip install ipympl` adds it.\n")
    found, sorts = {}, [_sort()]
    with tempfile.TemporaryDirectory() as folder, lab.serving(Path(folder)) as server:
        for rows in options.rows:
            with lab.window(executable, Path(folder) / f"profile-{rows}") as window:
                found[rows] = _measured(Bench(window, server, made_file(rows)), sorts)
    print(*_table(found), sep="\n")
    print("", *_told(found, sorts), sep="\n")


class Bench:
    """A notebook for each dashboard, of the log in a file."""

    def __init__(self, window: BrowserContext, server: lab.Server, log: Path) -> None:
        self._window, self._server = window, server
        self._load = _LOAD.format(root=str(_ROOT), path=str(log))

    @contextmanager
    def run(self, *cells: str) -> Iterator[Page]:
        """The page of a notebook whose cells have run, after one that reads the log."""
        name = f"{time.monotonic_ns()}.ipynb"
        lab.written(self._server.notebooks / name, [self._load, *cells])
        notebook = lab.Notebook(self._window, self._server)
        notebook.page.set_default_timeout(_WAIT_MS)
        notebook.page.add_init_script(_CLOCK)
        notebook.open(name).run()
        if notebook.failures:
            raise RuntimeError(notebook.failures[0])
        yield notebook.page
        notebook.close()


def _measured(bench: Bench, sorts: list[Sort]) -> Found:
    """Dashboards first: they leave a filled cache of fonts, which is built once per machine."""
    found: Found = {}
    names = ["with_output", *(["with_ipympl"] if find_spec("ipympl") else [])]
    for name in names:
        with bench.run(_DASHBOARD.format(name=name)) as page:
            found |= _dashboard(page, name)
        sorts.append(_sort())
    with bench.run(_EXPLORE) as page:
        found |= _first(page, "cold")
    with bench.run(_WARM_UP, _EXPLORE) as page:
        found |= _first(page, "first") | _explorer(page)
    sorts.append(_sort())
    return found


def _dashboard(page: Page, name: str) -> Found:
    handle = page.locator(".noUi-handle-lower")
    handle.wait_for()
    page.wait_for_timeout(_REST_MS)
    handle.focus()
    steps = [_press(page, "picture", at % 2 == 0) for at in range(_FEW_STEPS)]
    drag = _drag(page, page.locator(".noUi-target"), (0.25, 0.75), "picture")
    return _spread(name, steps) | {f"{name}_drag": drag}


def _explorer(page: Page) -> Found:
    chart = page.get_by_role("slider", name="Duration", exact=True)
    chart.scroll_into_view_if_needed()
    _settle(page)
    drag = _drag(page, chart, (0.3, 0.85), "linked")
    _settle(page)
    chart.focus()
    steps, figures = [], []
    for at in range(_STEPS):
        figures.append(_press(page, "figures", at < _STEPS // 2))
        steps.append(_since(page, "linked"))
        _settle(page)
    return _spread("step", steps) | _spread("figures", figures) | {"drag": drag} | _menu(page)


def _menu(page: Page) -> Found:
    """Each plot of the catalogue, drawn of what the brush has left."""
    menu, taken = page.get_by_label("Plot", exact=True), {}
    for name in [name for name in PLOTS if name != _FIRST_PLOT]:
        _restart(page)
        menu.select_option(label=name.replace("_", " "))
        taken[f"{_PLOT}{name}"] = _since(page, "picture")
        _settle(page, name)
    return taken | {"menu_p50": median(taken.values()), "menu_slowest": max(taken.values())}


def _first(page: Page, name: str) -> Found:
    """From the call to the first paint: both clocks are the machine's."""
    page.wait_for_function("() => benchClock.first('linked')", polling=50)
    painted = page.evaluate("() => benchClock.first('linked')")
    text = page.locator(".jp-RenderedText", has_text="clocks:").inner_text()
    began, worked = map(float, text.split()[1:])
    return {name: painted - began, f"{name}_cpu": 1e3 * worked}


def _press(page: Page, mark: str, is_up: bool) -> float:
    _restart(page)
    page.keyboard.press("ArrowRight" if is_up else "ArrowLeft")
    return _since(page, mark)


def _drag(page: Page, over: Locator, ends: tuple[float, float], mark: str) -> float:
    """Pictures a second while the mouse goes there and back, a bin or so with each move.

    A move waits until the page has taken the one before, as the moves of a hand do.
    """
    box = over.bounding_box()
    if box is None:
        raise RuntimeError("what should be dragged is not in sight")
    start, end = (box["x"] + share * box["width"] for share in ends)
    middle = box["y"] + box["height"] / 2
    page.mouse.move(start, middle)
    page.wait_for_timeout(_REST_MS)
    page.mouse.down()
    _restart(page)
    for step in [*range(1, _MOVES_ONE_WAY), *range(_MOVES_ONE_WAY, 0, -1)]:
        page.mouse.move(start + (end - start) * step / _MOVES_ONE_WAY, middle)
    rate: float = page.evaluate("mark => benchClock.rate(mark)", mark)
    page.mouse.move(end, middle)
    page.mouse.up()
    return rate


def _restart(page: Page) -> None:
    page.evaluate("() => benchClock.restart()")


def _since(page: Page, mark: str) -> float:
    page.wait_for_function("mark => benchClock.since(mark) !== null", arg=mark, polling=50)
    taken: float = page.evaluate("mark => benchClock.since(mark)", mark)
    return taken


def _settle(page: Page, plot: str = _FIRST_PLOT) -> None:
    """Waits until the plot of the menu is that of the selection."""
    page.wait_for_function(_IS_DRAWN, arg=plot, polling=50)


def _spread(name: str, taken: Sequence[float]) -> Found:
    return {f"{name}_p50": median(taken), f"{name}_p90": quantiles(taken, n=10)[-1]}


def _table(found: dict[int, Found]) -> Iterator[str]:
    yield _row("", "bar", [f"{rows:,} rows" for rows in found])
    for line in LINES:
        values = [each[line.name] for each in found.values() if line.name in each]
        if not values:
            continue
        shown = [f"{value:,.0f} {line.unit}" for value in values]
        is_missed = any(line.is_missed_by(value) for value in values)
        yield _row(line.title, line.bar, shown) + ("  MISSED" if is_missed else "")


def _row(title: str, bar: str, cells: Sequence[str]) -> str:
    return f"{title:<36}{bar:>12}" + "".join(f"{cell:>17}" for cell in cells)


def _told(found: dict[int, Found], sorts: Sequence[Sort]) -> list[str]:
    slow = [
        f"{name.removeprefix(_PLOT)} ({taken:,.0f} ms of {rows:,} rows)"
        for rows, each in found.items()
        for name, taken in each.items()
        if name.startswith(_PLOT) and taken > _LONG_MS
    ]
    wall, worked = (1e3 * sum(each) for each in zip(*sorts, strict=True))
    return [
        "Every plot of the menu is drawn once, for what a brush over durations has left; longer",
        f"than {_LONG_MS:,} ms took: {', '.join(slow) or 'none'}.",
        f"Sorting a million floats, {len(sorts)} times in between, took {wall:,.0f} ms for "
        f"{worked:,.0f} ms of processor:",
        "the nearer the two, the quieter the machine; figures of a busy one are upper bounds.",
    ]


def _sort() -> Sort:
    """Seconds on the wall and of the processor for a task whose need is known to be steady."""
    values = np.random.default_rng(0).random(_YARDSTICK_ROWS)
    clocks: tuple[Callable[[], float], ...] = (time.perf_counter, time.process_time)
    start = [clock() for clock in clocks]
    np.sort(values)
    wall, worked = (clock() - began for clock, began in zip(clocks, start, strict=True))
    return wall, worked
