"""Whatever JSON a file holds, a model reads it or refuses it: nothing else is ever raised."""

from __future__ import annotations

import copy
import json
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import BaseModel, ValidationError

from completion_analytics import models
from completion_analytics.models import Completion, Notes, complaints

MODELS = [
    model
    for model in map(vars(models).__getitem__, models.__all__)
    if isinstance(model, type) and issubclass(model, BaseModel)
]
RECORDED = Path(__file__).parents[1] / "data" / "log10" / "captured_rows.jsonl"
ROWS = [json.loads(line) for line in RECORDED.read_bytes().splitlines()]
FIELDS = sorted({name for model in MODELS for name in model.model_fields})
SCALARS = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text(max_size=8)
    | st.text(st.characters(), max_size=3)
    | st.sampled_from(
        ["__SPEAKEASY_UNSET__", "\ud83d", "[", "{}", "[1]", "nan", "1e999", "2024-01-01"]
    )
    | st.sampled_from([10**30, -(2**63), 10**400])
)
KEYS = st.sampled_from(FIELDS) | st.text(max_size=4)
JSON = st.recursive(
    SCALARS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(KEYS, inner, max_size=4),
    max_leaves=12,
)


def read(model, record):
    """What the model makes of a record; None where it refuses it with a reason."""
    notes = Notes()
    try:
        return model.model_validate(record, context=notes)
    except ValidationError as error:
        for path, reason in complaints(error, record):
            assert isinstance(path, str)
            assert reason.startswith("expected ")
            assert len(reason) < 120
        return None


@pytest.mark.parametrize("model", MODELS, ids=lambda model: model.__name__)
@settings(max_examples=25, deadline=None)
@given(record=JSON | st.dictionaries(st.sampled_from(FIELDS), JSON, max_size=4))
def test_any_json_is_read_or_refused(model, record):
    read(model, record)


def places(value, way=()):
    """The ways to everything within a JSON value."""
    yield way
    steps = (
        value if isinstance(value, dict) else range(len(value) if isinstance(value, list) else 0)
    )
    for step in steps:
        yield from places(value[step], (*way, step))


def replaced(value, way, other):
    """A copy of the value in which something else stands at the end of the way."""
    whole = [copy.deepcopy(value)]
    holder, step = whole, 0
    for following in way:
        holder, step = holder[step], following
    holder[step] = other
    return whole[0]


@settings(max_examples=300, deadline=None)
@given(data=st.data())
def test_a_recorded_row_with_anything_anywhere_is_read_or_refused(data):
    row = data.draw(st.sampled_from(ROWS))
    way = data.draw(st.sampled_from(list(places(row))))
    completion = read(Completion, replaced(row, way, data.draw(JSON)))
    if completion is not None:
        completion.model_dump(exclude_unset=True)


def test_the_deepest_json_that_python_reads_is_read_or_refused():
    deep = json.loads('{"a":' * 300 + "[]" + "}" * 300)
    for field in ("request", "response", "tags", "stacktrace", "id", "failure_reason", "extra"):
        read(Completion, {field: deep})
