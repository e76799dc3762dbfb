"""Lines of exports made worse: bytes and values replaced, deleted, doubled, nested, misspelt."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from random import Random
from typing import Any

_RAW, _KEY = "@raw:", "@key:"
_BYTES_SHARE = 0.12

NASTY_VALUES: tuple[Any, ...] = (
    None, True, False, 0, 1, -1, 2, 1.5, 0.1, 1e300, 2**31, 2**53 + 1, 2**63 - 1, 2**63, 2**64,
    -(2**63), -(2**63) - 1, 10**25, 1.0, "", " ", "x", "12", "1.5", "-1", "null", "true", "NaN",
    "stop", "STOP", "user", "system", "model", "assistant", "text", "started", "finished", "failed",
    "chat.completion", "chat.completion.chunk", "text_completion", "response", "embedding",
    "2025-01-01", "2025-01-01T10:00:00Z", "2025-02-30T10:00:00+00:00", "2025-01-01 10:00:00.123456",
    "2025-01-01T10:00:00.123456789+02:00", "20250101", "123e-5", "1e999", "\u2028", "\U0001f600",
    "__", "_", "__x", "_x", "__SPEAKEASY_UNSET__", "a,b", "['a', 'b']", "[", '{"a": 1}', "[]", "{}",
    '[{"role": "user", "content": "hi"}]', [], {}, [None], [[]], [{}], {"": None}, ["a"], ["a", 1],
    [1, 2], [[1]], ["a", "a", ""], {"a": "b"}, {"type": "text", "text": "hi"}, {"url": "u"},
    [{"type": "text", "text": "hi"}], [{"type": "image_url", "image_url": {"url": "u"}}],
    [{"index": 0, "text": "hi"}], [{"index": 1, "message": {"role": "assistant", "content": "a"}}],
    {"message": "boom", "code": 429}, {"total_cost": 0.5}, {"total_time": 0.5},
    [{"id": "c", "type": "function", "function": {"name": "f", "arguments": "{}"}}],
    {"name": "f", "arguments": "{"}, {"content": [{"token": "a", "logprob": -0.5, "bytes": [97]}]},
    {"tokens": ["a"], "token_logprobs": [-1], "top_logprobs": [{"a": -9999.0}]},
)  # fmt: skip
_RAW_LITERALS = (
    "-0", "-0.0", "0.0", "1e5", "1E+2", "1e400", "-1e400", "1e-400", "NaN", "Infinity", "-Infinity",
    "01", "1.", ".5", "+1", "tru", "'a'", "9223372036854775808", "1" * 400, "1" * 4301, "9" * 5000,
    r'"\ud83d"', r'"\ud83d\ude00"', r'"\u0000"', r'"\/"', r'"\x"', '"\t"', '"\x7f"', "[1,]", "{,}",
    "[" * 60 + "]" * 60, "[" * 199 + "]" * 199, "[" * 202 + "]" * 202, "[" * 1200 + "]" * 1200,
    '{"a":' * 198 + "1" + "}" * 198, '{"a":' * 203 + "1" + "}" * 203, '{"a":1,"a":"x"}',
)  # fmt: skip
_BYTE_SNIPPETS = (
    b"\xef\xbb\xbf", b"\xff", b"\xc0\x80", b"\xed\xa0\x80", b"\xf4\x90\x80\x80", b"\x00", b"\r",
    b" ", b"\t", b"\x0b", b"\xc2\x85", b"\xe2\x80\xa8", b"{", b"}", b"[", b"]", b",", b":", b'"',
    b"\\", b"\\u", b"0", b"-", b"e9", b".5", b"null", b"//", b'{"a":1}',
)  # fmt: skip
_ADDED_KEYS = (
    "text", "delta", "message", "prompt", "messages", "error", "custom_id", "object", "choices",
    "status_code", "data", "events", "results", "input", "output", "usage", "logprobs", "index",
    "function_call", "tool_calls", "refusal", "reasoning", "content", "name", "stack_trace",
    "stacktrace", "createdAt", "organizationId", "tagResolved", "duration_s", "http_status",
    "provider", "cost", "total_time", "timings", "metrics", "x_groq", "latency_checkpoint",
    "provider_specific_fields", "native_finish_reason", "stop_reason", "finish_details", "best_of",
    "echo", "suffix", "system", "stream", "seed", "extra", "copy", "json", "model_config", "model",
    "model_fields_set", "is_for_text", "Status", "matched_completion_ids", "json_values",
    "completion_tokens_details", "cached_tokens", "prompt_cache_hit_tokens", "detail", "log_id",
)  # fmt: skip


def mutated_lines(records: Iterable[bytes], seed: int = 0) -> Iterator[bytes]:
    """Mutated lines without end, from the records' JSON; none holds a line feed."""
    rng = Random(seed)
    known = [json.loads(record) for record in records]
    while True:
        line = _mutated(rng, rng.choice(known), known)
        yield line.replace(b"\n", b" ")


def _mutated(rng: Random, record: Any, known: list[Any]) -> bytes:
    if rng.random() < 0.06:
        return _dumped(rng, record)
    if rng.random() < _BYTES_SHARE:
        return _with_other_bytes(rng, _dumped(rng, record))
    record = json.loads(json.dumps(record))
    for _ in range(rng.choice((1, 1, 1, 2, 3))):
        _change(rng, record, known)
    line = _dumped(rng, record)
    return _framed(rng, line) if rng.random() < 0.04 else line


def _with_other_bytes(rng: Random, line: bytes) -> bytes:
    for _ in range(rng.choice((1, 1, 2))):
        at = rng.randrange(len(line) + 1)
        snippet = rng.choice((rng.choice(_BYTE_SNIPPETS), bytes([rng.randrange(256)])))
        end = min(len(line), at + rng.choice((0, 1, 1, len(snippet), rng.randrange(40))))
        line = line[:at] + rng.choice((b"", snippet, snippet)) + line[end:]
        if rng.random() < 0.1:
            line = line[:at]
    return line


def _framed(rng: Random, line: bytes) -> bytes:
    """The line with something before or behind it."""
    around = (b"\xef\xbb\xbf%s", b" %s\t", b"%s\r", b"%s%s", b"%s ,", b"%s]", b"[%s]", b"%s//", b"")
    return rng.choice(around).replace(b"%s", line)


def _dumped(rng: Random, record: Any) -> bytes:
    """JSON with the planned literals and doubled keys in it, in one of several spellings."""
    is_ascii, spaced = rng.random() < 0.7, rng.random() < 0.8
    text = json.dumps(
        record, ensure_ascii=is_ascii, separators=(", ", ": ") if spaced else (",", ":")
    )
    for literal in _RAW_LITERALS:
        text = text.replace(json.dumps(_RAW + literal, ensure_ascii=is_ascii), literal)
    while _KEY in text:  # "@key:3:name" is "name" once more
        start = text.index(_KEY)
        end = text.index(":", start + len(_KEY)) + 1
        text = text[:start] + text[end:]
    return text.encode("utf-8", "surrogatepass")


def _change(rng: Random, record: Any, known: list[Any]) -> None:
    holder, key = _place(rng, record)
    if holder is None:
        return
    action = rng.choice(_ACTIONS)
    action(rng, holder, key, known)


def _place(rng: Random, value: Any) -> tuple[Any, Any]:
    """Somewhere in a value: a container and a key of it, shallow ones as often as deep ones."""
    found = (None, None)
    while isinstance(value, dict | list) and value:
        key = rng.choice(list(value)) if isinstance(value, dict) else rng.randrange(len(value))
        found = (value, key)
        value = value[key]
        if rng.random() < 0.25:
            break
    return found


def _replace(rng: Random, holder: Any, key: Any, _: list[Any]) -> None:
    holder[key] = json.loads(json.dumps(rng.choice(NASTY_VALUES)))


def _replace_raw(rng: Random, holder: Any, key: Any, _: list[Any]) -> None:
    holder[key] = _RAW + rng.choice(_RAW_LITERALS)


def _delete(_: Random, holder: Any, key: Any, __: list[Any]) -> None:
    del holder[key]


def _rename(rng: Random, holder: Any, key: Any, _: list[Any]) -> None:
    if isinstance(holder, dict):
        head, *rest = key.split("_")
        camel = head + "".join(part.title() for part in rest)
        name = rng.choice((f"{key}_", key.upper(), camel, rng.choice(_ADDED_KEYS)))
        holder[name] = holder.pop(key)


def _shuffle(rng: Random, holder: Any, _: Any, __: list[Any]) -> None:
    if isinstance(holder, dict):
        entries = list(holder.items())
        rng.shuffle(entries)
        holder.clear()
        holder.update(entries)
    else:
        rng.shuffle(holder)


def _double(rng: Random, holder: Any, key: Any, _: list[Any]) -> None:
    if isinstance(holder, dict):
        value = rng.choice((holder[key], rng.choice(NASTY_VALUES)))
        entries = [*holder.items(), (f"{_KEY}{rng.randrange(9)}:{key}", value)]
        if rng.random() < 0.5:
            entries.reverse()
        holder.clear()
        holder.update(entries)
    else:
        holder.insert(key, json.loads(json.dumps(holder[key])))


def _add(rng: Random, holder: Any, key: Any, known: list[Any]) -> None:
    value = rng.choice((*NASTY_VALUES[:12], *NASTY_VALUES, _RAW + rng.choice(_RAW_LITERALS)))
    if isinstance(holder, dict):
        holder[rng.choice(_ADDED_KEYS)] = json.loads(json.dumps(value))
    else:
        holder.append(json.loads(json.dumps(value)))


def _wrap(rng: Random, holder: Any, key: Any, _: list[Any]) -> None:
    value = holder[key]
    wrapped = ([value], {"data": value}, {"a": value}, json.dumps(value), [[value, value]])
    holder[key] = rng.choice(wrapped)


def _borrow(rng: Random, holder: Any, key: Any, known: list[Any]) -> None:
    """A value from elsewhere, under its own name where it has one."""
    other, name = _place(rng, rng.choice(known))
    if other is None:
        return
    value = json.loads(json.dumps(other[name]))
    if isinstance(holder, dict) and isinstance(name, str) and rng.random() < 0.7:
        holder[name] = value
    else:
        holder[key] = value


_ACTIONS = (
    _replace, _replace, _replace, _replace_raw, _delete, _delete, _rename, _shuffle, _double, _add,
    _add, _wrap, _borrow, _borrow,
)  # fmt: skip
