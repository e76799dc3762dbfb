"""Records that repeat another one: which of them stays."""

from __future__ import annotations

import numpy as np
import pandas as pd

from .columns import Column, Table

_RANKS = {"unresolved": 0, "failed": 1, "finished": 2}

IDENTITIES = Table(
    "identities",
    "one row per completion read: what makes two records the same completion",
    (
        Column("row_id", "int64", "the completion"),
        Column("key", "str", "an envelope's own id; for other forms a digest of the whole record"),
        Column("size", "int64", "of two with one key and outcome, the fuller stays", "bytes"),
    ),
)


def repeated_rows(completions: pd.DataFrame, identities: pd.DataFrame) -> np.ndarray:
    """The `row_id`s to drop: all but one of each identity; both frames have a row per completion.

    Log10 posts a call twice, appends on a re-run and pages while rows arrive, so one id may stand
    in a file several times: finished stays before failed before unresolved, then the fuller, then
    the later record.
    """
    ranks = completions["outcome"].astype("str").map(_RANKS).to_numpy()
    ordered = identities.assign(rank=ranks).sort_values(["rank", "size", "row_id"])
    return np.sort(ordered.loc[ordered.duplicated("key", keep="last"), "row_id"].to_numpy())
