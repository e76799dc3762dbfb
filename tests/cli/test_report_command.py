"""`report`: what it writes, and what it ends with."""

from __future__ import annotations

import json

import pytest

import completion_analytics as ca
from completion_analytics.cli import exits
from completion_analytics.reporting import writing
from completion_analytics.reporting.document import ReportNumbers


def failing(tmp_path, failed, finished, model="m"):
    """An export of which it is known how many calls failed."""
    path = tmp_path / f"{model}.jsonl"
    statuses = ["failed"] * failed + ["finished"] * finished
    path.write_text(
        "".join(
            json.dumps({"id": f"{model}{i}", "status": status, "request": {"model": model}}) + "\n"
            for i, status in enumerate(statuses)
        )
    )
    return path


def without_salt(numbers):
    """Pseudonyms differ from run to run, and so does what finds some of them."""
    return numbers.model_copy(update={"redactions": {}})


def test_markdown_and_json_tell_what_python_tells(run, demo, tmp_path):
    md, as_json = tmp_path / "r.md", tmp_path / "r.json"
    result = run("report", demo, "--md", md, "--json", as_json, "--title", "Nightly")
    assert (result.exit_code, result.output) == (0, "")
    told = ReportNumbers.model_validate_json(as_json.read_text())
    expected = ca.report_numbers(ca.load(demo), title="Nightly")
    assert without_salt(told) == without_salt(expected)
    assert md.read_text() == told.markdown()
    assert {path.name for path in tmp_path.iterdir()} == {"r.md", "r.json"}


def test_a_page_is_that_of_python(run, demo, tmp_path, monkeypatch):
    """Which takes seconds to draw, so that here only what is asked for is looked at."""
    asked = []
    monkeypatch.setattr(writing, "report", lambda *given, **options: asked.append((given, options)))
    result = run("report", demo, "-o", tmp_path / "r.html", "--title", "t", "--by", "kind",
                 "--where", "outcome=failed", "--no-redact")  # fmt: skip
    assert result.exit_code == 0
    (((log, path), options),) = asked
    failed = ca.OneOf("outcome", ["failed"])
    assert (len(log), path) == (len(ca.select(ca.load(demo), failed)), str(tmp_path / "r.html"))
    assert options == {"title": "t", "by": ["kind"], "redact": False, "conditions": (failed,)}


def test_markdown_and_json_can_be_printed(run, demo):
    assert run("report", demo, "--md", "-").stdout.startswith("**387 calls**")
    assert json.loads(run("report", demo, "--json", "-").stdout)["version"] == 1


def test_conditions_and_groups_are_those_of_python(run, demo):
    result = run(
        "report", demo, "--json", "-", "--where", "duration_s>2", "--where", "kind=chat",
        "--by", "provider", "--by", "outcome",
    )  # fmt: skip
    told = json.loads(result.stdout)
    conditions = [ca.Between("duration_s", 2, None, inclusive="right"), ca.OneOf("kind", ["chat"])]
    kept = ca.select(ca.load(demo), *conditions)
    assert told["total"]["calls"] == ca.summary(kept, by=None)["n"].item()
    assert told["by"] == ["provider", "outcome"]
    assert told["conditions"] == [repr(condition) for condition in conditions]


def test_secrets_are_replaced_unless_asked_otherwise(run, tmp_path):
    path = failing(tmp_path, 0, 3, model="ada@example.com")
    assert "example.com" not in run("report", path, "--md", "-").stdout
    assert "ada&#64;example.com" in run("report", path, "--md", "-", "--no-redact").stdout


def test_a_breach_is_a_sentence_and_ends_with_two(run, tmp_path):
    result = run("report", failing(tmp_path, 5, 95), "--fail-if", "failure_rate>2%")
    assert (result.exit_code, result.stdout) == (exits.BREACH, "")
    assert result.stderr == (
        "breached: failure_rate>2% for all calls: 5% (95% interval 2.2% to 11.2%, n = 100)\n"
    )


def test_a_limit_that_is_kept_says_nothing(run, tmp_path):
    result = run("report", failing(tmp_path, 5, 95), "--fail-if", "failure_rate>5%")
    assert (result.exit_code, result.output) == (0, "")


def test_what_cannot_be_judged_is_said_and_breaches_nothing(run, tmp_path):
    result = run("report", failing(tmp_path, 0, 3), "--fail-if", "p95(duration_s)>8s")
    assert result.exit_code == 0
    assert result.stderr == (
        "not judged: p95(duration_s)>8s for all calls: – (n = 0), because no call tells it\n"
    )


def test_one_breach_of_several_limits_is_enough(run, tmp_path):
    limits = ["--fail-if", "failure_rate>50%", "--fail-if", "count<101", "--fail-if", "count<1"]
    result = run("report", failing(tmp_path, 5, 95), *limits)
    assert result.exit_code == exits.BREACH
    assert result.stderr.splitlines() == ["breached: count<101 for all calls: 100 (n = 100)"]


def test_conditions_that_leave_no_call_are_told(run, demo):
    result = run("report", demo, "--md", "-", "--where", "model=nobody", "--where", "duration_s>2")
    assert result.exit_code == 0
    assert result.stderr == "completion-analytics: no call meets model=nobody and duration_s>2\n"


def test_limits_are_judged_per_group_where_groups_are_asked_for(run, tmp_path):
    paths = failing(tmp_path, 30, 10, model="bad"), failing(tmp_path, 0, 40, model="good")
    together = run("report", *paths, "--fail-if", "failure_rate>40%")
    apart = run("report", *paths, "--fail-if", "failure_rate>40%", "--by", "model")
    assert (together.exit_code, apart.exit_code) == (0, exits.BREACH)
    assert apart.stderr.startswith("breached: failure_rate>40% for model=bad: 75%")
    assert apart.stderr.count("\n") == 1


def test_what_was_written_is_there_when_a_limit_is_breached(run, tmp_path):
    place = tmp_path / "r.md"
    result = run("report", failing(tmp_path, 5, 95), "--md", place, "--fail-if", "count<101")
    assert result.exit_code == exits.BREACH
    assert "**breached**: count&#60;101 for all calls" in place.read_text()


def test_a_hostile_name_says_one_line_and_drives_no_terminal(run, tmp_path):
    path = failing(tmp_path, 20, 0, model="\x1b[2J\n::error::gotcha")
    result = run("report", path, "--fail-if", "count>1", "--by", "model", "--no-redact")
    assert result.exit_code == exits.BREACH
    assert result.stderr.count("\n") == 1
    assert "\x1b" not in result.stderr


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        ([], "name what to write, with -o, --md or --json, or a limit with --fail-if"),
        (["--fail-if", "failure_rat>2%"], "did you mean 'failure_rate'?"),
        (["--fail-if", "failure_rate>2"], "write 2%"),
        (["--md", "-", "--where", "modle=x"], "did you mean 'model'?"),
        (["--md", "-", "--where", "slow"], "'slow' is no condition"),
        (["--md", "-", "--by", "modle"], "did you mean 'model'?"),
        (["--md", "-", "--by", "duration_s"], "continuous"),
        (["--md", "-", "--json", "-"], "only one of --md and --json can be -"),
        (["-o", "nowhere/r.html"], "there is no folder nowhere"),
        (["--md", "."], "is a folder"),
    ],
)
def test_a_mistake_is_one_sentence_before_anything_is_read(arguments, told, run):
    result = run("report", "no-such-file.jsonl", *arguments)
    assert (result.exit_code, result.stdout) == (exits.MISTAKE, "")
    assert told in result.stderr
    assert result.stderr.count("\n") == 1


@pytest.mark.parametrize(
    "arguments", [["--fail-fi", "x"], ["--md"], ["nowhere.jsonl", "--md", "-"]]
)
def test_other_mistakes_end_with_the_same_code(arguments, run):
    assert run("report", *arguments).exit_code == exits.MISTAKE


def test_no_two_ends_are_alike_and_none_is_that_of_a_crash():
    assert sorted(exits.EXITS) == [0, 1, 2, 64, 130]
