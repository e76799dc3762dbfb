"""Imports point down only, and each layer does without what it has no use for."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

import completion_analytics

PACKAGE = Path(completion_analytics.__file__).parent

# From the lowest to the highest; a module may import from its own layer and those before it.
LAYERS = (
    ("models", "reading", "filters", "redaction", "paths", "aside"),
    ("formats",),
    ("frames",),
    ("quality", "doubts"),
    ("log", "opening", "card", "origins", "storage", "redacting", "exporting"),
    (
        "loading",
        "intake",
        "gathered",
        "gathering",
        "options",
        "progress",
        "assembly",
        "fast",
        "scale",
    ),
    ("stats",),
    ("plot",),
    ("widgets", "reporting", "synthetic", "cli", "first_look"),
)
HEIGHT = {name: height for height, names in enumerate(LAYERS, start=1) for name in names}

DOES_WITHOUT = {"models": "pandas", "stats": "matplotlib", "plot": "ipywidgets"}

FILES = sorted(path for path in PACKAGE.rglob("*.py") if path.parent != PACKAGE) + sorted(
    path for path in PACKAGE.glob("*.py") if path.name != "__init__.py"
)


def part_of(path: Path) -> str:
    """The part of the package a file belongs to: `stats` for `stats/latency.py`."""
    return Path(path.relative_to(PACKAGE).parts[0]).stem


def imports(source: str, package: tuple[str, ...]) -> Iterator[tuple[str, ...]]:
    """Everything imported anywhere in a file of `package`, in functions too, as absolute paths."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            yield from (tuple(alias.name.split(".")) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            start = package[: len(package) - node.level + 1] if node.level else ()
            module = tuple(node.module.split(".")) if node.module else ()
            yield from ((*start, *module, alias.name) for alias in node.names)


def imports_of(path: Path) -> set[tuple[str, ...]]:
    package = (PACKAGE.name, *path.relative_to(PACKAGE).parent.parts)
    return set(imports(path.read_text(encoding="utf-8"), package))


def pointing_up(part: str, imported: set[tuple[str, ...]]) -> list[str]:
    """The imports from our own package that stand higher than `part`, or in no layer at all."""
    ours = {path[1] for path in imported if path[0] == PACKAGE.name and len(path) > 1}
    return sorted(name for name in ours if HEIGHT.get(name, len(LAYERS) + 1) > HEIGHT[part])


def test_every_part_of_the_package_has_a_layer() -> None:
    assert {part_of(path) for path in FILES} - set(HEIGHT) == set()


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.relative_to(PACKAGE).as_posix())
def test_imports_point_down(path: Path) -> None:
    assert pointing_up(part_of(path), imports_of(path)) == []


@pytest.mark.parametrize(("part", "library"), DOES_WITHOUT.items())
def test_a_layer_does_without_what_it_has_no_use_for(part: str, library: str) -> None:
    users = [path for path in FILES if part_of(path) == part]
    assert [path.name for path in users if (library,) in {i[:1] for i in imports_of(path)}] == []


def test_only_the_widgets_import_widget_libraries() -> None:
    others = [path for path in FILES if part_of(path) != "widgets"]
    assert [
        path.name
        for path in others
        if {("ipywidgets",), ("anywidget",)} & {i[:1] for i in imports_of(path)}
    ] == []


@pytest.mark.parametrize(
    ("source", "up"),
    [
        ("from ..plot import latency", ["plot"]),
        ("from .. import plot, models", ["plot"]),
        ("import completion_analytics.plot.latency", ["plot"]),
        ("def late():\n    from completion_analytics.plot import latency", ["plot"]),
        ("from completion_analytics import load", ["load"]),
        ("from . import intervals\nfrom ..models.lenient import Text\nimport plot", []),
    ],
)
def test_an_import_that_points_up_would_be_found(source: str, up: list[str]) -> None:
    assert pointing_up("stats", set(imports(source, (PACKAGE.name, "stats")))) == up
