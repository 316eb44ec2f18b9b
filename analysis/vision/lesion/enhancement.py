"""Pictures for the eye alone: more contrast, without hair, with less glare. Nothing is measured on them.

Each shows something that was not in the photo, and stands beside it with its name.
"""

from collections.abc import Callable, Mapping
from enum import StrEnum
from types import MappingProxyType

import cv2
import numpy as np

from analysis.vision.face.glare import glare_mask
from analysis.vision.face.highlights import reduce_highlights
from analysis.vision.lesion.scene import find_hair, inside_ring
from analysis.vision.terms import Image

CONTRAST = 2.0
"""Limit of the contrast that is added (CLAHE), as a multiple of an even distribution."""
TILES = 6
REACH = 3
"""Pixels about a hair that the fill looks at, at `FILL_SIDE`."""
FILL_SIDE = 1024
SPOT = 0.002
"""Share of the picture up to which a burnt-out place is a spot."""


class Enhancement(StrEnum):
    """A way to look at a photo."""

    CONTRAST = "contrast"
    HAIR_REMOVED = "hair_removed"
    GLARE_REDUCED = "glare_reduced"


def raise_contrast(image: Image) -> Image:
    """A copy of a picture (H, W, 3) with its lightness spread by place (CLAHE; Zuiderveld, 1994).

    Hue and chroma stay what they were.
    """
    lab = cv2.cvtColor(image, cv2.COLOR_RGB2Lab)
    lab[..., 0] = cv2.createCLAHE(CONTRAST, (TILES, TILES)).apply(lab[..., 0])
    return cv2.cvtColor(lab, cv2.COLOR_Lab2RGB).astype(np.uint8, copy=False)


def remove_hair(image: Image) -> Image:
    """A copy with hairs filled from around them (Telea, 2004); where there is no hair, every pixel stays."""
    hair = find_hair(image)
    if not hair.any():
        return image.copy()
    height, width = hair.shape
    scale = min(1.0, FILL_SIDE / max(height, width))
    size = max(1, round(width * scale)), max(1, round(height * scale))
    small = cv2.resize(image, size, interpolation=cv2.INTER_AREA)
    hole = cv2.dilate(
        cv2.resize(hair, size, interpolation=cv2.INTER_NEAREST), np.ones((3, 3), np.uint8)
    ).astype(np.uint8)
    fill = cv2.resize(cv2.inpaint(small, hole, REACH, cv2.INPAINT_TELEA), (width, height))
    share = cv2.GaussianBlur(hair.astype(np.float32), (0, 0), 1.0 / scale)[..., None]
    share = np.where(hair[..., None] > 0, 1.0, share * (share > 0.02))
    mixed: Image = np.rint(image * (1 - share) + fill * share).astype(np.uint8)
    return mixed


def reduce_glare(image: Image) -> Image:
    """A copy with burnt-out spots filled from around them, as on the photos of faces.

    Larger burnt-out places stay: there is nothing to fill them from.
    """
    glare = glare_mask(image, inside_ring(image))
    _, labels, stats, _ = cv2.connectedComponentsWithStats(glare, connectivity=8)
    small = stats[:, cv2.CC_STAT_AREA] <= SPOT * glare.size
    small[0] = False
    return reduce_highlights(image, small[labels].astype(np.uint8))


ENHANCEMENTS: Mapping[Enhancement, Callable[[Image], Image]] = MappingProxyType(
    {
        Enhancement.CONTRAST: raise_contrast,
        Enhancement.HAIR_REMOVED: remove_hair,
        Enhancement.GLARE_REDUCED: reduce_glare,
    }
)
