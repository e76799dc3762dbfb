"""More than one process, more than memory, more than one machine, and not twice."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

__all__ = ["ClusterLog", "open"]

if TYPE_CHECKING:
    from .cluster import ClusterLog as ClusterLog
    from .cluster import open as open
else:

    def __getattr__(name: str) -> Any:
        """Imports Dask when it is asked for: loading files needs none."""
        if name not in __all__:
            raise AttributeError(f"module {__name__!r} has no attribute {name!r}; it has {__all__}")
        try:
            from . import cluster
        except ModuleNotFoundError as error:
            raise ImportError(
                "a log in parts needs Dask: pip install 'completion-analytics[scale]'"
            ) from error
        return getattr(cluster, name)


def __dir__() -> list[str]:
    return __all__
