"""What a newcomer installs: the public names, and the versions it is declared to run on."""

from __future__ import annotations

import ast
import inspect
import re
import subprocess
import sys
import tomllib
from importlib.metadata import version
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.version import Version

import completion_analytics as ca

ROOT = Path(__file__).parents[1]
PACKAGE = ROOT / "completion_analytics"
LOCKS = ["requirements.lock", "requirements-lowest.lock"]
NAMES = [name for name in ca.__all__ if name != "__version__"]


def names_shown_to_type_checkers() -> set[str]:
    tree = ast.parse((PACKAGE / "__init__.py").read_text(encoding="utf-8"))
    (block,) = (node for node in tree.body if isinstance(node, ast.If))
    shown = [node for node in block.body if isinstance(node, ast.ImportFrom)]
    return {alias.asname or alias.name for node in shown for alias in node.names}


def declared() -> list[Requirement]:
    """Every requirement of the package and its extras."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    groups = [project["dependencies"], *project["optional-dependencies"].values()]
    return [Requirement(text) for group in groups for text in group]


def locked(lock: str) -> dict[str, Version]:
    """The versions of a lock file; of several for one name, that for the oldest Python."""
    text = (ROOT / lock).read_text(encoding="utf-8")
    pins = re.findall(r"^([\w.-]+)(?:\[[^]]*\])?==(\S+)", text, flags=re.MULTILINE)
    return {name.lower(): Version(number) for name, number in reversed(pins)}


def floor(requirement: Requirement) -> Version:
    (specifier,) = requirement.specifier
    assert specifier.operator == ">=", f"{requirement}: a floor and nothing else"
    return Version(specifier.version)


def lock_name(requirement: Requirement) -> str:
    return re.sub(r"[-_.]+", "-", requirement.name).lower()


def test_the_public_names_are_sorted_and_each_stands_once() -> None:
    assert ca.__all__ == sorted(set(ca.__all__))
    assert dir(ca) == ca.__all__


def test_type_checkers_see_exactly_the_public_names() -> None:
    assert names_shown_to_type_checkers() == set(NAMES)


@pytest.mark.parametrize("name", NAMES)
def test_a_public_name_can_be_imported_and_is_documented(name: str) -> None:
    assert inspect.getdoc(getattr(ca, name))


@pytest.mark.parametrize("name", NAMES)
def test_no_module_bears_the_name_of_a_public_function_beside_it(name: str) -> None:
    if not inspect.ismodule(getattr(ca, name)):
        assert not (PACKAGE / f"{name}.py").exists()
        assert not (PACKAGE / name).exists()


def test_a_misspelt_name_is_told_what_there_is() -> None:
    with pytest.raises(AttributeError, match=r"no attribute 'laod'; it has .*'load'"):
        _ = ca.laod  # type: ignore[attr-defined]  # because that is the point


def test_importing_the_package_imports_neither_pandas_nor_matplotlib() -> None:
    program = "import completion_analytics, sys; print({'pandas', 'matplotlib'} & set(sys.modules))"
    command = [sys.executable, "-c", program]
    run = subprocess.run(command, capture_output=True, text=True, check=True)
    assert run.stdout == "set()\n"


def test_the_installed_version_is_the_one_the_package_names() -> None:
    assert version("completion-analytics") == ca.__version__


def test_the_package_says_that_it_is_typed() -> None:
    assert (PACKAGE / "py.typed").is_file()


@pytest.mark.parametrize("requirement", declared(), ids=str)
def test_the_lowest_lock_holds_every_declared_floor(requirement: Requirement) -> None:
    """`make lowest` proves the floors only while its lock holds them; `make lock` renews it."""
    assert locked("requirements-lowest.lock")[lock_name(requirement)] == floor(requirement)


@pytest.mark.parametrize("requirement", declared(), ids=str)
def test_the_lock_holds_everything_declared(requirement: Requirement) -> None:
    """When this fails, `make lock` renews the lock."""
    assert locked("requirements.lock")[lock_name(requirement)] >= floor(requirement)


@pytest.mark.parametrize("lock", LOCKS)
def test_a_lock_names_no_place_to_install_from(lock: str) -> None:
    text = (ROOT / lock).read_text(encoding="utf-8")
    assert "://" not in text
    assert not re.search(r"(^|\s)/\w", text)
