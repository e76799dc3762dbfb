"""What is shown of one completion, gathered from the frames of a log.

The frames tell nearly all of it, so that a conversation outlives its file. What only the record
holds (parts that are no text, further parameters, the raw JSON) is added where the file is there.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

import pandas as pd

from ..frames.callsites import is_library
from ..quality import ISSUES
from .confidence import Confidence, confidence_of
from .exchange import Call, Choice, Doubt, Exchange, Message, StackFrame
from .heading import finish_badges
from .parts import Part, parts_of, pretty, spoken
from .record import Record, record_of
from .written import Ends, Excerpt, Most, brief, ends, most_of

if TYPE_CHECKING:
    from ..log import CompletionLog

_MESSAGES = Most(100, 100)
_CHOICES = Most(30, 10)
_PARTS = Most(40, 10)
_CALLS = Most(40, 10)
_TAGS = Most(40, 10)
_FRAMES = Most(100, 100)
_LONGEST_LINE = 300
_RAW = Most(200_000, 0)
_INSTRUCTIONS = {"system", "developer"}


def exchange_of(log: CompletionLog, row_id: int) -> Exchange:
    """The completion of a row.

    Raises:
        KeyError: the log has no such row.
    """
    row = _row(log, row_id)
    row_id = row["row_id"]
    record = record_of(log, row_id)
    parts = {
        name: _rows(getattr(log, name), row_id)
        for name in ("messages", "choices", "tool_calls", "logprobs", "stacktrace", "tags")
    }
    most = most_of(list(_texts(parts)))
    called = {call["tool_call_id"]: call["name"] for call in parts["tool_calls"]}
    return Exchange(
        row=row,
        tags=ends([brief(tag["tag"]) for tag in parts["tags"]], _TAGS),
        messages=ends(list(_messages(parts, called, record, most)), _MESSAGES),
        choices=ends(list(_choices(parts, record, most)), _CHOICES),
        reason=None if row["failure_reason"] is None else Excerpt(row["failure_reason"], most),
        stack=ends([_stack_frame(frame) for frame in parts["stacktrace"]], _FRAMES),
        doubts=list(_doubts(log, row)),
        parameters=record.parameters(row),
        tools=record.tools,
        tool_names=record.tool_names,
        raw=Excerpt(pretty(record.raw), _RAW) if record.absent is None else None,
        raw_absent=record.absent,
    )


def _row(log: CompletionLog, row_id: int) -> dict[str, Any]:
    row_ids = log.completions["row_id"]
    found = _rows(log.completions, row_id)
    if found:
        return found[0]
    there = f"they run from {row_ids.min()} to {row_ids.max()}" if len(row_ids) else "it is empty"
    raise KeyError(
        f"no row {row_id!r} among the {len(row_ids):,} of this log: a row is named by its `row_id` "
        f"in `log.completions`, and {there}"
    )


def _rows(frame: pd.DataFrame, row_id: int) -> list[dict[str, Any]]:
    """The rows of one completion; None is missing."""
    found = frame[frame["row_id"] == row_id].to_dict("records")
    return [
        {str(name): None if pd.isna(value) else value for name, value in row.items()}
        for row in found
    ]


_Parts = Mapping[str, Sequence[Mapping[str, Any]]]


def _texts(parts: _Parts) -> Iterator[str]:
    """Every text that will be shown; of parts that are no text it is not known yet."""
    for name, columns in _TEXTS.items():
        for row in parts[name]:
            yield from (row[column] or "" for column in columns)
            yield from [""] * (row.get("n_other_parts") or 0)


_TEXTS = {
    "messages": ("text",),
    "choices": ("text", "reasoning", "refusal"),
    "tool_calls": ("arguments",),
}


def _messages(
    parts: _Parts, called: Mapping[str | None, str | None], record: Record, most: Most
) -> Iterator[Message]:
    for row in parts["messages"]:
        index, role = row["message_index"], brief(row["role"] or "no role")
        calls = _calls(parts, "message_index", index, most)
        shown = _contents(row, record.content_of_message(index), most)
        yield Message(
            role=role,
            name=None if row["name"] is None else brief(row["name"]),
            answers=_answered(row["tool_call_id"], called),
            parts=ends(_folded_early(shown) if role in _INSTRUCTIONS else shown, _PARTS),
            calls=calls,
            lacks=_lacking(row, shown, has_more=bool(calls.head)),
        )


def _choices(parts: _Parts, record: Record, most: Most) -> Iterator[Choice]:
    n_choices = len(parts["choices"])
    for position, row in enumerate(parts["choices"]):
        index = row["choice_index"]
        tokens = [token for token in parts["logprobs"] if token["choice_index"] == index]
        calls = _calls(parts, "choice_index", index, most)
        content, audio = record.content_of_choice(position)
        shown = [*_contents(row, content, most), *spoken(audio, most)]
        confidences = list(_confidences(row, tokens, n_choices))
        covered = [each.text.whole for each in confidences if not each.is_apart]
        refusal = row["refusal"]
        yield Choice(
            number=position + 1,
            role=brief(row["role"] or "answer"),
            badges=list(finish_badges(row["finish_class"], row["finish_reason"])),
            parts=ends([part for part in shown if not _is_covered(part, covered)], _PARTS),
            reasoning=_folded(row["reasoning"], most),
            refusal=None if refusal is None or refusal in covered else Excerpt(refusal, most),
            calls=calls,
            confidences=confidences,
            lacks=_lacking(row, shown, has_more=bool(calls.head or row["refusal"])),
        )


def _is_covered(part: Part, covered: Sequence[str]) -> bool:
    return part.text is not None and part.text.whole in covered


def _contents(row: Mapping[str, Any], content: Any, most: Most) -> list[Part]:
    """The parts as the record has them where some are no text; else the text of the frame."""
    return parts_of(content if row["n_other_parts"] and content is not None else row["text"], most)


def _lacking(row: Mapping[str, Any], shown: Sequence[Part], *, has_more: bool) -> str | None:
    n_others = row["n_other_parts"] or 0
    if n_others and not any(part.title for part in shown):
        parts = "1 part that is" if n_others == 1 else f"{n_others:,} parts that are"
        return f"In its file only: {parts} no text (images, audio, files)."
    if row.get("role") == "prompt" and not shown:
        return "Token ids, no text."
    if shown and any(
        part.title or part.picture or (part.text and part.text.whole) for part in shown
    ):
        return None
    return None if has_more else "Empty." if shown else "No content."


def _folded_early(parts: Sequence[Part]) -> list[Part]:
    """Instructions are read once and repeated in every call: a few lines show which they are."""
    return [
        part._replace(text=Excerpt(part.text.whole, part.text.most, long_chars=600, long_lines=8))
        if part.text
        else part
        for part in parts
    ]


def _folded(text: str | None, most: Most) -> Excerpt | None:
    return None if text is None else Excerpt(text, most, long_chars=-1)


def _answered(tool_call_id: str | None, called: Mapping[str | None, str | None]) -> str | None:
    if tool_call_id is None:
        return None
    name = called.get(tool_call_id)
    return brief(tool_call_id) if name is None else f"{brief(name)} ({brief(tool_call_id)})"


def _calls(parts: _Parts, place: str, index: int | None, most: Most) -> Ends[Call]:
    rows = [row for row in parts["tool_calls"] if row[place] is not None and row[place] == index]
    return ends([_call(row, most) for row in rows], _CALLS)


def _call(row: Mapping[str, Any], most: Most) -> Call:
    name, arguments = brief(row["name"] or "(no name)"), row["arguments"]
    call_id = None if row["tool_call_id"] is None else brief(row["tool_call_id"])
    if arguments is None:
        return Call(name, call_id, None, "no arguments")
    if row["arguments_valid"] is False:
        flaw = "arguments are no JSON, shown as they are" if arguments else "arguments are empty"
        return Call(name, call_id, Excerpt(arguments, most), flaw)
    text = _indented(arguments) if row["arguments_valid"] else arguments
    return Call(name, call_id, Excerpt(text, most), None)


def _indented(arguments: str) -> str:
    if len(arguments) > _RAW.head:
        return arguments
    try:
        return pretty(json.loads(arguments))
    except (ValueError, RecursionError):
        return arguments


def _confidences(
    row: Mapping[str, Any], tokens: Sequence[Mapping[str, Any]], n_choices: int
) -> Iterator[Confidence]:
    """That of the text, then that of the refusal."""
    for is_refusal, text in ((False, row["text"]), (True, row["refusal"])):
        rows = [token for token in tokens if bool(token["is_refusal"]) == is_refusal]
        if rows:
            yield confidence_of(rows, text, n_choices)


def _stack_frame(row: Mapping[str, Any]) -> StackFrame:
    file, lineno, name = row["file"] or "(no file)", row["lineno"], row["name"]
    line = None if row["line"] is None else brief(row["line"].strip(), _LONGEST_LINE)
    where = brief(file, _LONGEST_LINE) + ("" if lineno is None else f":{lineno}")
    place = f"{where} {brief(name)}" if name else where
    return StackFrame(place, line, is_library(file))


def _doubts(log: CompletionLog, row: Mapping[str, Any]) -> Iterator[Doubt]:
    """What is doubtful about the row, then about its file as a whole; notes of the file are not."""
    for code in log.row_issues.loc[log.row_issues["row_id"] == row["row_id"], "code"]:
        kind = ISSUES.get(code)
        yield Doubt(code, *((kind.severity, kind.advice) if kind else _REPAIRED))
    for issue in log.source_issues:
        kind = ISSUES.get(issue.code)
        if kind and issue.source == row["source"] and kind.severity != "info":
            advice = f"{kind.advice} {issue.detail}".strip()
            yield Doubt(issue.code, f"{kind.severity}, about the whole file", advice)


_REPAIRED = ("info", "Repaired while reading.")
