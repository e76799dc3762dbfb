"""Every plot of a million calls: seconds to the finished picture, and how much is drawn in it."""

from __future__ import annotations

import argparse
from collections.abc import Callable, Sequence
from functools import partial
from inspect import signature
from io import BytesIO
from typing import Any

import numpy as np
from matplotlib.artist import Artist
from matplotlib.collections import Collection, QuadMesh
from matplotlib.figure import Figure
from matplotlib.image import AxesImage
from matplotlib.lines import Line2D
from matplotlib.patches import Patch
from matplotlib.path import Path

from completion_analytics import plot

from . import alone
from .alone import Trial, cost, told_trials, yardstick
from .million import MadeLog

_ALLOWED_S = 2.0
_ALLOWED_POINTS = 100_000
_INCHES, _DOTS_PER_INCH = (8, 5), 100
_OVERVIEW = "overview"
NAMES = [*plot.PLOTS, _OVERVIEW]


def add_options(parser: argparse.ArgumentParser) -> None:
    alone.add_options(parser, NAMES)


def main(options: argparse.Namespace) -> None:
    print(f"Plots of {options.rows:,} calls, from the log to a PNG of 800 × 500 pixels;")
    print(f"{_ALLOWED_S:g} s and {_ALLOWED_POINTS:,} points allowed\n")
    print(_row("", "seconds", "by model", "artists", "points", ""))
    found = told_trials("plots", options, _line)
    print("", *_told(found), sep="\n")


def trial(name: str, log: MadeLog) -> Trial:
    """The plot of all rows, and then of each model."""
    seconds, artists, points = [], 0, 0
    for draw in _draws(name, log):
        figure = draw()
        seconds.append(cost(partial(_drawn, draw)).seconds)
        every = figure.findobj()
        artists = max(artists, len(every))
        points = max(points, sum(map(points_of, every)))
    return {"seconds": seconds, "artists": artists, "points": points}


def _draws(name: str, log: MadeLog) -> Sequence[Callable[[], Figure]]:
    if name == _OVERVIEW:
        return [partial(plot.overview, log)]
    draw = plot.PLOTS[name].draw
    grouped = "by" in signature(draw).parameters
    ways: list[dict[str, Any]] = [{"by": None}, {"by": "model"}] if grouped else [{}]
    return [partial(_figure, partial(draw, log, **way)) for way in ways]


def _figure(draw: Callable[[], Any]) -> Figure:
    figure: Figure = draw().get_figure(root=True)
    figure.set_size_inches(_INCHES)
    return figure


def _drawn(draw: Callable[[], Figure]) -> None:
    draw().savefig(BytesIO(), format="png", dpi=_DOTS_PER_INCH)


def points_of(artist: Artist) -> int:
    """The cells, vertices or markers that an artist draws; text has none."""
    if isinstance(artist, Line2D):
        return np.size(artist.get_xdata())
    if isinstance(artist, QuadMesh | AxesImage):
        cells = artist.get_array()
        return 0 if cells is None else cells.size
    if isinstance(artist, Collection):
        paths = sum(_vertices(path) for path in artist.get_paths())
        return max(paths, len(np.asarray(artist.get_offsets())))
    return _vertices(artist.get_path()) if isinstance(artist, Patch) else 0


def _vertices(path: Path) -> int:
    return len(np.asarray(path.vertices))


def _line(name: str, found: Trial) -> str:
    alone, by_model = (*(f"{taken:.2f}" for taken in found["seconds"]), "")[:2]
    missed = ["seconds"] * (max(found["seconds"]) >= _ALLOWED_S)
    missed += ["points"] * (found["points"] >= _ALLOWED_POINTS)
    drawn = f"{found['artists']:,}", f"{found['points']:,}"
    return _row(name, alone, by_model, *drawn, ", ".join(missed))


def _row(name: str, seconds: str, by: str, artists: str, points: str, missed: str) -> str:
    mark = f"MISSED: {missed}" if missed else ""
    return f"{name:<28} {seconds:>8} {by:>9} {artists:>8} {points:>8}  {mark}".rstrip()


def _told(found: Sequence[Trial]) -> list[str]:
    return [
        "A fresh process for each; the least of three times, the statistic included.",
        "The overview is drawn in its own size; artists and points are those of the fuller plot.",
        yardstick(found),
    ]
