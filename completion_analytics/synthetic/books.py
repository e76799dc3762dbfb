"""Text by the yard: sentences of the invented app, filled in and put together."""

from __future__ import annotations

from bisect import bisect_left
from itertools import accumulate
from math import exp
from random import Random

from . import vocabulary

_SENTENCES = 600


def filled(rng: Random, template: str) -> str:
    """A sentence with places, ships, days and numbers in it."""
    if "{" not in template:
        return template
    place = int(rng.random() * len(vocabulary.PLACES))
    other = (place + 1 + int(rng.random() * (len(vocabulary.PLACES) - 1))) % len(vocabulary.PLACES)
    return template.format(
        place=vocabulary.PLACES[place],
        other=vocabulary.PLACES[other],
        ship=rng.choice(vocabulary.SHIPS),
        day=rng.choice(vocabulary.DAYS),
        thing=rng.choice(vocabulary.THINGS),
        hour=6 + int(rng.random() * 15),
        n=2 + int(rng.random() * 40),
    )


def log_normal(rng: Random, median: float, spread: float) -> float:
    """A value whose logarithm is normal with the given standard deviation."""
    return median * exp(spread * rng.gauss(0.0, 1.0))


class Book:
    """Sentences in a row, to take passages from."""

    def __init__(self, rng: Random, templates: tuple[str, ...]) -> None:
        sentences = [filled(rng, rng.choice(templates)) for _ in range(_SENTENCES)]
        self.text = " ".join(sentences)
        self.ends = list(accumulate(len(sentence) + 1 for sentence in sentences))

    def passage(self, rng: Random, chars: float, *, whole: bool = True) -> str:
        """Some sentences of about so many characters; else they are cut where those end."""
        first = int(rng.random() * len(self.ends))
        start = self.ends[first] % self.ends[-1]
        end = start + max(1, int(chars))
        text = self.text[start:end]
        if len(text) < chars:  # from the beginning again, as often as it takes
            missing = int(chars) - len(text)
            turns, rest = divmod(missing, len(self.text))
            text = " ".join((text, *[self.text] * turns, self.text[:rest]))
        if not whole or end > len(self.text):
            return text
        return self.text[start : self.ends[bisect_left(self.ends, end)] - 1]


class Library:
    """The books of one demo."""

    def __init__(self, rng: Random) -> None:
        self.answers = Book(rng, vocabulary.FACTS)
        self.logs = Book(rng, vocabulary.NOTES)
        self.plans = Book(rng, vocabulary.REASONING)
        self.stories = Book(rng, vocabulary.STORIES)
        self.timetable = "\n".join(
            f"{place}: "
            + ", ".join(f"{hour}:40 to {vocabulary.PLACES[hour % 9]}" for hour in hours)
            for place, hours in zip(vocabulary.PLACES, _HOURS_OF_PLACES, strict=True)
        )

    def of(self, feature: str) -> Book:
        """What answers of a feature are made of."""
        books = {"logbook": self.logs, "roster": self.plans, "newsletter": self.stories}
        return books.get(feature, self.answers)


_HOURS_OF_PLACES = tuple(range(6 + place % 3, 22 - place % 4) for place in range(10))
