"""A filter as pandas code."""

from __future__ import annotations

import pytest

import completion_analytics as ca
from completion_analytics import Between, Contains, HasTags, Missing, Not, OneOf


def test_the_code_is_one_expression_with_a_line_per_condition() -> None:
    conditions = [OneOf("model", ["it's", None]), Between("prompt_tokens", 0.1, 60)]
    assert ca.as_code(conditions).splitlines() == [
        "log.completions.loc[lambda d: (",
        """    (d['model'].isin(["it's"]) | d['model'].isna())""",
        "    & d['prompt_tokens'].between(0.1, 60)",
        ")]",
    ]


def test_without_conditions_the_code_is_the_frame() -> None:
    assert ca.as_code([]) == "log.completions"
    assert ca.as_code([], "rows", is_frame=True) == "rows"


def test_a_frame_is_called_by_its_name(log) -> None:
    code = ca.as_code([Between("duration_s", 2, None)], "slow", is_frame=True)
    assert eval(code, {"slow": log.completions})["row_id"].tolist() == [1, 5]


@pytest.mark.parametrize("name", ["log", "d", "d.log", "data", "rows"])
def test_the_log_may_have_any_name(log, name: str) -> None:
    class Holder:
        pass

    holder = Holder()
    holder.log = log
    scope = {"d.log": {"d": holder}}.get(name, {name: log})
    code = ca.as_code([HasTags(all=["prod"], none=["web"])], name)
    assert eval(code, scope)["row_id"].tolist() == [1]


@pytest.mark.parametrize("condition", [HasTags(any=["a"]), Contains("a", "prompts")])
def test_code_for_a_frame_cannot_look_beyond_it(condition) -> None:
    with pytest.raises(TypeError, match=r"needs the log, because it looks into log\."):
        ca.as_code([Not(condition)], "frame", is_frame=True)


def test_only_conditions_become_code() -> None:
    with pytest.raises(TypeError, match="as_code takes conditions such as OneOf"):
        ca.as_code(["model"])


def test_the_code_works_with_repeated_index_labels(log) -> None:
    frame = log.completions.set_axis([0, 0, 0, 0])
    code = ca.as_code([Not(Between("prompt_tokens", 20, None))], "frame", is_frame=True)
    assert eval(code, {"frame": frame})["row_id"].tolist() == [0, 1]


def test_a_missing_value_stays_out_of_a_comparison_and_comes_in_by_its_negation(log) -> None:
    inside, outside = Between("prompt_tokens", 1, 99), Not(Between("prompt_tokens", 1, 99))
    assert eval(ca.as_code([inside]), {"log": log})["row_id"].tolist() == [0, 5, 7]
    assert eval(ca.as_code([outside]), {"log": log})["row_id"].tolist() == [1]
    assert eval(ca.as_code([outside, Missing("prompt_tokens")]), {"log": log}).shape[0] == 1
