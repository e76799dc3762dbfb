"""Which rows are kept."""

from __future__ import annotations

from contextlib import nullcontext

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest

import completion_analytics as ca
from completion_analytics import Between, Condition, Contains, HasTags, Missing, Not, OneOf

# which of the rows 0, 1, 5 and 7 of the log a condition keeps
KEPT = [
    (OneOf("model", ["gpt-4o"]), [0, 7]),
    (OneOf("model", ["it's", None]), [1, 5]),
    (OneOf("model", [None]), [5]),
    (OneOf("model", []), []),
    (OneOf("model", ["unheard of"]), []),
    (OneOf("outcome", ["failed", "unresolved"]), [1, 7]),
    (OneOf("prompt_tokens", [10, 40.0]), [0, 7]),
    (OneOf("prompt_tokens", [10, None]), [0, 1]),
    (OneOf("is_stream", [True]), [0, 7]),
    (OneOf("created_at", [None]), [7]),
    (OneOf("failure_reason", ["Quota"]), [7]),
    (Between("duration_s", 1, 2), [0, 1]),
    (Between("duration_s", 1, 2, inclusive="left"), [0]),
    (Between("duration_s", 1, 2, inclusive="right"), [1]),
    (Between("duration_s", 1, 2, inclusive="neither"), []),
    (Between("duration_s", 2, None), [1, 5]),
    (Between("duration_s", None, 2, inclusive="neither"), [0]),
    (Between("duration_s", None, None), [0, 1, 5]),
    (Between("prompt_tokens", None, 30), [0, 5]),
    (Between("created_at", "1970-01-01", "1970-01-01T02:00+01:00"), [0, 1]),
    (Between("created_at", "1970-01-01T00:00:00.000001", None), [1, 5]),
    (Between("created_at", "0001-01-01", "9999-12-31"), [0, 1, 5]),
    (Missing("duration_s"), [7]),
    (Missing("is_stream"), [1]),
    (HasTags(any=["web", "test"]), [0, 5]),
    (HasTags(all=["web", "prod"]), [0]),
    (HasTags(none=["prod"]), [5, 7]),
    (HasTags(any=["prod"], all=["prod"], none=["web"]), [1]),
    (HasTags(any=["unheard of"]), []),
    (Contains("HERE"), [1, 5]),
    (Contains("here", where="prompts"), [1]),
    (Contains("here", where="answers"), [5]),
    (Contains("HERE", case=True), []),
    (Contains("(a+b)", where="prompts"), [0]),
    (Contains(r"^here$|^no\.$", where="answers", regex=True), [0, 5]),
    (Contains(r"(e)\w+\1", where="answers", regex=True), [0, 5]),
    (Contains(r":(?=\shere)", where="prompts", regex=True), [1]),
    (Contains("e++(?#RE2 has no ++)", where="answers", regex=True), [0, 5]),
    (Contains("TIME-out", where="failure_reason"), [1]),
    (Contains(r"\d s$", where="failure_reason", regex=True, case=True), [1]),
    (Contains("GPT", where="model"), [0, 7]),
    (Contains("gpt|it", where="model", regex=True), [0, 1, 7]),
    (Contains("", where="model"), [0, 1, 7]),
    (Not(OneOf("model", ["gpt-4o"])), [1, 5]),
    (Not(Between("duration_s", 2, None)), [0, 7]),
    (Not(Between("prompt_tokens", 10, 30)), [1, 7]),
    (Not(HasTags(any=["prod"])), [5, 7]),
    (Not(Not(Missing("duration_s"))), [7]),
]


@pytest.mark.parametrize(("condition", "row_ids"), KEPT, ids=str)
def test_a_condition_keeps_these_rows(log, condition: Condition, row_ids: list[int]) -> None:
    assert ca.select(log, condition).completions["row_id"].tolist() == row_ids


@pytest.mark.parametrize(("condition", "row_ids"), KEPT, ids=str)
def test_the_code_of_a_condition_keeps_them_too(log, condition, row_ids: list[int]) -> None:
    code = ca.as_code([condition])
    with pytest.warns(UserWarning, match="groups") if "(e)" in code else nullcontext():
        assert eval(code, {"log": log})["row_id"].tolist() == row_ids


def test_conditions_are_combined_with_and(log) -> None:
    kept = ca.select(log, OneOf("model", ["gpt-4o"]), Missing("duration_s"), HasTags(none=["web"]))
    assert kept.completions["row_id"].tolist() == [7]


def test_without_conditions_everything_is_kept(log) -> None:
    pd.testing.assert_frame_equal(ca.select(log.completions), log.completions)
    assert ca.select(log).completions["row_id"].tolist() == [0, 1, 5, 7]


def test_a_log_keeps_the_rows_in_its_other_frames_too(log) -> None:
    assert ca.select(log, HasTags(all=["web"])).messages["text"].tolist() == [
        "Be brief.",
        "Why (a+b)?",
    ]


def test_a_loaded_log_gives_a_log() -> None:
    record = {"status": "finished", "kind": "chat", "request": {"model": "m", "messages": []}}
    loaded = ca.load([record | {"id": str(number), "duration": number + 0.5} for number in (1, 2)])
    kept = ca.select(loaded, Between("duration_s", 2, None))
    assert isinstance(kept, ca.CompletionLog)
    assert kept.completions["completion_id"].tolist() == ["2"]


def test_a_frame_keeps_its_index_labels_columns_dtypes_and_unused_categories(log) -> None:
    frame = log.completions.set_axis(["b", "a", "a", "b"])
    kept = ca.select(frame, OneOf("outcome", ["finished"]), Between("duration_s", 2, None))
    assert kept.index.tolist() == ["a"]
    assert kept["row_id"].tolist() == [5]
    assert kept.dtypes.equals(frame.dtypes)
    assert kept["outcome"].cat.categories.tolist() == ["finished", "failed", "unresolved"]


def test_the_frame_given_is_never_written_into(log) -> None:
    before = log.completions.copy()
    kept = ca.select(log.completions, Between("duration_s", None, None))
    kept["duration_s"] = -1.0
    kept.loc[0, "model"] = "it's"
    pd.testing.assert_frame_equal(log.completions, before)


def test_any_frame_of_a_log_can_be_selected_from(log) -> None:
    assert ca.select(log.tags, OneOf("tag", ["prod"]))["row_id"].tolist() == [0, 1]


def test_a_frame_without_rows_stays_one(log) -> None:
    empty = log.completions.iloc[:0]
    for condition, _ in KEPT:
        if "HasTags" not in repr(condition) and getattr(condition, "where", "") not in (
            "prompts",
            "answers",
            "both",
        ):
            pd.testing.assert_frame_equal(ca.select(empty, condition), empty)


@pytest.mark.parametrize("values", [[], [None], [float("nan")]])
def test_a_column_without_a_value_matches_nothing_whatever_its_dtype(values: list[object]) -> None:
    frame = pd.DataFrame({"a": values})
    for condition in (
        OneOf("a", ["x"]),
        OneOf("a", [1]),
        Between("a", 1, None),
        Between("a", "2026-01-01", None),
        Contains("x", where="a"),
    ):
        assert len(ca.select(frame, condition)) == 0


ARROW = {
    "model": pa.dictionary(pa.int32(), pa.string()),
    "created_at": pa.timestamp("us", tz="UTC"),
    "duration_s": pa.float64(),
    "prompt_tokens": pa.int64(),
    "is_stream": pa.bool_(),
    "failure_reason": pa.string(),
}


@pytest.mark.parametrize(
    ("condition", "row_ids"),
    [(c, kept) for c, kept in KEPT if getattr(c, "column", getattr(c, "where", "")) in ARROW],
    ids=str,
)
def test_a_column_backed_by_arrow_keeps_the_same_rows(log, condition, row_ids) -> None:
    frame = log.completions.astype({name: pd.ArrowDtype(kind) for name, kind in ARROW.items()})
    assert ca.select(frame, condition)["row_id"].tolist() == row_ids


def test_columns_of_numpy_and_object_values_are_compared_too() -> None:
    frame = pd.DataFrame(
        {
            "n": np.array([1, 2, 3], dtype="int16"),
            "flag": [True, False, True],
            "word": pd.Series(["a", None, "B"], dtype=object),
            "level": pd.Categorical([10, None, 20]),
        }
    )
    assert ca.select(frame, Between("n", 2, 3)).index.tolist() == [1, 2]
    assert ca.select(frame, OneOf("flag", [False])).index.tolist() == [1]
    assert ca.select(frame, OneOf("word", ["a", None])).index.tolist() == [0, 1]
    assert ca.select(frame, Contains("b", where="word")).index.tolist() == [2]
    assert ca.select(frame, OneOf("level", [20])).index.tolist() == [2]


def test_an_infinite_value_is_above_every_number() -> None:
    frame = pd.DataFrame({"a": [1.0, np.inf, np.nan]})
    assert ca.select(frame, Between("a", 5, None)).index.tolist() == [1]


WRONG = [
    (Between("durations", 1, 2), KeyError, r"'durations' \(did you mean 'duration_s'\?\); the fra"),
    (Missing("zzz"), KeyError, r"Missing\('zzz'\) needs the column 'zzz'; the frame has row_id, c"),
    (
        Contains("x", where="promts"),
        KeyError,
        r"\(did you mean 'prompts'\?\).*besides.* prompts, a",
    ),
    (Between("model", 1, 2), TypeError, "a column of number values, and 'model' holds category"),
    (Between("created_at", 1, 2), TypeError, r"'created_at' holds datetime64\[us, UTC\]"),
    (Between("duration_s", "2026-01-01", None), TypeError, "time values.*holds float64"),
    (Between("is_stream", 0, 1), TypeError, "'is_stream' holds boolean"),
    (OneOf("prompt_tokens", ["10"]), TypeError, "text values, and 'prompt_tokens' holds Int64"),
    (OneOf("is_stream", [1]), TypeError, "number values, and 'is_stream' holds boolean"),
    (Contains("1", where="duration_s"), TypeError, "text values, and 'duration_s' holds float64"),
]


@pytest.mark.parametrize(("condition", "error", "sentence"), WRONG, ids=str)
def test_a_condition_that_does_not_fit_the_frame_says_why(log, condition, error, sentence) -> None:
    with pytest.raises(error, match=sentence):
        ca.select(log, condition)


@pytest.mark.parametrize("condition", [HasTags(any=["a"]), Contains("a"), Not(HasTags(all=["a"]))])
def test_a_condition_that_looks_beyond_a_frame_needs_the_log(log, condition: Condition) -> None:
    with pytest.raises(TypeError, match=r"needs the log, because it looks into log\.(tags|mess)"):
        ca.select(log.completions, condition)


def test_times_without_a_zone_and_columns_without_an_order_are_refused() -> None:
    frame = pd.DataFrame(
        {
            "naive": pd.to_datetime(["2026-01-01"]),
            "level": pd.Categorical([1]),
            "mixed": pd.Series([1], dtype=object),
        }
    )
    with pytest.raises(TypeError, match=r"times with a zone.*\.dt\.tz_localize"):
        ca.select(frame, Between("naive", "2026-01-01", None))
    for name in ("level", "mixed"):
        with pytest.raises(TypeError, match=f"number values, and '{name}' holds"):
            ca.select(frame, Between(name, 1, None))


def test_select_says_what_it_takes(log) -> None:
    with pytest.raises(TypeError, match=r"not tuple: unpack them with \*"):
        ca.select(log, (Missing("model"),))
    with pytest.raises(TypeError, match=r"such as OneOf.*, not str$"):
        ca.select(log, "model == 'gpt-4o'")
    with pytest.raises(TypeError, match="a DataFrame or a CompletionLog, not list"):
        ca.select([], Missing("model"))
