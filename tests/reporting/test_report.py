"""`ca.report`: one file that holds what the log tells, and nothing that must not leave."""

from __future__ import annotations

import base64
import hashlib
import html
import io
import json
import re
from html.parser import HTMLParser

import pandas as pd
import pytest
from PIL import Image

import completion_analytics as ca
from completion_analytics.reporting import interaction, pictures, writing
from completion_analytics.reporting.veiling import Veil, shown
from tests.redaction.test_rules import PARTS, WHOLE

HOSTILE = "</script><img src=x onerror='run()'>\u2028{{7*7}}{% raw %}<!--\u202e\x1b[2J"


def a_call(number=1, **changes):
    return {
        "id": f"c{number}",
        "created_at": f"2025-05-05T10:{number % 60:02}:00+00:00",
        "status": "finished",
        "duration": 1_000 * number,
        "kind": "chat",
        "session_id": f"s{number % 3}",
        "tags": ["prod"],
        "request": {"model": "small", "messages": [{"role": "user", "content": "my question"}]},
        "response": {
            "choices": [{"index": 0, "finish_reason": "stop", "message": {"content": "my answer"}}],
            "usage": {"prompt_tokens": 5, "completion_tokens": 7, "total_tokens": 12},
        },
    } | changes


def a_failure(number=1, reason="Request timed out.", **changes):
    return a_call(
        number,
        status="failed",
        response=None,
        failure_kind="APITimeoutError",
        failure_reason=reason,
        **changes,
    )


class Page(HTMLParser):
    """Every element of a page with its attributes, and the texts of scripts."""

    def __init__(self, text):
        super().__init__()
        self.elements, self.scripts, self.words = [], [], []
        self._in = None
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        self.elements.append((tag, dict(attrs)))
        self._in = tag
        if tag == "script":
            self.scripts.append("")

    def handle_endtag(self, tag):
        self._in = None

    def handle_data(self, data):
        if self._in == "script":
            self.scripts[-1] += data
        elif self._in != "style":
            self.words.append(data)

    def all(self, tag):
        return [attrs for name, attrs in self.elements if name == tag]


@pytest.fixture(autouse=True, scope="module")
def quick_pictures():
    """Drawing takes seconds, and only one test is about what is drawn."""
    drawn = pictures._drawn
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(pictures, "_drawn", lambda draw, size, theme: f"{_PNG}{theme}")
        yield drawn


_PNG = "data:image/png;base64,"


@pytest.fixture
def written(tmp_path):
    """Writes a report and reads it."""

    def write(log, **options):
        path = ca.report(log, tmp_path / "report.html", **options)
        return path.read_text(encoding="utf-8")

    return write


@pytest.fixture(scope="module")
def small():
    calls = [a_call(n) for n in range(1, 9)]
    failures = [a_failure(n) for n in (9, 10)]
    return ca.load([*calls, *failures, a_call(11, status="started", response=None), {"x": 1}])


@pytest.fixture(scope="module")
def text(small, tmp_path_factory):
    return ca.report(small, tmp_path_factory.mktemp("report") / "r.html").read_text("utf-8")


@pytest.fixture(scope="module")
def page(text):
    return Page(text)


def test_the_path_written_is_returned_and_nothing_else_is_left_behind(small, tmp_path):
    path = ca.report(small, str(tmp_path / "report.html"))
    assert list(tmp_path.iterdir()) == [path]


def test_nothing_of_a_report_that_is_interrupted_stays(small, tmp_path, monkeypatch):
    (tmp_path / "report.html").write_text("the old one")

    def interrupted(*given, **options):
        raise KeyboardInterrupt

    monkeypatch.setattr(writing, "page_of", interrupted)
    with pytest.raises(KeyboardInterrupt):
        ca.report(small, tmp_path / "report.html")
    assert [path.read_text() for path in tmp_path.iterdir()] == ["the old one"]


def test_a_folder_that_is_not_there_is_named_before_anything_is_drawn(small, tmp_path):
    with pytest.raises(FileNotFoundError, match=r"there is no folder .*nowhere"):
        ca.report(small, tmp_path / "nowhere" / "report.html")


def test_a_column_that_is_not_there_is_named(small, tmp_path):
    with pytest.raises(KeyError, match="modle"):
        ca.report(small, tmp_path / "report.html", by="modle")
    assert list(tmp_path.iterdir()) == []


def test_every_section_has_a_heading_that_the_contents_lead_to(page):
    ids = {attrs["id"] for _, attrs in page.elements if "id" in attrs}
    links = [attrs["href"] for attrs in page.all("a")]
    assert {"#loaded", "#summary", "#explore", "#latency", "#tokens", "#failures"} <= set(links)
    assert {link.removeprefix("#") for link in links} <= ids


def test_pictures_have_words_for_those_who_do_not_see_them(page):
    pictures = page.all("img")
    assert len(pictures) >= 12
    assert all(len(attrs["alt"]) > 10 for attrs in pictures)
    assert "Who failed by model. small: 20 % of 10 resolved calls failed" in {
        attrs["alt"] for attrs in pictures
    }


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_a_picture_is_twice_as_fine_as_it_is_shown_and_of_few_colours(quick_pictures, theme):
    url = quick_pictures(lambda ax: ax.plot([1, 2], [3, 4]), (2, 1), theme)
    image = Image.open(io.BytesIO(base64.b64decode(url.removeprefix(_PNG))))
    assert image.size == (2 * 2 * 96, 2 * 1 * 96)
    assert image.mode == "P"
    assert image.convert("L").getpixel((0, 0)) == {"light": 255, "dark": 17}[theme]


def test_each_picture_is_there_for_light_and_for_dark(page):
    light, dark = (
        [attrs["src"] for attrs in page.all("img") if attrs["class"] == f"rp-{theme}"]
        for theme in ("light", "dark")
    )
    assert len(light) == len(dark)
    assert all(a != b for a, b in zip(light, dark, strict=True))
    assert all(each.startswith("data:image/png;base64,") for each in light + dark)


def test_heads_of_tables_say_what_they_are_heads_of(page):
    assert {attrs.get("scope") for attrs in page.all("th")} == {"col", "row"}
    assert len(page.all("caption")) == len(page.all("table"))


def test_the_policy_names_the_one_script_by_its_hash(page):
    data, module = page.scripts
    policy = next(a["content"] for a in page.all("meta") if "http-equiv" in a)
    digest = base64.b64encode(hashlib.sha256(module.encode()).digest()).decode()
    assert f"script-src 'sha256-{digest}';" in policy
    assert policy.startswith("default-src 'none';")
    assert json.loads(data)["total"] == 11


def test_nothing_is_asked_of_any_other_place(text, page):
    assert "http:" not in text
    assert "https:" not in text
    assert not page.all("link") + page.all("iframe") + page.all("object") + page.all("form")
    addresses = [a[name] for _, a in page.elements for name in ("src", "href") if name in a]
    assert all(each.startswith(("#", "data:image/png;base64,")) for each in addresses)


def test_what_was_loaded_adds_up(text):
    assert "12 records = 11 rows + 0 feedback + 0 duplicates + 1 reject." in text


def test_a_selection_says_by_what(small, written):
    text = written(small, conditions=[ca.OneOf("outcome", ["failed"])])
    assert "OneOf(&#39;outcome&#39;, [&#39;failed&#39;])" in text
    assert "2 completions meet the conditions" in text
    assert json.loads(Page(text).scripts[0])["total"] == 2


def test_conversations_are_left_out_unless_asked_for(small, text, written):
    assert "my question" not in text
    assert "my answer" not in text
    asked = written(small, conversations=True)
    assert "my question" in asked
    assert "my answer" in asked


def test_a_title_stands_above_the_page(small, written):
    page = Page(written(small, title="Ferries & <b>quays</b>"))
    assert "Ferries & <b>quays</b>" in page.words
    assert not page.all("b")


@pytest.mark.parametrize(
    "records",
    [
        [],
        [a_call()],
        [a_failure()],
        [a_call(1, status="started", response=None)],
        [a_call(n) for n in (1, 2)],
    ],
    ids=["none", "one answer", "one failure", "one unresolved", "no failure"],
)
def test_a_log_of_next_to_nothing_has_a_report(records, written):
    page = Page(written(ca.load(records)))
    assert json.loads(page.scripts[0])["total"] == len(records)


@pytest.mark.parametrize(
    ("by", "labels"),
    [
        ("tag", ["prod"]),
        (["model", "outcome"], ["small, finished", "small, failed", "small, unresolved"]),
        (None, None),
        ("n_choices", ["1", "0"]),
        ("session_id", None),
    ],
)
def test_groups_may_be_tags_several_columns_numbers_or_none(small, written, by, labels):
    by_of_page = json.loads(Page(written(small, by=by)).scripts[0])["by"]
    assert (by_of_page and by_of_page.get("labels")) == labels


@pytest.mark.parametrize("by", ["model", "session_id"])
def test_sessions_bear_their_ids(small, written, by):
    words = Page(written(small, by=by)).words
    assert {"s0", "s1", "s2"} <= set(words)


def test_hostile_text_in_every_field_stays_text(written):
    record = a_failure(1, HOSTILE, id=HOSTILE, session_id=HOSTILE)
    record |= {
        "tags": [HOSTILE],
        "failure_kind": HOSTILE,
        "stacktrace": [{"file": HOSTILE, "line": HOSTILE, "lineno": 1, "name": HOSTILE}],
        "request": {"model": HOSTILE, "messages": [{"role": HOSTILE, "content": HOSTILE}]},
    }
    log = ca.load([record, a_call(2), {"choices": HOSTILE}])
    harmless = written(ca.load([a_failure(1), a_call(2), {"choices": 7}]))
    for redact in (True, False):
        text = written(log, redact=redact, title=HOSTILE)
        page = Page(text)
        assert len(page.scripts) == 2
        assert [a for a in page.all("img") if "onerror" in a or a["src"] == "x"] == []
        assert "{{7*7}}" in text
        assert "49" not in "".join(page.words)
        assert "\x1b" not in text
        tags = {name for name, _ in page.elements} - {name for name, _ in Page(harmless).elements}
        assert tags <= {"span"}


@pytest.fixture(scope="module")
def planted():
    """Each planted secret in every field that a report shows, or might."""
    records = []
    # Of a file's name only the last two parts stay, which are no secret without what was before.
    texts = [(s, s) for _, s in WHOLE] + [(whole, "main.py") for _, whole, _ in PARTS]
    for number, (whole, file) in enumerate(texts, start=1):
        fields = {
            "session_id": whole,
            "tags": [whole],
            "request": {"model": whole, "messages": [{"role": "user", "content": whole}]},
            "stacktrace": [{"file": file, "line": whole, "lineno": 1, "name": "main"}],
        }
        records.append(a_failure(number, whole, **fields, **{"id": whole}))
        records.append(a_call(number, **fields, **{"id": f"c{number}"}))
        records.append({"choices": whole})
    return ca.load(records)


def found_in(text):
    secrets = [secret for _, secret in WHOLE] + [secret for _, _, secret in PARTS]
    forms = (text, html.unescape(text), text.replace("\\\\", "\\"))
    return sorted({secret for secret in secrets if any(secret in form for form in forms)})


@pytest.mark.parametrize("conversations", [False, True])
def test_no_planted_secret_is_in_the_bytes(planted, written, conversations):
    assert found_in(written(planted, conversations=conversations)) == []


def test_a_planted_secret_would_be_found(planted, written):
    assert len(found_in(written(planted, redact=False))) > 20


@pytest.mark.parametrize("by", ["model", "session_id", "tag"])
def test_what_pictures_are_drawn_from_holds_no_planted_secret(planted, by):
    frames = shown(planted, [by], Veil(is_on=True))
    words = {
        str(value)
        for frame in (frames.completions, frames.tags)
        for name in frame
        if name != "prompt_hash" and not pd.api.types.is_numeric_dtype(frame[name])
        for value in frame[name].dropna().unique()
    }
    assert found_in("\n".join(words)) == []


def test_the_facts_of_a_page_are_a_code_per_row():
    frame = pd.DataFrame(
        {
            "outcome": ["finished", "finished", "failed", "unresolved", "finished"],
            "duration_s": [2.0, 1.0, None, None, None],
            "is_mock": [False, False, False, False, True],
        }
    )
    facts = interaction.facts(frame)
    assert (facts["low"], facts["high"], facts["error"]) == ([1.0, 2.0], [1.0, 2.0], 0.0)
    from zlib import decompress

    codes = decompress(base64.b64decode(facts["codes"]["base64"]))
    # Two bins, then untimed, failed, unresolved, unknown, mock.
    assert list(codes) == [1, 0, 3, 4, 6]


def test_rare_values_are_told_as_one(monkeypatch):
    monkeypatch.setattr(interaction, "_MOST_VALUES", 2)
    log = ca.load([a_call(n, request={"model": m}) for n, m in enumerate("aaabbcd", start=1)])
    data = interaction.live(shown(log, ["model"], Veil(is_on=True)), ["model"])
    assert sorted(data["labels"]["model"]) == ["(rarer ones)", "a"]


def test_the_page_says_how_near_percentiles_are(text):
    error = re.search(r"a percentile is known to ± ([\d.]+) % of its value", text)
    assert error
    assert float(error[1]) <= 1
