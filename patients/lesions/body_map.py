"""Lesions as points on drawings of the body."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from patients.models import Lesion

SIZES = {
    Lesion.MapSide.FRONT: (200, 420),
    Lesion.MapSide.BACK: (200, 420),
    Lesion.MapSide.FACE: (200, 230),
}
"""Width and height of the drawings in `static/icons/body.svg`."""


@dataclass(frozen=True)
class Point:
    """A lesion in units of its drawing, written as an SVG reads them in every language."""

    lesion: Lesion
    x: str
    y: str


@dataclass(frozen=True)
class Drawing:
    """One side of the body with the lesions on it."""

    side: Lesion.MapSide
    points: list[Point]

    @property
    def width(self) -> int:
        return SIZES[self.side][0]

    @property
    def height(self) -> int:
        return SIZES[self.side][1]


def body_map(lesions: Iterable[Lesion]) -> list[Drawing]:
    """Front, back and face, each with its lesions; those without a spot are in none."""
    lesions = list(lesions)
    return [Drawing(side, [_point(one, side) for one in lesions if one.map_side == side]) for side in SIZES]


def _point(lesion: Lesion, side: Lesion.MapSide) -> Point:
    width, height = SIZES[side]
    return Point(lesion, f"{width * (lesion.map_x or 0):.1f}", f"{height * (lesion.map_y or 0):.1f}")
