"""Everything taken becomes a log: the decisions that need whole files are made here."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Literal

import numpy as np
import pandas as pd

from .frames import TABLES
from .frames.building import CHILDREN
from .frames.derive import completions_from
from .frames.duplicates import Identity, repeated_rows
from .frames.units import decide_units
from .intake import Intake
from .log import CompletionLog
from .origins import Origins
from .quality import RowIssue, row_issues, source_issues
from .reading import Source


def assemble(
    intake: Intake,
    sources: Sequence[Source],
    duration_unit: Literal["auto", "s", "ms"],
) -> CompletionLog:
    """The log of everything that was taken from the sources."""
    frames = intake.builder.build()
    facts = frames.pop("facts")
    units = decide_units(facts, duration_unit)
    completions = completions_from(facts, frames["choices"], units)
    completions = _with_extra_columns(completions, intake)
    repeated = repeated_rows(completions, intake.identities)
    is_kept = ~completions["row_id"].isin(repeated)
    counts = _counts(intake, completions, is_kept, [source.name for source in sources])
    noted = [*intake.row_issues, *_repeats(completions, intake.identities, repeated)]
    if len(repeated):
        completions, facts = (part[is_kept].reset_index(drop=True) for part in (completions, facts))
    kept: dict[str, Any] = {
        table.name: _without(frames[table.name], repeated, table.name) for table in CHILDREN
    }
    dropped = set(repeated.tolist())
    return CompletionLog(
        completions=completions,
        **kept,
        feedback=_joined(frames["feedback"], completions),
        rejects=_rejects(intake),
        counts=counts,
        row_issues=row_issues(completions, facts, kept, noted),
        source_issues=tuple(source_issues(completions, units, intake.source_issues)),
        origins=Origins(
            intake.places.frame(without=repeated),
            {source.name: source for source in sources},
            {row_id: raw for row_id, raw in intake.held.items() if row_id not in dropped},
        ),
    )


def _with_extra_columns(completions: pd.DataFrame, intake: Intake) -> pd.DataFrame:
    columns = list(zip(*intake.extras, strict=True)) or [()] * len(intake.extra_columns)
    extra = {
        name: pd.array(values, dtype=pd.StringDtype(na_value=np.nan))
        for name, values in zip(intake.extra_columns, columns, strict=True)
    }
    return completions.assign(**extra)


def _without(frame: pd.DataFrame, repeated: np.ndarray, name: str) -> pd.DataFrame:
    if not len(repeated):
        return frame
    return TABLES[name].conform(frame[~frame["row_id"].isin(repeated)].reset_index(drop=True))


def _repeats(
    completions: pd.DataFrame, identities: Sequence[Identity], repeated: np.ndarray
) -> list[RowIssue]:
    """An issue for each row that stands for others too."""
    if not len(repeated):
        return []
    row_ids = completions["row_id"].to_numpy()
    is_repeated = np.isin(row_ids, repeated)
    keys = pd.Series([identity.key for identity in identities], dtype="str")
    stands_for_others = ~is_repeated & keys.isin(keys[is_repeated]).to_numpy()
    return [RowIssue(int(row_id), "duplicate_id", "id") for row_id in row_ids[stands_for_others]]


def _joined(feedback: pd.DataFrame, completions: pd.DataFrame) -> pd.DataFrame:
    """Feedback with the row of the completion it names, the first where several bear the id."""
    named = completions.dropna(subset="completion_id").drop_duplicates("completion_id")
    rows = named.set_index("completion_id")["row_id"]
    row_ids = feedback["completion_id"].map(rows)
    return TABLES["feedback"].conform(feedback.assign(row_id=row_ids.astype("Int64")))


def _rejects(intake: Intake) -> pd.DataFrame:
    rows = [
        (
            reject.origin.source,
            reject.origin.record,
            reject.origin.line,
            reject.origin.byte_offset,
            reject.path or None,
            reject.reason,
            reject.hint or None,
            reject.snippet or None,
        )
        for reject in intake.rejects
    ]
    return _frame("rejects", rows)


def _counts(
    intake: Intake, completions: pd.DataFrame, is_kept: pd.Series, sources: Sequence[str]
) -> pd.DataFrame:
    by_source = completions["source"].astype("str")
    rows = by_source[is_kept].value_counts()
    duplicates = by_source[~is_kept].value_counts()
    rejects = pd.Series([reject.origin.source for reject in intake.rejects]).value_counts()
    counted = [
        (
            source,
            intake.records[source],
            int(rows.get(source, 0)),
            intake.feedback[source],
            int(duplicates.get(source, 0)),
            int(rejects.get(source, 0)),
        )
        for source in sources
    ]
    return _frame("counts", counted)


def _frame(name: str, rows: Sequence[tuple[Any, ...]]) -> pd.DataFrame:
    table = TABLES[name]
    columns = zip(*rows, strict=True) if rows else ([] for _ in table.names)
    return table.build(dict(zip(table.names, columns, strict=True)))
