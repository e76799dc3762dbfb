"""Rows and single deviations that the models are held against."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

DATA = Path(__file__).parents[1] / "data"


def rows_of(name: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in (DATA / "log10" / name).read_bytes().splitlines()]


def pytest_generate_tests(metafunc):
    if "clean_row" in metafunc.fixturenames:
        rows = {
            f"{name}:{line}": row
            for name in ("captured_rows", "form_A_download_full", "form_B_download_compact")
            for line, row in enumerate(rows_of(f"{name}.jsonl"), 1)
        }
        metafunc.parametrize("clean_row", rows.values(), ids=rows.keys())
    if "fixture" in metafunc.fixturenames:
        every = [json.loads(line) for line in (DATA / "fixtures.jsonl").read_bytes().splitlines()]
        metafunc.parametrize("fixture", every, ids=[each["name"] for each in every])
