"""A real JupyterLab, driven in a real Chromium: for `tests/browser` and for the bench."""

from __future__ import annotations

from .chromium import HOW_TO_GET_IT, chromium, window
from .notebook import Notebook, written
from .server import Server, serving

__all__ = ["HOW_TO_GET_IT", "Notebook", "Server", "chromium", "serving", "window", "written"]
