"""The linked views as a widget: the model that `brush.js` asks."""

from __future__ import annotations

from importlib.resources import files
from typing import Any

import anywidget
import traitlets

from .page import style

_HERE = files(__package__)
STYLE = (
    style()
    # A picture beside the widget is for the day when its kernel is gone.
    + ".jp-OutputArea-child:has(.ca-explore) + .jp-OutputArea-child:has(.jp-RenderedImage)"
    " { display: none }"
)


class LinkedViews(anywidget.AnyWidget):
    """Histograms to brush and lists to tick; `asked` is what was, `state` what follows from it."""

    _esm = _HERE.joinpath("brush.js").read_text("utf-8")
    _css = STYLE
    views: Any = traitlets.List().tag(sync=True)
    state: Any = traitlets.Dict().tag(sync=True)
    asked: Any = traitlets.Dict().tag(sync=True)
    env: Any = traitlets.Dict({"dark": False, "dpr": 1, "width": 0}).tag(sync=True)


class SelectionTable(anywidget.AnyWidget):
    """A page of the selected rows, sorted, with the row that was opened."""

    _esm = _HERE.joinpath("table.js").read_text("utf-8")
    _css = ""
    page: Any = traitlets.Dict().tag(sync=True)
