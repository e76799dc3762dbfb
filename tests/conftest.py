"""Shared fixtures and options: `pytest --help` lists them under "Custom options"."""

from __future__ import annotations

from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
OURS = (ROOT / "data" / "samples", ROOT / "tests" / "data")
EXPORT_SUFFIXES = (".json", ".jsonl", ".ndjson", ".sse", ".csv", ".gz", ".zst")


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--exports",
        metavar="DIR",
        type=Path,
        help="a folder of exports, as --exports=DIR: each file must load with every record counted",
    )
    parser.addoption(
        "--require-browser",
        action="store_true",
        help="without Chromium, fail the tests that need it instead of skipping them",
    )
    parser.addoption(
        "--screenshots",
        metavar="DIR",
        type=Path,
        help="a folder for pictures of what the browser showed",
    )


# Where a test takes seconds: pictures, notebooks, processes, and laws with many examples.
SLOW = (
    "bench",
    "browser",
    "loading/test_exports_folder.py",
    "loading/test_laws.py",
    "plot",
    "scale/test_cluster.py",
    "scale",
    "stats/test_coverage.py",
    "stats/test_every_statistic.py",
    "test_notebooks.py",
    "test_readme.py",
)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    here = Path(__file__).parent
    for item in items:
        if item.path.is_relative_to(here):
            place = item.path.relative_to(here).as_posix()
            if place.startswith(SLOW):
                item.add_marker(pytest.mark.slow)


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    if "sample_file" in metafunc.fixturenames:
        found = [path for folder in OURS for path in sorted(folder.rglob("*.*"))]
        samples = [path for path in found if path.suffix != ".md"]
        metafunc.parametrize("sample_file", samples, ids=[path.name for path in samples])
    if "export_file" in metafunc.fixturenames:
        folder = metafunc.config.getoption("exports")
        found = sorted(folder.rglob("*")) if folder else []
        files = [path for path in found if path.name.endswith(EXPORT_SUFFIXES)]
        names = [path.relative_to(folder).as_posix() for path in files]
        metafunc.parametrize("export_file", files, ids=names)


@pytest.fixture
def exports(request: pytest.FixtureRequest) -> Path:
    """The folder that `--exports` names."""
    folder: Path | None = request.config.getoption("exports")
    if folder is None:
        pytest.skip(reason="needs recorded exports: pytest --exports=DIR")
    return folder


@pytest.fixture
def recorded() -> Path:
    """Rows that Log10's client wrote, in every shape its tools give them."""
    return Path(__file__).parent / "data" / "log10"
