"""Which values of a column a statistic may use, and which it leaves out and counts."""

from __future__ import annotations

import numpy as np

from .groups import Groups
from .inputs import Flags, Floats

DURATION_COLUMNS = ("outcome", "duration_s")


def usable_durations(groups: Groups) -> Floats:
    """Seconds of the finished rows whose duration can be trusted, NaN elsewhere.

    Usable is finite, above zero and not below the resolution of the clock; a zero on a failed
    row is a placeholder, and so is any duration of one here.
    """
    seconds = groups.floats("duration_s")
    usable = np.isfinite(seconds) & (seconds > 0) & groups.matches("outcome", "finished")
    usable &= ~groups.matches("duration_quality", "below_resolution")
    return np.where(usable, seconds, np.nan)


def below_resolution(groups: Groups) -> Flags:
    """Finished rows whose duration is shorter than their clock could tell."""
    zero = groups.floats("duration_s") == 0
    told = groups.matches("duration_quality", "below_resolution")
    return np.asarray(groups.matches("outcome", "finished") & (zero | told))
