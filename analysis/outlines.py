"""Transparent pictures to lay over a rendition: lines around the regions, or the regions filled.

Lines are drawn from the mask's own grid and then scaled, so that the smallest lesion keeps its ring on the
smallest thumbnail. Every line has a dark edge and is readable on white skin and on a black background;
colours are told apart with any colour vision, and the face's line is thinner than the lesions'.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from io import BytesIO

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image

from analysis.vision.terms import Mask

Colour = tuple[int, int, int]
FACE: Colour = (86, 180, 233)
VITILIGO: Colour = (230, 159, 0)
GLARE: Colour = (204, 121, 167)
UNCERTAIN: Colour = (240, 228, 66)
LESION: Colour = (220, 50, 47)
LESION_LINES: Mapping[str, Colour] = {"lesion_unet": (86, 180, 233), "lesion_deeplab": (230, 159, 0)}
"""By segmenter: both outlines lie over one picture."""
EDGE: Colour = (16, 20, 24)

FILL_OPACITY = 0.55
SHIFT = 4  # sub-pixel bits of OpenCV's coordinates
LINE_SHARE = 1 / 550  # of the picture's longer side


@dataclass(frozen=True)
class Layer:
    """One region and how it is drawn; `weight` multiplies the width of the line."""

    mask: Mask
    colour: Colour
    weight: float = 1.0


def draw_outlines(layers: Sequence[Layer], longest_side: int) -> bytes:
    """A PNG with alpha, as large as a rendition of `longest_side`, with a line around every region."""
    width, height, scale = _fitted(layers[0].mask, longest_side)
    canvas = np.zeros((height, width, 4), np.uint8)
    unit = max(1.0, max(width, height) * LINE_SHARE)
    for layer in layers:
        contours = _scaled_contours(layer.mask, scale)
        line = max(1, round(unit * layer.weight))
        _stroke(canvas, contours, EDGE, line + 2)
        _stroke(canvas, contours, layer.colour, line)
    return _png(canvas)


def draw_fill(layer: Layer, longest_side: int) -> bytes:
    """A PNG with alpha, as large as a rendition of `longest_side`, with the region filled."""
    width, height, _scale = _fitted(layer.mask, longest_side)
    cover = cv2.resize(layer.mask * np.uint8(255), (width, height), interpolation=cv2.INTER_AREA)
    canvas = np.empty((height, width, 4), np.uint8)
    canvas[..., :3] = layer.colour
    canvas[..., 3] = np.rint(cover * FILL_OPACITY)
    return _png(canvas)


def _fitted(mask: Mask, longest_side: int) -> tuple[int, int, float]:
    height, width = mask.shape
    scale = min(1.0, longest_side / max(height, width))
    return max(1, round(width * scale)), max(1, round(height * scale)), scale


def _scaled_contours(mask: Mask, scale: float) -> list[NDArray[np.int32]]:
    contours, _tree = cv2.findContours(mask, cv2.RETR_CCOMP, cv2.CHAIN_APPROX_NONE)
    # A pixel's centre lies half a pixel into it, on both grids.
    return [np.rint(((c + 0.5) * scale - 0.5) * (1 << SHIFT)).astype(np.int32) for c in contours]


def _stroke(canvas: NDArray[np.uint8], contours: list[NDArray[np.int32]], colour: Colour, width: int) -> None:
    """Lay a smooth line over the canvas: its colour where it covers, its cover added to the alpha."""
    cover = np.zeros(canvas.shape[:2], np.uint8)
    cv2.polylines(cover, contours, True, 255, width, cv2.LINE_AA, SHIFT)
    share = cover[..., None].astype(np.float32) / 255
    canvas[..., :3] = np.rint(canvas[..., :3] * (1 - share) + np.array(colour, np.float32) * share)
    canvas[..., 3] = np.maximum(canvas[..., 3], cover)


def _png(canvas: NDArray[np.uint8]) -> bytes:
    target = BytesIO()
    Image.fromarray(canvas).save(target, "PNG")
    return target.getvalue()
