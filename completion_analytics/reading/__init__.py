"""Bytes to records: whatever was exported, as JSON values that know where they stood."""

from completion_analytics.reading.numbering import Found, read
from completion_analytics.reading.own_folders import LOCK, MANIFEST, PLAN, UNFINISHED, holds_log
from completion_analytics.reading.pieces import Decode, Decoded
from completion_analytics.reading.records import (
    DecodedRun,
    Origin,
    RawRecord,
    SourceNote,
    Unreadable,
)
from completion_analytics.reading.rereading import SourceChanged, reread
from completion_analytics.reading.sources import Fingerprint, Source, find_sources

__all__ = [
    "LOCK",
    "MANIFEST",
    "PLAN",
    "UNFINISHED",
    "Decode",
    "Decoded",
    "DecodedRun",
    "Fingerprint",
    "Found",
    "Origin",
    "RawRecord",
    "Source",
    "SourceChanged",
    "SourceNote",
    "Unreadable",
    "find_sources",
    "holds_log",
    "read",
    "reread",
]
