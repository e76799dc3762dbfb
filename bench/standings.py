"""How the contenders did, as tables for terminals and for Markdown."""

from __future__ import annotations

import argparse
import os
import platform
from collections.abc import Callable, Iterator, Mapping, Sequence
from importlib.metadata import version
from statistics import median
from typing import NamedTuple

from .contenders import CONTENDERS, NO_FRAMES
from .records import INPUTS
from .tables import Table, aligned, listed, piped, wrapped
from .trial import Trial

_REFERENCES = {"ours": "one process", "ours_2": "two processes"}
_NONE = "–"
_UNEXPECTED = "NOT EXPECTED"
_RATIOS = (
    "Seconds: the median of all rounds; they depend on the machine and its load. Only the ratios "
    "compare (÷): taken within each round, median [least–most]."
)
_FAIR = (
    "Every contender loads the same file, which is in the page cache, in a fresh process: imports "
    "and a warm-up on 50 other records are outside the clock, the start of further processes is "
    "inside; no process is bound to a core. They take turns, every other round in reverse order."
)
_MEMORY = (
    "Peak MB: what the process held at most, or added up with what each process that it started "
    "held at most; what they share counts in each."
)
_OWN_FRAMES = "Each ends with frames of its own kind (--as-pandas: all with those of pandas)."
_PANDAS_FRAMES = "All end with frames of pandas."


class Standing(NamedTuple):
    """What the contenders took for one input."""

    name: str
    options: argparse.Namespace
    megabytes: float
    trials: dict[str, list[Trial]]
    """A trial per round of those that came to the end of every round."""
    stopped: dict[str, str]
    """Why the others did not."""

    @property
    def mark(self) -> str:
        """What tells this measurement from others."""
        as_pandas = ["as pandas"] if self.options.as_pandas else []
        return " ".join(["loading", self.name, str(self.options.records), *as_pandas])

    @property
    def title(self) -> str:
        words = INPUTS[self.name].words
        size = f"{self.megabytes:,.1f} MB"
        rounds = f"rounds: {self.options.rounds}"
        return f"{self.options.records:,} {words} ({size}), {_machine()}, {rounds}"

    @property
    def references(self) -> list[str]:
        """What the others are compared with: our own ways, or the first where none is there."""
        ours = [name for name in _REFERENCES if name in self.trials]
        return ours or list(self.trials)[:1]

    def seconds(self, name: str) -> float:
        return median(trial.seconds for trial in self.trials[name])

    def ratio(self, name: str, reference: str) -> str:
        """How much longer than the reference, within each round: median [least–most]."""
        pairs = zip(self.trials[name], self.trials[reference], strict=True)
        ratios = [trial.seconds / other.seconds for trial, other in pairs]
        return f"{median(ratios):.2f} [{min(ratios):.2f}–{max(ratios):.2f}]"

    def peak(self, name: str) -> tuple[float, float]:
        """The most MB in any round: the process, and those that it started."""
        trials = self.trials[name]
        return max(t.peak_mb for t in trials), max(t.children_mb for t in trials)

    def different(self, name: str) -> list[str]:
        """The columns that are not those of the reference, in values, order or what is missing."""
        given = (self.trials[each][0].columns for each in (*self.references, *self.trials))
        expected = next(filter(None, given), {})
        found = self.trials[name][0].columns
        return [column for column in found if found[column] != expected[column]]


Cell = Callable[[Standing, str], str]


def _measured(cell: Cell, otherwise: str = _NONE) -> Cell:
    """A cell that only those have who came to the end."""
    return lambda standing, name: cell(standing, name) if name in standing.trials else otherwise


def _ends_as(standing: Standing, name: str) -> str:
    own = CONTENDERS[name].ends_as
    return "pandas" if standing.options.as_pandas and own != NO_FRAMES else own


def _versions(_: Standing, name: str) -> str:
    return ", ".join(f"{each} {version(each)}" for each in CONTENDERS[name].packages)


def _children(standing: Standing, name: str) -> str:
    _, children = standing.peak(name)
    return f"{children:,.0f}" if children else _NONE


def _peak_and_parts(standing: Standing, name: str) -> str:
    own, children = standing.peak(name)
    parts = f" ({own:,.0f} + {children:,.0f})" if children else ""
    return f"{own + children:,.0f}{parts}"


def _equal(standing: Standing, name: str) -> str:
    n = len(standing.trials[name][0].columns)
    return f"{n - len(standing.different(name))} of {n}" if n else _NONE


_SECONDS = _measured(lambda s, name: f"{s.seconds(name):.2f}", "stopped")
_TIMES: dict[str, Cell] = {
    "": lambda _, name: name,
    "seconds": _SECONDS,
    "records/s": _measured(lambda s, name: f"{s.options.records / s.seconds(name):,.0f}"),
    "MB/s": _measured(lambda s, name: f"{s.megabytes / s.seconds(name):.0f}"),
    "peak MB": _measured(lambda s, name: f"{s.peak(name)[0]:,.0f}"),
    "children": _measured(_children),
    "sum": _measured(lambda s, name: f"{sum(s.peak(name)):,.0f}"),
    "columns equal": _measured(_equal),
}
_DESCRIPTIONS: dict[str, Cell] = {
    "": lambda _, name: name,
    "ends as": _ends_as,
    "validates": lambda _, name: CONTENDERS[name].validates,
    "versions": _versions,
}
_IN_MARKDOWN: dict[str, Cell] = {
    "contender": lambda _, name: CONTENDERS[name].words,
    "version": _versions,
    "validates": lambda _, name: CONTENDERS[name].validates,
    "seconds": _SECONDS,
    "peak MB": _measured(_peak_and_parts),
    "columns equal": _measured(_equal),
}


def report(standing: Standing) -> list[str]:
    """Times, memory and what is to be said about single contenders."""
    times = _table(standing, _TIMES | _ratios(standing))
    notes = wrapped([*_stopped(standing), *_different(standing)])
    lines = [f"Loading {standing.title}", "", *aligned(times, str.rjust)]
    return [*lines, "", *notes] if notes else lines


def markdown(standing: Standing) -> list[str]:
    """The same, with who the contenders are and the command that repeats it."""
    title = f"{standing.title}: `{_command(standing, f'--shape {standing.name}')}`"
    table = _table(standing, _IN_MARKDOWN | _ratios(standing))
    notes = [*_stopped(standing), *_different(standing)]
    return [title, "", *piped(table), *listed(notes)]


def explanation(standing: Standing) -> list[str]:
    """Who the contenders are and what the numbers mean, whatever was loaded."""
    frames = _PANDAS_FRAMES if standing.options.as_pandas else _OWN_FRAMES
    contenders = aligned(_table(standing, _DESCRIPTIONS), str.ljust)
    return [*contenders, "", *wrapped((_RATIOS, _FAIR, _MEMORY, frames))]


def variants(standings: Sequence[Standing]) -> list[str]:
    """A column per input: the reference's seconds, and how much longer the others took."""
    inputs = [[each.name, INPUTS[each.name].words] for each in standings]
    notes = wrapped(_variant_notes(standings))
    table = aligned(_by_input(standings, str), str.rjust)
    return ["Time by input", "", *table, "", *aligned(inputs, str.ljust), "", *notes]


def variants_markdown(standings: Sequence[Standing]) -> list[str]:
    """The same with the command that repeats it."""
    first = standings[0]
    inputs = f"--shape {' '.join(first.options.shape)} --variant {' '.join(first.options.variant)}"
    title = f"{first.options.records:,} records: `{_command(first, inputs)}`"
    legend = [f"{each.name}: {INPUTS[each.name].words}" for each in standings]
    table = _by_input(standings, lambda name: CONTENDERS[name].words)
    return [title, "", *piped(table), *listed([*legend, *_variant_notes(standings)])]


def _table(standing: Standing, columns: Mapping[str, Cell]) -> Table:
    names = standing.options.contenders
    return [list(columns), *([cell(standing, n) for cell in columns.values()] for n in names)]


def _ratios(standing: Standing) -> dict[str, Cell]:
    return {f"÷ {_REFERENCES.get(each, each)}": _ratio_to(each) for each in standing.references}


def _ratio_to(reference: str) -> Cell:
    return _measured(lambda standing, name: standing.ratio(name, reference))


def _by_input(standings: Sequence[Standing], called: Callable[[str], str]) -> Table:
    first, *_ = (each for standing in standings for each in standing.references)
    header = [f"÷ {_REFERENCES.get(first, first)}", *(each.name for each in standings)]
    return [
        header,
        *(
            [called(name), *(_BY_FIRST(each, name) for each in standings)]
            for name in standings[0].options.contenders
        ),
    ]


def _seconds_or_ratio(standing: Standing, name: str) -> str:
    reference = standing.references[0]
    is_reference = name == reference
    return f"{standing.seconds(name):.2f} s" if is_reference else standing.ratio(name, reference)


_BY_FIRST = _measured(_seconds_or_ratio, "stopped")


def _variant_notes(standings: Sequence[Standing]) -> Iterator[str]:
    """What a table of times does not tell; known differences are told beside the shapes."""
    for standing in standings:
        unexpected = (note for note in _different(standing) if _UNEXPECTED in note)
        yield from (f"{standing.name}: {note}" for note in (*_stopped(standing), *unexpected))


def _stopped(standing: Standing) -> Iterator[str]:
    return (f"{name} stopped: {why}" for name, why in standing.stopped.items())


def _different(standing: Standing) -> list[str]:
    """Which columns came out otherwise than ours, why, and whose."""
    found: dict[str, list[str]] = {}
    for name in standing.trials:
        for column in standing.different(name):
            why = CONTENDERS[name].differs.get(column, _UNEXPECTED)
            found.setdefault(f"{column}: {why}", []).append(name)
    return [f"{column} ({', '.join(names)})" for column, names in found.items()]


def _command(standing: Standing, what: str) -> str:
    """The words that repeat a measurement."""
    options = standing.options
    words = ["python -m bench loading", what, f"--records {options.records}"]
    words.append(f"--rounds {options.rounds}")
    if options.contenders != list(CONTENDERS):
        words.append(f"--contenders {' '.join(options.contenders)}")
    return " ".join([*words, *(["--as-pandas"] if options.as_pandas else [])])


def _machine() -> str:
    cores = f"{os.cpu_count()} cores"
    return f"{cores}, {platform.system()}, Python {platform.python_version()}"
