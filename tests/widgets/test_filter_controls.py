"""Controls are a thin view over conditions: what is brushed or ticked is what `select` keeps."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import completion_analytics as ca
from completion_analytics.frames import TABLES
from completion_analytics.widgets.choices import choice_of, tags_of
from completion_analytics.widgets.filtering import OTHERS, TEXT, Filtering
from completion_analytics.widgets.ranges import range_of
from completion_analytics.widgets.views import choices_state, cubes, ranges_state, view_of

HOUR = 3_600_000_000


@dataclass(frozen=True)
class Log:
    """What the explorer's filters need of a log."""

    completions: pd.DataFrame
    tags: pd.DataFrame
    messages: pd.DataFrame
    choices: pd.DataFrame = field(default_factory=lambda: TABLES["choices"].build({"row_id": []}))

    def keep(self, row_ids: pd.Series) -> Log:
        kept = (each[each["row_id"].isin(row_ids)] for each in vars(self).values())
        return Log(*kept)


def a_log(**columns) -> Log:
    n = len(next(iter(columns.values())))
    tags = columns.pop("tags", [[]] * n)
    texts = columns.pop("texts", [None] * n)
    pairs = [(row, tag) for row, of_row in enumerate(tags) for tag in of_row]
    return Log(
        TABLES["completions"].build({"row_id": list(range(n)), **columns}),
        TABLES["tags"].build({"row_id": [row for row, _ in pairs], "tag": [t for _, t in pairs]}),
        TABLES["messages"].build({"row_id": list(range(n)), "text": texts}),
    )


@pytest.fixture
def log() -> Log:
    return a_log(
        model=["gpt-4o", "gpt-4o", "o1", None],
        outcome=["finished", "failed", "finished", "unresolved"],
        duration_s=[1.0, 2.0, 40.0, None],
        created_at=[0, HOUR, 2 * HOUR, None],
        prompt_tokens=[0, 10, 300, None],
        tags=[["a", "b"], ["a"], ["c"], []],
        texts=["Why?", "why not", "no", None],
    )


durations = st.lists(
    st.none() | st.floats(0, 1e9, allow_subnormal=False) | st.sampled_from([0.0, 0.5, 0.5, 60.0]),
    min_size=1,
    max_size=40,
)


@settings(max_examples=30, deadline=None)
@given(durations, st.data())
def test_a_brush_over_bins_counts_the_rows_that_its_condition_keeps(seconds, data):
    frame = pd.DataFrame({"duration_s": pd.Series(seconds, dtype="float64")})
    control = range_of("duration_s", frame["duration_s"])
    low = data.draw(st.integers(0, max(control.n_bins - 1, 0)))
    high = data.draw(st.integers(low + 1, control.n_bins + 1)) if control.n_bins else 0
    high = min(high, control.n_bins)
    kept = ca.select(frame, control.condition(low, high))
    assert len(kept) == control.dimension.whole[low:high].sum()
    brush = control.brush(control.condition(low, high))
    assert control.n_bins == 0 or np.allclose(brush, [low, high])


@settings(max_examples=30, deadline=None)
@given(st.lists(st.none() | st.integers(0, 10**7), min_size=1, max_size=40), st.data())
def test_a_brush_over_whole_numbers_counts_the_rows_that_its_condition_keeps(tokens, data):
    frame = pd.DataFrame({"prompt_tokens": pd.array(tokens, dtype="Int64")})
    control = range_of("prompt_tokens", frame["prompt_tokens"])
    low = data.draw(st.integers(0, max(control.n_bins - 1, 0)))
    high = data.draw(st.integers(min(low + 1, control.n_bins), control.n_bins))
    condition = control.condition(low, high)
    kept = ca.select(frame, condition)
    assert len(kept) == control.dimension.whole[low:high].sum()
    assert all(isinstance(end, int | None) for end in (condition.low, condition.high))


@settings(max_examples=30, deadline=None)
@given(st.lists(st.none() | st.integers(-(10**15), 4 * 10**15), min_size=1, max_size=30), st.data())
def test_a_brush_over_time_counts_the_rows_that_its_condition_keeps(micros, data):
    frame = TABLES["completions"].build({"row_id": list(range(len(micros))), "created_at": micros})
    control = range_of("created_at", frame["created_at"])
    low = data.draw(st.integers(0, max(control.n_bins - 1, 0)))
    high = data.draw(st.integers(min(low + 1, control.n_bins), control.n_bins))
    kept = ca.select(frame, control.condition(low, high))
    assert len(kept) == control.dimension.whole[low:high].sum()
    assert all(0 <= place <= 1 for place, _ in control.ticks())


@settings(max_examples=30, deadline=None)
@given(durations)
def test_a_condition_that_was_typed_is_read_back_as_it_was(seconds):
    control = range_of("duration_s", pd.Series(seconds, dtype="float64"))
    condition = ca.Between("duration_s", 0.25, 7)
    assert control.parsed(*control.typed(condition)) == condition


def test_edges_are_short_to_write():
    values = pd.Series(np.geomspace(0.0123456789, 98.7654321, 5000))
    edges = range_of("duration_s", values).edges
    assert max(len(f"{edge!r}") for edge in edges.tolist()) <= 7
    assert edges[0] <= 0.0123456789


def test_a_zero_is_below_a_logarithmic_axis_and_in_its_first_bin():
    control = range_of("prompt_tokens", pd.Series([0, 1, 1000]))
    assert control.has_below
    assert control.dimension.codes.tolist() == [0, 0, control.n_bins - 1]
    assert control.condition(0, 1) == ca.Between("prompt_tokens", None, 2, inclusive="left")


def test_an_end_of_the_axis_says_that_values_lie_beyond_it():
    ticks = range_of("duration_s", pd.Series([0.0, 0.1, 50.0, np.inf])).ticks()
    assert [text for _, text in ticks] == ["≤ 0.1 s", "1 s", "10 s", "≥ 50 s"]
    assert [place for place, _ in ticks][::3] == [0.0, 1.0]


@pytest.mark.parametrize(
    ("first", "last", "texts"),
    [
        ("2020-05-14", "2024-11-20", ["2021", "2022", "2023", "2024", "2025"]),
        ("2026-11-01 10:00", "2026-11-01 16:10", ["10:00", "12:00", "14:00", "16:00"]),
        ("2026-11-01 10:00:01", "2026-11-01 10:00:01", ["10:00:01"]),
    ],
)
def test_ticks_of_time_stand_where_the_calendar_turns(first, last, texts):
    moments = pd.to_datetime(pd.Series([first, last]), utc=True).dt.as_unit("us")
    assert [text for _, text in range_of("created_at", moments).ticks()] == texts


def test_a_range_without_any_value_has_no_bins_and_keeps_its_missing_rows():
    control = range_of("duration_s", pd.Series([None, None], dtype="float64"))
    assert (control.n_bins, control.dimension.whole.tolist()) == (0, [2])
    assert view_of("duration_s", control)["said"] == []


@pytest.mark.parametrize(("low", "high"), [("1,5x", ""), ("9", "1")])
def test_what_is_no_range_is_refused_in_words(low, high):
    control = range_of("duration_s", pd.Series([1.0, 2.0]))
    with pytest.raises(ValueError, match=r"takes a number|low <= high"):
        control.parsed(low, high)


def test_times_are_typed_as_iso_text():
    control = range_of("created_at", a_log(created_at=[0, HOUR]).completions["created_at"])
    assert control.parsed("1970-01-01T00:30", "") == ca.Between(
        "created_at", "1970-01-01T00:30+00:00", None
    )


def test_values_are_listed_most_frequent_first_and_missing_last():
    choice = choice_of("model", pd.Series(["a", None, "b", "b", None, None], dtype="category"))
    assert [choice.label(code) for code in choice.order] == ["b", "a", "(missing)"]


@pytest.mark.parametrize("name", ["", "  ", "\x1b[2J", "\u202egpt", "x" * 500, "<script>", "a\nb"])
def test_odd_names_are_one_short_line_and_can_be_ticked(name):
    frame = pd.DataFrame({"model": pd.Series([name, "gpt-4o"], dtype="category")})
    filtering = Filtering(frame)
    choice = filtering.controls["model"]
    code = choice.codes[name]
    label = choice.label(code)
    assert 0 < len(label.strip()) <= 60
    assert label.isprintable()
    filtering.replace((choice.condition([code]),))
    assert filtering.selected["model"].tolist() == [name]


def test_a_category_of_128_values_has_a_code_for_missing():
    names = [f"model {n}" for n in range(128)]
    known = pd.CategoricalDtype(names)
    choice = choice_of("model", pd.Series([*names, None], dtype=known))
    assert choice.dimension.codes.tolist() == list(range(129))


def test_a_list_shows_12_values_a_search_all_that_match_and_what_is_ticked():
    names = pd.Series([f"s{n:02}" for n in range(40)], dtype="str")
    choice = choice_of("session_id", names)
    codes, found = choice.listed("", ticked=[39])
    assert (codes, found) == ([39, *range(12)], 40)
    assert choice.listed("S3", ticked=[]) == (list(range(30, 40)), 10)


@settings(max_examples=30, deadline=None)
@given(
    st.lists(st.sets(st.sampled_from("abcd")), min_size=1, max_size=12),
    st.sets(st.sampled_from("abcd"), min_size=1),
    st.sampled_from(["any", "all", "none"]),
)
def test_tags_are_kept_and_counted_as_pandas_does(tags, ticked, mode):
    log = a_log(tags=[sorted(of_row) for of_row in tags])
    control = tags_of(log.completions["row_id"], log.tags)
    codes = [control.codes[tag] for tag in sorted(ticked) if tag in control.codes]
    condition = control.condition(codes, mode)
    wanted = {control.label(code) for code in codes}
    tests = {
        "any": lambda borne: bool(borne & wanted),
        "all": lambda borne: wanted <= borne,
        "none": lambda borne: not borne & wanted,
    }
    expected = [row for row, borne in enumerate(tags) if not codes or tests[mode](borne)]
    filtering = Filtering(log, ["tag"])
    filtering.replace(() if condition is None else (condition,))
    assert filtering.selected["row_id"].tolist() == expected
    if condition is not None:
        assert control.ticked(condition) == (codes, mode)
        assert filtering.slot_of(condition) == "tag"


CONDITIONS = st.lists(
    st.sampled_from(
        [
            ca.OneOf("model", ["gpt-4o"]),
            ca.OneOf("model", ["o1", None]),
            ca.OneOf("model", ["never seen"]),
            ca.Between("duration_s", 1.5, None),
            ca.Between("duration_s", None, None),
            ca.Between("created_at", None, "1970-01-01T01:30Z"),
            ca.HasTags(any=["a"]),
            ca.HasTags(any=["b"], none=["c"]),
            ca.Missing("duration_s"),
            ca.Not(ca.OneOf("outcome", ["failed"])),
            ca.Contains("why"),
            ca.Contains("n.?o", where="prompts", regex=True),
        ]
    ),
    max_size=5,
)


@settings(max_examples=30, deadline=None)
@given(CONDITIONS)
def test_any_conditions_can_be_set_and_keep_the_rows_of_select(conditions):
    log = a_log(
        model=["gpt-4o", "gpt-4o", "o1", None],
        outcome=["finished", "failed", "finished", "unresolved"],
        duration_s=[1.0, 2.0, 40.0, None],
        created_at=[0, HOUR, 2 * HOUR, None],
        tags=[["a", "b"], ["a"], ["c"], []],
        texts=["Why?", "why not", "no", None],
    )
    filtering = Filtering(log)
    filtering.replace(conditions)
    assert sorted(map(repr, filtering.conditions)) == sorted(map(repr, conditions))
    kept = ca.select(log, *conditions).completions["row_id"].tolist()
    assert filtering.selected["row_id"].tolist() == kept
    pasted = eval(filtering.code(), {"log": log})
    assert pasted["row_id"].tolist() == kept


def test_a_condition_goes_to_the_control_that_shows_it(log):
    filtering = Filtering(log)
    places = {
        ca.OneOf("model", ["o1"]): "model",
        ca.OneOf("model", ["never seen"]): OTHERS,
        ca.Between("duration_s", 1, 2): "duration_s",
        ca.HasTags(none=["a"]): "tag",
        ca.HasTags(any=["a"], none=["b"]): OTHERS,
        ca.Contains("x"): TEXT,
        ca.Contains("x", where="model"): OTHERS,
        ca.Missing("model"): OTHERS,
    }
    assert {condition: filtering.slot_of(condition) for condition in places} == places


def test_a_wrong_condition_leaves_everything_as_it_was(log):
    filtering = Filtering(log)
    filtering.replace((ca.OneOf("model", ["o1"]),))
    with pytest.raises(KeyError, match="did you mean 'model'"):
        filtering.replace((ca.OneOf("modle", ["o1"]),))
    assert filtering.conditions == (ca.OneOf("model", ["o1"]),)
    assert filtering.selected["row_id"].tolist() == [2]


def test_what_is_left_out_is_said_with_its_reason(log):
    filtering = Filtering(log)
    filtering.replace((ca.Between("duration_s", 0, 30), ca.OneOf("outcome", ["finished"])))
    assert filtering.why() == [
        "2 by duration_s (1 without a value, 1 by nothing else)",
        "2 by outcome (1 by nothing else)",
    ]


def test_the_default_filters_are_those_with_values(log):
    names = list(Filtering(log).controls)
    assert names[:4] == ["outcome", "model", "tag", "duration_s"]
    assert "failure_class" not in names


def test_a_filter_that_is_no_column_is_refused(log):
    with pytest.raises(KeyError, match=r"needs the column 'modle' \(did you mean 'model'"):
        Filtering(log, ["modle"])
    with pytest.raises(KeyError, match="needs the column 'tag'"):
        Filtering(log.completions, ["tag"])


def test_the_page_gets_cubes_that_tell_what_the_kernel_would_count(log):
    filtering = Filtering(log)
    filtering.replace((ca.OneOf("outcome", ["finished", "failed"]),))
    lists = choices_state(filtering, {})["lists"]
    active = filtering.controls["duration_s"]
    across, packed = cubes(filtering.crossfilter, "duration_s", filtering.controls, lists)
    numbers = np.frombuffer(packed, dtype="<u4")
    rows, start, tables = active.dimension.size + 1, 0, {}
    for name, columns in across:
        tables[name] = numbers[start : start + rows * columns].reshape(rows, columns)
        start += rows * columns
    assert "tag" not in tables
    low, high = 1, active.n_bins - 1
    filtering.replace((*filtering.conditions, active.condition(low, high)))
    lists = choices_state(filtering, {})["lists"]
    of_lists = {name: [row[3] for row in each["rows"]] for name, each in lists.items()}
    after = ranges_state(filtering)["counts"] | of_lists
    for name, table in tables.items():
        assert (table[high] - table[low]).tolist() == after[name], name
    alone = numbers[start:]
    assert alone[high] - alone[low] == filtering.crossfilter.count
