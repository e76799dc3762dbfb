"""Tables of text for terminals, and for Markdown files, where the next run replaces them."""

from __future__ import annotations

import re
import textwrap
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path

Table = Sequence[Sequence[str]]


def aligned(table: Table, justify: Callable[[str, int], str]) -> list[str]:
    """Columns side by side, the first at the left and the others as told."""
    widths = [max(map(len, column)) for column in zip(*table, strict=True)]
    lines = []
    for first, *rest in table:
        cells = (justify(cell, width) for cell, width in zip(rest, widths[1:], strict=True))
        lines.append("  ".join([first.ljust(widths[0]), *cells]).rstrip())
    return lines


def wrapped(notes: Iterable[str]) -> list[str]:
    return [line for note in notes for line in textwrap.wrap(note, 100)]


def piped(table: Table) -> list[str]:
    """The table in Markdown, under its first row."""
    header, *rows = (f"| {' | '.join(row)} |" for row in table)
    return [header, "|---" * len(table[0]) + "|", *rows]


def listed(notes: Iterable[str]) -> list[str]:
    """The notes in Markdown, after a blank line if there are any."""
    lines = [f"- {note}" for note in notes]
    return ["", *lines] if lines else []


def put_block(path: Path, mark: str, lines: Sequence[str]) -> None:
    """The lines between the mark and an end, in the place of those of an earlier run, or last."""
    text = path.read_text(encoding="utf-8") if path.exists() else ""
    begin, end = f"<!-- {mark}: measured -->\n", "<!-- end -->\n"
    block = begin + "\n".join((*lines, "")) + end
    pattern = re.compile(re.escape(begin) + ".*?" + re.escape(end), re.DOTALL)
    renewed, found = pattern.subn(lambda _: block, text)
    path.write_text(renewed if found else "\n".join(filter(None, (text, block))), encoding="utf-8")
