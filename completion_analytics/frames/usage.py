"""The frame `usage`: every token count of a completion."""

from __future__ import annotations

import numpy as np
import pyarrow.compute as pc

from .columns import Column, Table
from .completions import USAGE_QUALITIES
from .fields import Columns

USAGE = Table(
    "usage",
    "one row per completion that reported any usage",
    (
        Column("row_id", "int64", "the completion"),
        Column("prompt_tokens", "Int64", "tokens of the prompt, cached ones included", "tokens"),
        Column("completion_tokens", "Int64", "tokens generated, reasoning included", "tokens"),
        Column("total_tokens", "Int64", "the total as reported", "tokens"),
        Column("other_tokens", "Int64", "total − prompt − completion", "tokens"),
        Column("cached_tokens", "Int64", "prompt tokens read from a cache", "tokens"),
        Column("cache_write_tokens", "Int64", "prompt tokens written to a cache", "tokens"),
        Column("reasoning_tokens", "Int64", "completion tokens spent on reasoning", "tokens"),
        Column("prompt_text_tokens", "Int64", "text in the prompt", "tokens"),
        Column("prompt_audio_tokens", "Int64", "audio in the prompt", "tokens"),
        Column("prompt_image_tokens", "Int64", "images in the prompt", "tokens"),
        Column("completion_text_tokens", "Int64", "text generated", "tokens"),
        Column("completion_audio_tokens", "Int64", "audio generated", "tokens"),
        Column("accepted_prediction_tokens", "Int64", "predicted output that was used", "tokens"),
        Column("rejected_prediction_tokens", "Int64", "predicted output that was not", "tokens"),
        Column("usage_quality", "category", "how far to trust the counts", None, USAGE_QUALITIES),
    ),
)


def usage_columns(row_ids: np.ndarray, counts: Columns) -> Columns:
    """The rows of completions that reported any usage, placeholders included."""
    is_reported = pc.not_equal(counts["usage_quality"], "missing")
    reported = {name: column.filter(is_reported) for name, column in counts.items()}
    return {"row_id": row_ids[is_reported.to_numpy(zero_copy_only=False)], **reported}
