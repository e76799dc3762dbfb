"""Which tags go together."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
from scipy.sparse import csr_array, triu

from .inputs import Data, flags, frame_of, require_columns

_NEEDS = ("row_id", "tag")


def tag_pairs(data: Data) -> pd.DataFrame:
    """How often two tags are borne by the same call, and how far that is from chance.

    One row per pair of tags that meet, the most frequent first. Columns: ``tag, with_tag`` (in
    alphabetical order), ``k`` calls bearing both, ``n_tag, n_with_tag`` calls bearing each, ``n``
    calls in all, ``jaccard`` (both / either), ``lift`` (1 where the tags are independent),
    ``share`` and ``share_with`` (of the calls with the first, and the second, those with both).

    Takes the log, or its frame `tags`, in which case `n` counts the calls with any tag. Mock calls
    are left out.

    Raises:
        KeyError: the frame has no tags.
        TypeError: `data` is neither a frame nor a log.

    Source: Jaccard 1901; Brin, Motwani, Ullman & Tsur 1997 for the lift.

    >>> tags = pd.DataFrame({"row_id": [0, 0, 1, 1, 2, 3], "tag": list("abaabc")})
    >>> tag_pairs(tags)[["tag", "with_tag", "k", "jaccard", "lift"]].round(2)
      tag with_tag  k  jaccard  lift
    0   a        b  1     0.33   1.0
    """
    tags, n = _tags_of_calls(data)
    pairs = tags.drop_duplicates(ignore_index=True)
    rows, _ = pd.factorize(pairs["row_id"])
    codes, names = pd.factorize(pairs["tag"].astype("str"), sort=True)
    shape = (int(rows.max(initial=-1)) + 1, len(names))
    borne = csr_array((np.ones(len(rows), dtype=np.int64), (rows, codes)), shape=shape)
    both = triu(borne.T @ borne, k=1, format="coo")
    each = np.bincount(codes, minlength=len(names))
    return _table(names, both.row, both.col, both.data, each, n)


def _table(names: Any, first: Any, second: Any, both: Any, each: Any, n: int) -> pd.DataFrame:
    order = np.lexsort((second, first, -both))
    first, second, k = first[order], second[order], both[order]
    n_first, n_second = each[first], each[second]
    return pd.DataFrame(
        {
            "tag": names.take(first),
            "with_tag": names.take(second),
            "k": k,
            "n_tag": n_first,
            "n_with_tag": n_second,
            "n": np.full(len(k), n),
            "jaccard": k / (n_first + n_second - k),
            "lift": k * n / (n_first * n_second),
            "share": k / n_first,
            "share_with": k / n_second,
        }
    )


def _tags_of_calls(data: Data) -> tuple[pd.DataFrame, int]:
    """The tags of the calls that count, and how many calls these are."""
    tags = frame_of(data, "tag_pairs", "tags")
    require_columns(tags, "tag_pairs", _NEEDS)
    known = tags[list(_NEEDS)].dropna()
    if isinstance(data, pd.DataFrame):
        return known, known["row_id"].nunique()
    calls = frame_of(data, "tag_pairs")
    require_columns(calls, "tag_pairs", ["row_id"])
    row_ids = calls["row_id"]
    if "is_mock" in calls:
        row_ids = row_ids[~flags(calls["is_mock"])]
    return known[known["row_id"].isin(row_ids)], len(row_ids)
