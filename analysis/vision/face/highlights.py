"""The picture with its highlights taken back, for the eye alone: what was burnt out cannot be brought back.

The pixels under glare are filled from the skin around them (Telea, "An image inpainting technique based on
the fast marching method", 2004) and the bright rim about them darkened with them. Nothing is measured on it.
"""

import cv2
import numpy as np

from analysis.vision.terms import Image, Mask

FILL_SIDE = 400
"""Longer side of the picture that is filled; the fill is smooth and is enlarged to the picture."""
RIM = 0.006
"""Width of the rim about the glare that is taken along, as a share of the longer side."""
REACH = 5
"""Pixels about a hole that the fill looks at."""


def reduce_highlights(image: Image, glare: Mask) -> Image:
    """A copy of a picture (H, W, 3) with the pixels of `glare` (H, W), and their rim, filled from around.

    Raises ValueError for a mask of another size. Nowhere is the copy brighter than the picture.
    """
    if glare.shape != image.shape[:2]:
        raise ValueError(f"A mask of {glare.shape} does not lie on a picture of {image.shape[:2]}.")
    if not glare.any():
        return image.copy()
    height, width = glare.shape
    rim = max(1, round(RIM * max(height, width)))
    # Twice as far as the transition is wide, so that it begins outside of the glare and shows no edge.
    kernel = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (4 * rim + 1, 4 * rim + 1))
    hole = cv2.dilate(glare, kernel)
    scale = min(1.0, FILL_SIDE / max(height, width))
    size = max(1, round(width * scale)), max(1, round(height * scale))
    small = cv2.resize(image, size, interpolation=cv2.INTER_AREA)
    small_hole = (cv2.resize(hole.astype(np.float32), size, interpolation=cv2.INTER_AREA) > 0).astype(
        np.uint8
    )
    fill = cv2.inpaint(small, small_hole, REACH, cv2.INPAINT_TELEA)
    fill = cv2.resize(fill, (width, height), interpolation=cv2.INTER_CUBIC)
    share = cv2.GaussianBlur(hole.astype(np.float32), (0, 0), 0.7 * rim)[..., None]
    mixed = image * (1 - share) + fill * share
    return np.minimum(np.rint(mixed), image).astype(np.uint8)
