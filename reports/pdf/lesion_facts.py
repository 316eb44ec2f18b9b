"""What the report says about one photograph of a lesion, in words as they are to be printed."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True, eq=False, slots=True, kw_only=True)
class LesionMask:
    """The mask of one network. mask: (h, w) uint8 {0, 1} of the photo's field of view, in any resolution."""

    name: str
    mask: NDArray[np.uint8]
    is_picked: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class LesionOpinion:
    """What one classifier says, or both together: 'malignancy 0.62 ± 0.04', and the band it is called."""

    name: str
    probability: str
    meaning: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class LesionFinding:
    """A gate with what it measured, its limit, and what follows."""

    name: str
    value: str
    limit: str
    level: str


@dataclass(frozen=True, eq=False, slots=True, kw_only=True)
class LesionSheet:
    """One photograph of a lesion. image: (H, W, 3) uint8 RGB, or None where the file cannot be shown.

    `withheld` is the reason why there is no estimate; then masks, opinions and description are empty.
    `standing` says who signed, or that nobody did; `drafts` are the releases behind an unsigned estimate.
    """

    name: str
    taken_on: date
    facts: tuple[tuple[str, str], ...]
    standing: str
    image: NDArray[np.uint8] | None = None
    masks: tuple[LesionMask, ...] = ()
    agreement: str = ""
    opinions: tuple[LesionOpinion, ...] = ()
    description: tuple[tuple[str, str], ...] = ()
    findings: tuple[LesionFinding, ...] = ()
    note: str = ""
    next_step: str = ""
    next_step_source: str = ""
    withheld: str = ""
    drafts: tuple[str, ...] = ()

    def texts(self) -> Iterator[str]:
        """What people wrote, in any script."""
        yield from (self.name, self.note, self.standing, self.next_step, self.next_step_source)
        yield from (value for _label, value in self.facts)
