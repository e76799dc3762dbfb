"""The truth behind the demo: models, incidents, loads, and who calls what how often.

Names of models are real, their speeds and failures are not: they are made up to be told apart.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import NamedTuple

END = datetime(2025, 5, 19, tzinfo=UTC)
"""The demo's newest record is from before this Monday."""
HOURS = 14 * 24
START = END - timedelta(hours=HOURS)
TIMEOUT_S = 60.0
HANGS = 0.003
"""Share of attempts that would never be answered: they run into the timeout."""
ORGANIZATION = "7d9f0a52-1c5e-4f8b-b0a3-52d1c0ffee07"
RETRIED = 0.75
"""Share of failed attempts of a passing kind that are sent again, at most three times."""
MOST_ATTEMPTS = 4


class Model(NamedTuple):
    """How fast a model is and how often it fails, outside of incidents and busy hours.

    An answer takes `(overhead_s + s_per_token × tokens) × e^(noise × z)`, z standard normal, where
    tokens are those generated, reasoning included.
    """

    answers_as: str
    overhead_s: float
    s_per_token: float
    noise: float
    failure_share: float
    """Of all attempts: the share that fails otherwise than by taking too long."""


MINI, GPT, REASONER = "gpt-4o-mini-2024-07-18", "gpt-4o-2024-08-06", "o3-mini-2025-01-31"
CLAUDE = "claude-3-5-sonnet-20241022"
MODELS = {
    MINI: Model(MINI, 0.35, 0.009, 0.35, 0.012),
    GPT: Model(GPT, 0.5, 0.017, 0.4, 0.03),
    REASONER: Model(REASONER, 1.5, 0.007, 0.5, 0.02),
    CLAUDE: Model(CLAUDE, 0.9, 0.015, 0.35, 0.02),
    "gemini-1.5-flash": Model("gemini-1.5-flash", 0.3, 0.006, 0.3, 0.015),
    "mistral-small-latest": Model("mistral-small-2503", 0.4, 0.012, 0.45, 0.06),
    "gpt-3.5-turbo-instruct": Model("gpt-3.5-turbo-instruct:20230824-v2", 0.25, 0.011, 0.3, 0.015),
    "claude-2.1": Model("claude-2.1", 1.1, 0.03, 0.3, 0.02),
    "anthropic.claude-v2": Model("anthropic.claude-v2", 1.2, 0.03, 0.3, 0.0),
}
BUSY_HOURS = range(8, 17)
BUSY_SLOWDOWN = 1.25
"""On weekdays, in busy hours, everything takes this much longer."""


class Incident(NamedTuple):
    """A time in which some models fail more often, are slower, and are asked more."""

    start: datetime
    minutes: int
    models: tuple[str, ...]
    kind: str
    failure_share: float
    slowdown: float
    load: float
    """How many times the usual number of calls."""

    @property
    def end(self) -> datetime:
        """The first moment after it."""
        return self.start + timedelta(minutes=self.minutes)


INCIDENTS = (
    Incident(
        datetime(2025, 5, 8, 9, tzinfo=UTC), 120, (GPT, MINI), "rate_limit",
        0.45, 1.4, 3.0,
    ),
    Incident(
        datetime(2025, 5, 13, 14, tzinfo=UTC), 60, (CLAUDE,), "server",
        0.7, 2.0, 2.0,
    ),
    Incident(datetime(2025, 5, 15, 18, tzinfo=UTC), 60, (GPT,), "server", 0.3, 4.0, 2.0),
)  # fmt: skip
"""Each begins and ends on the hour."""

# Calls per hour of the day, midnight first: people sleep, jobs run at night.
PEOPLE = (2, 1, 1, 1, 2, 4, 9, 16, 24, 28, 28, 26, 22, 24, 27, 26, 24, 22, 18, 14, 11, 8, 5, 3)
JOBS = (0, 30, 60, 50, 10, 5, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 0)
WEEKEND = {"people": 0.45, "jobs": 0.6}


class Feature(NamedTuple):
    """A part of the app that calls models."""

    name: str
    weight: float
    """Sessions, relative to the other features."""
    curve: tuple[int, ...]
    weekend: float
    answer_tokens: int
    """The median; answers are log-normal."""
    spread: float
    document: int
    """Median number of sentences that are sent along; 0 where a question is sent."""
    max_tokens: int | None
    temperature: float | None
    most_turns: int
    is_conversation: bool = False
    """Whether a turn repeats those before it; else each turn is about something new."""


FEATURES = {
    feature.name: feature
    for feature in (
        Feature("help", 10, PEOPLE, WEEKEND["people"], 70, 0.8, 0, 400, 0.4, 5, True),
        Feature("trip", 3, PEOPLE, WEEKEND["people"], 90, 0.7, 0, None, 0.2, 3, True),
        Feature("logbook", 3, PEOPLE, WEEKEND["jobs"], 110, 0.6, 12, 300, 0.0, 3),
        Feature("announce", 2, PEOPLE, WEEKEND["people"], 40, 0.5, 0, None, 0.0, 1),
        Feature("triage", 1.5, JOBS, WEEKEND["jobs"], 14, 0.2, 0, None, 0.0, 8),
        Feature("roster", 1.2, JOBS, WEEKEND["jobs"], 260, 1.0, 6, None, None, 1),
        Feature("newsletter", 1, JOBS, 1.0, 180, 0.8, 0, 512, 0.9, 1),
    )
}

# Feature, model, client (see `clients`) and how often: each of them once.
ROUTES = (
    ("help", MINI, "openai_async_stream", 34),
    ("help", MINI, "openai_stream", 12),
    ("help", MINI, "openai", 20),
    ("help", GPT, "openai", 20),
    ("help", CLAUDE, "anthropic_stream", 10),
    ("help", GPT, "langchain", 2),
    ("help", MINI, "mock", 2),
    ("trip", GPT, "openai", 70),
    ("trip", GPT, "openai_stream", 8),
    ("trip", CLAUDE, "anthropic", 18),
    ("trip", MINI, "openai_functions_stream", 4),
    ("logbook", CLAUDE, "anthropic", 35),
    ("logbook", GPT, "openai", 40),
    ("logbook", "gemini-1.5-flash", "gemini", 20),
    ("logbook", "anthropic.claude-v2", "bedrock_js", 5),
    ("announce", MINI, "openai_async", 100),
    ("triage", MINI, "openai", 45),
    ("triage", MINI, "litellm", 12),
    ("triage", MINI, "litellm_stream", 5),
    ("triage", "mistral-small-latest", "mistral", 32),
    ("triage", "mistral-small-latest", "together", 6),
    ("roster", REASONER, "openai", 100),
    ("newsletter", "gpt-3.5-turbo-instruct", "openai_text", 80),
    ("newsletter", "claude-2.1", "anthropic_legacy", 20),
)

ENVIRONMENTS = (("prod", 0.85), ("staging", 1.0))
RELEASES = ((timedelta(days=0), "release=2025.18"), (timedelta(days=7), "release=2025.19"))
TEAMS = {"help": "team=guests", "trip": "team=guests", "announce": "team=guests"}
OTHER_TEAM = "team=operations"


def incident_at(model: str, moment: datetime) -> Incident | None:
    """The incident that a model is in at a moment."""
    for incident in INCIDENTS:
        if incident.start <= moment < incident.end and model in incident.models:
            return incident
    return None


def is_busy(moment: datetime) -> bool:
    """Whether calls take longer because it is a weekday's working time."""
    return moment.weekday() < 5 and moment.hour in BUSY_HOURS


def load(feature: Feature, hour: datetime) -> float:
    """How many sessions of a feature begin in an hour, relative to others."""
    share = feature.weight * feature.curve[hour.hour] / sum(feature.curve)
    if hour.weekday() >= 5:
        share *= feature.weekend
    models = {model for name, model, _, _ in ROUTES if name == feature.name}
    for incident in INCIDENTS:
        if incident.start <= hour < incident.end and models & set(incident.models):
            share *= incident.load
    return share
