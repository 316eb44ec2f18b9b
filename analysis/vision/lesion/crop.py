"""The square around a lesion that the classifiers see: cut the same way in training and in serving."""

from analysis.vision.face.crop import Crop
from analysis.vision.face.vitiligo import bounds
from analysis.vision.terms import Image, Mask

MARGIN = 0.25
"""Skin on every side, as a share of the lesion's longer side; a release says it in its preprocessing."""


def crop_of(image: Image, mask: Mask) -> Image:
    """The square (side, side, 3) around a lesion, black where it leaves the photo (H, W, 3).

    `mask` is (H, W) of {0, 1}, on the photo's grid; without a lesion the square holds the whole photo. Raises
    ValueError when the grids differ.
    """
    if image.shape[:2] != mask.shape:
        raise ValueError(f"Photo and mask differ in shape: {image.shape[:2]} and {mask.shape}.")
    if not mask.any():
        height, width = mask.shape
        return Crop.around((0, 0, width, height), margin=0).cut(image)
    return Crop.around(bounds(mask), margin=MARGIN).cut(image)
