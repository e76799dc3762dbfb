"""Any folder of exports loads, and no record gets lost in it."""

from __future__ import annotations

import warnings
from collections.abc import Callable
from pathlib import Path

import pandas as pd

import completion_analytics as ca
from completion_analytics.frames import TABLES


def test_every_record_of_a_file_is_accounted_for(
    export_file: Path, records_in: Callable[[Path], int]
) -> None:
    """records = rows + feedback + duplicates + rejects, counted independently of the loader."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", UserWarning)  # files without a completion say so
        log = ca.load(export_file)
    counts = log.counts.iloc[0]
    assert counts["records"] == records_in(export_file)
    assert counts["records"] == len(log) + counts["feedback"] + counts["duplicates"] + len(
        log.rejects
    )
    assert log.feedback["feedback_id"].nunique() <= counts["feedback"]


def test_every_frame_of_a_file_has_the_declared_dtypes(export_file: Path) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", UserWarning)
        log = ca.load(export_file)
    for name, table in TABLES.items():
        frame = getattr(log, name)
        assert list(frame.columns) == table.names
        kinds = [str(dtype) if dtype != "category" else "category" for dtype in frame.dtypes]
        assert kinds == [column.dtype for column in table], name


def test_every_record_can_be_read_again(export_file: Path) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", UserWarning)
        log = ca.load(export_file)
        kept = ca.load(export_file, keep_raw=True)
    for row_id in log.completions["row_id"].head(20):
        assert log.raw(row_id) == kept.raw(row_id)
    pd.testing.assert_frame_equal(log.completions, kept.completions)
