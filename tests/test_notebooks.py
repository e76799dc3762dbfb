"""The notebooks run, ask in words before they show, and keep no outputs but the tour's."""

from __future__ import annotations

import ast
import re
from itertools import pairwise
from pathlib import Path

import nbformat
import pytest
from nbclient import NotebookClient
from nbformat import NotebookNode

FOLDER = Path(__file__).parents[1] / "notebooks"
NOTEBOOKS = sorted(FOLDER.glob("*.ipynb"))
TOUR = FOLDER / "00_tour.ipynb"
WIDGET = "application/vnd.jupyter.widget-view+json"
NOT_IN_A_NOTEBOOK = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef, ast.Lambda, ast.Try)


def named(path: Path) -> str:
    return path.stem


def code_cells(notebook: NotebookNode) -> list[NotebookNode]:
    return [cell for cell in notebook.cells if cell.cell_type == "code"]


def outputs(notebook: NotebookNode) -> list[NotebookNode]:
    return [output for cell in code_cells(notebook) for output in cell.outputs]


def told(output: NotebookNode) -> dict[str, str | None]:
    """What an output consists of; of pictures and pages, whose bytes may differ, only the name."""
    return {kind: text if kind == "text/plain" else None for kind, text in output.data.items()}


@pytest.fixture(scope="module")
def executed(tmp_path_factory: pytest.TempPathFactory) -> dict[Path, NotebookNode]:
    """Notebooks by path, executed on first use."""
    return {}


@pytest.fixture(params=NOTEBOOKS, ids=named)
def path(request: pytest.FixtureRequest) -> Path:
    return request.param


@pytest.fixture
def stored(path: Path) -> NotebookNode:
    return nbformat.read(path, as_version=4)


@pytest.fixture
def run(
    path: Path,
    executed: dict[Path, NotebookNode],
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
) -> NotebookNode:
    """The notebook as it is after a kernel ran it."""
    if path not in executed:
        monkeypatch.delenv("MPLBACKEND", raising=False)
        monkeypatch.setenv("IPYTHONDIR", str(tmp_path))
        notebook = nbformat.read(path, as_version=4)
        where = {"metadata": {"path": path.parent}}
        NotebookClient(notebook, timeout=120, kernel_name="python3", resources=where).execute()
        executed[path] = notebook
    return executed[path]


def test_there_is_a_tour() -> None:
    assert TOUR in NOTEBOOKS


def test_it_opens_with_a_question(stored: NotebookNode) -> None:
    first = stored.cells[0]
    assert first.cell_type == "markdown"
    assert re.match(r"# .*\?", first.source)


def test_its_code_asks_and_leaves_the_work_to_the_package(stored: NotebookNode) -> None:
    for cell in code_cells(stored):
        nodes = list(ast.walk(ast.parse(cell.source)))
        assert not [node for node in nodes if isinstance(node, NOT_IN_A_NOTEBOOK)]
        assert "sys.path" not in cell.source


def test_words_say_what_to_look_for_before_a_picture_shows_it(stored: NotebookNode) -> None:
    kinds = [cell.cell_type for cell in stored.cells]
    assert ("code", "code") not in pairwise(kinds)


def test_it_runs_and_prints_nothing_to_stderr(run: NotebookNode) -> None:
    assert [output.text for output in outputs(run) if output.get("name") == "stderr"] == []


def test_what_it_draws_is_a_picture_with_words(run: NotebookNode) -> None:
    pictures = [told(output) for output in outputs(run) if "image/png" in output.get("data", {})]
    assert pictures
    assert all(picture.get("text/plain") for picture in pictures)


def test_a_widget_has_a_picture_beside_it_for_the_day_its_kernel_is_gone(
    run: NotebookNode,
) -> None:
    for cell in code_cells(run):
        kinds = [output.data.keys() for output in cell.outputs if "data" in output]
        shown = [kind for kind in kinds if WIDGET in kind]
        assert all("text/plain" in kind for kind in shown)
        assert not shown or any("image/png" in kind for kind in kinds)


def test_the_samples_are_named_without_a_machine_s_own_path(path: Path) -> None:
    assert not re.search(r"(?<![.\w])/(home|root|tmp|work|Users)/", path.read_text("utf-8"))


@pytest.mark.parametrize("path", [path for path in NOTEBOOKS if path != TOUR], ids=named)
def test_it_is_kept_without_outputs(stored: NotebookNode) -> None:
    """`jupyter nbconvert --clear-output --inplace` takes them out."""
    assert outputs(stored) == []
    assert [cell.execution_count for cell in code_cells(stored)] == [None] * len(code_cells(stored))


@pytest.mark.parametrize("path", [TOUR], ids=named)
def test_the_tour_keeps_the_outputs_of_its_own_code(
    stored: NotebookNode, run: NotebookNode
) -> None:
    """`python tools/renew_tour.py` renews them."""
    assert [told(output) for output in outputs(stored)] == [told(output) for output in outputs(run)]


@pytest.mark.parametrize("path", [TOUR], ids=named)
def test_the_tour_needs_about_twenty_lines(stored: NotebookNode) -> None:
    lines = [line for cell in code_cells(stored) for line in cell.source.splitlines() if line]
    assert len(lines) <= 20
