"""The linked views on a page that has no kernel: what it needs to count by itself."""

from __future__ import annotations

import base64
import json
import re
import zlib
from importlib.resources import files
from typing import Any

import numpy as np
import numpy.typing as npt

from .choices import Choice
from .crossfilter import Several, Single
from .filtering import Control, Filtering
from .views import view_of

_HERE = files(__package__)
_UNSIGNED: dict[int, npt.DTypeLike] = {1: np.uint8, 2: np.uint16, 4: np.uint32}


def page_data(filtering: Filtering) -> dict[str, Any]:
    """What `page_model.js` takes, in plain values: the codes of every row and view, packed."""
    views, columns, labels = [], {}, {}
    for name, control in filtering.controls.items():
        views.append({**view_of(name, control), "typed": False})
        columns[name] = packed_column(control)
        if isinstance(control, Choice):
            labels[name] = labels_of(control)
    return {"views": views, "columns": columns, "labels": labels, "total": len(filtering.frame)}


def labels_of(choice: Choice) -> list[str]:
    """The values of a list in words, in the order of their codes on the page."""
    return [choice.label(code) for code in _listed(choice)]


def packed_column(control: Control) -> dict[str, Any]:
    """The codes of a control's rows; where a row may have several, how many it has, too.

    That a row has no tag is told by its length alone.
    """
    dimension = _in_listed_order(control)
    if isinstance(dimension, Single):
        return {"codes": packed(dimension.codes)}
    borne = dimension.rows_by_code[:, :-1].tocsr()
    borne.sort_indices()
    return {"lengths": packed(np.diff(borne.indptr)), "codes": packed(borne.indices)}


def packed(numbers: npt.NDArray[Any]) -> dict[str, Any]:
    """Whole numbers from 0 as `unpacked` of `page_model.js` takes them.

    All lowest bytes stand first, then the next ones: like beside like is deflated best.
    """
    most = int(numbers.max(initial=0))
    width = next(size for size in _UNSIGNED if most < 256**size)
    narrow = np.ascontiguousarray(numbers, dtype=np.dtype(_UNSIGNED[width]).newbyteorder("<"))
    planes = narrow.view(np.uint8).reshape(-1, width).T.tobytes()
    # Codes seldom repeat in a row, and are often the same: they are made short one by one.
    deflating = zlib.compressobj(strategy=zlib.Z_FILTERED)
    deflated = deflating.compress(planes) + deflating.flush()
    return {"width": width, "base64": base64.b64encode(deflated).decode()}


def as_script(data: Any) -> str:
    """JSON that can stand inside a script element: no text in it can end that."""
    return json.dumps(data, ensure_ascii=False, allow_nan=False).replace("<", "\\u003c")


def script() -> str:
    """Both modules as the text of one, without exports.

    It defines `render`, `pageModel`, and for columns of one's own `column`.
    """
    drawing, model = (_HERE.joinpath(f"{name}.js").read_text("utf-8") for name in _MODULES)
    names = "{ pageModel, column }"
    apart = f"const {names} = (() => {{\n{_without_exports(model)}\nreturn {names};\n}})();"
    return f"{_without_exports(drawing)}\n{apart}\n"


def style() -> str:
    """The style of the linked views, and of everything else that is shown as HTML."""
    common = files("completion_analytics").joinpath("templates/style.css")
    return f"{common.read_text('utf-8')}\n{_HERE.joinpath('brush.css').read_text('utf-8')}"


_MODULES = ("brush", "page_model")


def _without_exports(source: str) -> str:
    return re.sub(r"^export (default .*;$)?", "", source, flags=re.MULTILINE)


def _listed(choice: Choice) -> list[int]:
    """The codes that a list shows, missing left out."""
    return [code for code in choice.order if choice.is_known(code)]


def _in_listed_order(control: Control) -> Single | Several:
    """The dimension with codes in the order in which values are listed, missing last."""
    dimension = control.dimension
    if not isinstance(control, Choice):
        return dimension
    known = _listed(control)
    if isinstance(dimension, Several):
        return Several(dimension.rows_by_code[:, [*known, dimension.size - 1]])
    place = np.full(len(control.values) + 1, len(known), dtype=dimension.codes.dtype)
    place[known] = np.arange(len(known))
    return Single(place[dimension.codes], len(known) + 1)
