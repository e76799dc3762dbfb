"""Every public statistic, on each kind of input that breaks statistics."""

from __future__ import annotations

import inspect
from functools import cache
from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest

from completion_analytics import stats
from completion_analytics.frames import TABLES

OF_COUNTS = {"newcombe", "wilson"}
"""These take counts and no frame."""
COLUMN = {
    "describe": "completion_tokens",
    "ecdf": "completion_tokens",
    "rate": "is_stream",
    "rate_difference": "is_truncated",
}
"""The column that a statistic of any column is tried on."""
BETWEEN = {"cliffs_delta", "quantile_difference", "rate_difference"}
"""These compare two groups."""
OF_THE_LOG = {"tag_pairs", "tag_summary"}
"""These are about other frames than completions."""
NAMES = sorted(set(stats.__all__) - OF_COUNTS)
GROUPED = [name for name in NAMES if "by" in inspect.signature(getattr(stats, name)).parameters]
FIRST_CALL = 1_767_225_600_000_000


@cache
def a_log():
    """Sixty calls to three models within a day: failures, silence, ties, zeros, a mock."""
    rng = np.random.default_rng(11)
    n = 60
    outcome = [
        "failed" if i % 9 == 4 else "unresolved" if i % 25 == 7 else "finished" for i in range(n)
    ]
    done = [what == "finished" for what in outcome]
    seconds = [round(float(s), 1) for s in rng.lognormal(0, 1, n)]
    columns = {
        "row_id": range(n),
        "model": [["small", "large", None][i % 3] for i in range(n)],
        "session_id": [f"s{i // 5}" if i % 7 else None for i in range(n)],
        "kind": ["chat"] * n,
        "outcome": outcome,
        "created_at": [FIRST_CALL + i * 1_200_000_000 if i != 3 else None for i in range(n)],
        "duration_s": [
            0.0 if i == 12 else s if ok else None
            for i, (s, ok) in enumerate(zip(seconds, done, strict=True))
        ],
        "duration_quality": [
            "below_resolution" if i == 12 else "exact" if ok else "missing"
            for i, ok in enumerate(done)
        ],
        "prompt_tokens": [
            int(p) if ok else None for p, ok in zip(rng.integers(9, 900, n), done, strict=True)
        ],
        "completion_tokens": [
            int(c) if ok else None for c, ok in zip(rng.integers(1, 90, n), done, strict=True)
        ],
        "total_tokens": [None] * n,
        "cached_tokens": [5 if ok and i % 2 else None for i, ok in enumerate(done)],
        "reasoning_tokens": [0 if ok else None for ok in done],
        "usage_quality": ["reported" if ok else "missing" for ok in done],
        "tokens_per_s": [None] * n,
        "finish_reason": [
            ["stop", "length", None][i % 3] if ok else None for i, ok in enumerate(done)
        ],
        "finish_class": [
            ["stop", "length", None][i % 3] if ok else None for i, ok in enumerate(done)
        ],
        "is_truncated": [[False, True, None][i % 3] if ok else None for i, ok in enumerate(done)],
        "failure_kind": [None if what != "failed" else "RateLimitError" for what in outcome],
        "failure_class": [
            None if what != "failed" else ["timeout", "rate_limit"][i % 2]
            for i, what in enumerate(outcome)
        ],
        "failure_reason": [
            None if what != "failed" else f"limit {i} reached" for i, what in enumerate(outcome)
        ],
        "is_stream": [[True, False, None][i % 3] for i in range(n)],
        "is_mock": [i == 20 for i in range(n)],
        "max_tokens": [100] * n,
        "n_choices": [1 if ok else None for ok in done],
    }
    completions = TABLES["completions"].build(columns)
    tagged = [i for i in range(n) if i % 4]
    tags = {"row_id": tagged + tagged[:20], "tag": ["prod"] * len(tagged) + ["web"] * 20}
    frames = {name: table.empty() for name, table in TABLES.items()}
    frames |= {"completions": completions, "tags": TABLES["tags"].build(tags)}
    return SimpleNamespace(exported_at=None, **frames)


def changed(log, change):
    return SimpleNamespace(**(vars(log) | {"completions": change(log.completions)}))


def value_of(name, data, **options):
    columns = [COLUMN[name]] if name in COLUMN else []
    pair = {"between": "is_stream", "a": False, "b": True} if name in BETWEEN else {}
    return getattr(stats, name)(data, *columns, **pair, **options)


def unused(frame):
    return frame.assign(model=frame["model"].cat.add_categories(["never"]))


def arrow(frame):
    return frame.convert_dtypes(dtype_backend="pyarrow")


def of_200_groups(frame):
    many = pd.concat([frame] * 10, ignore_index=True)
    return many.assign(row_id=np.arange(600), model=[f"m{i % 200:03}" for i in range(600)])


KINDS = {
    "ordinary": lambda frame: frame,
    "one row": lambda frame: frame.iloc[[0]],
    "no rows": lambda frame: frame.iloc[:0],
    "all missing": lambda frame: TABLES["completions"].build({"row_id": range(60)}),
    "all failed": lambda frame: frame[frame["outcome"] == "failed"],
    "all unresolved": lambda frame: frame[frame["outcome"] == "unresolved"],
    "all mocked": lambda frame: frame.assign(is_mock=pd.array([True] * 60, "boolean")),
    "ties": lambda frame: frame.assign(duration_s=frame["duration_s"] * 0 + 1.0),
    "zeros": lambda frame: frame.assign(duration_s=0.0),
    "infinities": lambda frame: frame.assign(duration_s=np.inf),
    "one group": lambda frame: frame[frame["model"] == "small"],
    "200 groups": of_200_groups,
    "unsorted": lambda frame: frame.sample(frac=1.0, random_state=0),
    "other index": lambda frame: frame.set_axis([f"r{i}" for i in range(60)]),
    "duplicated labels": lambda frame: frame.set_axis([0] * 60),
    "unused categories": unused,
    "Arrow-backed": arrow,
}


@cache
def log_of(kind):
    return changed(a_log(), KINDS[kind])


@cache
def expected(name):
    return value_of(name, a_log(), by="model")


SAME_AS_ORDINARY = ("unsorted", "other index", "duplicated labels", "unused categories")


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("name", NAMES)
def test_a_statistic_takes_any_frame_and_never_writes_into_it(name, kind):
    log = log_of(kind)
    before = log.completions.copy(deep=True)
    for options in [{}, {"by": "model"}] if name in GROUPED else [{}]:
        table = value_of(name, log, **options)
        assert isinstance(table, pd.DataFrame)
        assert not [column for column in table if table[column].dtype == object]
        assert [column for column in options.values() if column != table.columns[0]] == []
    assert log.completions.equals(before)


@pytest.mark.parametrize("kind", SAME_AS_ORDINARY)
@pytest.mark.parametrize("name", GROUPED)
def test_order_index_and_unused_categories_change_nothing(name, kind):
    found = value_of(name, log_of(kind), by="model")
    pd.testing.assert_frame_equal(found, expected(name))


@pytest.mark.parametrize("name", GROUPED)
def test_arrow_backed_columns_give_the_same_numbers(name):
    found = value_of(name, log_of("Arrow-backed"), by="model")
    pd.testing.assert_frame_equal(
        found, expected(name), check_dtype=False, check_categorical=False, check_column_type=False
    )


@pytest.mark.parametrize("name", GROUPED)
def test_no_rows_give_the_same_columns_and_dtypes_and_no_group(name):
    full = expected(name)
    none = value_of(name, log_of("no rows"), by="model")
    assert len(none) == 0
    assert none.columns.tolist() == full.columns.tolist()
    plain = [name for name in full if not isinstance(full[name].dtype, pd.CategoricalDtype)]
    assert none[plain].dtypes.to_dict() == full[plain].dtypes.to_dict()


@pytest.mark.parametrize("name", NAMES)
def test_a_frame_gives_what_its_log_gives_unless_frames_are_joined(name):
    log = a_log()
    if name in OF_THE_LOG:
        with pytest.raises((KeyError, TypeError), match=rf"{name} .*(log|tag)"):
            value_of(name, log.completions)
    else:
        pd.testing.assert_frame_equal(value_of(name, log.completions), value_of(name, log))


@pytest.mark.parametrize("name", GROUPED)
def test_tags_group_through_the_log(name):
    table = value_of(name, a_log(), by="tag")
    assert table.columns[0] == "tag"
    assert set(table["tag"].dropna()) <= {"prod", "web"}


@pytest.mark.parametrize("name", GROUPED)
@pytest.mark.parametrize(
    ("by", "error", "message"),
    [
        ("modle", KeyError, r"cannot group by 'modle' \(did you mean 'model'\?\); .* has row_id"),
        ("duration_s", TypeError, "cannot group by 'duration_s', whose values .* bin it first"),
    ],
)
def test_a_column_that_cannot_group_is_named_in_one_sentence(name, by, error, message):
    with pytest.raises(error, match=message):
        value_of(name, a_log(), by=by)


@pytest.mark.parametrize("name", NAMES)
def test_a_frame_that_is_not_ours_is_told_what_is_missing(name):
    log = changed(a_log(), lambda _: pd.DataFrame({"seconds": [1.0]}))
    with pytest.raises(KeyError, match=rf"{name} needs the column.*; the frame has seconds"):
        value_of(name, log)


@pytest.mark.parametrize("name", NAMES)
def test_what_is_no_frame_is_refused(name):
    with pytest.raises(TypeError, match=rf"{name} takes .*not 'list'"):
        value_of(name, [1.0])
