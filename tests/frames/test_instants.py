"""Times as exports write them."""

from __future__ import annotations

import pytest

from completion_analytics.frames.instants import instant

NEW_YEAR_2025 = 1_735_689_600


@pytest.mark.parametrize(
    "value",
    [
        NEW_YEAR_2025,
        float(NEW_YEAR_2025),
        str(NEW_YEAR_2025),
        NEW_YEAR_2025 * 1_000,
        NEW_YEAR_2025 * 1_000_000,
        NEW_YEAR_2025 * 1_000_000_000,
        "2025-01-01T00:00:00Z",
        "2025-01-01T00:00:00+00:00",
        "2025-01-01T01:00:00+01:00",
        "2025-01-01 00:00:00.000000 UTC",
        "2025-01-01T00:00:00UTC",
        "2025-01-01t00:00:00z",
        "2025-01-01T00:00:00.000000999Z",
    ],
)
def test_one_moment_has_many_spellings(value: object) -> None:
    found = instant(value)
    assert found is not None
    assert (found.microseconds, found.is_naive) == (NEW_YEAR_2025 * 1_000_000, False)


def test_a_time_without_a_zone_is_utc_and_says_so() -> None:
    found = instant("2025-01-01T00:00:00.250")
    assert found is not None
    assert (found.microseconds, found.is_naive) == (NEW_YEAR_2025 * 1_000_000 + 250_000, True)


@pytest.mark.parametrize("value", [None, 0, "", "yesterday", True, 1e20, float("nan"), [], {}])
def test_what_is_no_time_is_missing(value: object) -> None:
    assert instant(value) is None


def test_milliseconds_are_exact() -> None:
    found = instant(1702666185703)
    assert found is not None
    assert found.microseconds == 1702666185703000
