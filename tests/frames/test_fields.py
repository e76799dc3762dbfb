"""Fields of many objects become columns, and lists of many objects one list."""

from __future__ import annotations

import msgspec
import numpy as np

from completion_analytics.frames.fields import Fields, Nested
from completion_analytics.models import ResolvedTag, ResponseFormat


class Struct(msgspec.Struct):
    name: str
    id: int


def test_models_structs_and_nothing_give_the_same_columns() -> None:
    holders = [Struct("a", 1), None, ResolvedTag(name="b", id="2"), ResponseFormat(type="text")]
    assert Fields("id", "name").of(holders) == {
        "id": (1, None, "2", None),
        "name": ("a", None, "b", None),
    }


def test_a_field_that_was_not_declared_but_kept_is_found() -> None:
    assert Fields("id", "team").of([ResolvedTag.model_validate({"team": "x"})])["team"] == ("x",)


def test_without_objects_every_column_is_empty() -> None:
    assert Fields("id", "name").of([]) == {"id": (), "name": ()}


NESTED = Nested([["a", "bc"], None, [], ["def"]])


def test_members_know_their_list_and_their_place() -> None:
    assert NESTED.items == ["a", "bc", "def"]
    assert NESTED.lengths.tolist() == [2, 0, 0, 1]
    assert NESTED.spread(np.array([7, 8, 9, 10])).tolist() == [7, 7, 10]
    assert NESTED.positions.tolist() == [0, 1, 0]
    assert NESTED.firsts == [0, None, None, 2]


def test_members_are_summed_by_list() -> None:
    assert NESTED.sums([1, 10, 100]).tolist() == [11, 0, 0, 100]


def test_texts_that_are_missing_are_not_counted_as_empty() -> None:
    assert NESTED.chars(["a", "bc", "def"]).to_pylist() == [3, None, None, 3]
    assert NESTED.chars(["a", None, None]).to_pylist() == [1, None, None, None]
    assert NESTED.chars(["", None, "x"]).to_pylist() == [0, None, None, 1]
