"""Shapes of data that every plot is tried with, and a look at what is drawn."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import combinations
from typing import Any, Literal

import numpy as np
import pandas as pd
import pytest
from matplotlib import rc_context
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.colors import to_rgb
from matplotlib.figure import Figure
from matplotlib.text import Text
from matplotlib.transforms import Bbox

from completion_analytics.frames import TABLES

MODELS = ("claude-3-5-haiku", "gpt-4o", "gpt-4o-mini", "o3-mini")
MEDIAN_S = (0.9, 2.4, 1.1, 9.0)
FAILURES = ("rate_limit", "timeout", "server", "context_length", "auth", "network")


@dataclass(frozen=True)
class Frames:
    """The frames of a log that plots look at."""

    completions: pd.DataFrame
    tags: pd.DataFrame


def made_up(n: int, seed: int = 0) -> Frames:
    """`n` calls of four models over ten days: some fail, some never end, one model is slow."""
    random = np.random.default_rng(seed)
    model = random.choice(4, n, p=[0.2, 0.4, 0.3, 0.1])
    outcome = random.choice(3, n, p=[0.9, 0.08, 0.02])
    prompt = random.lognormal(6.5, 1.0, n).astype(int) + 5
    completion = random.lognormal(5.0, 0.9, n).astype(int) + 1
    waited = np.array(MEDIAN_S)[model] * random.lognormal(0, 0.5, n) + completion * 0.004
    failure = random.choice(len(FAILURES), n, p=[0.4, 0.25, 0.15, 0.1, 0.05, 0.05])
    timeout = (outcome == 1) & (failure == 1)
    waited = np.where(timeout, 60.0, np.minimum(waited, 60.0))
    finished = outcome == 0
    day = random.integers(0, 10, n) * 86_400 + random.normal(50_000, 12_000, n)
    completions = TABLES["completions"].build(
        {
            "row_id": np.arange(n),
            "completion_id": [f"c{i}" for i in range(n)],
            "source": ["made-up.jsonl"] * n,
            "session_id": [f"session-{i // 5}" for i in range(n)],
            "kind": ["chat"] * n,
            "model": [MODELS[i] for i in model],
            "status": ["finished"] * n,
            "outcome": [("finished", "failed", "unresolved")[i] for i in outcome],
            "created_at": (1_772_000_000_000_000 + day * 1e6).astype(np.int64),
            "duration_s": np.where(finished | timeout, waited, np.nan),
            "duration_quality": np.where(finished | timeout, "exact", "missing"),
            "prompt_tokens": prompt,
            "completion_tokens": _where(finished, completion),
            "total_tokens": _where(finished, completion + prompt),
            "cached_tokens": _where(finished & (model > 0), prompt // 3),
            "reasoning_tokens": _where(finished & (model == 3), completion // 2),
            "usage_quality": np.where(finished, "reported", "missing"),
            "tokens_per_s": np.where(finished, completion / waited, np.nan),
            "finish_reason": _where(finished, np.where(completion > 400, "length", "stop")),
            "finish_class": _where(finished, np.where(completion > 400, "length", "stop")),
            "is_truncated": _where(finished, completion > 400),
            "failure_kind": _where(outcome == 1, [FAILURES[i].title() for i in failure]),
            "failure_class": _where(outcome == 1, [FAILURES[i] for i in failure]),
            "failure_reason": _where(outcome == 1, [f"it was {FAILURES[i]}" for i in failure]),
            "n_choices": _where(finished, np.ones(n, dtype=int)),
            "n_messages": random.integers(1, 9, n),
            "n_tool_calls": _where(finished, np.zeros(n, dtype=int)),
            "n_tags": 1 + (np.arange(n) % 3 == 0),
            "is_stream": random.random(n) < 0.5,
            "is_mock": np.zeros(n, dtype=bool),
            "max_tokens": np.full(n, 1000),
            "callsite": [f"app.py:{40 + i} ask" for i in model],
            "prompt_hash": [f"{i % 97:x}" for i in range(n)],
        }
    )
    tag = random.choice(["prod", "staging", "team=search", "ünïcode $x$"], n)
    again = np.arange(0, n, 3)
    rows, words = np.append(np.arange(n), again), [*tag.tolist(), *["nightly"] * len(again)]
    tags = TABLES["tags"].build({"row_id": rows, "tag": words})
    return Frames(completions, tags)


def _where(known: Any, values: Any) -> list[Any]:
    return [value if there else None for there, value in zip(known, values, strict=True)]


def _all_missing() -> Frames:
    completions = TABLES["completions"].build({"row_id": [0, 1, 2]})
    return Frames(completions, TABLES["tags"].empty())


SHAPES: dict[str, Callable[[], Frames]] = {
    "normal": lambda: made_up(1_200),
    "one row": lambda: made_up(1),
    "empty": lambda: Frames(TABLES["completions"].empty(), TABLES["tags"].empty()),
    "all missing": _all_missing,
}


@pytest.fixture(autouse=True)
def _no_figures_left_behind() -> Iterator[None]:
    """Where another test has loaded pyplot, it would keep every figure and warn of their number."""
    with rc_context({"figure.max_open_warning": 0}):
        yield
    if "matplotlib.pyplot" in sys.modules:
        sys.modules["matplotlib.pyplot"].close("all")


@pytest.fixture(scope="session")
def shapes() -> dict[str, Frames]:
    """Each shape made once: a plot that wrote into one would be found out."""
    return {name: make() for name, make in SHAPES.items()}


@pytest.fixture
def normal(shapes: dict[str, Frames]) -> Frames:
    return shapes["normal"]


@pytest.fixture(params=["light", "dark"])
def theme(request: pytest.FixtureRequest) -> Iterator[str]:
    from completion_analytics import plot

    with plot.style(request.param):
        yield request.param


def _small_axes(layout: Literal["constrained"] | None = "constrained") -> Axes:
    """Axes of a figure of 800 by 500 pixels, as an application might hand them over."""
    figure = Figure(figsize=(8, 5), dpi=100, layout=layout)
    FigureCanvasAgg(figure)
    return figure.add_subplot()


def _shrunk(ax: Axes) -> Axes:
    """The same axes in a figure of 800 by 500 pixels, laid out and drawn."""
    figure = ax.get_figure(root=True)
    assert figure is not None
    figure.set_size_inches(8, 5)
    figure.set_dpi(100)
    figure.canvas.draw()
    return ax


def _contrast(one: Any, other: Any) -> float:
    light, dark = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def _ground(ax: Axes, box: Bbox) -> tuple[float, ...]:
    """The most frequent colour of the pixels in a box, which is not that of the letters."""
    figure = ax.get_figure(root=True)
    assert figure is not None
    pixels = np.asarray(figure.canvas.buffer_rgba())[::-1, :, :3]  # type: ignore[attr-defined]  # because it is Agg's
    x0, y0, x1, y1 = (int(end) for end in box.extents)
    seen, number = np.unique(
        pixels[max(y0, 0) : y1, max(x0, 0) : x1].reshape(-1, 3), axis=0, return_counts=True
    )
    return tuple(seen[number.argmax()] / 255)


def _luminance(colour: Any) -> float:
    srgb = np.array(to_rgb(colour))
    linear = np.where(srgb <= 0.04045, srgb / 12.92, ((srgb + 0.055) / 1.055) ** 2.4)
    return float(linear @ [0.2126, 0.7152, 0.0722])


def _seen_texts(ax: Axes) -> list[tuple[Text, Bbox]]:
    """Every text that is drawn, and where, in pixels; a tick outside the view is not drawn."""
    figure = ax.get_figure(root=True)
    assert figure is not None
    renderer = figure.canvas.get_renderer()  # type: ignore[attr-defined]  # because it is Agg's
    unseen = set()
    for axes in [*figure.axes, *(child for each in figure.axes for child in each.child_axes)]:
        for axis in (axes.xaxis, axes.yaxis):
            ticks = {*axis.get_major_ticks(), *axis.get_minor_ticks()}
            drawn = set(axis._update_ticks())  # type: ignore[attr-defined]  # because no other way tells
            unseen |= {label for tick in ticks - drawn for label in (tick.label1, tick.label2)}
            unseen |= {tick.label2 for tick in drawn if not tick.label2.get_visible()}
    texts: list[Any] = figure.findobj(Text)
    return [
        (text, text.get_window_extent(renderer))
        for text in texts
        if text.get_visible() and text.get_text().strip() and text not in unseen
    ]


def _crowded(ax: Axes) -> list[str]:
    """What is wrong with the texts of drawn axes: those that overlap, those cut off."""
    figure = ax.get_figure(root=True)
    assert figure is not None
    boxes = [(repr(text.get_text()), box) for text, box in _seen_texts(ax)]
    width, height = figure.canvas.get_width_height()
    outside = [
        f"{name} leaves the figure"
        for name, box in boxes
        if box.x0 < -1 or box.y0 < -1 or box.x1 > width + 1 or box.y1 > height + 1
    ]
    overlapping = [
        f"{one} overlaps {other}"
        for (one, a), (other, b) in combinations(boxes, 2)
        if min(a.x1, b.x1) - max(a.x0, b.x0) > 1 and min(a.y1, b.y1) - max(a.y0, b.y0) > 1
    ]
    return outside + overlapping


@pytest.fixture
def small_axes() -> Callable[..., Axes]:
    return _small_axes


@pytest.fixture(scope="session")
def shrunk() -> Callable[[Axes], Axes]:
    return _shrunk


@pytest.fixture
def crowded() -> Callable[[Axes], list[str]]:
    return _crowded


@pytest.fixture
def contrast() -> Callable[[Axes], float]:
    """The least contrast, as WCAG counts it, of a text that is seen with what it stands on."""
    return lambda ax: min(
        _contrast(text.get_color(), _ground(ax, box)) for text, box in _seen_texts(ax)
    )


@pytest.fixture
def calls() -> Callable[..., Frames]:
    """Makes up so many calls."""
    return made_up
