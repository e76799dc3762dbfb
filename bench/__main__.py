"""`python -m bench`: every bench at its quick size; `python -m bench NAME …`: one, as asked."""

from __future__ import annotations

import argparse

from . import (
    cluster,
    converting,
    coverage,
    fuzz,
    interaction,
    loading,
    plots,
    reopening,
    report,
    stats,
)

# A bench is a module with a docstring, `add_options(parser)` and `main(options)`.
BENCHES = {
    "loading": loading,
    "reopening": reopening,
    "convert": converting,
    "fuzz": fuzz,
    "stats": stats,
    "plots": plots,
    "cluster": cluster,
    "coverage": coverage,
    "interaction": interaction,
    "report": report,
}


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    named = parser.add_subparsers(dest="name", metavar="NAME")
    for name, bench in BENCHES.items():
        bench.add_options(named.add_parser(name, help=bench.__doc__, description=bench.__doc__))
    for name in [chosen] if (chosen := parser.parse_args().name) else BENCHES:
        options = parser.parse_args(None if chosen else [name])
        BENCHES[name].main(options)


main()
