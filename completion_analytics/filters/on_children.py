"""Conditions that look beyond the frame: at the tags, prompts and answers of each completion."""

from __future__ import annotations

import re
import warnings
from collections.abc import Iterable
from dataclasses import KW_ONLY, dataclass

import numpy as np
import pandas as pd

from .condition import Condition
from .on_columns import require_name
from .scope import Flags, Names, Scope, flags, has_any
from .values import texts

# where -> the frames of the log whose `text` is searched
TEXTS = {
    "prompts": ("messages",),
    "answers": ("choices",),
    "both": ("messages", "choices"),
}


@dataclass(frozen=True, repr=False, kw_only=True)
class HasTags(Condition):
    """Keeps completions that bear any of some tags, all of others, and none of yet others.

    What is given counts together: `HasTags(any=["a", "b"], none=["c"])` is a or b, without c. A
    completion without tags bears none. It needs the log, because tags are no column of a frame.

    Raises:
        TypeError: tags are not given as a list of texts; in `select`, if there is no log.
        ValueError: no tag is given at all, or one is both demanded and forbidden.

    >>> HasTags(any=["prod", "beta"], none=["test"])
    HasTags(any=['beta', 'prod'], none=['test'])
    """

    any: Iterable[str] = ()
    all: Iterable[str] = ()
    none: Iterable[str] = ()

    def __post_init__(self) -> None:
        for name in ("any", "all", "none"):
            object.__setattr__(self, name, texts(getattr(self, name), f"HasTags({name}=…)"))
        if not (self.any or self.all or self.none):
            raise ValueError("HasTags needs a tag: any=, all= or none= takes a list of them")
        contradictory = sorted(set(self.all) & set(self.none))
        if contradictory:
            raise ValueError(f"HasTags cannot both demand and forbid {contradictory[0]!r}")

    @property
    def _groups(self) -> list[list[str]]:
        """Groups of tags; of each, one must be there."""
        return [*([list(self.any)] if self.any else []), *([tag] for tag in self.all)]

    def rows(self, scope: Scope) -> Flags:
        """Rows whose tags are as demanded."""
        tags = scope.child(self, "tags")
        kept = ~scope.none()
        for group in self._groups:
            kept &= scope.among(_row_ids(tags, group))
        return kept & ~scope.among(_row_ids(tags, list(self.none))) if self.none else kept

    def code(self, names: Names) -> str:
        """One `isin` over the ids of tagged rows for each demand."""
        tags, row_id = names.child(self, "tags"), f"{names.frame}['row_id']"

        def tagged(group: list[str]) -> str:
            return f"{row_id}.isin({tags}.loc[{tags}['tag'].isin({group!r}), 'row_id'])"

        demands = [tagged(group) for group in self._groups]
        if self.none:
            demands.append(f"~{tagged(list(self.none))}")
        return f"({' & '.join(demands)})"


@dataclass(frozen=True, repr=False)
class Contains(Condition):
    """Keeps rows whose text contains another text, or a match of a regular expression.

    `where` is `prompts` (any message of the request, whoever wrote it), `answers` (the text of any
    choice), `both` (one of the two; these need the log), or the name of a column. Upper and lower
    case are alike unless `case=True`. Expressions are those of Python's `re`.

    Raises:
        TypeError: an argument has the wrong type; in `select`, if there is no log to search, or
            the column holds no text.
        ValueError: the regular expression is none, with the position where it breaks.
        KeyError: in `select`, if `where` is neither of the three words nor a column.

    >>> Contains("time ?out", where="failure_reason", regex=True)
    Contains('time ?out', where='failure_reason', regex=True)
    """

    text: str
    where: str = "both"
    _: KW_ONLY
    regex: bool = False
    case: bool = False

    def __post_init__(self) -> None:
        require_name("Contains(where=…)", self.where)
        if not isinstance(self.text, str):
            raise TypeError(f"Contains takes a text to search for, not {type(self.text).__name__}")
        for name in ("regex", "case"):
            if not isinstance(getattr(self, name), bool):
                raise TypeError(f"Contains takes {name}=True or {name}=False")
        if self.regex:
            _require_regex(self.text)

    def rows(self, scope: Scope) -> Flags:
        """Rows with the text."""
        if self.where not in TEXTS:
            return self._found_in_column(scope)
        kept = scope.none()
        for name in TEXTS[self.where]:
            child = scope.words(self, name)
            kept |= scope.among(child.loc[self._found(child["text"]), "row_id"])
        return kept

    def code(self, names: Names) -> str:
        """`str.contains`, over the ids of matching messages and choices where these are searched.

        `flags=32` is `re.UNICODE`: it changes nothing but that pandas searches with Python's `re`.
        """
        how = "flags=32" if self.regex else "regex=False"
        search = f".str.contains({self.text!r}, case={self.case}, {how}, na=False)"
        if self.where not in TEXTS:
            return f"{names.frame}[{self.where!r}].astype('str'){search}"
        children = [names.child(self, name) for name in TEXTS[self.where]]
        found = [
            f"{names.frame}['row_id'].isin({child}.loc[{child}['text']{search}, 'row_id'])"
            for child in children
        ]
        return f"({' | '.join(found)})" if len(found) > 1 else found[0]

    def _found_in_column(self, scope: Scope) -> Flags:
        values = scope.column(self, self.where, others=TEXTS)
        return self._found(values) if has_any(values, "text", self) else scope.none()

    def _found(self, values: pd.Series) -> Flags:
        if isinstance(values.dtype, pd.CategoricalDtype):  # few words, many rows: search the words
            found = self._found(values.cat.categories.to_series())
            return np.append(found, False)[values.cat.codes]  # the code of missing is -1: the last
        words = values.astype("str").str
        if not self.regex:
            return flags(words.contains(self.text, case=self.case, regex=False, na=False))
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", UserWarning)  # about groups, which do no harm here
            return flags(words.contains(self.text, case=self.case, flags=re.UNICODE, na=False))


def _row_ids(tags: pd.DataFrame, wanted: list[str]) -> pd.Series:
    return tags.loc[flags(tags["tag"].isin(wanted)), "row_id"]


def _require_regex(pattern: str) -> None:
    try:
        re.compile(pattern)
    except re.error as error:
        raise ValueError(
            f"Contains cannot read the regular expression {pattern!r}: {error.msg} "
            f"at position {error.pos}"
        ) from error
