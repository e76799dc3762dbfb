"""Laws that hold for any filter on any log, against an oracle that goes row by row."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pandas as pd
from hypothesis import given, settings
from hypothesis import strategies as st

import completion_analytics as ca
from completion_analytics import Between, Contains, HasTags, Missing, Not, OneOf
from completion_analytics.filters import from_json, to_json
from completion_analytics.frames import TABLES

ODD = ["gpt-4o", "it's", 'say "hi"', "'''", "two\nlines", "back\\", "{d}", "日本 🎉", "\u202e", ""]
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)

names = st.sampled_from(ODD) | st.text(max_size=4)
# upper and lower case of few letters: the oracle's idea of case is the library's for these
texts = st.text("abAB'\"\\\n(.é", max_size=6)
extreme_numbers = st.sampled_from([0.1, 1e-300, 2**53 + 1, 1 - 2**63])
numbers = st.integers(-5, 5) | st.floats(-5, 5) | extreme_numbers
seconds = st.integers(-3, 3)
moments = seconds.map(lambda second: (EPOCH + timedelta(seconds=second)).isoformat())

rows = st.fixed_dictionaries(
    {
        "model": st.none() | names,
        "session_id": st.none() | names,
        "outcome": st.none() | st.sampled_from(["finished", "failed"]),
        "duration_s": st.none() | st.floats(-5, 5),
        "prompt_tokens": st.none() | st.integers(-5, 5),
        "is_stream": st.none() | st.booleans(),
        "created_at": st.none() | seconds.map(lambda second: second * 1_000_000),
        "tags": st.lists(names, max_size=3),
        "prompts": st.lists(st.none() | texts, max_size=2),
        "answers": st.lists(st.none() | texts, max_size=2),
    }
)
SCALARS = (
    "model",
    "session_id",
    "outcome",
    "duration_s",
    "prompt_tokens",
    "is_stream",
    "created_at",
)
columns = st.sampled_from(["model", "session_id", "duration_s", "prompt_tokens", "is_stream"])
inclusives = st.sampled_from(["both", "left", "right", "neither"])


@st.composite
def ranges(draw: Any) -> Between:
    column, ends = draw(
        st.sampled_from(
            [("duration_s", numbers), ("prompt_tokens", numbers), ("created_at", moments)]
        )
    )
    known = sorted([draw(ends), draw(ends)])
    low, high = (draw(st.sampled_from([end, None])) for end in known)
    return Between(column, low, high, draw(inclusives))


@st.composite
def tag_filters(draw: Any) -> HasTags:
    wanted = {name: draw(st.lists(names, max_size=2)) for name in ("any", "all")}
    forbidden = [tag for tag in draw(st.lists(names, max_size=2)) if tag not in wanted["all"]]
    nothing = not (wanted["any"] or wanted["all"] or forbidden)
    return HasTags(**wanted, none=["x"] if nothing else forbidden)


simple = st.one_of(
    st.builds(OneOf, st.sampled_from(["model", "session_id"]), st.lists(st.none() | names)),
    st.builds(OneOf, st.sampled_from(["duration_s", "prompt_tokens"]), st.lists(numbers)),
    st.builds(OneOf, st.just("is_stream"), st.lists(st.none() | st.booleans())),
    st.builds(OneOf, st.just("outcome"), st.just(["failed", "unresolved", None])),
    ranges(),
    st.builds(Missing, columns),
    tag_filters(),
    st.builds(Contains, texts, st.sampled_from(["prompts", "answers", "both"]), case=st.booleans()),
    st.builds(
        Contains,
        texts.map(re.escape) | st.sampled_from(["^a", "b$", r"\W", "a|é", "[^a]", "(?<=a)b"]),
        st.sampled_from(["prompts", "answers", "both"]),
        regex=st.just(True),
        case=st.booleans(),
    ),
    st.builds(Contains, st.sampled_from(["-4O", "'", "日", "\n"]), st.just("model")),
)
conditions = simple | st.builds(Not, simple) | st.builds(Not, st.builds(Not, simple))


@dataclass(frozen=True)
class Frames:
    completions: pd.DataFrame
    tags: pd.DataFrame
    messages: pd.DataFrame
    choices: pd.DataFrame

    def keep(self, row_ids: pd.Series) -> Frames:
        kept = self.completions["row_id"].isin(row_ids)
        return replace(self, completions=self.completions[kept])


def log_of(records: list[dict[str, Any]]) -> Frames:
    """A log whose row ids are 0, 10, 20 …"""

    def child(table: str, key: str, column: str) -> pd.DataFrame:
        pairs = [(number * 10, v) for number, row in enumerate(records) for v in row[key]]
        held = {"row_id": [row_id for row_id, _ in pairs], column: [value for _, value in pairs]}
        return TABLES[table].build(held)

    held = {name: [row[name] for row in records] for name in SCALARS}
    return Frames(
        TABLES["completions"].build({"row_id": [n * 10 for n in range(len(records))]} | held),
        child("tags", "tags", "tag"),
        child("messages", "prompts", "text"),
        child("choices", "answers", "text"),
    )


def keeps(condition: ca.Condition, row: dict[str, Any]) -> bool:
    match condition:
        case Not(inner):
            return not keeps(inner, row)
        case Missing(column):
            return row[column] is None
        case OneOf(column, values):
            return row[column] in values
        case Between():
            return is_between(condition, row[condition.column])
        case HasTags():
            bears = set(row["tags"])
            some = not condition.any or bears & set(condition.any)
            return bool(some and bears >= set(condition.all) and not bears & set(condition.none))
        case Contains(text, where):
            both = {"both": row["prompts"] + row["answers"], "model": [row["model"]]}
            pattern = text if condition.regex else re.escape(text)
            flags = 0 if condition.case else re.IGNORECASE
            known = [known for known in (row | both)[where] if known is not None]
            return any(re.search(pattern, searched, flags) for searched in known)
    raise AssertionError(condition)


def is_between(condition: Between, value: Any) -> bool:
    if value is None:
        return False
    low, high = condition.low, condition.high
    if condition.column == "created_at":
        value = EPOCH + timedelta(microseconds=value)
        low, high = (end and datetime.fromisoformat(end) for end in (low, high))
    at_low = value == low and condition.inclusive in ("both", "left")
    above = low is None or value > low or at_low
    at_high = value == high and condition.inclusive in ("both", "right")
    return above and (high is None or value < high or at_high)


def row_ids(log: Frames, several: list[ca.Condition]) -> list[int]:
    return ca.select(log, *several).completions["row_id"].tolist()


@settings(deadline=None)  # the machine may be busy
@given(st.lists(rows, max_size=6), st.lists(conditions, max_size=3))
def test_select_keeps_what_every_condition_keeps_row_by_row(records, several) -> None:
    log = log_of(records)
    expected = [
        number * 10
        for number, row in enumerate(records)
        if all(keeps(condition, row) for condition in several)
    ]
    assert row_ids(log, several) == expected
    assert eval(ca.as_code(several), {"log": log})["row_id"].tolist() == expected


@settings(deadline=None)  # the machine may be busy
@given(st.lists(conditions, max_size=3).map(tuple))
def test_a_filter_is_its_repr_and_its_json(several) -> None:
    assert eval(repr(several)) == several
    assert from_json(to_json(*several)) == several
    assert hash(from_json(to_json(*several))) == hash(several)


@settings(deadline=None)  # the machine may be busy
@given(st.lists(rows, max_size=6), conditions)
def test_a_condition_and_its_negation_share_the_rows_out(records, condition) -> None:
    log = log_of(records)
    kept, left = row_ids(log, [condition]), row_ids(log, [Not(condition)])
    assert sorted(kept + left) == log.completions["row_id"].tolist()
