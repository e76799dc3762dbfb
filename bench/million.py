"""An invented log of any number of calls, made as whole columns: a million take seconds.

Every declared column of `completions` is filled, so that the frame weighs what a real one weighs.
Twenty models, of which few do most of the work; a daily rhythm over ninety days; one call in ten
failed or never ended; sessions of eight calls; two tags a call; reasons that name ids and times.
"""

from __future__ import annotations

import hashlib
import pickle
import re
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from completion_analytics.frames import TABLES

from . import vocabulary

Floats = npt.NDArray[np.float64]
Counts = npt.NDArray[np.int64]
Flags = npt.NDArray[np.bool_]

_FIRST_US = 1_740_000_000_000_000
_DAYS = 90
_MODELS = 20
_CALLSITES = 60
_CALLS_PER_SESSION = 8
_REPEATED = 0.05
_FAILURES = ("rate_limit", "timeout", "server", "network", "bad_request")
_REASONS = (
    "Rate limit reached for {model} on requests per min. Please try again in {number}ms.",
    "Request {hash} timed out after 60.0 seconds.",
    "Error code: 500 - the server had an error (request ID req_{hash})",
    "Connection error {number}.",
    "This model's maximum context length is 8192 tokens, you requested {number} tokens.",
)
_TAG_SHARES = (0.5, 0.4, 0.3, 0.2, 0.2, 0.15, 0.15, 0.1)
"""How many calls bear each of the vocabulary's tags."""


class MadeLog(NamedTuple):
    """The frames that statistics and plots look at."""

    completions: pd.DataFrame
    tags: pd.DataFrame


def made_log(rows: int, seed: int = 0) -> MadeLog:
    """A log of so many calls; the same for the same seed."""
    rng = np.random.default_rng(seed)
    columns = _calls(rng, rows) | {name: _constant(rows, word) for name, word in _ALIKE.items()}
    completions = TABLES["completions"].conform(pd.DataFrame(columns, copy=False))
    return MadeLog(completions, _tags(rng, rows))


def made_file(rows: int) -> Path:
    """That log, pickled into the temporary folder unless it is there."""
    mark = hashlib.sha256(b"".join(map(Path.read_bytes, _SOURCES))).hexdigest()[:8]
    folder = Path(tempfile.gettempdir()) / "completion-analytics-bench"
    path = folder / f"made-{rows}-{mark}-{pd.__version__}.pickle"
    if not path.exists():
        folder.mkdir(exist_ok=True)
        with tempfile.NamedTemporaryFile("wb", dir=folder, delete=False) as file:
            pickle.dump(tuple(made_log(rows)), file, protocol=5)
        Path(file.name).rename(path)  # a run that was broken off leaves no short file behind
    return path


def read_log(path: Path) -> MadeLog:
    """The log of such a file."""
    with path.open("rb") as file:
        return MadeLog(*pickle.load(file))


_SOURCES = (Path(__file__), Path(vocabulary.__file__))
_ALIKE = {
    "source": "rows.jsonl",
    "form": "log10",
    "organization_id": "4ffbada7-a483-49f6-83c0-987d07c779ed",
    "kind": "chat",
    "created_from": "created_at",
    "service_tier": "default",
}


def _calls(rng: np.random.Generator, rows: int) -> dict[str, Any]:
    """The columns that differ from row to row, a few at a time."""
    model, site = _zipf(rng, rows, _MODELS), _zipf(rng, rows, _CALLSITES)
    outcome = rng.choice(3, rows, p=[0.9, 0.07, 0.03])
    done, failed = outcome == 0, outcome == 1
    failure = rng.choice(len(_FAILURES), rows, p=[0.45, 0.2, 0.15, 0.15, 0.05])
    prompt = rng.lognormal(6.5, 1.0, rows).astype(np.int64) + 8
    written = rng.lognormal(5.0, 0.9, rows).astype(np.int64) + 1
    waited = (0.3 + 0.2 * model) * rng.lognormal(0, 0.5, rows) + 2e-4 * prompt + 0.012 * written
    timeout = failed & (failure == 1)
    seconds = np.where(done, waited, np.where(timeout, 60.0, np.nan))
    models = [f"model-{letter}-{size}" for letter in "abcde" for size in ("8b", "70b", "pro", "xl")]
    return (
        _identity(rng, rows)
        | _named(model, {"model": models, "model_requested": models})
        | _named(model // 4, {"provider": ["openai", "anthropic", "google", "mistral", "groq"]})
        | _named(outcome, {"status": ["finished", "failed", "started"]})
        | _named(outcome, {"outcome": ["finished", "failed", "unresolved"]})
        | _named(site, {"callsite": [f"app/job_{at}.py:{40 + at} answer" for at in range(60)]})
        | _durations(rng, seconds, written)
        | _tokens(rng, done, prompt, written)
        | _endings(done, written)
        | _failed(rng, failed, failure, model, models)
        | _asked(rng, rows, done, prompt, written)
    )


def _identity(rng: np.random.Generator, rows: int) -> dict[str, Any]:
    """Ids, when the call was made, and with which others it belongs."""
    day = rng.integers(0, _DAYS, rows) * 86_400
    moment = np.sort(day + np.clip(rng.normal(50_000, 14_000, rows), 0, 86_399))
    stamps = (_FIRST_US + moment * 1e6).astype(np.int64)
    session = np.cumsum(rng.random(rows) < 1 / _CALLS_PER_SESSION)
    prompts = _hex(rng, rows, 32)
    again = np.where(rng.random(rows) < _REPEATED, np.arange(rows) - 1, np.arange(rows))
    return {
        "row_id": np.arange(rows),
        "completion_id": _hex(rng, rows, 16),
        "line": np.arange(1, rows + 1),
        "session_id": _hex(rng, rows, 16).take(session % max(rows, 1)),
        "created_at": pd.DatetimeIndex(stamps.view("datetime64[us]")).tz_localize("UTC"),
        "prompt_hash": prompts.take(np.maximum(again, 0)),
    }


def _durations(rng: np.random.Generator, seconds: Floats, written: Counts) -> dict[str, Any]:
    known = ~np.isnan(seconds)
    return {
        "duration_s": seconds,
        "duration_raw": np.round(seconds * 1_000),
        **_named(np.where(known, 0, 1), {"duration_quality": ["exact", "missing"]}),
        "ttft_s": np.where(known & (rng.random(len(seconds)) < 0.2), seconds / 5, np.nan),
        "server_duration_s": seconds * 0.9,
        "tokens_per_s": written / seconds,
    }


def _tokens(
    rng: np.random.Generator, done: Flags, prompt: Counts, written: Counts
) -> dict[str, Any]:
    thought = np.where(rng.random(len(done)) < 0.2, written // 2, 0)
    return {
        "prompt_tokens": _known(prompt, done),
        "completion_tokens": _known(written, done),
        "total_tokens": _known(prompt + written, done),
        "cached_tokens": _known(prompt // 128 * 64, done),
        "reasoning_tokens": _known(thought, done),
        **_named(np.where(done, 0, 1), {"usage_quality": ["reported", "missing"]}),
        "cost_usd": np.where(done, 1e-6 * prompt + 4e-6 * written, np.nan),
    }


def _endings(done: Flags, written: Counts) -> dict[str, Any]:
    cut = written > 1_000
    reason = np.where(done, np.where(cut, 1, np.where(written % 9 == 0, 2, 0)), -1)
    words = ["stop", "length", "tool_calls"]
    return {
        **_named(reason, {"finish_reason": words, "finish_class": words}),
        "is_truncated": pd.arrays.BooleanArray(cut, ~done),
        "n_choices": _known(np.ones_like(written), done),
        "n_tool_calls": _known((reason == 2).astype(np.int64), done),
        "completion_chars": _known(written * 4, done),
        **_named(np.where(done, written % 6, -1), {"system_fingerprint": list("abcdef")}),
    }


def _failed(
    rng: np.random.Generator, failed: Flags, failure: Counts, model: Counts, models: Sequence[str]
) -> dict[str, Any]:
    rows = len(failed)
    fills = {
        "{model}": pa.array(np.array(models)[model]),
        "{number}": pc.cast(pa.array(rng.integers(1, 9_000, rows)), pa.string()),
        "{hash}": pc.cast(pa.array(_hex(rng, rows, 12)), pa.string()),
    }
    reasons = pc.choose(failure, *(_filled(reason, fills) for reason in _REASONS))
    place = np.where(failed, failure, -1)
    kinds = ["RateLimitError", "APITimeoutError", "InternalServerError", "APIConnectionError"]
    status = np.array([429, 0, 500, 0, 400])[failure]
    return {
        **_named(place, {"failure_kind": [*kinds, "BadRequestError"], "failure_class": _FAILURES}),
        **_named(place, {"failure_code": ["rate_limit_exceeded", "a", "b", "c", "context_length"]}),
        "http_status": _known(status, failed & (status > 0)),
        "failure_reason": pd.Series(pc.if_else(failed, reasons, None).to_pandas(), dtype="str"),
    }


def _asked(
    rng: np.random.Generator, rows: int, done: Flags, prompt: Counts, written: Counts
) -> dict[str, Any]:
    never = np.zeros(rows, dtype=np.bool_)
    return {
        "n_messages": rng.integers(1, 9, rows),
        "n_tags": rng.integers(0, 5, rows),
        "is_stream": pd.arrays.BooleanArray(rng.random(rows) < 0.3, never),
        "is_mock": pd.arrays.BooleanArray(rng.random(rows) < 0.001, never.copy()),
        "temperature": rng.choice([0.0, 0.2, 0.7, 1.0], rows),
        "top_p": np.ones(rows),
        "max_tokens": _known(rng.choice([256, 1_024, 4_096], rows), rng.random(rows) < 0.4),
        "n": np.ones(rows, dtype=np.int64),
        "seed": pd.Series(pc.cast(pa.array(written % 100), pa.string()).to_pandas(), dtype="str"),
        **_named(np.where(done, written % 2, -1), {"response_format": ["text", "json_object"]}),
        "prompt_chars": prompt * 4,
    }


def _tags(rng: np.random.Generator, rows: int) -> pd.DataFrame:
    borne = rng.random((rows, len(_TAG_SHARES))) < _TAG_SHARES
    row_id, tag = np.nonzero(borne)
    words = pd.Categorical.from_codes(tag, pd.Index(sorted(vocabulary.TAGS), dtype="str"))
    return TABLES["tags"].conform(pd.DataFrame({"row_id": row_id, "tag": words}, copy=False))


def _zipf(rng: np.random.Generator, rows: int, of: int) -> Counts:
    weights = 1 / np.arange(1, of + 1)
    return rng.choice(of, rows, p=weights / weights.sum())


def _named(place: Counts, columns: dict[str, Any]) -> dict[str, Any]:
    """Columns whose words stand at the places; -1 is missing."""
    return {
        name: pd.Categorical.from_codes(place, pd.Index(words, dtype="str"))
        for name, words in columns.items()
    }


def _constant(rows: int, word: str) -> Any:
    return pd.Categorical.from_codes(np.zeros(rows, dtype=np.int8), pd.Index([word], dtype="str"))


def _known(values: Counts, known: Flags) -> Any:
    return pd.arrays.IntegerArray(values.astype(np.int64), ~known)


def _hex(rng: np.random.Generator, rows: int, size: int) -> Any:
    """Random texts of hexadecimal digits, two per byte."""
    offsets = np.arange(rows + 1, dtype=np.int64) * 2 * size
    digits = rng.bytes(rows * size).hex().encode("ascii")
    texts = pa.LargeStringArray.from_buffers(rows, pa.py_buffer(offsets), pa.py_buffer(digits))
    return pd.array(texts, dtype=pd.StringDtype(na_value=np.nan))


def _filled(text: str, fills: dict[str, Any]) -> Any:
    """One text per row, the gaps of the pattern filled with each row's words."""
    parts = re.split(r"(\{\w+\})", text)
    return pc.binary_join_element_wise(*(fills.get(part, pa.scalar(part)) for part in parts), "")
