"""Pictures for the screen, drawn from the oriented pixels alone: no metadata of the original survives."""

from dataclasses import dataclass
from io import BytesIO

import numpy as np
from numpy.typing import NDArray
from PIL import Image

DISPLAY_SIDE = 1600
THUMBNAIL_SIDE = 360
QUALITY = 88


@dataclass(frozen=True)
class Picture:
    data: bytes
    width: int
    height: int


def draw_jpeg(pixels: NDArray[np.uint8], longest_side: int, quality: int = QUALITY) -> Picture:
    """`pixels` (height, width, 3), uint8, as a JPEG whose longer side is at most `longest_side`."""
    image = Image.fromarray(pixels)
    image.thumbnail((longest_side, longest_side), Image.Resampling.LANCZOS, reducing_gap=3.0)
    target = BytesIO()
    image.save(target, "JPEG", quality=quality, optimize=True)
    return Picture(target.getvalue(), image.width, image.height)
