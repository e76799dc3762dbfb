"""Which values of a column a statistic may use, and which it leaves out and counts."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from .groups import Groups, groups_of
from .inputs import By, Data, Flags, Floats

DURATION_COLUMNS = ("outcome", "duration_s")
QUALITY_COLUMNS = ("outcome", "duration_quality")


def duration_groups(data: Data, function: str, by: By, *, optional: Sequence[str] = ()) -> Groups:
    """The groups of a statistic of durations."""
    return groups_of(
        data, function, DURATION_COLUMNS, by=by, optional=(*QUALITY_COLUMNS, *optional)
    )


def finished(groups: Groups) -> Flags:
    """Rows that were answered; every row, where the frame does not tell outcomes."""
    if "outcome" not in groups.frame:
        return np.ones(len(groups.frame), dtype=np.bool_)
    return groups.matches("outcome", "finished")


def usable_values(groups: Groups, column: str) -> Floats:
    """The finite numbers of the finished rows, NaN elsewhere.

    A duration is used only if it is above zero and not below the resolution of its clock.
    """
    if column == "duration_s":
        return usable_durations(groups)
    values = groups.floats(column)
    return np.where(np.isfinite(values) & finished(groups), values, np.nan)


def usable_durations(groups: Groups) -> Floats:
    """Seconds of the finished rows whose duration can be trusted, NaN elsewhere.

    Usable is finite, above zero and not below the resolution of the clock; a zero on a failed
    row is a placeholder, and so is any duration of one here.
    """
    seconds = groups.floats("duration_s")
    usable = np.isfinite(seconds) & (seconds > 0) & finished(groups)
    usable &= ~groups.matches("duration_quality", "below_resolution")
    return np.where(usable, seconds, np.nan)


def below_resolution(groups: Groups) -> Flags:
    """Finished rows whose duration is shorter than their clock could tell."""
    if "duration_s" not in groups.frame:
        return np.zeros(len(groups.frame), dtype=np.bool_)
    zero = groups.floats("duration_s") == 0
    told = groups.matches("duration_quality", "below_resolution")
    return np.asarray(finished(groups) & (zero | told))


def upper_ends(groups: Groups, durations: Floats) -> Floats:
    """Where the true durations end: a second later for those given in whole seconds."""
    return durations + groups.matches("duration_quality", "whole_second")
