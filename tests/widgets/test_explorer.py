"""The explorer without a browser: what is clicked, what follows, and what is shown."""

from __future__ import annotations

import base64
import json
import logging
import subprocess
import sys

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from ipywidgets.widgets.widget import _instances

import completion_analytics as ca
from completion_analytics import stats
from completion_analytics.frames import TABLES
from completion_analytics.widgets import display
from completion_analytics.widgets.explorer import Explorer, explore
from completion_analytics.widgets.figures import Figures
from completion_analytics.widgets.later import Later

HOSTILE = "<script>alert(1)</script><img src=x onerror=alert(2)></textarea>**b**\x1b[2J\u202e"


def a_record(number: int, **changes) -> dict:
    model = changes.pop("model", "gpt-4o")
    said = changes.pop("said", "Hello")
    return {
        "id": f"id-{number}",
        "status": "finished",
        "kind": "chat",
        "duration": 1000.5 + number,
        "created_at": f"2026-11-01T0{number % 10}:00:00Z",
        "request": {"model": model, "messages": [{"role": "user", "content": said}]},
        "response": {
            "model": model,
            "choices": [
                {
                    "index": 0,
                    "finish_reason": "stop",
                    "message": {"role": "assistant", "content": "Hi"},
                }
            ],
            "usage": {"prompt_tokens": 10 + number, "completion_tokens": 5, "total_tokens": 15},
        },
        **changes,
    }


@pytest.fixture(scope="module")
def log() -> ca.CompletionLog:
    return ca.load(
        [
            *(a_record(n, tags=["prod"] if n % 2 else ["test"]) for n in range(6)),
            a_record(6, model="o1", said="Why not?", tags=["prod", "test"]),
            a_record(7, model=HOSTILE, said=HOSTILE, tags=[HOSTILE]),
            a_record(8, status="failed", failure_kind="RateLimitError", failure_reason=HOSTILE),
        ]
    )


@pytest.fixture
def ex(log) -> Explorer:
    return explore(log, plots=[])


@pytest.fixture(autouse=True)
def nothing_swallowed(caplog):
    """Callbacks of buttons and messages that raise are only logged."""
    yield
    lost = [record for record in caplog.get_records("call") if record.name == "traitlets"]
    assert [each.getMessage() for each in lost if each.levelno >= logging.WARNING] == []


def state(ex: Explorer) -> dict:
    return ex._panels.linked.state


def ask(ex: Explorer, **chosen) -> None:
    """What the page sends when something is brushed or ticked; None clears."""
    held = {**state(ex)["chosen"], **chosen}
    chosen = {name: value for name, value in held.items() if value is not None}
    serial = state(ex)["serial"] + 1
    ex._panels.linked.set_state({"asked": {"serial": serial, "chosen": chosen}})


def tell(ex: Explorer, part: str, **message) -> list:
    """A message from the page to a part; returns what the part sends back."""
    sent: list = []
    widget = getattr(ex._panels, part)
    widget.send = lambda *given: sent.append(given)
    widget._handle_custom_msg(message, [])
    return sent


def code_of(ex: Explorer, view: str, label: str) -> int:
    return next(row[0] for row in state(ex)["lists"][view]["rows"] if row[1] == label)


def test_ticking_a_model_keeps_its_rows_and_the_other_counts_follow(ex):
    ask(ex, model={"codes": [code_of(ex, "model", "o1")], "mode": "any"})
    assert ex.error is None
    assert ex.conditions == (ca.OneOf("model", ["o1"]),)
    assert ex.row_ids == [6]
    assert state(ex)["n"] == 1
    assert sum(state(ex)["counts"]["duration_s"]) == 1
    assert sum(row[3] for row in state(ex)["lists"]["model"]["rows"]) == 9


def test_a_brush_becomes_a_condition_with_the_edges_of_its_bins(ex):
    view = next(view for view in ex._panels.linked.views if view["name"] == "duration_s")
    bins = len(view["said"]) - 1
    ask(ex, duration_s=[bins - 1, bins])
    (condition,) = ex.conditions
    assert condition.high is None
    assert len(ex.frame) == view["whole"][bins - 1]
    assert state(ex)["chosen"]["duration_s"] == [bins - 1, bins]
    ask(ex, duration_s=None)
    assert ex.conditions == ()


def test_the_linked_views_alone_filter_the_explorer_they_came_from(ex):
    alone = ex.linked
    code = code_of(ex, "model", "o1")
    chosen = {"model": {"codes": [code], "mode": "any"}}
    alone.set_state({"asked": {"serial": alone.state["serial"] + 1, "chosen": chosen}})
    assert ex.row_ids == [6]
    assert alone.state["n"] == 1


def test_exact_values_are_taken_as_typed_and_stay_when_something_else_is_ticked(ex):
    tell(ex, "linked", type="typed", view="duration_s", ends=["1.0015", "1.004"])
    ask(ex, model={"codes": [code_of(ex, "model", "gpt-4o")], "mode": "any"})
    assert ex.conditions == (ca.Between("duration_s", 1.0015, 1.004), ca.OneOf("model", ["gpt-4o"]))
    assert state(ex)["typed"]["duration_s"] == ["1.0015", "1.004"]


def test_a_typed_text_that_is_no_number_is_said_in_the_widget_until_the_next_good_one(ex):
    tell(ex, "linked", type="typed", view="duration_s", ends=["<b>soon</b>", ""])
    assert isinstance(ex.error, ValueError)
    shown = ex._panels.all[0].value
    assert "takes a number" in shown
    assert "<b>" not in shown
    tell(ex, "linked", type="typed", view="duration_s", ends=["1", ""])
    assert ex.error is None
    assert ex._panels.all[0].value == ""


@pytest.mark.parametrize(("mode", "rows"), [("any", 4), ("all", 4), ("none", 5)])
def test_tags_are_kept_by_any_all_or_none(ex, mode, rows):
    ask(ex, tag={"codes": [code_of(ex, "tag", "prod")], "mode": mode})
    assert ex.conditions == (ca.HasTags(**{mode: ["prod"]}),)
    assert len(ex.frame) == rows
    assert state(ex)["chosen"]["tag"]["mode"] == mode


def test_a_search_in_texts_follows_its_three_controls(ex):
    ex._panels.text.value = "WHY"
    assert (ex.row_ids, ex.conditions) == ([6], (ca.Contains("WHY"),))
    ex._panels.where.value = "answers"
    assert ex.row_ids == []
    ex._panels.where.value = "prompts"
    ex._panels.regex.value = True
    ex._panels.text.value = "w.y n"
    assert ex.conditions == (ca.Contains("w.y n", where="prompts", regex=True),)
    assert ex.error is None


def test_a_regular_expression_that_is_none_is_said_and_the_filter_stays(ex):
    ex._panels.text.value = "why"
    ex._panels.regex.value = True
    ex._panels.text.value = "why("
    assert "cannot read the regular expression" in str(ex.error)
    assert ex.conditions == (ca.Contains("why", regex=True),)
    ex._panels.text.value = ""
    assert (ex.error, ex.conditions) == (None, ())


def test_conditions_set_the_widgets_and_what_no_control_shows_is_listed(ex):
    others = (ca.Not(ca.Missing("duration_s")), ca.HasTags(any=["prod"], none=["test"]))
    ex.conditions = [ca.OneOf("model", ["o1"]), ca.Contains("hi", where="answers"), *others]
    assert ex._panels.text.value == "hi"
    assert ex._panels.where.value == "answers"
    assert state(ex)["chosen"]["model"]["codes"] == [code_of(ex, "model", "o1")]
    assert state(ex)["others"] == [repr(each) for each in others]
    tell(ex, "linked", type="drop", place=0)
    assert state(ex)["others"] == [repr(others[1])]
    tell(ex, "linked", type="reset")
    assert (ex.conditions, ex._panels.text.value) == ((), "")


def test_setting_a_wrong_condition_raises_and_changes_nothing(ex):
    ex.conditions = [ca.OneOf("model", ["o1"])]
    with pytest.raises(KeyError, match="did you mean 'model'"):
        ex.conditions = [ca.OneOf("modle", ["o1"])]
    with pytest.raises(TypeError, match="takes conditions"):
        ex.conditions = ["o1"]
    assert ex.row_ids == [6]


def test_the_filter_goes_home_as_code_as_json_and_as_conditions(ex, log):
    ex.conditions = [ca.HasTags(any=["prod"]), ca.Between("prompt_tokens", 12, None)]
    document = json.loads(json.dumps(ex.to_json()))
    other = explore(log, plots=[])
    other.from_json(document)
    assert other.conditions == ex.conditions
    pasted = eval(ex.code(), {"log": log})
    assert pasted["row_id"].tolist() == ex.row_ids == [3, 5, 6]
    assert ca.select(log, *ex.conditions).completions["row_id"].tolist() == ex.row_ids
    assert eval(ex.code("mine"), {"mine": log})["row_id"].tolist() == ex.row_ids
    assert state(ex)["code"] == ex.code()


def test_the_page_learns_which_running_totals_are_still_true(ex):
    before = dict(state(ex)["versions"])
    ask(ex, duration_s=[0, 1])
    after = state(ex)["versions"]
    assert after["duration_s"] == before["duration_s"]
    assert after["created_at"] > before["created_at"]
    ((answer, buffers),) = tell(ex, "linked", type="activate", view="duration_s")
    assert (answer["type"], answer["version"]) == ("cube", after["duration_s"])
    rows = len(next(v for v in ex._panels.linked.views if v["name"] == "duration_s")["said"]) + 1
    columns = sum(columns for _, columns in answer["across"])
    assert len(buffers[0]) == 4 * rows * (columns + 1)


def test_an_answer_bears_the_number_of_its_question(ex):
    ex._panels.linked.asked = {"serial": 7, "chosen": {"duration_s": [0, 1]}}
    assert state(ex)["serial"] == 7


def test_a_question_that_fails_gives_the_page_the_state_as_it_was(ex):
    chosen = {"model": {"codes": [999], "mode": "any"}}
    ex._panels.linked.asked = {"serial": 1, "chosen": chosen}
    assert isinstance(ex.error, IndexError)
    assert (state(ex)["serial"], state(ex)["chosen"], ex.conditions) == (1, {}, ())


def test_a_search_in_a_list_finds_values_and_keeps_those_ticked():
    models = [f"model {n:03}" for n in range(200)]
    frame = TABLES["completions"].build({"row_id": list(range(200)), "model": models})
    ex = explore(frame, plots=[])
    assert len(state(ex)["lists"]["model"]["rows"]) == 12
    ask(ex, model={"codes": [code_of(ex, "model", "model 003")], "mode": "any"})
    tell(ex, "linked", type="search", view="model", text=" MODEL 19")
    shown = state(ex)["lists"]["model"]
    assert [row[1] for row in shown["rows"]] == ["model 003", *models[190:]]
    assert (shown["found"], shown["values"]) == (10, 200)


def test_the_table_shows_the_slowest_first_and_sorts_and_turns_its_pages():
    n = 60
    columns = {"duration_s": [float(k) for k in range(n - 1)] + [None]}
    outcomes = ["finished"] * (n - 1) + ["failed"]
    frame = TABLES["completions"].build({"row_id": list(range(n)), "outcome": outcomes, **columns})
    ex = explore(frame, plots=[])
    table = ex._panels.table
    assert [place for place, _ in table.page["rows"]] == list(range(58, 33, -1))
    tell(ex, "table", type="page", start=50)
    assert [place for place, _ in table.page["rows"]] == [*range(8, -1, -1), 59]
    tell(ex, "table", type="sort", column="outcome")
    assert table.page["rows"][0][0] == 59
    tell(ex, "table", type="sort", column="duration_s")
    tell(ex, "table", type="sort", column="duration_s")
    assert table.page["rows"][0][0] == 0
    ex.conditions = [ca.Between("duration_s", 10, 12)]
    assert [row[0] for row in table.page["rows"]] == [10, 11, 12]
    assert table.page["n"] == 3


def test_a_row_opens_its_conversation_as_text(ex):
    place = ex.frame["row_id"].tolist().index(7)
    tell(ex, "table", type="open", place=place)
    page = ex._panels.viewer.value
    assert "&lt;script&gt;alert(1)" in page
    assert "<script>" not in page
    assert "<img" not in page
    assert ex._panels.table.page["opened"] == place


def test_a_row_of_a_plain_frame_opens_its_values():
    frame = pd.DataFrame({"model": [HOSTILE], "seconds": [1.5]})
    ex = explore(frame, plots=[])
    tell(ex, "table", type="open", place=0)
    assert "1.5" in ex._panels.viewer.value
    assert "<script>" not in ex._panels.viewer.value
    assert ex.error is None


def test_a_plain_frame_may_hold_lists_and_any_names_of_columns():
    frame = pd.DataFrame({"model": ["a", "a"], "seen": [[1, 2], None], 7: [1, 2]}, index=[5, 5])
    ex = explore(frame, plots=[])
    assert [cells for _, cells in ex._panels.table.page["rows"]] == [["a", "[1, 2]"], ["a", "–"]]
    tell(ex, "table", type="open", place=0)
    assert "[1, 2]" in ex._panels.viewer.value
    assert ex.error is None


@pytest.fixture
def shown(monkeypatch):
    """What a notebook is given to show, and what replaces it later."""
    outputs: list = []

    class Handle:
        def update(self, bundle, **_):
            outputs[-1] = bundle

    monkeypatch.setattr(display, "_show", lambda bundle, **_: outputs.append(bundle) or Handle())
    monkeypatch.delenv("VSCODE_PID", raising=False)
    return outputs


def test_a_picture_stands_below_the_widget_and_follows_the_selection(ex, shown):
    ex._ipython_display_()
    widget, before = shown
    assert set(widget) == {"application/vnd.jupyter.widget-view+json", "text/plain"}
    assert set(before) == {"image/png", "text/plain"}
    ex.conditions = [ca.OneOf("model", ["o1"])]
    assert len(shown) == 2
    assert shown[1]["text/plain"].startswith("1 of 9 completions")
    assert shown[1]["image/png"] != before["image/png"]


def test_where_nothing_hides_the_picture_it_stands_in_the_output_of_the_widget(
    ex, shown, monkeypatch
):
    monkeypatch.setenv("VSCODE_PID", "1")
    ex._ipython_display_()
    (widget,) = shown
    assert "image/png" in widget


def test_whatever_is_sent_to_the_page_as_html_is_escaped(ex):
    ex.conditions = [ca.OneOf("model", [HOSTILE])]
    ex._panels.show_error(ValueError(HOSTILE))
    for panel in ex._panels.all:
        shown = getattr(panel, "value", "")
        assert "<script>" not in shown
        assert "onerror=alert(2)>" not in shown or "&lt;img" in shown


@settings(max_examples=25, deadline=None)
@given(
    st.lists(
        st.tuples(
            st.sampled_from(["finished", "failed", "unresolved"]),
            st.none() | st.sampled_from([0.0, 0.5, 1.0, 2.0, 7.5]),
            st.sampled_from(["exact", "whole_second", "below_resolution"]),
            st.booleans(),
            st.booleans(),
        ),
        max_size=40,
    )
)
def test_the_figures_are_those_of_stats(rows):
    names = ("outcome", "duration_s", "duration_quality", "is_mock")
    columns = {name: [row[place] for row in rows] for place, name in enumerate(names)}
    frame = TABLES["completions"].build({"row_id": list(range(len(rows))), **columns})
    kept = np.array([row[4] for row in rows], dtype=bool)
    figures = Figures(frame).of(kept)
    table = stats.percentiles(frame[kept])
    rate = stats.failure_rates(frame[kept]).iloc[0]
    assert [figure.n for figure in figures] == [*table["n"], rate["n"]]
    assert [figure.value == "–" for figure in figures] == [*table["value"].isna(), rate["n"] == 0]
    for figure, row in zip(figures, table.itertuples(), strict=False):
        expected = [row.value, row.lo, row.hi]
        shown = [figure.value, *figure.interval.split(" to ")]
        assert [word == "–" for word in shown] == [bool(np.isnan(x)) for x in expected]
        assert [float(w.split()[0]) * (0.001 if " ms" in w else 1) for w in shown if w != "–"] == [
            x for x in expected if not np.isnan(x)
        ]


@pytest.mark.parametrize(
    "columns",
    [
        {"row_id": []},
        {"row_id": [1]},
        {"row_id": [1], "duration_s": [2.5], "model": ["m"], "created_at": [0]},
        {"row_id": [1, 2], "duration_s": [None, None]},
        {"row_id": [1, 2], "duration_s": [0.0, 0.0], "prompt_tokens": [0, 0]},
        {"row_id": [1, 2, 3], "duration_s": [1e-9, 1e9, float("inf")]},
        {"row_id": [1], "model": [""]},
    ],
    ids=["no rows", "one row", "one whole row", "no duration", "zeros", "wide", "empty name"],
)
def test_small_and_odd_frames_are_explored_without_an_error(columns):
    ex = explore(TABLES["completions"].build(columns), plots=[])
    ranges = [view for view in ex._panels.linked.views if view["kind"] == "range"]
    for view in ranges:
        bins = max(len(view["said"]) - 1, 0)
        ask(ex, **{view["name"]: [0, bins]})
        tell(ex, "linked", type="activate", view=view["name"])
    assert ex.error is None
    bundle, _ = ex._repr_mimebundle_()
    assert base64.b64decode(bundle["image/png"]).startswith(b"\x89PNG")
    json.dumps(state(ex), allow_nan=False)
    json.dumps(ex._panels.linked.views, allow_nan=False)


def test_an_empty_selection_is_shown_as_such(ex):
    ex.conditions = [ca.OneOf("model", [])]
    assert (ex.error, ex.row_ids, state(ex)["n"]) == (None, [], 0)
    assert ex._panels.table.page["rows"] == []
    assert "–" in ex._panels.figures.value


def test_ten_thousand_tags_are_listed_by_the_dozen():
    n = 10_000
    frame = TABLES["completions"].build({"row_id": list(range(n))})
    tags = TABLES["tags"].build({"row_id": list(range(n)), "tag": [f"tag-{k}" for k in range(n)]})

    ex = explore(ca.demo(1).changed(completions=frame, tags=tags), plots=[])
    assert len(state(ex)["lists"]["tag"]["rows"]) == 12
    assert state(ex)["lists"]["tag"]["values"] == n
    tell(ex, "linked", type="search", view="tag", text="tag-777")
    assert state(ex)["lists"]["tag"]["rows"][0][1] == "tag-777"
    assert ex.error is None


def test_a_plot_is_drawn_for_the_selection_with_words_for_those_who_cannot_see_it(log):
    ex = explore(log, plots=["latency_ecdf"])
    assert ex._panels.plot.value == ""
    ex._panels.menu.value = "latency_ecdf"
    assert 'alt="latency_ecdf of 9 completions"' in ex._panels.plot.value
    ex.conditions = [ca.OneOf("model", ["gpt-4o"])]
    assert 'alt="latency_ecdf of 7 completions"' in ex._panels.plot.value
    light = ex._panels.plot.value
    ex._panels.linked.env = {"dark": True, "dpr": 2, "width": 800}
    assert ex._panels.plot.value != light
    ex._panels.menu.value = ""
    assert (ex._panels.plot.value, ex.error) == ("", None)


def test_a_plot_that_fails_is_said_and_the_filter_works_on():
    ex = explore(pd.DataFrame({"model": ["a", "b"]}), plots=["latency_ecdf"])
    ex._panels.menu.value = "latency_ecdf"
    assert "latency_ecdf needs the column" in str(ex.error)
    ask(ex, model={"codes": [1], "mode": "any"})
    assert ex.frame["model"].tolist() == ["b"]
    ex._panels.menu.value = ""
    assert ex.error is None


def test_a_plot_that_needs_the_log_gets_the_log_of_the_selection(log):
    ex = explore(log, plots=["tag_pairs"])
    ex.conditions = [ca.HasTags(any=["prod"])]
    ex._panels.menu.value = "tag_pairs"
    assert ex.error is None
    assert 'alt="tag_pairs of 4 completions"' in ex._panels.plot.value


def test_the_bundle_has_a_picture_and_words_beside_the_widget(ex):
    ex.conditions = [ca.OneOf("model", ["o1"])]
    bundle, _ = ex._repr_mimebundle_()
    assert {"image/png", "text/plain", "application/vnd.jupyter.widget-view+json"} <= set(bundle)
    said = bundle["text/plain"]
    assert said == "Explorer: 1 of 9 completions (11 %)\nOneOf('model', ['o1'])"
    other = explore(ca.load([a_record(1)]), plots=[])._repr_mimebundle_()[0]["image/png"]
    assert bundle["image/png"] != other
    assert repr(ex) == "<Explorer: 1 of 9 completions>"


def test_300_redraws_leave_no_widgets_behind(ex):
    before = len(_instances)
    for turn in range(300):
        ask(ex, duration_s=[0, 1 + turn % 2])
    assert ex.error is None
    assert len(_instances) == before


def test_what_is_asked_of_explore_wrongly_raises_at_once(log):
    with pytest.raises(KeyError, match="knows no plot 'latency'"):
        explore(log, plots=["latency"])
    with pytest.raises(KeyError, match="needs the column 'modell'"):
        explore(log, filters=["modell"])
    with pytest.raises(TypeError, match="takes a CompletionLog or a DataFrame, not a list"):
        explore([])


def test_chosen_filters_stand_in_the_order_in_which_they_are_named(log):
    ex = explore(log, filters=["tag", "prompt_tokens", "is_stream"], plots=[])
    views = [(view["name"], view["kind"]) for view in ex._panels.linked.views]
    assert views == [("tag", "choice"), ("prompt_tokens", "range"), ("is_stream", "choice")]


def test_what_waits_happens_at_once_where_nothing_could_wake_it():
    calls = []
    Later(lambda: calls.append(1), 60).ask()
    assert calls == [1]


def test_importing_the_package_imports_no_widgets():
    program = (
        "import completion_analytics, sys;"
        "print({'ipywidgets', 'anywidget', 'matplotlib'} & set(sys.modules))"
    )
    run = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    )
    assert run.stdout == "set()\n"
