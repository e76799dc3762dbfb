"""The report in a real browser, from a file: it draws, counts, prints, and asks nobody."""

from __future__ import annotations

import random
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import BrowserContext, Page

import completion_analytics as ca
from completion_analytics.plot.ticks import human_seconds, human_share
from completion_analytics.widgets.filtering import Filtering
from tools import lab

pytestmark = pytest.mark.browser

HOSTILE = (
    "</script><script>window.ran = 1</script>"
    "<img src=http://127.0.0.1:9/x onerror='window.ran = 2'>"
    "\u2028{{7*7}}<svg onload='window.ran = 3'></style></table>\"'><!-- \u202egnirts\x1b[31m"
)
ASK = """chosen => {
    const { model, figures } = window.report;
    model.set("asked", { serial: model.get("state").serial + 1, chosen });
    model.save_changes();
    return { state: model.get("state"), figures: figures() };
}"""
SHARES = [0.5, 0.9, 0.95, 0.99]


@pytest.fixture(scope="module")
def window(chromium: str, home: Path) -> Iterator[BrowserContext]:
    with lab.window(chromium, home / "report") as opened:
        yield opened


@pytest.fixture(scope="module")
def log() -> ca.CompletionLog:
    return ca.demo(1_500, seed=4)


@pytest.fixture(scope="module")
def file(log: ca.CompletionLog, home: Path) -> Path:
    return ca.report(log, home / "report.html", redact=False)


class Opened:
    """A page, and what it complained of or asked for."""

    def __init__(self, window: BrowserContext, file: Path) -> None:
        self.page = window.new_page()
        self.wrong: list[str] = []
        self.asked: list[str] = []
        self.page.add_init_script(
            "window.violations = []; document.addEventListener('securitypolicyviolation', "
            "event => violations.push(event.violatedDirective))"
        )
        self.page.on("pageerror", lambda error: self.wrong.append(str(error)))
        self.page.on("console", lambda said: self.wrong.append(said.text))
        self.page.on("request", lambda request: self.asked.append(request.url))
        self.page.goto(file.as_uri())
        self.page.wait_for_function("() => window.report")
        self.file = file

    def close(self) -> None:
        violations = self.page.evaluate("() => window.violations")
        asked = [url for url in self.asked if not url.startswith("data:")]
        self.page.close()
        assert (self.wrong, violations, asked) == ([], [], [self.file.as_uri()])


@pytest.fixture
def page(window: BrowserContext, file: Path) -> Iterator[Page]:
    opened = Opened(window, file)
    yield opened.page
    opened.close()


def some_choice(dice: random.Random, name: str, control: Any) -> tuple[Any, Any]:
    """What the page is asked for, and the same as a condition."""
    if hasattr(control, "order"):
        places = dice.sample(range(len(control.order)), min(2, len(control.order)))
        mode = dice.choice(["any", "all", "none"]) if name == "tag" else "any"
        condition = control.condition([control.order[place] for place in places], mode)
        return {"codes": places, "mode": mode}, condition
    low = dice.randrange(control.n_bins)
    high = dice.randint(low + 1, control.n_bins)
    return [low, high], control.condition(low, high)


def agree(told: dict[str, Any], rows: pd.DataFrame, error: float) -> None:
    """Counts and rates are those of pandas, percentiles within the error that the page states."""
    calls = rows[~rows["is_mock"].fillna(False).astype("bool")]
    outcomes = calls["outcome"].value_counts()
    assert told["n"] == len(calls)
    assert told["failed"] == outcomes["failed"]
    assert told["unresolved"] == outcomes["unresolved"]
    assert told["resolved"] == outcomes["failed"] + outcomes["finished"]
    table = ca.stats.percentiles(rows, q=SHARES)
    assert told["timed"] == table["n"].iloc[0]
    for quantile, row in zip(told["quantiles"], table.to_dict("records"), strict=True):
        if told["timed"]:
            assert quantile["value"] == pytest.approx(row["value"], rel=error + 1e-12)
            assert quantile["isReliable"] == row["reliable"]
        else:
            assert quantile is None


def test_counts_rates_and_percentiles_are_those_of_pandas_whatever_is_chosen(
    page: Page, log: ca.CompletionLog
) -> None:
    dice = random.Random(5)
    views = [view["name"] for view in page.evaluate("() => report.model.get('views')")]
    error = page.evaluate(
        "() => JSON.parse(document.getElementById('data').textContent).facts.error"
    )
    filtering = Filtering(log, views)
    assert {"tag", "model", "outcome", "duration_s", "created_at"} <= set(views)
    assert error < 0.01
    for _ in range(25):
        names = dice.sample(views, dice.randint(0, 3))
        asked = {name: some_choice(dice, name, filtering.controls[name]) for name in names}
        found = page.evaluate(ASK, {name: chosen for name, (chosen, _) in asked.items()})
        rows = ca.select(log, *(condition for _, condition in asked.values())).completions
        filtering.replace([condition for _, condition in asked.values()])
        assert found["state"]["n"] == len(rows)
        for name, counts in found["state"]["counts"].items():
            assert counts == filtering.crossfilter.counts(name).tolist()
        for name, listed in found["state"]["lists"].items():
            control: Any = filtering.controls[name]
            counts = filtering.crossfilter.counts(name)[control.order].tolist()
            assert [row[3] for row in listed["rows"]] == counts
        agree(found["figures"]["all"], rows, error)
        for model, told in found["figures"]["groups"]:
            agree(told, rows[rows["model"] == model], error)


def test_words_are_those_of_the_package(page: Page) -> None:
    times = [0.0000123, 0.0009994, 0.0025, 0.0994, 0.1, 0.9996, 1.5, 59.9, 60, 90, 5_400, 172_800]
    shares = [0, 0.0004, 0.02345, 0.5, 0.941, 0.9996, 1]
    # A module's names are its own, so the words are read where the page shows them.
    said = page.evaluate(
        "given => [given[0].map(report.words.seconds), given[1].map(report.words.share)]",
        [times, shares],
    )
    assert said == [[human_seconds(t) for t in times], [human_share(s) for s in shares]]


def test_the_interval_of_a_rate_is_wilson_s(page: Page, log: ca.CompletionLog) -> None:
    row = ca.stats.failure_rates(log).iloc[0]
    cell = page.locator("#followed tbody tr").first.locator("td").nth(1)
    assert cell.locator("span").inner_text() == human_share(row["value"])
    interval = f"{human_share(row['lo'])} to {human_share(row['hi'])}"
    assert cell.locator("small").inner_text() == interval


def test_rates_and_percentiles_follow_a_drag_before_it_is_released(page: Page) -> None:
    row = page.locator("#followed tbody tr").nth(1)
    before = row.inner_text()
    slider = page.get_by_role("slider", name="Duration")
    slider.scroll_into_view_if_needed()
    box = slider.bounding_box()
    assert box
    y = box["y"] + box["height"] / 2
    page.mouse.move(box["x"] + 0.4 * box["width"], y)
    page.mouse.down()
    for share in (0.5, 0.55):
        page.mouse.move(box["x"] + share * box["width"], y)
    page.wait_for_function(
        "text => document.querySelectorAll('#followed tbody tr')[1].innerText !== text", arg=before
    )
    page.evaluate("() => new Promise(done => requestAnimationFrame(() => setTimeout(done)))")
    during = row.inner_text()
    page.mouse.up()
    page.evaluate("() => new Promise(done => requestAnimationFrame(() => setTimeout(done)))")
    assert before != during == row.inner_text()
    page.keyboard.press("Escape")


def test_it_is_worked_by_keyboard_and_tells_the_count_aloud(page: Page) -> None:
    page.get_by_label("failed", exact=True).focus()
    page.keyboard.press("Space")
    n = page.evaluate("() => report.model.get('state').n")
    live = page.locator("[aria-live=polite]").first.inner_text()
    assert live.startswith(f"{n:,} of ")
    assert (
        page.locator("#followed tbody tr").nth(1).locator("td").nth(1).inner_text()[:5] == "100 %"
    )


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [1280, 420])
def test_no_barrier_is_found(page: Page, scheme: Any, width: int) -> None:
    page.emulate_media(color_scheme=scheme)
    page.set_viewport_size({"width": width, "height": 900})
    found = Axe().run(page).response["violations"]
    grave = [each for each in found if each["impact"] in ("serious", "critical")]
    assert [f"{each['id']}: {each['nodes'][0]['html']}" for each in grave] == []


def test_nothing_is_wider_than_a_narrow_window(page: Page) -> None:
    page.set_viewport_size({"width": 360, "height": 700})
    assert page.evaluate("() => document.documentElement.scrollWidth") == 360


def test_pictures_follow_the_scheme(page: Page) -> None:
    def shown(**media: Any) -> set[str]:
        page.emulate_media(**media)
        seen = "() => [...document.images].filter(i => i.checkVisibility()).map(i => i.className)"
        return set(page.evaluate(seen))

    assert shown(color_scheme="light") == {"rp-light"}
    assert shown(color_scheme="dark") == {"rp-dark"}
    assert shown(color_scheme="dark", media="print") == {"rp-light"}


def test_it_prints(page: Page) -> None:
    assert page.pdf(format="A4", print_background=True).startswith(b"%PDF")


def test_nothing_is_wider_than_paper(page: Page) -> None:
    page.set_viewport_size({"width": 688, "height": 1000})  # A4 within its margins
    page.emulate_media(media="print")
    assert page.evaluate("() => document.documentElement.scrollWidth") == 688


def test_what_is_folded_is_open_on_paper_alone(page: Page) -> None:
    folds = page.locator("details")
    assert folds.count()
    is_open = "all => all.map(each => each.open)"
    page.evaluate("() => dispatchEvent(new Event('beforeprint'))")
    assert set(folds.evaluate_all(is_open)) == {True}
    page.evaluate("() => dispatchEvent(new Event('afterprint'))")
    assert set(folds.evaluate_all(is_open)) == {False}


@pytest.mark.parametrize("redact", [True, False])
def test_hostile_text_is_shown_and_never_run(
    window: BrowserContext, tmp_path: Path, redact: bool
) -> None:
    record = {
        "id": HOSTILE,
        "created_at": "2025-05-05T10:00:00+00:00",
        "status": "failed",
        "kind": "chat",
        "session_id": HOSTILE,
        "tags": [HOSTILE],
        "failure_kind": HOSTILE,
        "failure_reason": HOSTILE,
        "stacktrace": [{"file": HOSTILE, "line": HOSTILE, "lineno": 1, "name": HOSTILE}],
        "request": {"model": HOSTILE, "messages": [{"role": HOSTILE, "content": HOSTILE}]},
    }
    done = {**record, "id": "2", "status": "finished", "duration": 900, "failure_kind": None}
    log = ca.load([record, {**done, "failure_reason": None}, {"choices": HOSTILE}])
    path = tmp_path / "report.html"
    ca.report(log, path, title=HOSTILE, redact=redact, conversations=True)
    opened = Opened(window, path)
    opened.page.get_by_label("</script>", exact=False).first.check()
    assert opened.page.evaluate("() => window.ran") is None
    assert opened.page.evaluate("() => document.scripts.length") == 2
    assert opened.page.locator("h1").inner_text().startswith("</script><script>window.ran = 1")
    opened.close()


def test_an_empty_log_has_a_page_without_errors(window: BrowserContext, tmp_path: Path) -> None:
    opened = Opened(window, ca.report(ca.load([]), tmp_path / "report.html"))
    assert opened.page.locator(".ca-count strong").inner_text() == "0"
    opened.close()
