"""What need not happen at once: it happens when nothing has been asked for a while."""

from __future__ import annotations

import asyncio
from collections.abc import Callable


class Later:
    """A call that waits until it has not been asked for during some seconds, then happens once.

    Where no event loop runs, as in a script, it happens at once.
    """

    def __init__(self, call: Callable[[], None], seconds: float) -> None:
        self._call, self._seconds = call, seconds
        self._handle: asyncio.TimerHandle | None = None

    def ask(self) -> None:
        """Ask for the call; a call that still waits starts waiting anew."""
        if self._handle is not None:
            self._handle.cancel()
        try:
            loop = asyncio.get_running_loop()
        except RuntimeError:
            self._call()
            return
        self._handle = loop.call_later(self._seconds, self._call)
