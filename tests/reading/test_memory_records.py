"""Objects in memory are the JSON values they would be in a file."""

import datetime
import decimal
import math
import uuid

import numpy as np
import pandas as pd
import pydantic
import pytest


class Body(pydantic.BaseModel):
    model_config = pydantic.ConfigDict(extra="allow")
    id: str


class Dumps:
    def model_dump(self):
        return {"id": "d"}


def test_dicts_are_records_without_a_place_in_bytes(reading):
    first, second = reading([{"id": "a"}, {"id": "b"}]).records
    assert (first.value, second.value) == ({"id": "a"}, {"id": "b"})
    assert (second.origin.record, second.origin.line, second.origin.byte_offset) == (2, None, None)


def test_a_single_dict_is_one_record_and_a_page_its_elements(reading):
    assert reading({"id": "a"}).contents == [{"id": "a"}]
    assert reading({"data": [{"id": "a"}, {"id": "b"}]}).contents == [{"id": "a"}, {"id": "b"}]


def test_an_iterator_of_dicts_is_read(reading):
    assert reading({"n": n} for n in range(3)).contents == [{"n": 0}, {"n": 1}, {"n": 2}]
    assert reading([]).everything == []


@pytest.mark.parametrize(
    ("value", "as_json"),
    [
        (datetime.datetime(2025, 1, 2, tzinfo=datetime.UTC), "2025-01-02T00:00:00Z"),
        (uuid.UUID(int=5), "00000000-0000-0000-0000-000000000005"),
        (decimal.Decimal("1.50"), "1.50"),
        (np.int64(3), 3),
        (np.float32(0.5), 0.5),
        (np.bool_(True), True),
        (np.array([1, 2]), [1, 2]),
        ((1, 2), [1, 2]),
        (pd.NA, None),
        (2**70, 2**70),
        (b"text", "text"),
        (Body(id="m", extra=1), {"id": "m", "extra": 1}),
        (Dumps(), {"id": "d"}),
    ],
)
def test_what_json_does_not_know_becomes_what_it_knows(reading, value, as_json):
    assert reading({"value": value}).contents == [{"value": as_json}]


@pytest.mark.parametrize("record", [Body(id="m"), Dumps()])
def test_models_are_records(reading, record):
    assert reading(record).contents[0]["id"] in ("m", "d")
    assert len(reading([record, record]).contents) == 2


def test_nan_stays_nan(reading):
    assert math.isnan(reading({"a": float("nan")}).contents[0]["a"])


@pytest.mark.parametrize(
    "value", [object(), b"\xff", {1, object()}, pytest.param(10**5000, id="long")]
)
def test_what_is_no_json_value_is_unreadable(reading, value):
    found = reading([{"id": "a"}, {"value": value}, {"id": "c"}])
    assert found.contents == [{"id": "a"}, {"id": "c"}]
    (bad,) = found.unreadable
    assert bad.origin.record == 2
    assert bad.reason


def test_a_dict_that_holds_itself_is_unreadable(reading):
    circle = {}
    circle["self"] = circle
    assert "Circular" in reading(circle).unreadable[0].reason


def test_a_dict_nested_too_deeply_is_unreadable(reading):
    deep = []
    for _ in range(300):
        deep = [deep]
    assert len(reading({"deep": deep}).unreadable) == 1


def test_lone_surrogates_are_replaced_and_said_and_the_callers_dict_is_left_alone(reading):
    mine = {"k\ud83d": "x", "list": ["\ude00"]}
    (record,) = reading(mine).records
    assert record.value == {"k\ufffd": "x", "list": ["\ufffd"]}
    assert record.repairs == ("surrogate_replaced",)
    assert mine == {"k\ud83d": "x", "list": ["\ude00"]}
