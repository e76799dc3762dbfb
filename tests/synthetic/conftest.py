from __future__ import annotations

from typing import Any

import pytest

import completion_analytics as ca
from completion_analytics.synthetic import demo_records

N = 8_000


@pytest.fixture(scope="session")
def records() -> list[dict[str, Any]]:
    return list(demo_records(N, seed=1))


@pytest.fixture(scope="session")
def log(records: list[dict[str, Any]]) -> ca.CompletionLog:
    return ca.load(records, progress=False)
