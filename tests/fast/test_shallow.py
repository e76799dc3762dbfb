"""What may be anything is measured for depth, and nothing else is."""

from __future__ import annotations

from typing import Any

import pytest

from completion_analytics.fast.shallow import Shallow
from completion_analytics.reading.json_values import MAX_DEPTH


def nested(depth: int, kind: type = list) -> Any:
    value: Any = 1
    for _ in range(depth):
        value = [value] if kind is list else {"a": value}
    return value


@pytest.mark.parametrize("value", [None, "x" * 1000, 1.5, [], {}, [[1, {"a": []}], 2] * 300])
def test_what_is_long_is_not_deep(value: Any) -> None:
    assert isinstance(value, Shallow)


@pytest.mark.parametrize("kind", [list, dict])
def test_half_the_depth_that_pydantic_reads_is_the_most(kind: type) -> None:
    assert isinstance(nested(MAX_DEPTH // 2 - 1, kind), Shallow)
    assert not isinstance(nested(MAX_DEPTH // 2, kind), Shallow)


def test_one_deep_member_among_many_is_found() -> None:
    assert not isinstance([1, {}, {"a": [nested(MAX_DEPTH)]}], Shallow)
