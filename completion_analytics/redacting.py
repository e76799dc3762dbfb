"""A log without what must not leave it."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from functools import partial

import numpy as np
import pandas as pd

from .formats import recognise
from .log import CompletionLog, require_log
from .origins import Origins
from .quality import SourceIssue
from .redaction import DEFAULT_RULES, JsonRedactor, Redactor, Rule


def redact(
    log: CompletionLog, rules: Iterable[Rule] = DEFAULT_RULES, salt: str | bytes | None = None
) -> CompletionLog:
    """The log with keys, addresses, numbers and paths of people replaced by pseudonyms.

    Every text in every frame is searched: messages, answers, arguments, tags, stack traces, rejects
    and names of files. A pseudonym such as `{email:iwmobrohny}` is the same for the same value and
    salt, so that groups, joins and duplicates stay; without a salt one is drawn and forgotten.
    `log.redactions` tells how many places were replaced by which rule, equal texts counted once.
    Ids of completions and sessions stay; numbers in frames are not looked at. Reasons of rejects
    lose the values that they quote.

    `raw` and `record` work for records held in memory (`keep_raw=True`), with the same pseudonyms;
    those of files are not read again, nor are recorded streams, whose pieces may part a secret.

    Raises:
        TypeError: it is no log, or one in parts.

    >>> import completion_analytics as ca
    >>> log = ca.load([{"request": {"prompt": "I am ada@example.com"}, "status": "started"}])
    >>> redacted = ca.redact(log, salt="s")
    >>> redacted.messages["text"].item(), dict(redacted.redactions)
    ('I am {email:iwmobrohny}', {'email': 1})
    """
    log = require_log(log, "redact")
    veil = JsonRedactor(Redactor(rules, salt))
    frames = {
        **log.frames,
        "completions": _with_keyed_hashes(log.completions, veil.redactor),
        "rejects": _without_cut_words(without_quotes(log.rejects)),
        "counts": log.counts,
        "row_issues": log.row_issues,
    }
    if "logprobs" in frames:
        frames["logprobs"] = _without_split_secrets(log.logprobs, veil.redactor)
    frames = {name: _redacted(frame, veil) for name, frame in frames.items()}
    return log.changed(
        **frames,
        source_issues=tuple(SourceIssue(*map(veil.text, issue)) for issue in log.source_issues),
        origins=_redacted_origins(log, veil),
        redactions=dict(veil.redactor.found),
    )


def _redacted(frame: pd.DataFrame, veil: JsonRedactor) -> pd.DataFrame:
    """A frame whose columns of text are redacted, value by distinct value."""
    columns = {
        name: mapped(frame[name], looking(veil, name))
        for name in frame.columns
        if is_text(frame[name])
    }
    return frame.assign(**columns)


def looking(veil: JsonRedactor, column: str) -> Callable[[str], str]:
    """What redacts the texts of a column."""
    return partial(_callsite, veil) if column == "callsite" else partial(veil.under, column)


def _callsite(veil: JsonRedactor, text: str) -> str:
    """File, line and function: rules know what stands in the file's name by itself only."""
    return _CALLSITE.sub(lambda at: f"{veil.text(at[1])}{at[2]}{veil.text(at[3])}", text)


_CALLSITE = re.compile(r"\A(.*?)((?::\d+ )?)([^:]*)\Z", re.DOTALL)


def is_text(values: pd.Series) -> bool:
    """Whether a column holds texts, or categories that are texts."""
    dtype = values.dtype
    kind = dtype.categories.dtype if isinstance(dtype, pd.CategoricalDtype) else dtype
    return isinstance(kind, pd.StringDtype)


def mapped(values: pd.Series, function: Callable[[str], str]) -> pd.Series:
    """A column with a function applied to its distinct values, and its dtype kept."""
    if not isinstance(values.dtype, pd.CategoricalDtype):
        codes, known = pd.factorize(values)
        return pd.Series(_taken(codes, [function(text) for text in known]), values.index)
    words = values.dtype.categories
    changed = [function(word) for word in words]
    if changed == list(words):
        return values
    categories = pd.Index(sorted(set(changed)), dtype="str")
    texts = _taken(values.cat.codes.to_numpy(), changed)
    return pd.Series(pd.Categorical(texts, categories=categories), values.index)


def _taken(codes: np.ndarray, texts: list[str]) -> pd.api.extensions.ExtensionArray:
    known = pd.array([*texts, None], dtype=pd.StringDtype(na_value=np.nan))
    return known.take(np.where(codes < 0, len(texts), codes))


def _with_keyed_hashes(completions: pd.DataFrame, redactor: Redactor) -> pd.DataFrame:
    """Whoever guesses a prompt could compute its hash; with the salt in it he cannot."""
    if "prompt_hash" not in completions:  # few columns were opened
        return completions
    keyed = mapped(completions["prompt_hash"], lambda known: redactor.fingerprint("prompt", known))
    return completions.assign(prompt_hash=keyed)


def _without_split_secrets(logprobs: pd.DataFrame, redactor: Redactor) -> pd.DataFrame:
    """Answers in which a secret is spread over tokens lose their tokens; numbers stay."""
    known = logprobs[logprobs["token"].notna()]
    spoken = known.groupby(["row_id", "choice_index"], observed=True)["token"].agg("".join)
    secret = spoken.index[[not redactor.is_clean(text) for text in spoken]]
    rows = pd.MultiIndex.from_frame(logprobs[["row_id", "choice_index"]]).isin(secret)
    return logprobs.assign(
        token=logprobs["token"].mask(rows), top_logprobs=logprobs["top_logprobs"].mask(rows)
    )


def without_quotes(rejects: pd.DataFrame) -> pd.DataFrame:
    """Reasons name the type of what was refused, not the value, which may be part of an answer."""
    return rejects.assign(reason=mapped(rejects["reason"], lambda text: _QUOTE.sub(r"\1", text)))


_QUOTE = re.compile(r"(, got (?:an? )?\w+) .*\Z", re.DOTALL)


def _without_cut_words(rejects: pd.DataFrame) -> pd.DataFrame:
    """Half a key would not be known as one, so a word that was cut off goes."""
    return rejects.assign(
        **{
            name: mapped(rejects[name], lambda text: _CUT_WORD.sub("…", text))
            for name in ("path", "reason", "hint", "snippet")
        }
    )


_CUT_WORD = re.compile(r"(?<![^\s'\"])[^\s'\"]+…")


def _redacted_origins(log: CompletionLog, veil: JsonRedactor) -> Origins:
    """No way back to the files; what was held is redacted."""
    held = {
        row_id: veil.value(raw)
        for row_id, raw in log.origins.held.items()
        if recognise(raw).name != "stream"
    }
    return Origins(_redacted(log.origins.places, veil), {}, held)
