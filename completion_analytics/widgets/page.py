"""The linked views on a page that has no kernel: what it needs to count by itself."""

from __future__ import annotations

import base64
import json
import re
from importlib.resources import files
from typing import Any

import numpy as np

from .choices import Choice
from .crossfilter import Single
from .filtering import Filtering
from .views import view_of

_HERE = files(__package__)


def page_data(filtering: Filtering) -> dict[str, Any]:
    """What `page_model.js` takes, in plain values: one code per row and view, in base64.

    Tags are left out: a completion bears several.
    """
    views, codes, labels = [], {}, {}
    for name, control in filtering.controls.items():
        if not isinstance(control.dimension, Single):
            continue
        views.append({**view_of(name, control), "typed": False})
        own = control.dimension.codes
        if isinstance(control, Choice):
            labels[name] = [control.label(code) for code in control.order if control.is_known(code)]
            own = _reordered(control, own)
        codes[name] = {
            "width": own.itemsize,
            "base64": base64.b64encode(own.astype(own.dtype.newbyteorder("<")).tobytes()).decode(),
        }
    return {"views": views, "codes": codes, "labels": labels, "total": len(filtering.frame)}


def as_script(data: dict[str, Any]) -> str:
    """JSON that can stand inside a script element: no text in it can end that."""
    return json.dumps(data, ensure_ascii=False, allow_nan=False).replace("<", "\\u003c")


def script() -> str:
    """Both modules as the text of one, without exports: it defines `render` and `pageModel`."""
    drawing, model = (_HERE.joinpath(f"{name}.js").read_text("utf-8") for name in _MODULES)
    apart = f"const pageModel = (() => {{\n{_without_exports(model)}\nreturn pageModel;\n}})();"
    return f"{_without_exports(drawing)}\n{apart}\n"


_MODULES = ("brush", "page_model")


def _without_exports(source: str) -> str:
    return re.sub(r"^export (default .*;$)?", "", source, flags=re.MULTILINE)


def _reordered(choice: Choice, codes: Any) -> Any:
    """Codes in the order in which values are listed, missing last."""
    known = [code for code in choice.order if choice.is_known(code)]
    place = np.full(len(choice.values) + 1, len(known), dtype=codes.dtype)
    place[known] = np.arange(len(known))
    return place[codes]
