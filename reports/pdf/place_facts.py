"""What the report says about where on the face vitiligo lies, and what changed there."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

import numpy as np
from numpy.typing import NDArray

from reports.charts import Track


@dataclass(frozen=True, slots=True, kw_only=True)
class RegionCell:
    """F-Vitiligo of a region in one view, and its points since the first visit where they may be told."""

    value: float
    points: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class RegionFacts:
    """A region, named as it is to be printed; cells of left, front and right, None where it is not seen."""

    name: str
    cells: tuple[RegionCell | None, ...]


@dataclass(frozen=True, eq=False, slots=True, kw_only=True)
class ChangeSheet:
    """What changed in one view. picture: (H, W, 3) uint8 RGB, the earlier photo with the map over it.

    Areas are per cent of the earlier face. A pair that could not be aligned has a `refusal` and no picture.
    """

    track: Track
    since: date
    picture: NDArray[np.uint8] | None = None
    repigmented: float = 0.0
    depigmented: float = 0.0
    stable: float = 0.0
    outside: float = 0.0
    residual: float = 0.0
    refusal: str = ""


@dataclass(frozen=True, eq=False, slots=True, kw_only=True)
class Places:
    """Both parts; either may be empty."""

    regions: tuple[RegionFacts, ...] = ()
    changes: tuple[ChangeSheet, ...] = ()

    def texts(self) -> Iterator[str]:
        yield from (region.name for region in self.regions)
        yield from (change.refusal for change in self.changes)
