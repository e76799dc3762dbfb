"""One JupyterLab for all tests, one Chromium per file, and notebooks written for the occasion."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import pytest
from playwright.sync_api import BrowserContext

from tools import lab

Opener = Callable[[str, Sequence[str]], lab.Notebook]


@pytest.fixture(scope="session")
def chromium(request: pytest.FixtureRequest) -> str:
    """The browser; without one the tests are skipped, or fail where one is required."""
    found = lab.chromium()
    if found is None:
        if request.config.getoption("require_browser"):
            pytest.fail(lab.HOW_TO_GET_IT)
        pytest.skip(reason=lab.HOW_TO_GET_IT)
    return found


@pytest.fixture(scope="session")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where server and browser keep what they keep."""
    return tmp_path_factory.mktemp("home")


@pytest.fixture(scope="session")
def server(chromium: str, home: Path) -> Iterator[lab.Server]:
    with lab.serving(home) as running:
        yield running


@pytest.fixture(scope="module")
def window(chromium: str, home: Path, server: lab.Server) -> Iterator[BrowserContext]:
    """Closed after each file: while it is open, an event loop runs in this thread."""
    with lab.window(chromium, home / "profile") as opened:
        yield opened


@pytest.fixture(scope="module")
def executed(window: BrowserContext, server: lab.Server) -> Iterator[Opener]:
    """Writes a notebook of some cells, opens it, and runs it."""
    opened: list[lab.Notebook] = []

    def execute(name: str, cells: Sequence[str]) -> lab.Notebook:
        lab.written(server.notebooks / name, cells)
        notebook = lab.Notebook(window, server).open(name)
        opened.append(notebook)
        notebook.run()
        assert notebook.failures == []
        return notebook

    yield execute
    for notebook in opened:
        notebook.close()


@pytest.fixture
def photograph(request: pytest.FixtureRequest) -> Callable[[lab.Notebook], None]:
    """Keeps a picture of the notebook where `--screenshots` asks for it."""
    folder: Path | None = request.config.getoption("screenshots")

    def take(notebook: lab.Notebook) -> None:
        if folder:
            folder.mkdir(parents=True, exist_ok=True)
            notebook.photograph(folder / f"{request.node.name}.png")

    return take
