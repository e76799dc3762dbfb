"""The benches of statistics, plots and intervals run, and miss nothing out."""

from __future__ import annotations

from argparse import ArgumentParser

import numpy as np
import pytest
from matplotlib.figure import Figure

from bench import coverage as coverage_bench
from bench import plots as plots_bench
from bench import stats as stats_bench
from bench.alone import cost
from bench.designs import DESIGNS, coverage
from bench.memory import FORGET
from bench.million import made_file, made_log, read_log
from completion_analytics import plot, stats
from completion_analytics.frames import TABLES


def printed(capsys, bench, *options):
    parser = ArgumentParser()
    bench.add_options(parser)
    bench.main(parser.parse_args(options))
    return capsys.readouterr().out


@pytest.fixture(scope="module")
def log():
    return made_log(2_000)


def test_made_calls_fill_every_declared_column(log):
    columns = TABLES["completions"].columns
    assert log.completions.columns.tolist() == [column.name for column in columns]
    assert [name for name in log.completions if log.completions[name].isna().all()] == []
    assert TABLES["completions"].conform(log.completions).dtypes.equals(log.completions.dtypes)


def test_made_calls_have_twenty_models_and_about_two_tags_each(log):
    assert log.completions["model"].nunique() == 20
    assert 1.9 < len(log.tags) / len(log.completions) < 2.1
    assert set(log.completions["outcome"]) == {"finished", "failed", "unresolved"}


def test_the_same_seed_makes_the_same_calls_and_the_file_holds_them(log):
    assert made_log(2_000).completions.equals(log.completions)
    assert not made_log(2_000, seed=1).completions.equals(log.completions)
    again = read_log(made_file(2_000))
    assert again.completions.equals(log.completions)
    assert again.tags.equals(log.tags)


def test_no_public_statistic_and_no_plot_is_left_out():
    assert set(stats.__all__) <= set(stats_bench.NAMES)
    assert {*plot.PLOTS, "overview"} == set(plots_bench.NAMES)


@pytest.mark.parametrize("name", stats_bench.NAMES)
def test_every_statistic_can_be_measured(name, log):
    found = stats_bench.trial(name, log)
    assert all(seconds > 0 for seconds in found["seconds"])
    assert found["peak"] >= 1


def test_a_plot_is_measured_and_its_points_are_counted(log):
    found = plots_bench.trial("latency_ecdf", log)
    assert len(found["seconds"]) == 2
    assert 100 < found["points"] < 100_000


def test_cells_vertices_and_markers_count_as_points_and_words_do_not():
    ax = Figure().add_subplot()
    drawn = [
        ax.plot([1, 2, 3])[0],
        ax.pcolormesh(np.zeros((2, 3))),
        ax.scatter(range(40), range(40)),
        ax.set_title("a word"),
    ]
    assert [plots_bench.points_of(artist) for artist in drawn] == [3, 6, 40, 0]


@pytest.mark.skipif(not FORGET.exists(), reason="the system does not let a peak be forgotten")
def test_memory_that_a_call_holds_for_a_while_is_counted():
    held = cost(lambda: np.ones(8_000_000).sum()).extra_mb
    assert 50 < held < 120


@pytest.mark.parametrize("name", DESIGNS)
def test_a_design_gives_a_share_for_each_of_its_intervals(name):
    found = coverage(DESIGNS[name], 20)
    assert found
    assert all(60 <= share <= 100 for share in found.values())


@pytest.mark.parametrize(
    ("bench", "name"), [(stats_bench, "percentiles"), (plots_bench, "failure_rates")]
)
def test_a_bench_prints_a_row_for_each_name_it_is_asked(bench, name, capsys):
    table = printed(capsys, bench, "--rows", "2000", "--names", name)
    assert f"\n{name} " in table
    assert "np.sort" in table


def test_exact_chances_are_those_published(capsys):
    table = printed(capsys, coverage_bench, "--names", "wilson, exact", "percentiles, exact")
    for line in ("n = 20, mean over rates                 1    95.35", "95.49", "95.81"):
        assert line in table
    assert "MISSED" not in table


def test_an_interval_that_holds_too_seldom_is_marked():
    (line,) = coverage_bench.lines("made up", DESIGNS["cliffs_delta"], 10_000, {"all": 93.0}, "1.0")
    assert line.endswith("MISSED")
    assert "94.0–96.0" in line
    (line,) = coverage_bench.lines("made up", DESIGNS["cliffs_delta"], 2_000, {"all": 93.6}, "1.0")
    assert not line.endswith("MISSED")
