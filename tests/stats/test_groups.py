from __future__ import annotations

from types import SimpleNamespace

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest

from completion_analytics.frames import TABLES
from completion_analytics.stats.groups import groups_of


def counted(data, by):
    groups = groups_of(data, "example", ["duration_s"], by=by)
    return groups.table({"rows": groups.count(), "mocks": groups.n_mock})


@pytest.fixture
def three(calls):
    return calls(
        model=["b", None, "a", "b"],
        http_status=[200, 200, None, 500],
        duration_s=[1.0, 2.0, 3.0, 4.0],
        is_mock=[False, True, None, False],
    )


def test_groups_are_sorted_and_the_missing_one_comes_last(three):
    table = counted(three, "model")
    assert table["model"].tolist()[:2] == ["a", "b"]
    assert pd.isna(table["model"].iloc[2])
    assert table["rows"].tolist() == [1, 2, 0]
    assert table["mocks"].tolist() == [0, 0, 1]


def test_several_columns_make_a_group_of_each_combination_that_occurs(three):
    table = counted(three, ["model", "http_status"])
    assert table["rows"].tolist() == [1, 1, 1, 0]
    assert table["http_status"].tolist()[1:3] == [200, 500]


def test_no_column_makes_one_group_even_of_no_rows(calls):
    assert counted(calls(duration_s=[]), None).to_dict("list") == {"rows": [0], "mocks": [0]}


def test_no_rows_make_no_group_of_a_column_but_keep_its_dtype(calls, three):
    table = counted(calls(duration_s=[]), "model")
    assert len(table) == 0
    assert isinstance(table["model"].dtype, pd.CategoricalDtype)
    assert table.columns.tolist() == counted(three, "model").columns.tolist()


def test_unused_categories_make_no_group(three):
    assert len(counted(three[three["model"] == "a"], "model")) == 1


def test_ordered_categories_keep_their_order(three):
    size = pd.Categorical(["S", "S", "L", "L"], categories=["S", "M", "L"], ordered=True)
    assert counted(three.assign(size=size), "size")["size"].tolist() == ["S", "L"]


def test_bins_of_a_number_can_be_groups(three):
    table = counted(three.assign(wait=pd.cut(three["duration_s"], [0, 2, 10])), "wait")
    assert table["rows"].tolist() == [1, 2]


@pytest.mark.parametrize(
    "dtype",
    [
        "str",
        "object",
        pd.ArrowDtype(pa.string()),
        pd.ArrowDtype(pa.dictionary(pa.int32(), pa.string())),
    ],
)
def test_the_dtype_of_a_group_column_changes_no_group(three, dtype):
    table = counted(three.assign(model=three["model"].astype("str").astype(dtype)), "model")
    assert table["rows"].tolist() == [1, 2, 0]
    assert table["model"].dtype == "str" or isinstance(table["model"].dtype, pd.CategoricalDtype)


def test_the_index_plays_no_part(three):
    odd = three.set_axis([7, 7, 7, 7])
    pd.testing.assert_frame_equal(counted(odd, "model"), counted(three, "model"))


def test_the_frame_given_stays_as_it_was(three):
    before = three.copy(deep=True)
    counted(three, ["model", "is_mock"])
    pd.testing.assert_frame_equal(three, before)


@pytest.fixture
def tagged(three):
    tags = TABLES["tags"].build({"row_id": [0, 0, 0, 3, 3], "tag": ["x", "y", "z", "x", "x"]})
    return SimpleNamespace(completions=three, tags=tags)


def test_a_completion_is_in_the_group_of_each_of_its_tags(tagged):
    table = counted(tagged, "tag")
    assert table["tag"].tolist()[:3] == ["x", "y", "z"]
    assert table["rows"].tolist() == [2, 1, 1, 1]
    assert table["mocks"].tolist() == [0, 0, 0, 1]


def test_tags_and_a_column_can_group_together(tagged):
    assert counted(tagged, ["tag", "model"])["rows"].tolist() == [2, 1, 1, 1, 0]


def test_positions_are_those_of_each_groups_rows(three):
    groups = groups_of(three, "example", ["duration_s"], by="model")
    assert [rows.tolist() for rows in groups.positions()] == [[1], [0, 2], []]
    late = groups.floats("duration_s") > 1
    assert [rows.tolist() for rows in groups.positions(late)] == [[1], [2], []]


def test_a_sum_without_values_is_missing_and_not_zero(calls):
    groups = groups_of(
        calls(model=["a", "b"], duration_s=[None, 2.0]), "example", ["duration_s"], by="model"
    )
    assert groups.total(groups.floats("duration_s")) == pytest.approx([np.nan, 2.0], nan_ok=True)


@pytest.mark.parametrize(
    ("by", "error", "message"),
    [
        ("modle", KeyError, r"example cannot group by 'modle' \(did you mean 'model'\?\); the fr"),
        ("duration_s", TypeError, "cannot group by 'duration_s', whose values .* bin it first"),
        ("created_at", TypeError, "cannot group by 'created_at', whose values .* bin it first"),
        ("tag", KeyError, "by='tag' needs the log, not one of its frames"),
    ],
)
def test_a_column_that_cannot_group_is_named(three, by, error, message):
    with pytest.raises(error, match=message):
        counted(three, by)


def test_a_frame_that_is_not_ours_is_told_what_is_missing_and_what_there_is():
    with pytest.raises(KeyError, match=r"needs the column 'duration_s'.*the frame has seconds"):
        counted(pd.DataFrame({"seconds": [1.0]}), None)


def test_data_that_are_no_frame_are_refused():
    with pytest.raises(TypeError, match="takes a DataFrame or a CompletionLog, not 'list'"):
        counted([1.0], None)


def test_a_group_column_named_like_a_result_is_refused(three):
    groups = groups_of(three, "example", ["duration_s"], by="n")
    with pytest.raises(ValueError, match="cannot group by 'n', because its result has a column"):
        groups.table({"n": groups.count()})
