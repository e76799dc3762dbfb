"""A report of an invented log: how long it takes to write, how large it is, how soon it answers."""

from __future__ import annotations

import argparse
import tempfile
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from statistics import median, quantiles

from playwright.sync_api import Page

import completion_analytics as ca
from completion_analytics.frames import TABLES
from tools import lab

from .million import made_log

_CLOCK = Path(__file__).with_name("clock.js").read_text("utf-8")
_TWO_FRAMES = """() => new Promise(done =>
    requestAnimationFrame(() => requestAnimationFrame(() => setTimeout(done, 20))))"""
_STEPS, _MOVES = 24, 60
_MOST_MB, _MOST_MS = 10, 50


def add_options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--rows", type=int, default=1_000_000, metavar="N")


def main(options: argparse.Namespace) -> None:
    print(str(__doc__).splitlines()[0], end="\n\n")
    log = loaded(options.rows)
    with tempfile.TemporaryDirectory() as folder:
        start = time.perf_counter()
        path = ca.report(log, Path(folder) / "report.html")
        seconds, size = time.perf_counter() - start, path.stat().st_size / 1e6
        print(f"{options.rows:,} rows: written in {seconds:.1f} s, {size:.2f} MB (≤ {_MOST_MB} MB)")
        executable = lab.chromium()
        if executable is None:
            print(f"No steps are measured: it {lab.HOW_TO_GET_IT}.")
            return
        with lab.window(executable, Path(folder) / "profile") as window:
            print(*_lines(window.new_page(), path), sep="\n")


def loaded(rows: int) -> ca.CompletionLog:
    """The invented frames as a log."""
    made = made_log(rows)
    counts = {"source": ["rows.jsonl"], "records": [rows], "rows": [rows]}
    nothing = {name: [0] for name in ("feedback", "duplicates", "rejects")}
    frame = TABLES["counts"].build(counts | nothing)
    return replace(ca.load([]), completions=made.completions, tags=made.tags, counts=frame)


def _lines(page: Page, path: Path) -> Iterator[str]:
    page.add_init_script(_CLOCK)
    start = time.perf_counter()
    page.goto(path.as_uri())
    page.wait_for_function("() => window.report")
    yield f"opened and ready in {1e3 * (time.perf_counter() - start):,.0f} ms"
    chart = page.get_by_role("slider", name="Duration")
    chart.scroll_into_view_if_needed()
    chart.focus()
    keys = [_step(page, "ArrowRight" if at < _STEPS // 2 else "ArrowLeft") for at in range(_STEPS)]
    yield _told("a key: from the event to the painted counts and table", keys)
    page.keyboard.press("Escape")
    yield _told("a move of a brush, the same", _drag(page, chart.bounding_box()))


def _step(page: Page, key: str) -> float:
    page.evaluate("() => benchClock.restart()")
    page.keyboard.press(key)
    return _painted(page)


def _painted(page: Page) -> float:
    page.wait_for_function("() => benchClock.since('linked') !== null", polling=20)
    taken: float = page.evaluate("() => benchClock.since('linked')")
    return taken


def _drag(page: Page, box: dict[str, float] | None) -> list[float]:
    if box is None:
        raise RuntimeError("the histogram of durations is not in sight")
    middle = box["y"] + box["height"] / 2
    places = [box["x"] + box["width"] * (0.2 + 0.6 * at / _MOVES) for at in range(_MOVES)]
    page.mouse.move(places[0], middle)
    page.mouse.down()
    page.mouse.move(places[4], middle)
    taken = []
    for place in places[5:]:
        page.evaluate("() => benchClock.restart()")
        page.mouse.move(place, middle)
        page.evaluate(_TWO_FRAMES)
        found = page.evaluate("() => benchClock.since('linked')")
        if found is not None:  # a move within a bin changes nothing
            taken.append(found)
    page.mouse.up()
    return taken


def _told(what: str, taken: list[float]) -> str:
    most = quantiles(taken, n=10)[-1]
    missed = "  MISSED" if median(taken) > _MOST_MS else ""
    return f"{what}: p50 {median(taken):.0f} ms, p90 {most:.0f} ms (≤ {_MOST_MS} ms){missed}"
