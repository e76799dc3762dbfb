"""How long calls without an answer have waited: the age of unresolved rows."""

from __future__ import annotations

from datetime import datetime

import numpy as np
import pandas as pd

from .groups import Groups
from .inputs import Data, Floats
from .windows import instants_of

Now = datetime | pd.Timestamp | None


def ages_of_unresolved(groups: Groups, data: Data, now: Now) -> Floats:
    """Seconds from `created_at` to `now` of unresolved rows; NaN for others and where unknown.

    Without `now` the log's `exported_at` is taken, if it has one. A row made after that moment
    has no age that could be known. Instants without a zone are UTC.
    """
    moment = getattr(data, "exported_at", None) if now is None else now
    if moment is None or pd.isna(moment) or "created_at" not in groups.frame:
        return np.full(len(groups.frame), np.nan)
    end = instants_of(pd.Series([pd.Timestamp(moment)], name="now"), groups.function)
    made = instants_of(groups.frame["created_at"], groups.function)
    age = (end.us[0] - made.us) / 1e6
    known = made.known & groups.matches("outcome", "unresolved") & (age >= 0)
    return np.where(known, age, np.nan)
