"""Laws are tried without a clock: a busy machine is no counter-example."""

from __future__ import annotations

from hypothesis import settings

settings.register_profile("without a clock", deadline=None)
settings.load_profile("without a clock")
