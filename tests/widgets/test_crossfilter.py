"""The counting engine equals pandas, whatever is filtered."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from completion_analytics.widgets.crossfilter import CrossFilter, Several, Single

SIZES = {"a": 4, "b": 3, "c": 5}
CODES = st.lists(st.tuples(*(st.integers(0, size - 1) for size in SIZES.values())), max_size=30)
ALLOWED = st.fixed_dictionaries(
    {name: st.none() | st.sets(st.integers(0, size - 1)) for name, size in SIZES.items()}
)


def engine(rows: pd.DataFrame) -> CrossFilter:
    dimensions = {
        name: Single(rows[name].to_numpy(dtype=np.uint8), size) for name, size in SIZES.items()
    }
    return CrossFilter(len(rows), dimensions)


def filtered(rows: pd.DataFrame, allowed: dict, but: tuple[str, ...] = ()) -> pd.DataFrame:
    for name, codes in allowed.items():
        if codes is not None and name not in but:
            rows = rows[rows[name].isin(codes)]
    return rows


def counted(rows: pd.DataFrame, name: str) -> list[int]:
    return rows[name].value_counts().reindex(range(SIZES[name]), fill_value=0).tolist()


@settings(max_examples=50, deadline=None)
@given(CODES, ALLOWED)
def test_counts_of_a_view_are_those_of_pandas_without_its_own_filter(codes, allowed):
    rows = pd.DataFrame(codes, columns=list(SIZES), dtype="int64")
    crossfilter = engine(rows)
    for name, kept in allowed.items():
        crossfilter.keep(name, None if kept is None else rows[name].isin(kept).to_numpy())
    for name in SIZES:
        assert crossfilter.counts(name).tolist() == counted(filtered(rows, allowed, (name,)), name)
    assert crossfilter.positions.tolist() == filtered(rows, allowed).index.tolist()
    assert crossfilter.count == crossfilter.kept.sum() == len(filtered(rows, allowed))


@settings(max_examples=50, deadline=None)
@given(CODES, ALLOWED, st.integers(0, 4), st.integers(0, 4))
def test_a_cube_tells_the_counts_for_any_brush_of_the_active_view(codes, allowed, low, high):
    rows = pd.DataFrame(codes, columns=list(SIZES), dtype="int64")
    crossfilter = engine(rows)
    for name, kept in allowed.items():
        crossfilter.keep(name, None if kept is None else rows[name].isin(kept).to_numpy())
    low, high = min(low, high), max(low, high)
    brushed = {**allowed, "a": set(range(low, high))}
    for name in ("b", "c"):
        cube = crossfilter.cube("a", name)
        counts = (cube[high] - cube[low]).tolist()
        assert counts == counted(filtered(rows, brushed, (name,)), name)
    totals = crossfilter.prefix("a")
    assert totals[high] - totals[low] == len(filtered(rows, brushed))


@settings(max_examples=50, deadline=None)
@given(st.lists(st.tuples(st.integers(0, 9), st.integers(0, 4)), max_size=40))
def test_a_row_counts_once_for_each_of_its_tags_however_often_it_bears_them(pairs):
    rows, codes = np.array(pairs, dtype=np.int64).reshape(-1, 2).T
    tags = Several.of(rows, codes, (10, 5))
    borne = pd.DataFrame({"row": rows, "code": codes}).drop_duplicates()
    some = np.arange(0, 10, 2)
    expected = borne[borne["row"].isin(some)]["code"].value_counts().reindex(range(5), fill_value=0)
    bare = len(set(some.tolist()) - set(rows.tolist()))
    assert tags.counts(some).tolist() == [*expected.tolist(), bare]
    assert tags.whole.sum() == len(borne) + 10 - borne["row"].nunique()


def test_what_a_slot_refuses_is_counted_alone_and_with_others():
    crossfilter = engine(pd.DataFrame({"a": [0, 0, 1, 1], "b": [0, 1, 0, 1], "c": [0] * 4}))
    crossfilter.keep("a", np.array([True, True, False, False]))
    crossfilter.keep("text", np.array([True, False, True, False]))
    assert crossfilter.refused("a") == (2, 1)
    assert crossfilter.refused("c") == (0, 0)
    assert crossfilter.count == 1


def test_clearing_a_slot_gives_its_bit_to_the_next():
    crossfilter = engine(pd.DataFrame({"a": [0, 1], "b": [0, 1], "c": [0, 1]}))
    for turn in range(100):
        crossfilter.keep(f"slot {turn}", np.array([True, False]))
        crossfilter.keep(f"slot {turn}", None)
    assert crossfilter.count == 2


def test_a_33rd_slot_is_refused_in_words():
    crossfilter = engine(pd.DataFrame({"a": [0], "b": [0], "c": [0]}))
    for slot in range(32):
        crossfilter.keep(str(slot), np.array([True]))
    with pytest.raises(ValueError, match="32 are possible"):
        crossfilter.keep("one more", np.array([True]))


def test_a_cube_of_tags_is_refused():
    tags = Several.of(np.array([0]), np.array([0]), (2, 1))
    single = Single(np.array([0, 1], dtype=np.uint8), 2)
    crossfilter = CrossFilter(2, {"tag": tags, "model": single})
    with pytest.raises(TypeError, match="one code per row"):
        crossfilter.cube("model", "tag")


def test_no_rows_have_no_counts():
    crossfilter = engine(pd.DataFrame({name: [] for name in SIZES}))
    assert crossfilter.counts("a").tolist() == [0, 0, 0, 0]
    assert crossfilter.cube("a", "b").sum() == crossfilter.count == 0
