"""What becomes of a request: attempts, each a row or two, until it is answered or given up."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from math import exp
from random import Random
from typing import Any, NamedTuple

from . import failing
from .answering import Answer, answers_to, reasoning_tokens
from .asking import Json, Talk
from .clients import QUIRKS
from .scenario import (
    BUSY_SLOWDOWN,
    HANGS,
    MODELS,
    MOST_ATTEMPTS,
    RETRIED,
    TIMEOUT_S,
    incident_at,
    is_busy,
)
from .writing import duration_ms, response, row, uuid


class Written(NamedTuple):
    """A record, and the microsecond at which it was begun."""

    at: int
    record: Json


@dataclass(slots=True)
class Call:
    """A request on its way; `end` and `message` tell what became of it."""

    talk: Talk
    session: str
    tags: tuple[str, ...]
    end: int = 0
    message: Json | None = None
    """The answer, None if there was none."""

    def attempts(self, rng: Random, request: Json, at: int) -> Iterator[Written]:
        """The records of all attempts, the first begun at a time in microseconds."""
        for number in range(MOST_ATTEMPTS):
            failure, seconds, answers, reasoning = self._fate(rng, request, at)
            record = row(rng, self.talk, at, {**request}, self.session, self.tags)
            self.end = at + round(seconds * 1e6)
            if failure is None:
                yield from self._answered(rng, Written(at, record), answers, reasoning, seconds)
                return
            self._failed(rng, record, failure)
            yield Written(at, record)
            if not failing.FAILURES[failure].passes or rng.random() >= RETRIED:
                return
            at = self.end + round((0.5 + rng.random()) * 2**number * 1e6)

    def _fate(
        self, rng: Random, request: Json, at: int
    ) -> tuple[str | None, float, list[Answer], int]:
        """The kind of failure or None, the seconds it took, and the answers."""
        model = MODELS[self.talk.model]
        moment = datetime.fromtimestamp(at // 1_000_000, UTC)
        incident = incident_at(self.talk.model, moment)
        if self.talk.client_name == "mock":
            return None, 0.0, answers_to(rng, self.talk, request), 0
        if rng.random() < (incident.failure_share if incident else model.failure_share):
            return incident.kind if incident else failing.draw(rng), 0.08 + rng.random(), [], 0
        answers = answers_to(rng, self.talk, request)
        reasoning = reasoning_tokens(rng, self.talk.feature)
        tokens = reasoning + sum(answer.tokens for answer in answers)
        seconds = (model.overhead_s + model.s_per_token * tokens) * exp(
            model.noise * rng.gauss(0.0, 1.0)
        )
        seconds *= (incident.slowdown if incident else 1.0) * (
            BUSY_SLOWDOWN if is_busy(moment) else 1.0
        )
        if seconds > TIMEOUT_S or rng.random() < HANGS:
            return "timeout", TIMEOUT_S, [], 0
        return None, seconds, answers, reasoning

    def _failed(self, rng: Random, record: Json, kind: str) -> None:
        talk = self.talk
        if not talk.client.marks_failures:
            return
        name, reason = failing.report(
            rng, kind, talk.model, through_litellm=talk.client_name.startswith("litellm")
        )
        record |= {"status": "failed", "failure_kind": name, "failure_reason": reason}

    def _answered(
        self, rng: Random, started: Written, answers: list[Answer], reasoning: int, seconds: float
    ) -> Iterator[Written]:
        at, record = started
        if self.talk.client.is_stream and rng.random() < QUIRKS["abandoned_stream"].share:
            yield started
            return
        ended = record | {
            "status": "finished",
            "duration": duration_ms(self.talk, seconds),
            "response": response(
                rng, self.talk, record["request"], answers, reasoning, at + round(seconds * 1e6)
            ),
        }
        first = answers[0]
        self.message = {"content": first.text or first.refusal, "tool_calls": list(first.calls)}
        yield from (Written(at, each) for each in _as_posted(rng, record, ended))


def _as_posted(rng: Random, started: Json, ended: Json) -> Iterator[Json]:
    """The records that an answered call leaves: one, but for what went wrong on the way."""
    fate = rng.random()
    for name, befall in _ON_THE_WAY:
        fate -= QUIRKS[name].share
        if fate < 0:
            yield from befall(rng, started, ended)
            return
    yield ended


def _feedback(rng: Random, ended: Json) -> Json:
    score = 1 + int(5 * rng.random() ** 0.5)
    return {
        "id": uuid(rng),
        "task_id": "0c5d1be4-6a0e-4d57-9f0b-6d5a3b1e2f90",
        "task_name": "Was that helpful?",
        "json_values": {"stars": score},
        "matched_completion_ids": [ended["id"]],
        "comment": "" if score > 2 else "Too long, and it did not answer my question.",
    }


def _request_only(ended: Json) -> Any:
    return {"messages": ended["request"].get("messages") or [], "purpose": "draft"}


_ON_THE_WAY = (
    ("two_posts", lambda rng, started, ended: (ended, started)),
    ("appended_again", lambda rng, started, ended: (ended, {**ended})),
    ("stale_status", lambda rng, started, ended: (ended | {"status": "started"},)),
    ("negative_duration", lambda rng, started, ended: (ended | {"duration": -1746691200123},)),
    ("request_only", lambda rng, started, ended: (_request_only(ended),)),
    ("feedback", lambda rng, started, ended: (ended, _feedback(rng, ended))),
)
