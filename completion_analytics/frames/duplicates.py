"""Records that repeat another one: which of them stays."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import numpy.typing as npt
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


class Repeats(NamedTuple):
    """What becomes of records that share an identity, by their `row_id`s in order."""

    dropped: npt.NDArray[np.int64]
    standing: npt.NDArray[np.int64]
    """Those kept, each for all of its identity."""


def share_identity(identities: pd.DataFrame) -> npt.NDArray[np.bool_]:
    """Whether another row has the same identity."""
    return identities["key"].duplicated(keep=False).to_numpy(np.bool_)


def repeats_among(identities: pd.DataFrame, outcomes: npt.NDArray[np.str_]) -> Repeats:
    """Which of the rows that share an identity stay: one of each; with the outcome of each row.

    Log10 posts a call twice, appends on a re-run and pages while rows arrive, so one id may stand
    in a file several times: finished stays before failed before unresolved, then the fuller, then
    the later record.
    """
    ranks = pd.Series(outcomes, index=identities.index, dtype="str").map(_RANKS)
    ordered = identities.assign(rank=ranks).sort_values(["rank", "size", "row_id"])
    is_dropped = ordered["key"].duplicated(keep="last").to_numpy()
    row_ids = ordered["row_id"].to_numpy(np.int64)
    return Repeats(np.sort(row_ids[is_dropped]), np.sort(row_ids[~is_dropped]))
