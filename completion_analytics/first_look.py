"""The main job on the samples: load, say what is there, draw the distributions.

python -m completion_analytics.first_look [FOLDER]
"""

from __future__ import annotations

import sys
from pathlib import Path

from .loading import load
from .plot import overview

SAMPLES = Path("data/samples")
PICTURE = Path("demo.png")


def main(folder: Path = SAMPLES, picture: Path = PICTURE) -> None:
    """Prints the summary of a folder of exports and draws its overview into a picture."""
    log = load(folder)
    print(log)
    overview(log).savefig(picture, dpi=120)
    print(f"\nLatency, tokens and failures, drawn: {picture.resolve()}")


if __name__ == "__main__":
    main(*map(Path, sys.argv[1:]))
