"""Rewrites the generated tables of README.md and docs: `python tools/generated_tables.py`.

A test compares them with the code, so that they cannot drift.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from pathlib import Path

from completion_analytics import plot, stats
from completion_analytics.formats import FORMATS
from completion_analytics.frames import TABLES
from completion_analytics.quality import ISSUES

ROOT = Path(__file__).parents[1]
PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))]


def frames_table() -> Iterator[str]:
    """Every frame and every column."""
    for table in TABLES.values():
        yield f"<details><summary><code>log.{table.name}</code>: {table.grain}</summary>"
        yield ""
        yield "| column | dtype | unit | meaning |"
        yield "|---|---|---|---|"
        for column in table:
            dtype = f"`{column.dtype}`"
            words = ", ".join(f"`{word}`" for word in column.categories or ())
            meaning = f"{column.meaning}: {words}" if words else column.meaning
            yield f"| `{column.name}` | {dtype} | {column.unit or ''} | {meaning} |"
        yield ""
        yield "</details>"


def formats_table() -> Iterator[str]:
    """Every export form."""
    yield "| form | what it is |"
    yield "|---|---|"
    for known in FORMATS.values():
        yield f"| `{known.name}` | {known.describes} |"


def issues_table() -> Iterator[str]:
    """Every issue code."""
    yield "| code | level | what it means |"
    yield "|---|---|---|"
    for code, kind in ISSUES.items():
        yield f"| `{code}` | {kind.level}, {kind.severity} | {kind.advice} |"


def statistics_table() -> Iterator[str]:
    """Every statistic, and whether there is a plot of the same name."""
    yield "| `ca.stats.…` | drawn | what it tells |"
    yield "|---|---|---|"
    for name in stats.__all__:
        told = (getattr(stats, name).__doc__ or "").partition("\n")[0]
        yield f"| `{name}` | {'✓' if name in plot.PLOTS else ''} | {told} |"


BLOCKS: dict[str, Callable[[], Iterator[str]]] = {
    "formats": formats_table,
    "frames": frames_table,
    "issues": issues_table,
    "statistics": statistics_table,
}


def rewritten(text: str) -> str:
    """The text of a page with every generated block in it as the code has it now.

    Raises:
        KeyError: there is no block of that name.
    """
    return _BLOCK.sub(lambda found: found[1] + "\n".join(BLOCKS[found[2]]()) + found[3], text)


_BLOCK = re.compile(r"(<!-- (\w+): generated -->\n).*?(\n<!-- end -->)", flags=re.DOTALL)


if __name__ == "__main__":
    for page in PAGES:
        page.write_text(rewritten(page.read_text(encoding="utf-8")), encoding="utf-8")
