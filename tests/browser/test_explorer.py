"""The explorer in a real notebook: what is clicked is selected, and can be taken home as code."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from playwright.sync_api import Locator, expect

import completion_analytics as ca
from tools import lab

pytestmark = pytest.mark.browser

SAMPLE = Path(__file__).parents[2] / "data" / "samples" / "01_log10_download.jsonl.gz"
CELLS = [
    "import completion_analytics as ca",
    "log = ca.load('log.jsonl.gz')\nexplorer = ca.explore(log)\nexplorer",
]
ALL, OF_O3_MINI = 300, 22
HOLDS = """text => JSON.stringify(jupyterapp.shell.currentWidget.content.model.toJSON())
    .includes(text)"""
THEMES = ["JupyterLab Light", "JupyterLab Dark"]


IS_SHARP = """() => {
    const plot = document.querySelector('.ca-plot img');
    const chart = document.querySelector('.ca-range canvas');
    return plot.naturalWidth > 1.9 * plot.clientWidth && chart.width === 2 * chart.clientWidth;
}"""
IS_DARK = """dark => {
    const ink = new OffscreenCanvas(1, 1).getContext('2d');
    ink.drawImage(document.querySelector('.ca-plot img'), 0, 0);
    return (ink.getImageData(0, 0, 1, 1).data[0] < 128) === dark;
}"""


@pytest.fixture(scope="module")
def log() -> ca.CompletionLog:
    return ca.load(SAMPLE)


@pytest.fixture(scope="module")
def opened(executed, server, window) -> lab.Notebook:
    shutil.copy(SAMPLE, server.notebooks / "log.jsonl.gz")
    window.grant_permissions(["clipboard-read", "clipboard-write"], origin=server.address)
    return executed("explorer.ipynb", CELLS)


class Explorer:
    """What a hand and an eye can do with an explorer."""

    def __init__(self, notebook: lab.Notebook) -> None:
        self.notebook = notebook
        self.page = notebook.page
        self.count = self.page.locator(".ca-count strong")
        self.plot = self.page.locator(".ca-plot img")

    def reset(self) -> None:
        self.page.get_by_role("button", name="Reset").click()
        self.shows(ALL)
        for end in self.page.locator(".ca-typed input").all():
            expect(end).to_have_value("")
        self.draws(ALL)

    def shows(self, n: int) -> None:
        """Waits until so many completions are said to be selected."""
        expect(self.count).to_have_text(f"{n:,}")

    def chart(self, label: str) -> Locator:
        return self.page.get_by_role("slider", name=label, exact=True)

    def exactly(self, label: str) -> tuple[str, str]:
        """The ends of a brush as they stand beside the chart."""
        low, high = (self.page.get_by_label(f"{label} {end}", exact=True) for end in ("from", "to"))
        expect(low).not_to_have_value("")
        return low.input_value(), high.input_value()

    def tick(self, group: str, value: str) -> None:
        self.group(group).get_by_role("checkbox", name=value, exact=True).check()

    def group(self, name: str) -> Locator:
        return self.page.get_by_role("group", name=name, exact=True)

    def search(self, text: str) -> None:
        self.page.get_by_placeholder("in prompts and answers").fill(text)
        self.page.keyboard.press("Enter")

    def drag(self, label: str, start: float, end: float, *, release: bool = True) -> None:
        """Moves the mouse over a chart between two places, given as shares of its width."""
        self.chart(label).scroll_into_view_if_needed()
        box = self.chart(label).bounding_box()
        middle = box["y"] + box["height"] / 2
        self.page.mouse.move(box["x"] + start * box["width"], middle)
        self.page.mouse.down()
        self.page.mouse.move(box["x"] + end * box["width"], middle, steps=5)
        if release:
            self.page.mouse.up()

    def draws(self, n: int, plot: str = "answered_within") -> str:
        """Waits until the chosen plot is of so many completions, and returns its picture."""
        expect(self.plot).to_have_attribute("alt", f"{plot} of {n:,} completions", timeout=15_000)
        return self.plot.get_attribute("src")

    def draws_on_paper_that_is(self, *, dark: bool) -> None:
        """Waits until the background of the chosen plot is dark, or light."""
        self.page.wait_for_function(IS_DARK, arg=dark)

    def would_be_saved_with(self, text: str) -> None:
        """Waits until the notebook holds a text among its outputs."""
        self.page.wait_for_function(HOLDS, arg=text)


@pytest.fixture
def explorer(opened: lab.Notebook) -> Explorer:
    explorer = Explorer(opened)
    explorer.reset()
    return explorer


def test_a_brush_selects_what_pandas_selects_between_its_ends(explorer, log):
    explorer.drag("Duration", 0.5, 0.7)
    low, high = explorer.exactly("Duration")
    duration_s = log.completions["duration_s"]
    wanted = (duration_s >= float(low)) & (duration_s < float(high))
    assert 0 < wanted.sum() < ALL
    explorer.shows(wanted.sum())


def test_everything_follows_a_brush_while_it_still_moves(explorer):
    before = explorer.group("Model").inner_text()
    explorer.drag("Duration", 0.5, 0.7, release=False)
    expect(explorer.count).not_to_have_text(str(ALL))
    expect(explorer.group("Model")).not_to_have_text(before)
    moving = explorer.count.inner_text()
    explorer.page.mouse.up()
    explorer.exactly("Duration")
    explorer.shows(int(moving))


def test_ends_can_be_typed_exactly(explorer, log):
    explorer.page.get_by_label("Duration from", exact=True).fill("1.234")
    explorer.page.keyboard.press("Enter")
    explorer.shows((log.completions["duration_s"] >= 1.234).sum())


def test_a_chart_is_brushed_by_keyboard_and_the_notebook_keeps_its_cells(explorer):
    explorer.chart("Duration").focus()
    for key in ["ArrowRight"] * 12 + ["Shift+ArrowLeft"] * 2 + ["PageUp"]:
        explorer.page.keyboard.press(key)
    explorer.exactly("Duration")
    expect(explorer.count).not_to_have_text(str(ALL))
    explorer.page.keyboard.press("Escape")
    explorer.shows(ALL)
    assert explorer.page.locator(".jp-Notebook .jp-Cell").count() == len(CELLS)


def test_a_ticked_tag_selects_the_calls_that_bear_it(explorer, log):
    explorer.tick("Tag", "desk")
    explorer.shows(log.tags.loc[log.tags["tag"] == "desk", "row_id"].nunique())


def test_tags_can_be_wanted_all_together_or_not_at_all(explorer, log):
    bearing = {tag: set(part["row_id"]) for tag, part in log.tags.groupby("tag", observed=True)}
    explorer.tick("Tag", "desk")
    explorer.tick("Tag", "live")
    explorer.shows(len(bearing["desk"] | bearing["live"]))
    how = explorer.page.get_by_label("How ticked tags count")
    how.select_option("all")
    explorer.shows(len(bearing["desk"] & bearing["live"]))
    how.select_option("none")
    explorer.shows(ALL - len(bearing["desk"] | bearing["live"]))
    how.select_option("any")


def test_a_chosen_model_selects_its_calls(explorer, log):
    explorer.group("Model").get_by_text("gpt-4o-2024-08-06").hover()
    explorer.page.get_by_role("button", name="Only gpt-4o-2024-08-06").click()
    explorer.shows((log.completions["model"] == "gpt-4o-2024-08-06").sum())
    explorer.page.get_by_role("button", name="All of Model").click()
    explorer.shows(ALL)


def test_a_search_finds_the_calls_whose_prompt_or_answer_holds_the_text(explorer, log):
    texts = [log.messages, log.choices]
    found = [part.loc[part["text"].str.contains("bean", case=False), "row_id"] for part in texts]
    explorer.search("bean")
    explorer.shows(len(set().union(*found)))


def test_a_search_that_is_no_regular_expression_is_explained_and_can_be_mended(explorer):
    explorer.page.get_by_label("regular expression").check()
    explorer.search("(")
    alert = explorer.page.get_by_role("alert")
    expect(alert).to_be_visible()
    explorer.search("bean|tomato")
    expect(alert).to_be_hidden()
    expect(explorer.count).not_to_have_text(str(ALL))
    explorer.page.get_by_label("regular expression").uncheck()


def test_nothing_at_all_can_be_selected(explorer):
    explorer.search("no call ever said this")
    explorer.shows(0)
    expect(explorer.page.get_by_text("no completion is selected")).to_be_visible()
    expect(explorer.page.get_by_role("alert")).to_be_hidden()


def test_the_chosen_plot_is_drawn_for_the_selection(explorer):
    of_all = explorer.draws(ALL)
    explorer.tick("Model", "o3-mini-2025-01-31")
    assert explorer.draws(OF_O3_MINI) != of_all
    explorer.page.get_by_label("Plot").select_option("latency histogram")
    explorer.draws(OF_O3_MINI, "latency_histogram")
    explorer.page.get_by_label("Plot").select_option("answered within")
    explorer.reset()
    assert explorer.draws(ALL) == of_all


def test_the_plot_is_not_stretched(explorer):
    across, down, wide, high = explorer.plot.evaluate(
        "img => [img.clientWidth, img.clientHeight, img.naturalWidth, img.naturalHeight]"
    )
    assert wide > 0
    assert across / down == pytest.approx(wide / high, rel=0.02)


def test_a_row_of_the_table_opens_its_conversation(explorer, log):
    slowest = log.completions.sort_values("duration_s", ascending=False)["row_id"].iloc[0]
    explorer.page.locator(".ca-selection tbody tr").first.click()
    shown = explorer.page.locator(".ca-show")
    expect(shown).to_contain_text(f"row {slowest}")


def test_rows_are_opened_by_keyboard_and_sorted_by_their_heads(explorer, log):
    explorer.page.get_by_role("button", name="Prompt tokens").click()
    rows = explorer.page.locator(".ca-selection tbody tr")
    most = log.completions.sort_values("prompt_tokens", ascending=False, kind="stable")
    expect(rows.first).to_contain_text(f"{most['prompt_tokens'].iloc[0]:,}")
    rows.first.focus()
    explorer.page.keyboard.press("ArrowDown")
    second = rows.nth(1).locator("td").first.inner_text()
    explorer.page.keyboard.press("Enter")
    expect(explorer.page.locator(".ca-show")).to_contain_text(f"row {second}")
    explorer.page.get_by_role("button", name="Duration", exact=False).last.click()


def test_the_copied_code_gives_the_selected_rows(explorer, log):
    explorer.drag("Duration", 0.45, 0.8)
    low, high = map(float, explorer.exactly("Duration"))
    explorer.tick("Tag", "prod")
    wanted = ca.select(log, ca.Between("duration_s", low, high), ca.HasTags(any=["prod"]))
    explorer.shows(len(wanted))
    explorer.page.get_by_role("button", name="Copy code").click()
    expect(explorer.page.get_by_role("button", name="Copied")).to_be_visible()
    code = explorer.page.evaluate("() => navigator.clipboard.readText()")
    rows = eval(code, {"log": log})
    assert rows["row_id"].tolist() == wanted.completions["row_id"].tolist()
    expect(explorer.page.get_by_role("button", name="Copy code")).to_be_visible()


def test_a_small_selection_stays_visible_as_shares(explorer):
    counts = explorer.chart("Duration").evaluate("canvas => canvas.toDataURL()")
    explorer.page.get_by_role("button", name="Show as %").click()
    shares = explorer.chart("Duration").evaluate("canvas => canvas.toDataURL()")
    assert shares != counts
    explorer.page.get_by_role("button", name="Show counts").click()


def test_charts_and_plots_follow_the_theme(explorer):
    charts = set()
    for theme in reversed(THEMES):
        explorer.notebook.theme(theme)
        explorer.draws_on_paper_that_is(dark="Dark" in theme)
        charts.add(explorer.chart("Duration").evaluate("canvas => canvas.toDataURL()"))
    assert len(charts) == 2


@pytest.mark.parametrize("theme", THEMES)
def test_a_reader_of_any_sight_can_use_it(explorer, photograph, theme):
    explorer.tick("Model", "o3-mini-2025-01-31")
    explorer.draws(OF_O3_MINI)
    explorer.page.locator(".ca-selection tbody tr").first.click()
    expect(explorer.page.locator(".ca-show")).to_be_visible()
    explorer.notebook.theme(theme)
    explorer.draws_on_paper_that_is(dark="Dark" in theme)
    photograph(explorer.notebook)
    assert explorer.notebook.barriers(".jp-OutputArea") == []


def test_a_display_of_many_pixels_gets_as_many(explorer):
    screen = explorer.page.context.new_cdp_session(explorer.page)
    size = {"width": 1200, "height": 900, "deviceScaleFactor": 2, "mobile": False}
    screen.send("Emulation.setDeviceMetricsOverride", size)
    explorer.page.wait_for_function(IS_SHARP)
    screen.send("Emulation.clearDeviceMetricsOverride")
    screen.detach()


def test_nobody_was_asked_for_anything_and_the_console_is_quiet(opened):
    assert opened.requests_that_leave == []
    assert opened.errors == []
    assert opened.failures == []


def test_reopened_without_a_kernel_it_shows_its_last_picture(explorer, window, server, photograph):
    explorer.notebook.theme("JupyterLab Light")
    expect(explorer.page.locator(".jp-RenderedImage img")).to_be_hidden()
    explorer.tick("Model", "o3-mini-2025-01-31")
    explorer.would_be_saved_with(f"{OF_O3_MINI} of {ALL} completions")
    explorer.notebook.save()
    saved = server.notebooks / "explorer.ipynb"
    assert f"{OF_O3_MINI} of {ALL} completions" in saved.read_text(encoding="utf-8")
    shutil.copy(saved, server.notebooks / "explorer later.ipynb")
    later = lab.Notebook(window, server).open_without_kernel("explorer later.ipynb")
    picture = later.page.locator(".jp-RenderedImage img")
    expect(picture).to_be_visible()
    photograph(later)
    assert picture.evaluate("img => img.naturalWidth") > 500
    assert later.requests_that_leave == []
    later.close()
