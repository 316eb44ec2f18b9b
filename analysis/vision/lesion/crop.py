"""The square around a lesion that the classifiers see: cut the same way in training and in serving."""

import numpy as np

from analysis.vision.face.crop import Crop
from analysis.vision.face.vitiligo import bounds
from analysis.vision.terms import Image, Mask

MARGIN = 0.25
"""Skin on every side, as a share of the lesion's longer side; a release says it in its preprocessing."""


def square_of(mask: Mask) -> Crop:
    """Where the square around a lesion lies on the photo's grid (H, W); the whole photo without a lesion."""
    if not mask.any():
        height, width = mask.shape
        return Crop.around((0, 0, width, height), margin=0)
    return Crop.around(bounds(mask), margin=MARGIN)


def crop_of(image: Image, mask: Mask) -> Image:
    """The square (side, side, 3) around a lesion; the photo's edges go on where it leaves the photo.

    `image` is (H, W, 3) RGB, `mask` (H, W) of {0, 1} on the same grid. Raises ValueError when the grids
    differ.
    """
    if image.shape[:2] != mask.shape:
        raise ValueError(f"Photo and mask differ in shape: {image.shape[:2]} and {mask.shape}.")
    square = square_of(mask)
    rows = np.clip(np.arange(square.y, square.y + square.side), 0, mask.shape[0] - 1)
    columns = np.clip(np.arange(square.x, square.x + square.side), 0, mask.shape[1] - 1)
    return np.ascontiguousarray(image[rows[:, None], columns])
