"""Latency, tokens and failures of logged LLM completions, as frames that can be trusted.

>>> import completion_analytics as ca
>>> "load" in dir(ca)
True
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

__version__ = "0.1.0"

# A public name and the module it lives in; None says that it is a module itself.
# A name is imported when it is first asked for, so that importing the package costs nothing.
_HOME: dict[str, str | None] = {
    "Between": "filters",
    "CompletionLog": "log",
    "Condition": "filters",
    "Contains": "filters",
    "HasTags": "filters",
    "Missing": "filters",
    "Not": "filters",
    "OneOf": "filters",
    "as_code": "filters",
    "convert": "scale.converting",
    "check": "reporting.checks",
    "demo": "synthetic",
    "explore": "widgets.explorer",
    "load": "loading",
    "models": None,
    "open_parquet": "opening",
    "plot": None,
    "redact": "redacting",
    "redaction": None,
    "report": "reporting.writing",
    "report_numbers": "reporting.numbers",
    "scale": None,
    "select": "filters",
    "show": "widgets.conversation",
    "stats": None,
    "summary": "stats",
}

__all__ = sorted([*_HOME, "__version__"])

if TYPE_CHECKING:  # the same names once more, for type checkers and editors
    from . import models as models
    from . import plot as plot
    from . import redaction as redaction
    from . import scale as scale
    from . import stats as stats
    from .filters import Between as Between
    from .filters import Condition as Condition
    from .filters import Contains as Contains
    from .filters import HasTags as HasTags
    from .filters import Missing as Missing
    from .filters import Not as Not
    from .filters import OneOf as OneOf
    from .filters import as_code as as_code
    from .filters import select as select
    from .loading import load as load
    from .log import CompletionLog as CompletionLog
    from .opening import open_parquet as open_parquet
    from .redacting import redact as redact
    from .reporting.checks import check as check
    from .reporting.numbers import report_numbers as report_numbers
    from .reporting.writing import report as report
    from .scale.converting import convert as convert
    from .stats import summary as summary
    from .synthetic import demo as demo
    from .widgets.conversation import show as show
    from .widgets.explorer import explore as explore
else:  # hidden from type checkers, so that they still find a misspelt name

    def __getattr__(name: str) -> Any:
        """Imports a public name on its first use (PEP 562)."""
        if name not in _HOME:
            raise AttributeError(f"module {__name__!r} has no attribute {name!r}; it has {__all__}")
        module = import_module(f".{_HOME[name] or name}", __name__)
        value = getattr(module, name) if _HOME[name] else module
        globals()[name] = value
        return value


def __dir__() -> list[str]:
    return __all__
