"""JSON values one after the other in a text too large to hold, each with its place in bytes."""

from __future__ import annotations

import codecs
import json
import re
from collections.abc import Iterator

from completion_analytics.reading.content import Content
from completion_analytics.reading.json_values import (
    MAX_DEPTH,
    Fault,
    checked,
    depth_fault,
    digits_fault,
    looks_cut,
    parse,
    syntax_fault,
)
from completion_analytics.reading.pieces import Broken, Clean, Decode, Piece

_BLANKS = re.compile("[ \t\r\n\ufeff]*")  # a byte-order mark inside: files put together
_ESCAPED_SURROGATE = re.compile(r"\\u[dD][89a-fA-F]")
_NEXT_DOCUMENT = re.compile(r"\n(?=[{\[])")
_OPENING = re.compile(r'\{[ \t\r\n]*"[^"\\]+"')
_STRICT = json.JSONDecoder()
# Finds the end of a value whose integers are too long to be read.
_LENIENT = json.JSONDecoder(parse_int=len)
# The longest that the decoder looks ahead of where it reports an error: `-Infinity`, `\\uXXXX`.
_LOOKAHEAD = 16
_SHOWN_AROUND = 40
_TRIED_ENDS = 8
_LONGEST_PAUSE = 63
_LONGEST_TRIED = 1 << 20


class Scanner:
    """A window of text over a content, and a place in it.

    Undecodable bytes stand in the window as lone surrogates, so that characters can be counted
    back into bytes.
    """

    def __init__(self, content: Content) -> None:
        self.offset = content.start
        self.line = 1
        self._blocks: Iterator[bytes] = iter(content)
        self._decoder = codecs.getincrementaldecoder("utf-8")("surrogateescape")
        self._text = ""
        self._at = 0
        self._stuck_at = 0
        self._taken_until = 0
        self._between = ""
        self._pause = _Pause()
        self._is_complete = False

    def peek(self) -> str:
        """The next character that is not blank, or "" at the end."""
        while True:
            blanks = _BLANKS.match(self._text, self._at)
            self._advance(blanks.end() if blanks else self._at)
            if self._at < len(self._text):
                return self._text[self._at]
            if not self._read_more():
                return ""

    def skip_character(self) -> None:
        """Go behind the character that `peek` gave."""
        self._advance(self._at + 1)

    def take(self) -> Piece | Broken:
        """The JSON value here, and go behind it; at what is none, stay.

        A `Broken` of some length is a whole value that cannot be kept; one without length is
        where the syntax ends.
        """
        decoder, fault = _STRICT, None
        while True:
            try:
                value, end = decoder.raw_decode(self._text, self._at)
            except json.JSONDecodeError as error:
                if self._may_go_on(error) and self._read_more():
                    continue
                self._stuck_at = error.pos
                return Broken(self._fault(error), self.line, self.offset)
            except ValueError:
                decoder, fault = _LENIENT, digits_fault()
                continue
            except RecursionError:
                self._stuck_at = self._at
                return Broken(depth_fault(), self.line, self.offset)
            is_open = end == len(self._text) and isinstance(value, int | float)
            if not (is_open and self._read_more()):
                return self._taken(value, end, fault)

    def note_gap(self) -> None:
        """What stands between the value taken last and the one here may stand between others, too.

        It is all from the closing brace of one object to the first key of the next.
        """
        opening = _OPENING.match(self._text, self._at)
        brace = max(0, self._at - (self.offset - self._taken_until) - 1)
        between = self._text[brace : opening.end()] if opening else ""
        self._between = between if between.startswith("}") else ""

    def take_decoded(self, decode: Decode) -> Clean | None:
        """What `decode` makes of the object here, and go behind it; None, and stay, if nothing.

        Tried are the places where the next object seems to begin. An object that ends there is
        the one here, as no beginning of an object is an object.
        """
        if not self._between or self._pause.holds():
            return None
        end = self._at
        for _ in range(_TRIED_ENDS):
            end = self._next_end(end)
            if not end:
                break
            raw = _as_bytes(self._text[self._at : end])
            if decoded := decode(raw):
                clean = Clean(decoded, self.line, self.offset, len(raw))
                self._advance(end)
                self._pause.end()
                return clean
        self._pause.begin()
        return None

    def _next_end(self, end: int) -> int:
        """Behind the next brace that seems to close an object; 0 if none is near."""
        while (found := self._text.find(self._between, end)) < 0:
            if len(self._text) - self._at > _LONGEST_TRIED:
                return 0
            before = self._at
            if not self._read_more():
                return 0
            end -= before - self._at
        return found + 1

    def broken(self, reason: str, *, is_cut: bool = False) -> Broken:
        """What is wrong here, where no value should stand."""
        return Broken(self._fault_at(reason, self._at, is_cut=is_cut), self.line, self.offset)

    def rest(self, broken: Broken) -> Broken:
        """The broken piece made to reach to the end of the source, and go there."""
        while self._advance(len(self._text)) or self._read_more():
            pass
        return broken._replace(length=self.offset - (broken.offset or 0), reaches_end=True)

    def rest_of_document(self, broken: Broken) -> Broken:
        """The broken piece made to reach to the next line that begins a document, and go there.

        That line may be the very one with the error: where a document broke off, another begins.
        """
        self._advance(max(self._at, self._text.rfind("\n", 0, self._stuck_at)))
        while not (found := _NEXT_DOCUMENT.search(self._text, self._at)):
            self._advance(max(self._at, len(self._text) - 1))  # a newline may be the last
            if not self._read_more():
                return self.rest(broken)
        self._advance(found.end())
        return broken._replace(length=self.offset - (broken.offset or 0) - 1)

    def _taken(self, value: object, end: int, fault: Fault | None) -> Piece | Broken:
        line, offset = self.line, self.offset
        text = self._text[self._at : end]
        self._advance(end)
        self._taken_until = self.offset
        try:
            if fault:
                raise fault
            value, repairs = _as_parsed(value, text)
        except Fault as error:
            return Broken(error, line, offset, self.offset - offset)
        return Piece(value, line, offset, self.offset - offset, repairs=repairs)

    def _advance(self, end: int) -> bool:
        passed = self._text[self._at : end]
        self.offset += len(passed) if passed.isascii() else len(_as_bytes(passed))
        self.line += passed.count("\n")
        self._at = end
        return bool(passed)

    def _read_more(self) -> bool:
        """Read as much again as stands before us, so that a long value is not read too often."""
        wanted = max(1, len(self._text) - self._at)
        more: list[str] = []
        while not self._is_complete and sum(map(len, more)) < wanted:
            block = next(self._blocks, b"")
            self._is_complete = not block
            more.append(self._decoder.decode(block, final=not block))
        if not any(more):
            return False
        kept_from = max(0, self._at - _SHOWN_AROUND)
        self._text = "".join((self._text[kept_from:], *more))
        self._at -= kept_from
        return True

    def _may_go_on(self, error: json.JSONDecodeError) -> bool:
        near_end = error.pos >= len(self._text) - _LOOKAHEAD
        return near_end or error.msg.startswith("Unterminated string")

    def _fault(self, error: json.JSONDecodeError) -> Fault:
        is_cut = self._is_complete and looks_cut(_as_bytes(self._text[self._at :]))
        return self._fault_at(error.msg, error.pos, is_cut=is_cut)

    def _fault_at(self, reason: str, position: int, *, is_cut: bool) -> Fault:
        shown_from = max(0, self._at - _SHOWN_AROUND)
        text = self._text[shown_from : position + _SHOWN_AROUND]
        here = self._at - shown_from
        return syntax_fault(reason, text, position - shown_from, start=here, is_cut=is_cut)


class _Pause:
    """So many times something is not tried, and ever more the more often it was in vain."""

    def __init__(self) -> None:
        self._length = self._left = 0

    def begin(self) -> None:
        self._length = self._left = min(2 * self._length + 1, _LONGEST_PAUSE)

    def end(self) -> None:
        self._length = 0

    def holds(self) -> bool:
        self._left -= 1
        return self._left >= 0


def _as_bytes(text: str) -> bytes:
    return text.encode("utf-8", "surrogateescape")


def _as_parsed(value: object, text: str) -> tuple[object, tuple[str, ...]]:
    """What `parse` gives for these bytes, without parsing them again where that is known."""
    if not text.isascii():
        raw = _as_bytes(text)
        try:
            raw.decode()
        except UnicodeDecodeError:
            return parse(raw)
    if _ESCAPED_SURROGATE.search(text) or text.count("[") + text.count("{") > MAX_DEPTH:
        return checked(value)
    return value, ()
