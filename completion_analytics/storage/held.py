"""Records that were held in memory, read from where they were put down."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any

import pandas as pd


class HeldRecords(Mapping[int, Any]):
    """Records by row, parsed when they are asked for."""

    def __init__(self, texts: pd.Series) -> None:
        """`texts` is JSON by `row_id`."""
        self._texts = texts

    @classmethod
    def of(cls, raw: pd.DataFrame) -> Mapping[int, Any]:
        """The records of a frame `raw`."""
        return cls(raw.set_index("row_id")["raw"]) if len(raw) else {}

    def __getitem__(self, row_id: int) -> Any:
        return json.loads(self._texts[row_id])

    def __contains__(self, row_id: object) -> bool:
        return row_id in self._texts.index

    def __iter__(self) -> Iterator[int]:
        return iter(self._texts.index.tolist())

    def __len__(self) -> int:
        return len(self._texts)
