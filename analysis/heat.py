"""Degrees of heat of a region: how a percentage of vitiligo is tinted, on pages and over photographs."""

from __future__ import annotations

from itertools import pairwise

HEAT = (0.0, 5.0, 15.0, 30.0, 60.0)
"""Per cent from which the next of five degrees of heat begins; 0 % has none."""


def heat_of(share: float) -> int:
    """The degree of heat of a percentage: 0 for none, 1 to 5."""
    return sum(share > limit for limit in HEAT)


def heat_bands() -> list[tuple[int, float, float | None]]:
    """Degree, and the percentages between which it lies; the last one has no upper bound."""
    bounds = [*pairwise(HEAT), (HEAT[-1], None)]
    return [(degree, low, high) for degree, (low, high) in enumerate(bounds, start=1)]
