"""The README says what the code does."""

from __future__ import annotations

import re
import runpy
from pathlib import Path

import matplotlib as mpl
import pytest

ROOT = Path(__file__).parents[1]
TEXT = (ROOT / "README.md").read_text(encoding="utf-8")


def test_generated_tables_are_what_the_code_generates() -> None:
    tables = runpy.run_path(str(ROOT / "tools" / "readme_tables.py"))
    assert tables["rewritten"](TEXT) == TEXT, "run: python tools/readme_tables.py"


def test_the_code_runs_in_its_order(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ROOT)
    blocks = re.findall(r"```python\n(.*?)```", TEXT, flags=re.DOTALL)
    assert blocks
    names: dict[str, object] = {}
    with mpl.rc_context({"backend": "agg"}):
        for block in blocks:
            exec(block, names)


@pytest.mark.parametrize("link", re.findall(r"\]\((?!http)([^)#]+)\)", TEXT))
def test_a_linked_file_is_there(link: str) -> None:
    assert (ROOT / link).is_file()


def test_the_first_screen_holds_the_two_commands() -> None:
    first = TEXT.splitlines()[:15]
    commands = [line.split("#")[0].strip() for line in first if line.startswith("make")]
    assert commands == ["make demo", "make test"]
