"""One notebook, open in a browser: how to steer it, and what to watch meanwhile."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Literal
from urllib.parse import urlsplit

import nbformat
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import BrowserContext, ConsoleMessage, Locator, Request

from .server import HOST, Server

Theme = Literal["JupyterLab Light", "JupyterLab Dark"]
GRAVE = ("critical", "serious")
KERNEL = {"kernelspec": {"name": "python3", "display_name": "Python 3", "language": "python"}}

_SESSION = "jupyterapp.shell.currentWidget?.sessionContext"
_IDLE = f"() => {_SESSION}?.session?.kernel?.status === 'idle'"
_OPEN_WITHOUT_KERNEL = """path => jupyterapp.commands.execute('docmanager:open', {
    path, factory: 'Notebook', kernelPreference: {shouldStart: false, canStart: false},
})"""
_THEME = """theme => {
    const chosen = document.body.dataset.jpThemeName === theme;
    return chosen || jupyterapp.commands.execute('apputils:change-theme', {theme});
}"""
_THEMED = """theme => document.body.dataset.jpThemeName === theme
    && !document.getElementById('jupyterlab-splash')"""
_HASH = """async picture => {
    await picture.decode();
    const bytes = await (await fetch(picture.src)).arrayBuffer();
    const hash = new Uint8Array(await crypto.subtle.digest('SHA-256', bytes));
    return [...hash].map(byte => byte.toString(16).padStart(2, '0')).join('');
}"""
_HEIGHT = """() => {
    const shown = document.querySelector('.jp-WindowedPanel-outer');
    shown.scrollTop = 0;
    return innerHeight - shown.clientHeight + shown.scrollHeight;
}"""
_ERRORS = (
    ".jp-OutputArea-output[data-mime-type='application/vnd.jupyter.error'],"
    ".jp-RenderedText[data-mime-type='application/vnd.jupyter.stderr']"
)


def written(path: Path, cells: Sequence[str]) -> Path:
    """A notebook of code cells at `path`, with the kernel's name: without it a dialog would ask."""
    notebook = nbformat.v4.new_notebook(
        cells=[nbformat.v4.new_code_cell(source) for source in cells], metadata=KERNEL
    )
    path.write_text(nbformat.writes(notebook))
    return path


class Notebook:
    """A notebook in a page of its own."""

    def __init__(self, window: BrowserContext, server: Server) -> None:
        self.server = server
        self.page = window.new_page()
        self.page.set_default_timeout(60_000)
        self.errors: list[str] = []
        """What the console and the page itself reported as errors."""
        self.requests: list[str] = []
        """Every address that was asked for."""
        self.page.on("console", self._on_console)
        self.page.on("pageerror", lambda error: self.errors.append(str(error)))
        self.page.on("request", self._on_request)

    def open(self, name: str) -> Notebook:
        """The notebook of that name in the served folder, with an idle kernel."""
        self.page.goto(f"{self.server.address}/doc/tree/{name}?token={self.server.token}")
        self.page.wait_for_selector(".jp-Notebook .jp-Cell")
        self.page.wait_for_function(_IDLE)
        return self

    def open_without_kernel(self, name: str) -> Notebook:
        """The notebook as it was saved, and nothing that could compute."""
        desk = secrets.token_hex(4)  # one of its own, so that nothing is opened again
        address = f"{self.server.address}/lab/workspaces/{desk}"
        self.page.goto(f"{address}?token={self.server.token}")
        self.page.wait_for_function("() => window.jupyterapp?.restored.then(() => true)")
        self.page.evaluate(_OPEN_WITHOUT_KERNEL, name)
        self.page.wait_for_selector(".jp-Notebook .jp-Cell")
        return self

    def run(self) -> None:
        """Runs all cells, and is over when the last one is."""
        self.page.evaluate("() => jupyterapp.commands.execute('notebook:run-all-cells')")
        self.page.wait_for_function(_IDLE)

    def save(self) -> None:
        """Writes the notebook with its outputs."""
        self.page.evaluate("() => jupyterapp.commands.execute('docmanager:save')")

    def close(self) -> None:
        """Ends the kernel and the page."""
        self.page.evaluate(f"() => window.jupyterapp && {_SESSION}?.shutdown()")
        self.page.close()

    def theme(self, theme: Theme) -> None:
        """Switches between light and dark while everything is on show."""
        self.page.evaluate(_THEME, theme)
        self.page.wait_for_function(_THEMED, arg=theme)

    @property
    def failures(self) -> list[str]:
        """What cells printed as an error or to stderr."""
        return self.page.locator(_ERRORS).all_inner_texts()

    @property
    def requests_that_leave(self) -> list[str]:
        """What was asked of anyone but this machine."""
        local = {"data", "blob", "about"}
        split = {address: urlsplit(address) for address in self.requests}
        return [
            address
            for address, parts in split.items()
            if parts.scheme not in local and parts.hostname != HOST
        ]

    def photograph(self, path: Path) -> None:
        """A picture of the whole notebook, up to a few screens long."""
        height = self.page.evaluate(_HEIGHT)
        size = self.page.viewport_size
        self.page.set_viewport_size({"width": size["width"], "height": min(height, 6_000)})
        self.page.screenshot(path=path)
        self.page.set_viewport_size(size)

    def picture(self, image: Locator) -> str:
        """The SHA-256 of the bytes of an image that is shown."""
        found: str = image.evaluate(_HASH)
        return found

    def barriers(self, selector: str) -> list[str]:
        """What axe-core finds critical or serious in a part of the page, one sentence each."""
        response: dict[str, Any] = Axe().run(self.page, selector).response
        return [
            f"{found['impact']}: {found['help']}: {node['html'][:200]} {node['failureSummary']}"
            for found in response["violations"]
            for node in found["nodes"]
            if found["impact"] in GRAVE
        ]

    def _on_console(self, message: ConsoleMessage) -> None:
        if message.type == "error":
            self.errors.append(f"{message.text} {message.location['url']}")

    def _on_request(self, request: Request) -> None:
        self.requests.append(request.url)
