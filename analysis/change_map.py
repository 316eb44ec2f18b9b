"""The map of change as a transparent picture to lie over the earlier photo.

Each change has a colour that any colour vision tells apart (Okabe and Ito 2008) and a pattern that says the
same without colour; every area has a dark edge, to be seen on white skin and on a black background.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from io import BytesIO

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image

from analysis.outlines import EDGE, Colour
from analysis.vision.face.change import Change
from analysis.vision.face.crop import Crop
from analysis.vision.terms import Array, Mask

STEP = 1 / 160
"""Distance of the lines of a pattern, as a share of the picture's longer side."""


@dataclass(frozen=True)
class Pattern:
    """`drawn` says where lines or dots lie, from rows, columns and their distance; the rest is a tint."""

    colour: Colour
    drawn: Callable[[Array, Array, int], Array]
    tint: int
    line: int


PATTERNS: Mapping[Change, Pattern] = {
    Change.STABLE: Pattern((240, 228, 66), lambda y, x, step: (x + y) % step < 0, 70, 0),
    Change.REPIGMENTED: Pattern((86, 180, 233), lambda y, x, step: (x + y) % step < step // 3, 110, 255),
    Change.NEW: Pattern(
        (213, 94, 0), lambda y, x, step: ((x + y) % step < step // 3) | ((x - y) % step < step // 3), 120, 255
    ),
    Change.OUTSIDE: Pattern(
        (150, 158, 166), lambda y, x, step: (x % step < step // 3) & (y % step < step // 3), 70, 200
    ),
}


def draw_change_map(crop: Crop, classes: Mask, shape: tuple[int, int], scale: float) -> bytes:
    """A PNG with alpha of `shape` (H, W), the grid of a rendition `scale` times the size of its photo.

    classes: (N, N), values of `Change` on the square `crop` of that photo.
    """
    laid = _on_grid(crop, classes, shape, scale)
    rows, columns = np.ogrid[: shape[0], : shape[1]]
    step = max(6, round(max(shape) * STEP))
    canvas = np.zeros((*shape, 4), np.uint8)
    for change, pattern in PATTERNS.items():
        inside = laid == change
        if not inside.any():
            continue
        lines = np.broadcast_to(pattern.drawn(rows, columns, step), shape)
        canvas[inside, :3] = pattern.colour
        canvas[inside, 3] = np.where(lines, pattern.line, pattern.tint)[inside]
        if change is not Change.OUTSIDE:
            _edge(canvas, inside.astype(np.uint8), pattern.colour)
    target = BytesIO()
    Image.fromarray(canvas).save(target, "PNG")
    return target.getvalue()


def _on_grid(crop: Crop, classes: Mask, shape: tuple[int, int], scale: float) -> NDArray[np.uint8]:
    size = classes.shape[0] / crop.side
    move = np.array(
        [
            [size / scale, 0, (0.5 / scale - crop.x) * size - 0.5],
            [0, size / scale, (0.5 / scale - crop.y) * size - 0.5],
        ]
    )
    flags = cv2.INTER_NEAREST | cv2.WARP_INVERSE_MAP
    return np.asarray(cv2.warpAffine(classes, move, (shape[1], shape[0]), flags=flags), np.uint8)


def _edge(canvas: NDArray[np.uint8], inside: NDArray[np.uint8], colour: Colour) -> None:
    """A line of the area's colour along its border, and a dark one within."""
    square = np.ones((3, 3), np.uint8)
    outer = inside - cv2.erode(inside, square)
    inner = cv2.erode(inside, square) - cv2.erode(inside, square, iterations=2)
    canvas[inner > 0] = (*EDGE, 160)
    canvas[outer > 0] = (*colour, 255)
