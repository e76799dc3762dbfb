"""A part of the input gathered and put down on a stage, as far as it is not there yet."""

from __future__ import annotations

from dataclasses import dataclass

from ..gathering import Begin, Fill, Reading, gather_batches
from ..progress import Progress
from .parts import Part
from .staging import Stage, Staged, batches_of

FILL = Fill(100_000, 64 << 20)


@dataclass(frozen=True, slots=True)
class PutDown:
    """The work on one part, to be done here or by another process."""

    part: Part
    number: int
    n_parts: int
    reading: Reading
    stage: Stage
    fill: Fill = FILL

    @property
    def is_done(self) -> bool:
        """Whether all of the part was put down."""
        return any(staged.is_last for staged in self._there())

    def __call__(self, progress: Progress | None = None) -> None:
        """Gather what is not there and put it down."""
        there = self._there()
        number = self.number + len(there) * self.n_parts
        read = sum(sum(staged.records.values()) for staged in there)
        begin = Begin(read, there[-1].last_form if there else self.part.after)
        sources = self.part.sources
        shown = progress or Progress(sources, wanted=False)
        for gathered in gather_batches(sources, self.reading, shown, self.fill, begin):
            self.stage.put(number, gathered)
            number += self.n_parts

    def tell(self, progress: Progress) -> None:
        """Say that it is done, where it did not say so itself."""
        for source in self.part.sources:
            progress.finish(source)

    def _there(self) -> list[Staged]:
        return [staged for _, staged in batches_of(self.number, self.n_parts, self.stage)]
