"""Sessions through two weeks, hour by hour, and their records in the order of a download."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from functools import lru_cache
from itertools import accumulate
from random import Random
from typing import Any

from . import scenario
from .asking import Json, Talk
from .books import Library, log_normal
from .calls import Call, Written
from .clients import CLIENTS, QUIRKS
from .scenario import (
    END,
    ENVIRONMENTS,
    FEATURES,
    HOURS,
    OTHER_TEAM,
    RELEASES,
    START,
    TEAMS,
    Feature,
)
from .vocabulary import LANGUAGES
from .writing import uuid

_HOUR_US = 3_600_000_000
_LONGEST_US = _HOUR_US  # no session is longer, or the order of a download would be lost
_END_US = int(END.timestamp()) * 1_000_000
_NAMES = tuple(FEATURES)


def newest_first(n: int, seed: int) -> Iterator[Json]:
    """Exactly so many records.

    Hours are gone through backwards; a session runs forward from its hour into the next one, so
    that an hour's records are complete when the hour before has been made.
    """
    sessions = Sessions(seed)
    waiting: list[Written] = []
    made = 0
    for hours_ago, share in enumerate(_shares_of_hours(), start=1):
        start = _END_US - hours_ago * _HOUR_US
        while made < share * n:
            records = [each for each in sessions.session(start) if each.at < _END_US][: n - made]
            waiting += records
            made += len(records)
        # Equal times keep the order in which they were made: a start stands after its end.
        waiting.sort(key=lambda written: -written.at)
        done = sum(written.at >= start + _HOUR_US for written in waiting)
        yield from (written.record for written in waiting[:done])
        del waiting[:done]
    yield from (written.record for written in waiting)


def _shares_of_hours() -> list[float]:
    """The share of all records that stands in the newest hours, by their number."""
    loads = [sum(_loads(END - timedelta(hours=ago))) for ago in range(1, HOURS + 1)]
    return [load / sum(loads) for load in accumulate(loads)]


@lru_cache(maxsize=HOURS)
def _loads(hour: datetime) -> tuple[float, ...]:
    return tuple(scenario.load(feature, hour) for feature in FEATURES.values())


class Sessions:
    """Makes one session after the other; the same for the same seed."""

    def __init__(self, seed: int) -> None:
        self.rng = Random(seed)
        self.library = Library(self.rng)
        self._routes = {
            name: [route for route in scenario.ROUTES if route[0] == name] for name in _NAMES
        }

    def session(self, hour_us: int) -> list[Written]:
        """The records of a session that begins in an hour, oldest first."""
        rng = self.rng
        hour = END + timedelta(microseconds=hour_us - _END_US)
        feature = FEATURES[rng.choices(_NAMES, _loads(hour))[0]]
        at = hour_us + int(rng.random() * _HOUR_US)
        session, tags = uuid(rng), self._tags(feature, hour)
        if feature.name == "announce":
            records = self._all_at_once(feature, session, tags, at)
        else:
            records = self._one_by_one(feature, session, tags, at)
        return [each for each in records if each.at < at + _LONGEST_US]

    def _one_by_one(
        self, feature: Feature, session: str, tags: tuple[str, ...], at: int
    ) -> Iterator[Written]:
        rng = self.rng
        talk = self._talk(feature)
        for _ in range(1 + int(rng.random() * feature.most_turns)):
            call = Call(talk, session, tags)
            yield from call.attempts(rng, talk.request(rng), at)
            if call.message is None:
                return
            if feature.is_conversation:
                talk.answered(rng, call.message)
            is_prompt = call.message["tool_calls"] or feature.curve is scenario.JOBS
            pause_s = 0.2 if is_prompt else min(240.0, log_normal(rng, 25.0, 0.8))
            at = call.end + round(pause_s * 1e6)

    def _all_at_once(
        self, feature: Feature, session: str, tags: tuple[str, ...], at: int
    ) -> Iterator[Written]:
        """Concurrent calls of one client, which Log10 may store with the last one's request."""
        rng = self.rng
        talks = [self._talk(feature, language) for language in LANGUAGES]
        requests = [talk.request(rng) for talk in talks]
        is_copied = rng.random() < QUIRKS["copied_requests"].share
        for place, (talk, request) in enumerate(zip(talks, requests, strict=True)):
            call = Call(talk, session, tags)
            for written in call.attempts(rng, request, at + 1_000 * place):
                if is_copied and "request" in written.record:
                    written.record["request"] = requests[-1]
                yield written

    def _talk(self, feature: Feature, language: str = "de") -> Talk:
        routes = self._routes[feature.name]
        _, model, client, _ = self.rng.choices(routes, [route[-1] for route in routes])[0]
        return Talk(self.library, feature, model, CLIENTS[client], client, language)

    def _tags(self, feature: Feature, hour: datetime) -> tuple[str, ...]:
        draw = self.rng.random()
        environment = next(name for name, share in ENVIRONMENTS if draw < share)
        release = [name for after, name in RELEASES if hour >= START + after][-1]
        tags: tuple[Any, ...] = (environment, feature.name, TEAMS.get(feature.name, OTHER_TEAM))
        return tags if self.rng.random() < 0.3 else (*tags, release)
