"""How an explorer is shown in a notebook, with a picture for the day when its kernel is gone."""

from __future__ import annotations

import base64
import os
from typing import Any

from IPython import display as ipython

_show: Any = ipython.display  # it has no types


class Still:
    """The picture below a widget: hidden while the widget lives, renewed as it changes."""

    def __init__(self) -> None:
        self._handle: Any = None

    @property
    def is_shown(self) -> bool:
        """Whether there is a picture to renew."""
        return self._handle is not None

    def show(self, bundle: dict[str, Any], metadata: dict[str, Any]) -> None:
        """Show a widget, and its picture where the front end hides it while the widget lives.

        The picture stands apart from the widget: JupyterLab prefers a widget to the picture in the
        same output even when it cannot show it. Others would show both.
        """
        png, text = bundle["image/png"], bundle["text/plain"]
        if "VSCODE_PID" in os.environ:
            _show(bundle, metadata=metadata, raw=True)
            return
        alone = {kind: shown for kind, shown in bundle.items() if kind != "image/png"}
        _show(alone, metadata=metadata, raw=True)
        self._handle = _show({"image/png": png, "text/plain": text}, raw=True, display_id=True)

    def renew(self, png: bytes, text: str) -> None:
        """Replace the picture that is shown."""
        if self._handle is not None:
            self._handle.update({"image/png": encoded(png), "text/plain": text}, raw=True)


def encoded(png: bytes) -> str:
    """A picture as notebooks store it."""
    return base64.b64encode(png).decode()
