"""Runs the tour and keeps its outputs, the only ones that are kept: python tools/renew_tour.py."""

from __future__ import annotations

from pathlib import Path

import nbformat
from nbclient import NotebookClient

TOUR = Path(__file__).parents[1] / "notebooks" / "00_tour.ipynb"


def main() -> None:
    """Writes outputs, and nothing else that would differ from run to run."""
    notebook = nbformat.read(TOUR, as_version=4)
    metadata = dict(notebook.metadata)
    where = {"metadata": {"path": TOUR.parent}}
    NotebookClient(
        notebook,
        kernel_name="python3",
        record_timing=False,
        store_widget_state=False,
        resources=where,
    ).execute()
    notebook.metadata = metadata
    nbformat.write(notebook, TOUR)


if __name__ == "__main__":
    main()
