"""`python -m completion_analytics.cli`."""

from __future__ import annotations

from . import main

main()
