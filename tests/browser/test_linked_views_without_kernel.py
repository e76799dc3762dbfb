"""The linked views on a page of their own: drawn, brushed and counted without a kernel."""

from __future__ import annotations

import hashlib
import random
from base64 import b64encode
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

import pandas as pd
import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import BrowserContext, Page

from completion_analytics.frames import TABLES
from completion_analytics.widgets.filtering import Filtering
from completion_analytics.widgets.linked import STYLE
from completion_analytics.widgets.page import as_script, page_data, script
from tools import lab

pytestmark = pytest.mark.browser

HOSTILE = "</script><script>window.ran = 1</script><img src=x onerror='window.ran = 2'>"
FILTERS = ["model", "outcome", "tag", "duration_s", "prompt_tokens", "created_at"]
LISTS = ("model", "outcome", "tag")
START = """
const data = JSON.parse(document.getElementById("data").textContent);
window.model = await pageModel(data);
render({ model, el: document.getElementById("here") });
"""
ASK = """asked => {
    model.set("asked", asked);
    model.save_changes();
    return model.get("state");
}"""


class Frames(NamedTuple):
    completions: pd.DataFrame
    tags: pd.DataFrame


def a_filtering(n: int = 400) -> Filtering:
    dice = random.Random(7)
    outcomes = dice.choices(["finished", "failed", "unresolved"], [8, 1, 1], k=n)
    columns: dict[str, list[Any]] = {
        "row_id": list(range(n)),
        "model": dice.choices(["gpt-4o", "o1", HOSTILE, None], [5, 3, 1, 1], k=n),
        "outcome": outcomes,
        "duration_s": [dice.lognormvariate(1, 1) if o == "finished" else None for o in outcomes],
        "prompt_tokens": [int(dice.lognormvariate(5, 1)) for _ in range(n)],
        "created_at": [1_790_000_000_000_000 + dice.randrange(10**12) for _ in range(n)],
    }
    tags = dice.choices(["prod", "batch", HOSTILE], [6, 3, 1], k=n)
    borne = [(row_id, tag) for row_id, tag in enumerate(tags) if row_id % 3]
    borne += [(row_id, "even") for row_id in range(0, n, 2)]
    log = Frames(
        TABLES["completions"].build(columns),
        pd.DataFrame(borne, columns=["row_id", "tag"]).astype({"tag": "str"}),
    )
    return Filtering(log, FILTERS)


def a_page(filtering: Filtering) -> str:
    """A page that may run this one script, load no picture, and ask nobody."""
    module = script() + START
    digest = b64encode(hashlib.sha256(module.encode()).digest()).decode()
    policy = f"default-src 'none'; script-src 'sha256-{digest}'; style-src 'unsafe-inline'"
    data = as_script(page_data(filtering))
    return (
        f'<!doctype html><html lang="en"><meta charset="utf-8"><title>Linked views</title>'
        f'<meta http-equiv="Content-Security-Policy" content="{policy}"><style>{STYLE}</style>'
        f'<script id="data" type="text/plain">{data}</script><main id="here"></main>'
        f'<script type="module">{module}</script>'
    )


@pytest.fixture(scope="module")
def window(chromium: str, home: Path) -> Iterator[BrowserContext]:
    with lab.window(chromium, home / "without a kernel") as opened:
        yield opened


@pytest.fixture(scope="module")
def filtering() -> Filtering:
    return a_filtering()


@pytest.fixture
def page(window: BrowserContext, filtering: Filtering, tmp_path: Path) -> Iterator[Page]:
    (tmp_path / "page.html").write_text(a_page(filtering), encoding="utf-8")
    opened = window.new_page()
    wrong: list[str] = []
    opened.on("pageerror", lambda error: wrong.append(str(error)))
    opened.on("console", lambda said: wrong.append(said.text) if said.type == "error" else None)
    opened.goto((tmp_path / "page.html").as_uri())
    opened.wait_for_function("() => window.model")
    yield opened
    opened.close()
    assert wrong == []


def painted(page: Page) -> str:
    """The line of counts, once everything asked for is drawn."""
    page.evaluate("() => new Promise(done => requestAnimationFrame(() => setTimeout(done)))")
    return page.locator(".ca-count").inner_text()


def drag(page: Page, label: str, start: float, end: float) -> None:
    """Presses and moves; places are shares of the picture's width."""
    box = page.get_by_role("slider", name=label).bounding_box()
    assert box
    across = [box["x"] + share * box["width"] for share in (start, (start + end) / 2, end)]
    down = box["y"] + box["height"] / 2
    page.mouse.move(across[0], down)
    page.mouse.down()
    for x in across[1:]:
        page.mouse.move(x, down)


def test_the_page_counts_what_the_kernel_counts(page: Page, filtering: Filtering) -> None:
    dice = random.Random(3)
    for serial in range(1, 25):
        chosen: dict[str, Any] = {}
        conditions = []
        for name in dice.sample(FILTERS, 3):
            control: Any = filtering.controls[name]
            if name in LISTS:
                places = dice.sample(range(len(control.order)), dice.randint(1, 2))
                mode = dice.choice(["any", "all", "none"]) if name == "tag" else "any"
                chosen[name] = {"codes": places, "mode": mode}
                conditions.append(control.condition([control.order[at] for at in places], mode))
            else:
                low = dice.randrange(control.n_bins)
                high = dice.randint(low + 1, control.n_bins)
                chosen[name] = [low, high]
                conditions.append(control.condition(low, high))
        filtering.replace(conditions)
        given = page.evaluate(ASK, {"serial": serial, "chosen": chosen})
        assert given["n"] == filtering.crossfilter.count
        for name in ("duration_s", "prompt_tokens", "created_at"):
            assert given["counts"][name] == filtering.crossfilter.counts(name).tolist()
        for name in LISTS:
            control = filtering.controls[name]
            counts = filtering.crossfilter.counts(name)[control.order].tolist()
            assert [row[3] for row in given["lists"][name]["rows"]] == counts
    filtering.replace(())


def test_a_drag_is_followed_before_it_is_released_and_with_the_same_numbers(page: Page) -> None:
    before = painted(page)
    drag(page, "Duration", 0.35, 0.6)
    during = painted(page)
    lists = [page.get_by_role("group", name=name) for name in ("Outcome", "Tag")]
    told = [each.inner_text() for each in lists]
    page.mouse.up()
    assert before != during == painted(page)
    assert [each.inner_text() for each in lists] == told
    assert list(page.evaluate("() => model.get('state').chosen")) == ["duration_s"]
    assert "by duration_s" in page.locator(".ca-heading .ca-note").first.inner_text()


def test_a_brush_is_moved_resized_and_cleared_by_mouse(page: Page) -> None:
    def brush() -> list[int]:
        found: list[int] = page.evaluate("() => model.get('state').chosen.prompt_tokens")
        return found

    drag(page, "Prompt tokens", 0.3, 0.5)
    page.mouse.up()
    low, high = brush()
    drag(page, "Prompt tokens", 0.4, 0.5)
    page.mouse.up()
    moved = brush()
    assert moved[0] > low
    assert moved[1] - moved[0] == high - low
    page.get_by_role("slider", name="Prompt tokens").click()
    assert brush() is None


def test_a_picture_is_worked_by_keyboard_alone(page: Page) -> None:
    picture = page.get_by_role("slider", name="Duration")
    everything = painted(page)
    picture.focus()
    for _ in range(3):
        page.keyboard.press("ArrowRight")
    page.keyboard.press("Shift+ArrowLeft")
    bins = len(page.evaluate("() => model.get('views').find(v => v.name === 'duration_s').said"))
    assert page.evaluate("() => model.get('state').chosen.duration_s") == [3, bins - 2]
    painted(page)
    assert " to " in str(picture.get_attribute("aria-valuetext"))
    page.keyboard.press("Escape")
    assert painted(page) == everything
    live = page.locator("[aria-live=polite]").first
    assert live.inner_text() == "400 of 400 completions selected"


def test_a_name_with_markup_is_shown_and_never_run(page: Page) -> None:
    page.get_by_label(HOSTILE[:20], exact=False).first.check()
    assert painted(page) != "400 of 400 completions (100 %)"
    assert page.evaluate("() => window.ran") is None
    assert page.locator("main img, main script").count() == 0


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_no_barrier_is_found_in_light_or_dark(page: Page, scheme: Any) -> None:
    page.emulate_media(color_scheme=scheme)
    page.get_by_label("failed", exact=True).check()
    painted(page)
    found = Axe().run(page, "main").response["violations"]
    grave = [each for each in found if each["impact"] in ("serious", "critical")]
    assert [f"{each['id']}: {each['nodes'][0]['html']}" for each in grave] == []


def test_colours_follow_the_scheme_at_once(page: Page) -> None:
    page.emulate_media(color_scheme="light")
    painted(page)
    light = page.evaluate("() => document.querySelector('canvas').toDataURL()")
    page.emulate_media(color_scheme="dark")
    redrawn = "light => document.querySelector('canvas').toDataURL() !== light"
    page.wait_for_function(redrawn, arg=light, timeout=5_000)
