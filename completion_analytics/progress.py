"""A progress bar over the stored bytes of sources, where a person is looking."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from types import TracebackType

from tqdm.auto import tqdm

from .reading import DecodedRun, Found, Source, SourceNote

_ITEMS_PER_UPDATE = 500


class Progress:
    """How far reading is: shown where that is wanted and takes longer than half a second."""

    def __init__(self, sources: Sequence[Source], wanted: bool | None, what: str = "load") -> None:
        """`wanted` None shows the bar on a terminal or in a notebook."""
        hidden = not _has_viewer() if wanted is None else not wanted
        total = sum(map(stored_bytes, sources)) or None
        self._bar = tqdm(
            total=total, unit="B", unit_scale=True, delay=0.5, disable=hidden, desc=what
        )
        self.done = 0
        """Bytes of the sources that are finished."""
        self.text = ""
        """What `say` said last."""

    def __enter__(self) -> Progress:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._bar.close()

    def say(self, text: str) -> None:
        """Words behind the bar."""
        self.text = text
        self._bar.set_postfix_str(text, refresh=False)

    def watch(self, source: Source, items: Iterator[Found]) -> Iterator[Found]:
        """The items of a source, which move the bar."""
        size = stored_bytes(source)
        start = source.span.start if source.span else 0
        for number, item in enumerate(items):
            yield item
            if number % _ITEMS_PER_UPDATE == 0 or isinstance(item, DecodedRun):
                self._move(self.done + min(max(_offset(item) - start, 0), size))
        self.finish(source)

    def finish(self, source: Source) -> None:
        """The whole of a source is done."""
        self.done += stored_bytes(source)
        self._move(self.done)

    def _move(self, done: int) -> None:
        self._bar.update(done - self._bar.n)


def stored_bytes(source: Source) -> int:
    """How many bytes of a source are to be read, as they are stored; 0 where nobody knows."""
    if source.span:
        return source.span.stop - source.span.start
    return source.fingerprint.size if source.fingerprint else 0


def _offset(item: Found) -> int:
    if isinstance(item, DecodedRun):
        return item.run.offsets[-1]
    return 0 if isinstance(item, SourceNote) else item.origin.byte_offset or 0


def _has_viewer() -> bool:
    """Whether a person is looking: a terminal or a notebook, and no pipe."""
    import sys

    shell = sys.modules.get("IPython")
    in_notebook = shell is not None and "ZMQ" in type(shell.get_ipython()).__name__
    return in_notebook or sys.stderr.isatty()
