"""A Chromium that can reach nothing but this machine."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import BrowserContext, sync_playwright

HOW_TO_GET_IT = (
    "needs Chromium: `apt-get install chromium`, or name one in the environment variable CHROMIUM"
)
NAMES = ("chromium", "chromium-browser", "google-chrome")
FLAGS = (
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-default-apps",
    "--disable-dev-shm-usage",
    "--disable-domain-reliability",
    "--disable-gpu",
    "--disable-quic",
    "--disable-sync",
    "--force-color-profile=srgb",
    "--metrics-recording-only",
    "--no-first-run",
    "--no-pings",
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1",
)


def chromium() -> str | None:
    """The browser to use: what CHROMIUM names, else the first one on the path."""
    named = os.environ.get("CHROMIUM")
    return shutil.which(named) if named else next(filter(None, map(shutil.which, NAMES)), None)


@contextmanager
def window(executable: str, profile: Path) -> Iterator[BrowserContext]:
    """A window without a screen, gone with the block."""
    is_root = hasattr(os, "geteuid") and os.geteuid() == 0
    with sync_playwright() as playwright:
        context = playwright.chromium.launch_persistent_context(
            profile,
            executable_path=executable,
            headless=True,
            reduced_motion="reduce",
            color_scheme="light",
            device_scale_factor=1,
            viewport={"width": 1280, "height": 900},
            args=[*FLAGS, *(["--no-sandbox"] if is_root else [])],  # root has no sandbox
        )
        yield context
        context.close()
