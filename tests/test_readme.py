"""The README and the pages in docs say what the code does."""

from __future__ import annotations

import re
import runpy
from pathlib import Path

import matplotlib as mpl
import pytest

ROOT = Path(__file__).parents[1]
TABLES = runpy.run_path(str(ROOT / "tools" / "generated_tables.py"))
PAGES = {path.relative_to(ROOT).as_posix(): path.read_text("utf-8") for path in TABLES["PAGES"]}
LINKS = [
    (name, link)
    for name, text in PAGES.items()
    for link in re.findall(r"\]\((?!http)([^)#]+)\)", text)
]


@pytest.mark.parametrize("name", PAGES)
def test_generated_tables_are_what_the_code_generates(name: str) -> None:
    assert TABLES["rewritten"](PAGES[name]) == PAGES[name], "run: python tools/generated_tables.py"


def test_every_generated_table_stands_on_one_page() -> None:
    found = re.findall(r"<!-- (\w+): generated -->", "".join(PAGES.values()))
    assert sorted(found) == sorted(TABLES["BLOCKS"])


@pytest.mark.parametrize("name", [name for name in PAGES if "```python" in PAGES[name]])
def test_the_code_runs_in_its_order(
    name: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / "data").symlink_to(ROOT / "data", target_is_directory=True)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    names: dict[str, object] = {}
    with mpl.rc_context({"backend": "agg"}):
        for block in re.findall(r"```python\n(.*?)```", PAGES[name], flags=re.DOTALL):
            exec(block, names)


@pytest.mark.parametrize(("name", "link"), LINKS)
def test_a_linked_file_is_there(name: str, link: str) -> None:
    assert ((ROOT / name).parent / link).is_file()


def test_the_first_screen_holds_the_two_commands() -> None:
    first = PAGES["README.md"].splitlines()[:15]
    commands = [line.split("#")[0].strip() for line in first if line.startswith("make")]
    assert commands == ["make demo", "make test"]
