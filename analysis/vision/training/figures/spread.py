"""Picture sheets of the best, the median and the worst."""

from collections.abc import Sequence
from pathlib import Path

from analysis.vision.terms import Image
from analysis.vision.training.sheets import write_sheet

EACH = 8


def write_spread(path: Path, judged: Sequence[tuple[float, str, Image]]) -> None:
    """The worst, the median and the best pictures, `EACH` a block, worst first; nothing for no pictures.

    Every entry is score, caption and picture.
    """
    ordered = sorted(judged, key=lambda one: one[0])
    middle = max(0, len(ordered) // 2 - EACH // 2)
    chosen = ordered[:EACH] + ordered[middle : middle + EACH] + ordered[-EACH:]
    if chosen:
        cells = [(f"{score:.2f} {caption}"[:58], picture) for score, caption, picture in chosen]
        write_sheet(path, cells, columns=4, cell=360, height=190)
