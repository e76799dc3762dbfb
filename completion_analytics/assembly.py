"""Everything taken becomes a log: the decisions that need whole files are made here."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Literal

import numpy as np
import pandas as pd

from .frames import TABLES, Table
from .frames.building import CHILDREN
from .frames.decisions import decide
from .frames.derive import completions_from
from .frames.duplicates import repeated_rows
from .gathered import Gathered
from .log import CompletionLog
from .origins import PLACES, Origins
from .quality import ROW_ISSUES, row_issues, source_issues
from .reading import Source


def assemble(
    gathered: Gathered,
    sources: Sequence[Source],
    duration_unit: Literal["auto", "s", "ms"],
) -> CompletionLog:
    """The log of everything that was gathered from the sources."""
    frames = gathered.frames
    facts, identities = frames["facts"], frames["identities"]
    decisions = decide(facts, duration_unit)
    completions = completions_from(facts, frames["choices"], decisions)
    completions = completions.assign(**frames["extras"].drop(columns="row_id"))
    repeated = repeated_rows(completions, identities)
    is_kept = ~completions["row_id"].isin(repeated)
    counts = _counts(gathered, completions, is_kept, [source.name for source in sources])
    noted = pd.concat([frames["row_issues"], _repeats(identities, repeated)], ignore_index=True)
    if len(repeated):
        completions, facts = (part[is_kept].reset_index(drop=True) for part in (completions, facts))
    kept: dict[str, Any] = {
        table.name: _without(frames[table.name], repeated, table) for table in CHILDREN
    }
    dropped = set(repeated.tolist())
    return CompletionLog(
        completions=completions,
        **kept,
        feedback=_joined(frames["feedback"], completions),
        rejects=frames["rejects"],
        counts=counts,
        row_issues=row_issues(completions, facts, kept, noted),
        source_issues=tuple(source_issues(completions, decisions.units, gathered.source_issues)),
        origins=Origins(
            _without(frames["origins"], repeated, PLACES),
            {source.name: source for source in sources},
            {row_id: raw for row_id, raw in gathered.held.items() if row_id not in dropped},
        ),
    )


def _without(frame: pd.DataFrame, repeated: np.ndarray, table: Table) -> pd.DataFrame:
    if not len(repeated):
        return frame
    return table.conform(frame[~frame["row_id"].isin(repeated)].reset_index(drop=True))


def _repeats(identities: pd.DataFrame, repeated: np.ndarray) -> pd.DataFrame:
    """An issue for each row that stands for others too."""
    is_repeated = identities["row_id"].isin(repeated)
    keys = identities.loc[is_repeated, "key"]
    row_ids = identities.loc[~is_repeated & identities["key"].isin(keys), "row_id"].tolist()
    n = len(row_ids)
    return ROW_ISSUES.build({"row_id": row_ids, "code": ["duplicate_id"] * n, "field": ["id"] * n})


def _joined(feedback: pd.DataFrame, completions: pd.DataFrame) -> pd.DataFrame:
    """Feedback with the row of the completion it names, the first where several bear the id."""
    named = completions.dropna(subset="completion_id").drop_duplicates("completion_id")
    rows = named.set_index("completion_id")["row_id"]
    row_ids = feedback["completion_id"].map(rows)
    return TABLES["feedback"].conform(feedback.assign(row_id=row_ids.astype("Int64")))


def _counts(
    gathered: Gathered, completions: pd.DataFrame, is_kept: pd.Series, sources: Sequence[str]
) -> pd.DataFrame:
    by_source = completions["source"].astype("str")
    rows = by_source[is_kept].value_counts()
    duplicates = by_source[~is_kept].value_counts()
    rejects = gathered.frames["rejects"]["source"].astype("str").value_counts()
    table = TABLES["counts"]
    counted = [
        (
            source,
            gathered.records[source],
            int(rows.get(source, 0)),
            gathered.feedback[source],
            int(duplicates.get(source, 0)),
            int(rejects.get(source, 0)),
        )
        for source in sources
    ]
    columns = zip(*counted, strict=True) if counted else ([] for _ in table.names)
    return table.build(dict(zip(table.names, columns, strict=True)))
