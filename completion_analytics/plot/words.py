"""What a plot says in words: names from files, n and what is left out, that nothing is there."""

from __future__ import annotations

import textwrap
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.font_manager import FontProperties
from matplotlib.text import Text
from matplotlib.ticker import NullLocator

from ..stats.generic import numeric_groups
from ..stats.groups import Groups
from ..stats.inputs import Data
from ..stats.usable import below_resolution, finished, usable_values

MISSING = "(missing)"
BELOW_RESOLUTION = "below the clock's resolution"
_LONGEST_NAME = 28
_CHARACTER = 0.5
"""Width of a character in parts of its size."""


def plain(value: Any, longest: int = _LONGEST_NAME) -> str:
    """Text from a file as one short line: what cannot be printed is replaced, the middle cut out.

    >>> plain("gpt-4o" + chr(9) + "mini"), plain("a" * 40, 9), plain(None)
    ('gpt-4o�mini', 'aaaa…aaaa', '(missing)')
    """
    if value is None or pd.isna(value):
        return MISSING
    text = "".join(sign if sign.isprintable() else "�" for sign in str(value))
    if len(text) <= longest:
        return text
    keep = (longest - 1) // 2
    return f"{text[: longest - 1 - keep]}…{text[-keep:]}"


def literal(text: Text, said: str) -> Text:
    """Set a text that stands as it is: a dollar sign from a file begins no formula."""
    text.set_parse_math(False)
    text.set_text(said)
    return text


def count(n: int | float, noun: str = "") -> str:
    """A number with thousands separators and what it counts.

    >>> count(9100), count(1, "call"), count(2, "call")
    ('9,100', '1 call', '2 calls')
    """
    number = f"{n:,.0f}"
    return f"{number} {noun}{'' if n == 1 else 's'}" if noun else number


@dataclass(frozen=True)
class Tally:
    """How many rows a plot shows, and how many it leaves out, by cause."""

    n: int
    left_out: Mapping[str, int]
    """A cause may count none."""

    def counting(self, *causes: str) -> Tally:
        """The same, where rows of these causes are shown after all."""
        others = {cause: k for cause, k in self.left_out.items() if cause not in causes}
        return Tally(self.n + sum(self.left_out[cause] for cause in causes), others)


def note(ax: Axes, tally: Tally, *more: str) -> None:
    """A small line above the axes: n, what was left out and why, and whatever else must be said.

    It stands below any title that is set later.
    """
    causes = [f"{count(k)} {cause}" for cause, k in tally.left_out.items() if k]
    out = ["left out: " + ", ".join(causes)] if causes else []
    line = " · ".join([f"n = {count(tally.n)}", *out, *filter(None, more)])
    # Titles move out of the way of an axis at the top; of a mere text they would not.
    above = ax.secondary_xaxis("top")
    above.tick_params(which="both", top=False, labeltop=False)
    above.spines[:].set_visible(False)
    above.set_xlabel(_wrapped(ax, line), loc="left", fontsize="small")
    above.xaxis.label.set_parse_math(False)


def nothing(ax: Axes, sentence: str) -> None:
    """A sentence in the middle of axes that have nothing to show."""
    ax.text(0.5, 0.5, sentence, transform=ax.transAxes, ha="center", va="center", parse_math=False)
    ax.grid(False)
    for axis in (ax.xaxis, ax.yaxis):
        axis.set_major_locator(NullLocator())
        axis.set_minor_locator(NullLocator())


def tally(data: Data, function: str, column: str = "duration_s") -> Tally:
    """How many rows have a usable value of a column, and why others have not."""
    is_duration = column == "duration_s"
    groups = numeric_groups(data, function, column, by=None)
    used = ~np.isnan(usable_values(groups, column))
    tiny = below_resolution(groups) & is_duration
    causes = {
        "failed": groups.matches("outcome", "failed"),
        "unresolved": groups.matches("outcome", "unresolved"),
        BELOW_RESOLUTION: tiny,
        f"without {'duration' if is_duration else column}": finished(groups) & ~used & ~tiny,
        "of unknown outcome": _without_outcome(groups),
    }
    counts = {cause: int(where.sum()) for cause, where in causes.items()}
    return Tally(int(used.sum()), {**counts, "mock": int(groups.n_mock.sum())})


def _without_outcome(groups: Groups) -> Any:
    if "outcome" not in groups.frame:
        return np.zeros(len(groups.frame), dtype=np.bool_)
    return groups.frame["outcome"].isna().to_numpy()


def _wrapped(ax: Axes, line: str) -> str:
    size = FontProperties(size="small").get_size_in_points()
    box, names = ax.bbox, ax.yaxis.get_tightbbox()
    # Long names at the left will take room from the axes once they are laid out.
    taken = max(0.0, names.width - 0.12 * box.width) if names is not None else 0.0
    width = (box.width - taken) / ax.figure.dpi * 72
    return textwrap.fill(line, max(24, int(width / (size * _CHARACTER))))
