"""Everything taken becomes a log: what needs whole files is decided, then applied to the rows."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any, Literal

import numpy as np
import pandas as pd

from .doubts import Surroundings, surroundings_of
from .frames import TABLES, Table
from .frames.building import CHILDREN
from .frames.decisions import Decisions, decide
from .frames.derive import completions_from, outcomes
from .frames.duplicates import Repeats, repeats_among, share_identity
from .gathered import Gathered
from .log import CompletionLog
from .origins import PLACES, Origins
from .quality import ROW_ISSUES, row_issues, source_issues
from .reading import Source

_COMPLETION_TABLES: Mapping[str, Table] = {table.name: table for table in (*CHILDREN, PLACES)}


def assemble(
    gathered: Gathered,
    sources: Sequence[Source],
    duration_unit: Literal["auto", "s", "ms"],
) -> CompletionLog:
    """The log of everything that was gathered from the sources."""
    facts, identities = gathered.frames["facts"], gathered.frames["identities"]
    decisions = decide([facts], duration_unit)
    is_shared = share_identity(identities)
    repeats = repeats_among(identities[is_shared], outcomes(facts[is_shared]))
    kept = kept_frames(gathered.frames, decisions, repeats)
    around = surroundings_of(kept["completions"])
    rows = rows_named(kept["completions"], gathered.frames["feedback"])
    frames = log_frames(gathered, kept, repeats, around, rows)
    dropped = set(repeats.dropped.tolist())
    origins = Origins(
        frames.pop(PLACES.name),
        {source.name: source for source in sources},
        {row_id: raw for row_id, raw in gathered.held.items() if row_id not in dropped},
    )
    issues = source_issues(decisions.units, around, gathered.source_issues)
    return CompletionLog(
        **frames,
        counts=counts_of(gathered, [source.name for source in sources], repeats),
        source_issues=tuple(issues),
        origins=origins,
    )


def kept_frames(
    gathered: Mapping[str, pd.DataFrame], decisions: Decisions, repeats: Repeats
) -> dict[str, pd.DataFrame]:
    """The completions and all that belongs to them, without those that repeat another one.

    `facts` stand beside `completions`, row by row.
    """
    kept = {
        name: _without(gathered[name], repeats.dropped, table)
        for name, table in _COMPLETION_TABLES.items()
    }
    facts, extras = (_without(gathered[name], repeats.dropped) for name in ("facts", "extras"))
    completions = completions_from(facts, kept["choices"], decisions)
    completions = completions.assign(**extras.drop(columns="row_id"))
    return {**kept, "facts": facts, "completions": completions}


def rows_named(completions: pd.DataFrame, feedback: pd.DataFrame) -> pd.Series:
    """The rows of the completions that feedback names, by their ids; the first of each id."""
    is_named = completions["completion_id"].isin(feedback["completion_id"].dropna())
    named = completions.loc[is_named, ["completion_id", "row_id"]]
    return named.drop_duplicates("completion_id").set_index("completion_id")["row_id"]


def log_frames(
    gathered: Gathered,
    kept: Mapping[str, pd.DataFrame],
    repeats: Repeats,
    around: Surroundings,
    rows: pd.Series,
) -> dict[str, Any]:
    """All frames of a log but `counts`; `rows` are those of completions that feedback names."""
    completions, facts = kept["completions"], kept["facts"]
    children = {table.name: kept[table.name] for table in CHILDREN}
    found = row_issues(completions, facts, children, _noted(gathered, repeats), around)
    return {
        **children,
        "completions": completions,
        "feedback": _joined(gathered.frames["feedback"], rows),
        "rejects": gathered.frames["rejects"],
        "row_issues": found,
        PLACES.name: kept[PLACES.name],
    }


def counts_of(gathered: Gathered, sources: Sequence[str], repeats: Repeats) -> pd.DataFrame:
    """The frame `counts`, a row for each of the sources."""
    facts, rejects = gathered.frames["facts"], gathered.frames["rejects"]
    is_dropped = facts["row_id"].isin(repeats.dropped)
    read = facts["source"]
    counted = {
        "records": gathered.records,
        "rows": _per_source(read[~is_dropped]),
        "feedback": gathered.feedback,
        "duplicates": _per_source(read[is_dropped]),
        "rejects": _per_source(rejects["source"]),
    }
    columns = {name: [n[source] for source in sources] for name, n in counted.items()}
    return TABLES["counts"].build({"source": sources, **columns})


def _per_source(sources: pd.Series) -> Counter[str]:
    return Counter({str(name): n for name, n in sources.value_counts().items()})


def _without(frame: pd.DataFrame, dropped: np.ndarray, table: Table | None = None) -> pd.DataFrame:
    if not len(dropped):
        return frame
    kept = frame[~frame["row_id"].isin(dropped)].reset_index(drop=True)
    return table.conform(kept) if table else kept


def _noted(gathered: Gathered, repeats: Repeats) -> pd.DataFrame:
    """What was noted while reading, and an issue for each row that stands for others too."""
    standing = repeats.standing.tolist()
    n = len(standing)
    found = ROW_ISSUES.build(
        {"row_id": standing, "code": ["duplicate_id"] * n, "field": ["id"] * n}
    )
    return pd.concat([gathered.frames["row_issues"], found], ignore_index=True)


def _joined(feedback: pd.DataFrame, rows: pd.Series) -> pd.DataFrame:
    """Feedback with the row of the completion it names."""
    row_ids = feedback["completion_id"].map(rows).astype("Int64")
    return TABLES["feedback"].conform(feedback.assign(row_id=row_ids))
