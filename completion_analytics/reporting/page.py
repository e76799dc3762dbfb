"""A report's page: everything put together, and a policy that lets nothing else in."""

from __future__ import annotations

import hashlib
import math
from base64 import b64encode
from collections.abc import Sequence
from datetime import UTC, datetime
from importlib.resources import files
from typing import TYPE_CHECKING, Any

from jinja2 import Environment, PackageLoader
from markupsafe import Markup

import completion_analytics

from .. import card
from ..card import counted
from ..filters import Condition
from ..widgets import heading
from ..widgets.conversation import Conversation, show
from ..widgets.page import as_script, script, style
from ..widgets.written import in_code, visible
from . import tables
from .cells import Table
from .interaction import live
from .sections import Told
from .veiling import Veil

if TYPE_CHECKING:
    from ..log import CompletionLog

_TITLE = "Latency, tokens and failures"


def page_of(
    log: CompletionLog,
    *,
    title: str | None,
    by: Sequence[str],
    is_redacted: bool,
    conditions: Sequence[Condition],
    with_conversations: bool,
) -> str:
    """The whole page."""
    veil = Veil(is_on=is_redacted)
    told = Told(log, by, veil)
    facts = card.facts(log)
    calls = _Calls(log, veil, with_conversations)
    data, module = live(told.shown, by), _script()
    return _TEMPLATES.get_template("report.html").render(
        title=title or _TITLE,
        is_redacted=is_redacted,
        conditions=[veil.text(repr(condition)) for condition in conditions],
        facts=facts,
        loaded=_loaded(log, facts, veil),
        sections=list(told.sections()),
        figures=told.figures(),
        calls=calls,
        policy=f"script-src '{hash_of(module)}'",
        script=Markup(module),
        data=Markup(as_script(data)),
        error=_per_cent(data["facts"]["error"]),
        made=f"{datetime.now(UTC):%Y-%m-%d %H:%M} UTC",
        version=completion_analytics.__version__,
        style=Markup(_style()),
    )


class _Calls:
    """The calls that are shown one by one, with their conversations if asked for."""

    def __init__(self, log: CompletionLog, veil: Veil, with_conversations: bool) -> None:
        chosen = tables.few_calls(log)
        rows = [row_id for each in chosen.values() for row_id in each]
        frame = log.completions
        few = veil.log(log.keep(frame.loc[frame["row_id"].isin(rows), "row_id"]))
        at = few.completions.set_index("row_id", drop=False)
        made = {"slowest": tables.slowest, "failed": tables.failed}
        self.tables = [made[name](at.loc[chosen[name]]) for name in made if chosen[name]]
        self.conversations = []
        if with_conversations:
            self.conversations = [_Talk(show(few, row_id)) for row_id in dict.fromkeys(rows)]


class _Talk:
    """A conversation, and the line that it unfolds from."""

    def __init__(self, shown: Conversation) -> None:
        row = shown.exchange.row
        self.title = f"Row {row['row_id']}: {heading.title(row)}, {row['outcome']}"
        self.html = Markup(shown.html)  # escaped when it was made


def _loaded(log: CompletionLog, facts: dict[str, Any], veil: Veil) -> list[Table]:
    found = [tables.sources(log, veil)]
    if facts["issues"]:
        found.append(tables.issues(facts["issues"], veil))
    return [*found, tables.rejects(log, veil)] if len(log.rejects) else found


def _style() -> str:
    own = files("completion_analytics").joinpath("templates/report.css")
    return f"{style()}\n{own.read_text('utf-8')}"


def _script() -> str:
    """The one script of the page, as its policy knows it."""
    own = files(__package__).joinpath("report.js").read_text("utf-8")
    return f"{script()}\n{own}"


def _per_cent(share: float) -> str:
    """A share rounded up.

    >>> _per_cent(0.00341), _per_cent(0.0)
    ('0.35 %', '0 %')
    """
    return f"{math.ceil(share * 1e4 - 1e-9) / 100:g} %"


def hash_of(script: str) -> str:
    """The name by which a policy lets a script run."""
    return f"sha256-{b64encode(hashlib.sha256(script.encode()).digest()).decode()}"


_TEMPLATES = Environment(
    loader=PackageLoader("completion_analytics"),
    autoescape=True,
    trim_blocks=True,
    lstrip_blocks=True,
)
_TEMPLATES.filters |= {"visible": visible, "in_code": in_code}
_TEMPLATES.globals |= {"counted": counted, "number": "{:,}".format}
