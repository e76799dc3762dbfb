"""A log in parts on a real cluster of two processes, beside the same log in this one."""

from __future__ import annotations

import os
import re
import signal
import sys
import threading
from dataclasses import dataclass
from pathlib import Path

import cloudpickle
import dask.config
import numpy as np
import pandas as pd
import psutil
import pytest

import completion_analytics as ca
from completion_analytics.filters.scope import Flags, Scope
from completion_analytics.frames import TABLES
from completion_analytics.stats.sketch import RELATIVE_ERROR
from completion_analytics.storage import STORED, Manifest, write_part

PARTS = 4
FRAMES = (
    "completions",
    "choices",
    "usage",
    "tags",
    "messages",
    "tool_calls",
    "stacktrace",
    "logprobs",
    "feedback",
)
RANKED = {"rtol": RELATIVE_ERROR, "atol": 0}
EXACT = {"rtol": 1e-12, "atol": 0}


def write_parts(log, folder: Path, parts: int = PARTS) -> Path:
    """The log in parts by rows; feedback and what has no row in the last one."""
    ends = np.linspace(0, log.completions["row_id"].max() + 1, parts + 1).astype(int)
    for part in range(parts):
        frames = {name: getattr(log, name) for name in STORED if name not in ("origins", "raw")}
        frames["origins"] = log.origins.places
        for name, frame in frames.items():
            if "row_id" in frame and name != "feedback":
                here = frame["row_id"].between(ends[part], ends[part + 1] - 1)
                frames[name] = frame[here].reset_index(drop=True)
            elif part < parts - 1:
                frames[name] = frame[:0]
        write_part(folder, part, frames)
    Manifest(parts, log.source_issues, log.redactions).write(folder)
    return folder


@pytest.fixture(scope="module")
def whole():
    return ca.demo(400)


@pytest.fixture(scope="module")
def folder(whole, tmp_path_factory):
    return write_parts(whole, tmp_path_factory.mktemp("log"))


@pytest.fixture(scope="module")
def client():
    """Two workers, each a process of its own, on this machine alone."""
    from distributed import Client, LocalCluster

    # Workers cannot import this file, so what it defines goes to them as it is.
    cloudpickle.register_pickle_by_value(sys.modules[__name__])
    threads, sockets = set(threading.enumerate()), listening()
    with (
        LocalCluster(
            n_workers=2,
            threads_per_worker=1,
            processes=True,
            host="127.0.0.1",
            dashboard_address=None,
            memory_limit="1GiB",
        ) as cluster,
        Client(cluster) as client,
    ):
        yield client
    cloudpickle.unregister_pickle_by_value(sys.modules[__name__])
    for thread in set(threading.enumerate()) - threads:
        if not thread.name.startswith("Dask-Offload"):  # kept, idle, as long as the process
            thread.join(timeout=30)
            assert not thread.is_alive()
    assert listening() <= sockets


def listening():
    """Ports of this process and of those it started."""
    process = psutil.Process()
    family = [process, *process.children(recursive=True)]
    return {socket.laddr.port for each in family for socket in each.net_connections("tcp")}


@pytest.fixture(scope="module")
def log(folder, client):
    return ca.scale.open(folder, client)


@pytest.fixture
def here(folder):
    """The same log without a cluster."""
    with dask.config.set(scheduler="synchronous"):
        yield ca.scale.open(folder)


@pytest.mark.parametrize("name", FRAMES)
def test_a_frame_has_the_declared_dtypes_and_the_rows_in_their_order(log, whole, name):
    frame, expected = getattr(log, name), getattr(whole, name)
    assert frame.npartitions == PARTS
    pd.testing.assert_series_equal(frame.dtypes, expected.dtypes)
    for part in range(PARTS):
        pd.testing.assert_series_equal(frame.partitions[part].compute().dtypes, expected.dtypes)
    pd.testing.assert_frame_equal(frame.compute().reset_index(drop=True), expected)


def test_categories_are_known_and_those_of_all_parts(log, whole):
    assert log.completions["model"].cat.known
    found = log.completions.groupby("model", observed=False)["duration_s"].count().compute()
    expected = whole.completions.groupby("model", observed=False)["duration_s"].count()
    pd.testing.assert_series_equal(found, expected)


def test_columns_that_nobody_asks_for_are_not_read(here):
    plan = here.completions[["model", "duration_s"]].optimize(fuse=False).expr
    assert plan.operand("columns") == ["model", "duration_s"]
    assert plan.dependencies() == []


@pytest.mark.parametrize("by", ["model", None, ["tag", "outcome"]], ids=str)
def test_the_summary_is_that_of_pandas(log, whole, by):
    found, expected = ca.summary(log, by=by), ca.summary(whole, by=by)
    pd.testing.assert_frame_equal(found, expected, **RANKED)
    exact = [name for name in expected if not name.startswith("p") or name == "prompt_tokens"]
    pd.testing.assert_frame_equal(found[exact], expected[exact], **EXACT)
    assert found.attrs == {"relative_error": 0.0025}


@pytest.mark.parametrize(
    ("name", "options", "within"),
    [
        ("failure_rates", {"by": "model"}, EXACT),
        ("failures_over_time", {"every": "1D"}, EXACT),
        ("token_totals", {"by": "tag"}, EXACT),
        ("tokens_over_time", {"by": "model"}, EXACT),
        ("percentiles", {"by": "model", "failures": "inf"}, RANKED),
        ("latency_over_time", {"tz": "America/New_York"}, RANKED),
    ],
)
def test_a_statistic_is_that_of_pandas(log, whole, name, options, within):
    statistic = getattr(ca.stats, name)
    pd.testing.assert_frame_equal(statistic(log, **options), statistic(whole, **options), **within)


SELECTIONS = [
    [ca.OneOf("outcome", ["failed"])],
    [ca.HasTags(any=["prod"]), ca.Between("duration_s", 1, None)],
    [ca.Not(ca.Contains("the", "answers")), ca.Missing("cost_usd")],
    [ca.OneOf("model", [])],
]


@pytest.mark.parametrize("conditions", SELECTIONS, ids=str)
def test_a_selection_is_that_of_pandas_in_every_frame(here, whole, conditions):
    found, expected = ca.select(here, *conditions), ca.select(whole, *conditions)
    for name, frame in expected.frames.items():
        rows = found.frame(name).compute().reset_index(drop=True)
        pd.testing.assert_frame_equal(rows, frame)
    pd.testing.assert_frame_equal(found.issues, expected.issues)
    pd.testing.assert_frame_equal(found.counts, expected.counts)
    pd.testing.assert_frame_equal(ca.summary(found), ca.summary(expected), **RANKED)


def test_selections_add_up_and_leave_the_log_as_it_was(here, whole):
    failed = ca.select(here, ca.OneOf("outcome", ["failed"]))
    both = ca.select(failed, ca.Missing("session_id"))
    expected = whole.completions["outcome"].eq("failed") & whole.completions["session_id"].isna()
    assert len(both.compute()) == expected.sum()
    assert here.pieces.conditions == ()


def test_findings_are_those_of_the_load(log, whole):
    pd.testing.assert_frame_equal(log.issues, whole.issues)
    pd.testing.assert_frame_equal(log.rejects, whole.rejects)
    pd.testing.assert_frame_equal(log.counts, whole.counts)


def test_what_is_computed_here_is_the_log(here, whole):
    computed = here.compute()
    assert repr(computed) == repr(whole)
    pd.testing.assert_frame_equal(computed.messages, whole.messages)
    with pytest.raises(ValueError, match=r"these are [34]\d\d completions, and at most 10 are"):
        here.compute(most=10)


def test_a_report_tells_the_same_of_a_log_in_parts(here, whole):
    options = {"conditions": [ca.OneOf("kind", ["chat"])], "redact": False}
    assert ca.report_numbers(here, **options) == ca.report_numbers(whole, **options)


def test_a_report_of_more_calls_than_fit_says_what_to_do(here, tmp_path, monkeypatch):
    monkeypatch.setattr("completion_analytics.reporting.one_place.MOST_CALLS", 10)
    with pytest.raises(ValueError, match="at most 10 are taken into one process: select fewer"):
        ca.report(here, tmp_path / "report.html")


@pytest.mark.parametrize(
    "use", [ca.explore, ca.redact, lambda log: ca.show(log, 0)], ids=["explore", "redact", "show"]
)
def test_what_needs_a_log_in_one_process_says_how_to_get_one(here, use):
    with pytest.raises(TypeError, match=r"takes a CompletionLog.* not a ClusterLog: .*compute\(\)"):
        use(here)


def test_what_only_a_log_in_one_process_has_is_told(here):
    with pytest.raises(AttributeError, match=r"has no 'to_csv': what compute\(\) .* gives has one"):
        here.to_csv("folder")
    with pytest.raises(AttributeError, match=r"has no 'cost'$"):
        _ = here.cost


@dataclass(frozen=True, repr=False)
class Deadly(ca.Condition):
    """Keeps every row, but the process that first looks at the third part dies of it."""

    mark: str

    def rows(self, scope: Scope) -> Flags:
        is_third = len(scope.frame) and scope.frame["row_id"].min() > 150
        if is_third and not Path(self.mark).exists():
            Path(self.mark).write_text(str(os.getpid()), encoding="utf-8")
            os.kill(os.getpid(), signal.SIGKILL)
        return ~scope.none()

    def code(self, names):
        raise NotImplementedError


def test_a_worker_killed_halfway_changes_nothing(log, client, whole, tmp_path):
    mark, workers = tmp_path / "mark", set(client.run(os.getpid).values())
    found = ca.summary(ca.select(log, Deadly(str(mark))))
    killed = int(mark.read_text(encoding="utf-8"))
    client.wait_for_workers(2)
    assert workers - set(client.run(os.getpid).values()) == {killed}
    pd.testing.assert_frame_equal(found, ca.summary(whole), **RANKED)


def test_a_log_of_no_part_holds_nothing(here, tmp_path):
    Manifest(0).write(tmp_path)
    log = ca.scale.open(tmp_path)
    assert len(log.completions.compute()) == 0
    assert (log.completions.dtypes == TABLES["completions"].empty().dtypes).all()
    assert ca.summary(log, by=None)["n"].tolist() == [0]
    assert len(log.issues) == 0


@pytest.fixture
def export(tmp_path):
    """Sixty records in a file, to be read as `exports/*.jsonl`."""
    (tmp_path / "exports").mkdir()
    ca.demo(60).to_jsonl(tmp_path / "exports" / "log.jsonl")
    return str(tmp_path / "exports" / "*.jsonl")


def test_exports_are_converted_once_and_opened(here, export, tmp_path, monkeypatch):
    log = ca.scale.open(export, store=tmp_path / "store")
    loaded = ca.load(export)
    for name, frame in loaded.frames.items():
        pd.testing.assert_frame_equal(log.frame(name).compute().reset_index(drop=True), frame)
    pd.testing.assert_frame_equal(log.counts, loaded.counts)
    monkeypatch.setattr("completion_analytics.scale.cluster.convert", None)
    again = ca.scale.open(export, store=tmp_path / "store")
    assert len(again.compute()) == len(loaded)


def test_a_store_of_other_files_is_not_opened_for_these(export, tmp_path):
    ca.scale.open(export, store=tmp_path / "store")
    with Path(export.replace("*", "log")).open("a", encoding="utf-8") as file:
        file.write("\n")
    with pytest.raises(ValueError, match=r"holds a log of other files, or as they were before"):
        ca.scale.open(export, store=tmp_path / "store")


def test_without_a_store_a_changed_export_is_converted_anew(here, export, tmp_path, monkeypatch):
    monkeypatch.setattr("completion_analytics.scale.cluster.default_folder", lambda: tmp_path)
    first = ca.scale.open(export)
    assert ca.scale.open(export).pieces.stored.folder == first.pieces.stored.folder
    path = Path(export.replace("*", "log"))
    path.write_text(path.read_text(encoding="utf-8") + "no JSON\n", encoding="utf-8")
    assert ca.scale.open(export).counts["rejects"].tolist() == [1]
    assert first.counts["rejects"].tolist() == [0]


@pytest.mark.parametrize("manifest", ["{}", "[1]", '{"version'])
def test_exports_beside_a_manifest_of_somebody_else_are_converted(tmp_path, manifest):
    exports = tmp_path / "exports"
    exports.mkdir()
    (exports / "manifest.json").write_text(manifest, encoding="utf-8")
    ca.demo(5).to_jsonl(exports / "log.jsonl")
    log = ca.scale.open(exports, store=tmp_path / "store")
    assert log.counts["rows"].sum() == 5


def test_what_is_neither_a_log_nor_an_export_is_not_opened(tmp_path):
    with pytest.raises(FileNotFoundError, match=re.escape(str(tmp_path))):
        ca.scale.open(tmp_path)
    with pytest.raises(FileNotFoundError, match="nowhere"):
        ca.scale.open(tmp_path / "nowhere")


def test_without_dask_it_says_what_to_install(monkeypatch):
    for name in ("cluster", "partitions", "pieces"):
        monkeypatch.delitem(sys.modules, f"completion_analytics.scale.{name}", raising=False)
        monkeypatch.delattr(f"completion_analytics.scale.{name}", raising=False)
    monkeypatch.setitem(sys.modules, "dask.delayed", None)
    with pytest.raises(
        ImportError, match=r"needs Dask: pip install 'completion-analytics\[scale\]'"
    ):
        ca.scale.open("folder")
