"""Stack traces of the invented app, ending in the client that logs the call."""

from __future__ import annotations

from random import Random
from typing import Any

_APP = "/srv/tidewater/tidewater"
_SITE = "/srv/tidewater/.venv/lib/python3.12/site-packages"

Frame = tuple[str, int, str, str]
"""File, line number, function and source text."""

_MAIN = {
    "web": (f"{_APP}/web.py", 118, "handle", "return await route(request)"),
    "jobs": (f"{_APP}/jobs.py", 41, "run", "job(settings, today)"),
}
# Where each feature calls from; the first is the most frequent.
_CALLERS: dict[str, tuple[tuple[Frame, ...], ...]] = {
    "help": (
        (
            _MAIN["web"],
            (f"{_APP}/help/desk.py", 64, "answer", "reply = self.ask(history, question)"),
            (f"{_APP}/help/desk.py", 91, "ask", "return self.client.chat.completions.create(**c)"),
        ),
        (
            _MAIN["web"],
            (f"{_APP}/help/phone.py", 33, "spoken", "text = ask(transcript, short=True)"),
        ),
    ),
    "trip": (
        (
            _MAIN["web"],
            (f"{_APP}/trip/planner.py", 77, "plan", "step = self.next_step(messages)"),
            (f"{_APP}/trip/planner.py", 104, "next_step", "return self.call(messages, TOOLS)"),
        ),
    ),
    "logbook": (
        (
            _MAIN["jobs"],
            (f"{_APP}/logbook/digest.py", 29, "digest", "text = summarise(pages)"),
        ),
        (
            _MAIN["web"],
            (f"{_APP}/logbook/view.py", 58, "summary", "return summarise([page])"),
        ),
    ),
    "announce": (
        (
            _MAIN["web"],
            (f"{_APP}/announce.py", 45, "in_all_languages", "await gather(*map(self.into, LANGS))"),
            (f"{_APP}/announce.py", 52, "into", "answer = await self.client.chat(messages)"),
        ),
    ),
    "triage": (
        (_MAIN["jobs"], (f"{_APP}/triage/remarks.py", 36, "sort", "label = classify(remark)")),
    ),
    "roster": ((_MAIN["jobs"], (f"{_APP}/roster.py", 88, "make", "plan = think(rules, crews)")),),
    "newsletter": (
        (_MAIN["jobs"], (f"{_APP}/newsletter.py", 22, "write", "text = complete(opening)")),
    ),
}
_CLIENTS: dict[str, tuple[Frame, ...]] = {
    "log10": (
        (f"{_SITE}/log10/load.py", 663, "wrapper", "log_row = _init_log_row(func, *args, **kw)"),
        (f"{_SITE}/log10/load.py", 571, "_init_log_row", '"stacktrace": _get_stack_trace(),'),
    ),
    "httpx": (
        (f"{_SITE}/httpx/_client.py", 1730, "_send_single_request", "response = await t.handle()"),
        (f"{_SITE}/log10/_httpx_utils.py", 793, "handle_async_request", "await patch(request)"),
    ),
    "langchain": (
        (f"{_SITE}/langchain_core/callbacks/manager.py", 270, "handle_event", "event(*args)"),
        (f"{_SITE}/log10/langchain.py", 221, "on_llm_end", "self.log_end(response)"),
    ),
}
_WORKER: tuple[Frame, ...] = (
    ("/usr/lib/python3.12/threading.py", 1012, "_bootstrap", "self._bootstrap_inner()"),
    (f"{_SITE}/litellm/litellm_core_utils/litellm_logging.py", 2136, "success_handler", "log()"),
    (f"{_SITE}/log10/litellm.py", 84, "log_success_event", "self.log_end(completion_id)"),
)


def stack_of(rng: Random, feature: str, family: str) -> list[dict[str, Any]] | None:
    """The stack of one call, outermost frame first; None where the client keeps none."""
    if family == "none":
        return None
    if family == "worker":  # the call was logged from another thread: the app is not on its stack
        return _as_json(_WORKER)
    callers = _CALLERS[feature]
    caller = callers[0] if rng.random() < 0.8 else callers[-1]
    return _as_json((*caller, *_CLIENTS[family]))


def _as_json(frames: tuple[Frame, ...]) -> list[dict[str, Any]]:
    return [
        {"file": file, "line": line, "lineno": lineno, "name": name}
        for file, lineno, name, line in frames
    ]
