"""Records that repeat another one: which of them stays."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import pandas as pd

_RANKS = {"unresolved": 0, "failed": 1, "finished": 2}


class Identity(NamedTuple):
    """What makes two records the same completion, and how much this one says."""

    key: str
    """An envelope's own id; for other forms the digest of the whole record."""
    size: int
    """Length of the record: of two with one id and outcome, the fuller stays."""


def repeated_rows(completions: pd.DataFrame, identities: Sequence[Identity]) -> np.ndarray:
    """The `row_id`s to drop: all but one of each identity.

    Log10 posts a call twice, appends on a re-run and pages while rows arrive, so one id may stand
    in a file several times: finished stays before failed before unresolved, then the fuller, then
    the later record.
    """
    keys, sizes = zip(*identities, strict=True) if identities else ((), ())
    ranked = pd.DataFrame(
        {
            "row_id": completions["row_id"].to_numpy(),
            "key": pd.Series(keys, dtype="str"),
            "rank": completions["outcome"].astype("str").map(_RANKS).to_numpy(),
            "size": np.array(sizes, dtype=np.int64),
        }
    )
    ordered = ranked.sort_values(["rank", "size", "row_id"])
    return np.sort(ordered.loc[ordered.duplicated("key", keep="last"), "row_id"].to_numpy())
