"""What the app sends: one request per turn, whose conversation grows."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from random import Random
from typing import Any

from . import vocabulary
from .books import Library, filled, log_normal
from .clients import QUIRKS, Client
from .scenario import Feature

Json = dict[str, Any]


@dataclass(slots=True)
class Talk:
    """One conversation of a guest, or one job, with a model through a client."""

    library: Library
    feature: Feature
    model: str
    client: Client
    client_name: str
    language: str = "de"
    messages: list[Json] = field(default_factory=list)

    @property
    def has_tools(self) -> bool:
        """Whether functions are offered."""
        return self.feature.name == "trip"

    @property
    def is_openai_chat(self) -> bool:
        """Whether OpenAI's client is called and waits for the whole answer."""
        return self.client_name == "openai"

    def request(self, rng: Random) -> Json:
        """The next turn's request; what was said before stands in it."""
        if self.client.kind == "completion":
            return self._text_request(rng)
        if not (self.messages and self.feature.is_conversation):
            self.messages = self._opening()
        if self.messages[-1]["role"] != "tool":
            self.messages.append({"role": "user", "content": self._content(rng)})
        return self._options(rng, {"model": self.model, "messages": [*self.messages]})

    def answered(self, rng: Random, message: Json) -> None:
        """Take an answer into the conversation, and what the tools say to it."""
        calls = message.get("tool_calls") or []
        self.messages.append(
            {"role": "assistant", "content": message.get("content")}
            | ({"tool_calls": calls} if calls else {})
        )
        for call in calls:
            said = {"sailings": [f"{6 + int(rng.random() * 15)}:40"], "berths": rng.randrange(9)}
            self.messages.append(
                {"role": "tool", "tool_call_id": call["id"], "content": json.dumps(said)}
            )

    def _opening(self) -> list[Json]:
        system = vocabulary.SYSTEM[self.feature.name]
        if self.feature.name == "trip":
            system = f"{system}\n\n{self.library.timetable}"
        elif self.feature.name == "announce":
            system = f"{system} Into: {vocabulary.LANGUAGES[self.language]}."
        return [{"role": "system", "content": system}]

    def _content(self, rng: Random) -> str | list[Json]:
        name = self.feature.name
        if self.feature.document:
            book = self.library.plans if name == "roster" else self.library.logs
            return book.passage(rng, 75 * log_normal(rng, self.feature.document, 0.9))
        if name == "announce":
            said = rng.choice(vocabulary.ANNOUNCEMENTS)["en"]
            return filled(rng, "On board the {ship}, {day} {hour}:00, to {place}: ") + said
        if name == "triage":
            return filled(rng, rng.choice(vocabulary.FEEDBACK))
        question = filled(rng, rng.choice(vocabulary.QUESTIONS))
        if self.is_openai_chat and rng.random() < QUIRKS["image"].share:
            picture = {"url": f"https://pictures.tidewater.example/{rng.randrange(10**6)}.jpg"}
            return [
                {"type": "text", "text": question},
                {"type": "image_url", "image_url": picture},
            ]
        return question

    def _text_request(self, rng: Random) -> Json:
        prompt = filled(rng, "News from {place}, {day}: ") + filled(
            rng, rng.choice(vocabulary.STORIES)
        )
        if self.client_name == "anthropic_legacy":
            prompt = f"\n\nHuman: Go on writing. {prompt}\n\nAssistant:"
            return {
                "model": self.model,
                "prompt": prompt,
                "max_tokens_to_sample": self.feature.max_tokens,
            }
        return self._options(rng, {"model": self.model, "prompt": prompt})

    def _options(self, rng: Random, request: Json) -> Json:
        feature, name = self.feature, self.client_name
        if feature.temperature is not None:
            request["temperature"] = feature.temperature
        if feature.max_tokens is not None:
            request["max_tokens"] = feature.max_tokens
        elif name.startswith("anthropic"):
            request["max_tokens"] = 1024
        if self.client.is_stream:
            request["stream"] = True
        if self.has_tools and name == "openai_functions_stream":
            request["functions"] = [tool["function"] for tool in vocabulary.TOOLS]
        elif self.has_tools:
            request["tools"] = vocabulary.TOOLS
        if feature.name == "roster":
            request["reasoning_effort"] = "medium"
        if feature.name == "triage":
            request["response_format"] = {"type": "json_object"}
        if feature.name == "triage" and self.is_openai_chat:
            request["seed"] = self._seed(rng)
            if rng.random() < QUIRKS["logprobs"].share:
                request |= {"logprobs": True, "top_logprobs": 2}
        if self.is_openai_chat and rng.random() < QUIRKS["two_choices"].share:
            request["n"] = 2
        return request

    @staticmethod
    def _seed(rng: Random) -> int:
        return rng.getrandbits(70) | 1 << 69 if rng.random() < QUIRKS["huge_seed"].share else 7
