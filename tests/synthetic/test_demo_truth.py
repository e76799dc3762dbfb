"""What the loader and plain arithmetic find in the demo is what the demo was made from."""

from __future__ import annotations

import gzip
import json
from collections import Counter

import numpy as np
import pandas as pd
import pytest
from scipy.stats import binom, binomtest

import completion_analytics as ca
from completion_analytics.synthetic import INCIDENTS, MODELS, demo_records, write_demo
from completion_analytics.synthetic.scenario import BUSY_HOURS, CLAUDE, GPT, REASONER

LEVEL = 0.9999


def test_every_record_is_accounted_for(log, records):
    """Counted in the records by their shape and ids, without the loader."""
    shapes = Counter(
        "feedback" if "task_id" in r else "rejects" if is_broken(r) else "kept" for r in records
    )
    ids = {r["id"] for r in records if "status" in r and not is_broken(r)}
    counts = log.counts.iloc[0]
    assert counts["records"] == len(records)
    assert counts["rows"] == len(ids)
    assert counts["feedback"] == shapes["feedback"]
    assert counts["duplicates"] == shapes["kept"] - len(ids)
    assert counts["rejects"] == shapes["rejects"]
    assert min(counts[["feedback", "duplicates", "rejects"]]) > 0


def is_broken(record):
    return "status" not in record or (record["duration"] or 0) < 0


def test_every_kind_of_failure_occurs(log):
    seen = log.completions["failure_class"].value_counts()
    assert seen[seen == 0].index.tolist() == []


def marked(log):
    """Rows of the client that waits for an answer and marks what fails."""
    frame = log.completions
    sync = [row["orig_module"] == "openai.resources.chat.completions" for row in raws(log)]
    return frame[np.array(sync) & ~frame["is_stream"].fillna(False).to_numpy(bool)]


def raws(log):
    return [log.raw(row_id) for row_id in log.completions["row_id"]]


def in_incident(frame, model):
    inside = pd.Series(False, index=frame.index)
    for incident in INCIDENTS:
        if model in incident.models:
            inside |= frame["created_at"].between(incident.start, incident.end, inclusive="left")
    return inside


@pytest.mark.parametrize("model", [GPT, REASONER])
def test_the_failure_rate_outside_of_incidents_is_the_true_one(log, model):
    frame = marked(log)
    calm = frame[(frame["model"] == model) & ~in_incident(frame, model)]
    failed = (calm["outcome"] == "failed") & (calm["failure_class"] != "timeout")
    likely = binomtest(int(failed.sum()), len(calm)).proportion_ci(LEVEL)
    assert likely.low < MODELS[model].failure_share < likely.high
    assert likely.high < 0.15


def test_the_rate_limit_of_the_first_incident_is_found(log):
    incident, frame = INCIDENTS[0], marked(log)
    within = frame[
        frame["created_at"].between(incident.start, incident.end, inclusive="left")
        & frame["model"].isin(incident.models)
    ]
    limited = within["failure_class"] == "rate_limit"
    likely = binomtest(int(limited.sum()), len(within)).proportion_ci(LEVEL)
    assert likely.low < incident.failure_share < likely.high
    assert likely.low > 0.2


def test_failures_of_clients_that_hide_them_stay_unresolved(log):
    outcomes = log.completions.loc[log.completions["model"] == CLAUDE, "outcome"].value_counts()
    assert outcomes["failed"] == 0
    assert outcomes["unresolved"] > 0


@pytest.mark.parametrize("model", [GPT, REASONER])
def test_answers_take_the_true_time_per_token(log, model):
    """The median of time over expected time is 1, within the exact interval of a median."""
    frame = marked(log)
    hour, day = frame["created_at"].dt.hour, frame["created_at"].dt.day_of_week
    quiet = (day >= 5) | ~hour.isin(list(BUSY_HOURS))
    rows = frame[
        (frame["model"] == model)
        & quiet
        & ~in_incident(frame, model)
        & (frame["outcome"] == "finished")
        & frame["completion_tokens"].notna()
    ]
    truth = MODELS[model]
    tokens = rows["completion_tokens"].astype("float64")
    ratio = np.sort(rows["duration_s"] / (truth.overhead_s + truth.s_per_token * tokens))
    reach = int(binom.ppf((1 - LEVEL) / 2, len(ratio), 0.5))
    assert len(ratio) > 50
    assert ratio[reach - 1] < 1 < ratio[-reach]
    assert np.std(np.log(ratio)) == pytest.approx(truth.noise, rel=0.3)


def test_most_failures_that_may_pass_are_tried_again(log):
    retried = ca.stats.retry_rates(log.completions)
    assert int(retried["k"].iloc[0]) > 100
    assert 0.3 < float(retried["rescued"].iloc[0]) < 1


def test_the_loader_sees_the_oddities(log):
    codes = set(log.issues["code"])
    assert codes >= {
        "arguments_invalid", "duplicate_id", "duration_whole_second", "duration_zero",
        "failed_without_duration", "json_string_payload", "logprob_sentinel", "mock",
        "object_mismatch", "request_copied", "status_stale", "tags_unresolved", "total_mismatch",
        "unresolved", "usage_estimated", "usage_incomplete", "usage_missing", "usage_sentinel",
        "usage_zero", "duration_missing",
    }  # fmt: skip


def test_durations_are_milliseconds_and_said_to_be_so(log):
    unit = log.issues[log.issues["code"] == "duration_unit"]
    assert unit["advice"].str.contains("Read as milliseconds").all()
    assert log.completions["duration_s"].max() <= 60


def test_feedback_finds_its_completion(log):
    assert log.feedback["row_id"].notna().mean() > 0.9


@pytest.mark.parametrize("name", ["demo.jsonl", "demo.jsonl.gz"])
def test_the_file_holds_the_records(tmp_path, name):
    write_demo(tmp_path / name, 30, seed=3)
    raw = (tmp_path / name).read_bytes()
    text = gzip.decompress(raw) if name.endswith(".gz") else raw
    assert [json.loads(line) for line in text.splitlines()] == list(demo_records(30, seed=3))
    assert [path.name for path in tmp_path.iterdir()] == [name]


def test_the_same_records_make_the_same_bytes(tmp_path):
    for name in ("a.jsonl.gz", "b.jsonl.gz"):
        write_demo(tmp_path / name, 5)
    assert (tmp_path / "a.jsonl.gz").read_bytes() == (tmp_path / "b.jsonl.gz").read_bytes()


def test_a_write_that_breaks_off_leaves_the_old_file(tmp_path, monkeypatch):
    path = tmp_path / "demo.jsonl"
    path.write_text("old")

    def broken(n, seed):
        yield {"id": "1"}
        raise KeyboardInterrupt

    monkeypatch.setattr("completion_analytics.synthetic.newest_first", broken)
    with pytest.raises(KeyboardInterrupt):
        write_demo(path, 2)
    assert path.read_text() == "old"
    assert [each.name for each in tmp_path.iterdir()] == ["demo.jsonl"]


def test_a_folder_that_is_not_there_is_named(tmp_path):
    with pytest.raises(FileNotFoundError, match=r"there is no folder .*nowhere"):
        write_demo(tmp_path / "nowhere" / "demo.jsonl", 1)


def test_demo_is_loaded_and_keeps_its_raw_records():
    log = ca.demo(60, seed=5)
    assert log.raw(0) == next(iter(demo_records(60, seed=5)))


def test_a_demo_without_records_is_an_empty_log():
    assert len(ca.demo(0)) == 0
